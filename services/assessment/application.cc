#include "services/assessment/application.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/operation.h"
#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "common/kv/rocks_operation_store.h"
#include "common/rpc/client_call.h"
#include "common/rpc/operation_runner.h"
#include "common/rpc/operations_service.h"
#include "services/assessment/clients/network_analysis_source.h"
#include "services/assessment/clients/report_source.h"
#include "services/assessment/clients/survey_wave_source.h"
#include "services/assessment/domain/assessor.h"
#include "services/assessment/domain/report/reporter.h"
#include "services/assessment/rpc/assess_operation.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/assessment_reader.h"
#include "services/assessment/rpc/assessment_service.h"
#include "services/assessment/store/rocks_assessment_store.h"

namespace pulsetaker::assessment {
namespace {

constexpr int kThreadsMax = 256;

SurveyWaveOptions ToSurveyOptions(const AssessmentOptions& options) {
  SurveyWaveOptions survey;
  survey.stream_timeout = options.survey_timeout;
  return survey;
}

NetworkAnalysisOptions ToNetworkOptions(const AssessmentOptions& options) {
  NetworkAnalysisOptions network;
  network.analysis_timeout = options.analysis_timeout;
  return network;
}

class AssessmentApplication final : public rpc::Application {
 public:
  AssessmentApplication(const AssessmentOptions& options,
                        rpc::ServerParts& parts,
                        std::unique_ptr<kv::Rocks> rocks)
      : rocks_(std::move(rocks)),
        rocks_metrics_(parts.metrics.AddCollector(
            [this] { return rocks_->CollectMetrics(); })),
        assessments_(MakeRocksAssessmentStore(*rocks_)),
        operations_(kv::MakeRocksOperationStore(*rocks_)),
        waves_(MakeSurveyWaveSource(rpc::MakeChannel(options.survey_address),
                                    ToSurveyOptions(options))),
        analyses_(
            MakeNetworkAnalysisSource(rpc::MakeChannel(options.network_address),
                                      ToNetworkOptions(options))),
        codec_(MakeAssessmentCodec()),
        reader_(MakeAssessmentReader()),
        report_source_(
            MakeReportSource(rpc::MakeChannel(options.survey_address),
                             rpc::MakeChannel(options.network_address))),
        assessor_({.waves = *waves_,
                   .analyses = *analyses_,
                   .store = *assessments_,
                   .codec = *codec_}),
        reporter_({.store = *assessments_,
                   .reader = *reader_,
                   .source = *report_source_}),
        runner_(*operations_, {.thread_count = options.concurrent_assessments,
                               .error_domain = kErrorDomain,
                               .clock = parts.clock}),
        assessment_service_(MakeAssessmentService(
            *assessments_, runner_, parts.executor, parts.clock, reporter_)),
        operations_service_(
            rpc::MakeOperationsService(runner_, parts.executor, kErrorDomain)) {
    runner_.Register(kAssessWaveKind, MakeAssessWorker(assessor_, parts.clock));
  }

  std::vector<grpc::Service*> services() override {
    return {assessment_service_.get(), operations_service_.get()};
  }

  absl::Status Start() override { return runner_.Start(); }
  void BeginStop() override { runner_.EndWatches(); }
  void Stop() override { runner_.Stop(); }

 private:
  const std::unique_ptr<kv::Rocks> rocks_;
  const std::unique_ptr<Metrics::Registration> rocks_metrics_;
  const std::unique_ptr<AssessmentStore> assessments_;
  const std::unique_ptr<OperationStore> operations_;
  const std::unique_ptr<WaveSource> waves_;
  const std::unique_ptr<AnalysisSource> analyses_;
  const std::unique_ptr<AssessmentCodec> codec_;
  const std::unique_ptr<report::AssessmentReader> reader_;
  const std::unique_ptr<report::ReportSource> report_source_;
  Assessor assessor_;
  const report::Reporter reporter_;
  rpc::OperationRunner runner_;
  const std::unique_ptr<grpc::Service> assessment_service_;
  const std::unique_ptr<grpc::Service> operations_service_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::Application>> MakeAssessmentApplication(
    const AssessmentOptions& options, rpc::ServerParts& parts) {
  if (options.concurrent_assessments < 1 ||
      options.concurrent_assessments > kThreadsMax) {
    return absl::InvalidArgumentError(absl::StrCat(
        "concurrent_assessments is ", options.concurrent_assessments,
        ", want 1 to ", kThreadsMax));
  }
  if (options.survey_timeout <= absl::ZeroDuration() ||
      options.analysis_timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "survey_timeout or analysis_timeout is not above 0");
  }
  std::vector<std::string> families = AssessmentStoreFamilies();
  families.push_back(kv::kOperationsFamily);
  PT_ASSIGN_OR_RETURN(std::unique_ptr<kv::Rocks> rocks,
                      kv::OpenRocks({.path = parts.data_dir,
                                     .families = std::move(families),
                                     .env = options.env}));
  return std::make_unique<AssessmentApplication>(options, parts,
                                                 std::move(rocks));
}

}  // namespace pulsetaker::assessment
