#include "services/assessment/application.h"

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/audit/service_audit.h"
#include "common/base/operation.h"
#include "common/base/status.h"
#include "common/erasure/service_withdrawal.h"
#include "common/erasure/withdrawals.h"
#include "common/kv/rocks.h"
#include "common/kv/rocks_operation_store.h"
#include "common/rpc/client_call.h"
#include "common/rpc/operation_runner.h"
#include "common/rpc/operations_service.h"
#include "services/assessment/clients/network_analysis_source.h"
#include "services/assessment/clients/report_source.h"
#include "services/assessment/clients/survey_place_source.h"
#include "services/assessment/clients/survey_wave_source.h"
#include "services/assessment/domain/assessor.h"
#include "services/assessment/domain/comparer.h"
#include "services/assessment/domain/national_assessor.h"
#include "services/assessment/domain/report/reporter.h"
#include "services/assessment/domain/standard_catalogue.h"
#include "services/assessment/rpc/assess_operation.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/assessment_reader.h"
#include "services/assessment/rpc/assessment_results.h"
#include "services/assessment/rpc/assessment_service.h"
#include "services/assessment/rpc/comparison_codec.h"
#include "services/assessment/rpc/national_codec.h"
#include "services/assessment/rpc/national_operation.h"
#include "services/assessment/rpc/place_reader.h"
#include "services/assessment/store/rocks_assessment_store.h"
#include "services/assessment/store/rocks_national_store.h"
#include "services/assessment/store/rocks_release_ledger.h"

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
                        std::unique_ptr<kv::Rocks> rocks,
                        std::unique_ptr<audit::ServiceAudit> audit)
      : rocks_(std::move(rocks)),
        audit_(std::move(audit)),
        rocks_metrics_(parts.metrics.AddCollector(
            [this] { return rocks_->CollectMetrics(); })),
        assessments_(MakeRocksAssessmentStore(*rocks_)),
        nationals_(MakeRocksNationalStore(*rocks_)),
        scan_(MakeRocksAssessmentScan(*rocks_)),
        ledger_(MakeRocksReleaseLedger(*rocks_)),
        operations_(kv::MakeRocksOperationStore(*rocks_)),
        waves_(MakeSurveyWaveSource(
            rpc::MakeSecureChannel(options.survey_address,
                                   parts.channel_credentials, parts.metrics),
            ToSurveyOptions(options))),
        places_(MakeSurveyPlaceSource(rpc::MakeSecureChannel(
            options.survey_address, parts.channel_credentials, parts.metrics))),
        analyses_(MakeNetworkAnalysisSource(
            rpc::MakeSecureChannel(options.network_address,
                                   parts.channel_credentials, parts.metrics),
            ToNetworkOptions(options))),
        codec_(MakeAssessmentCodec()),
        national_codec_(MakeNationalCodec()),
        place_reader_(MakePlaceReader()),
        reader_(MakeAssessmentReader()),
        report_source_(MakeReportSource(
            rpc::MakeSecureChannel(options.survey_address,
                                   parts.channel_credentials, parts.metrics),
            rpc::MakeSecureChannel(options.network_address,
                                   parts.channel_credentials, parts.metrics))),
        comparison_codec_(MakeComparisonCodec()),
        assessor_({.waves = *waves_,
                   .analyses = *analyses_,
                   .store = *assessments_,
                   .codec = *codec_,
                   .clock = parts.clock}),
        national_assessor_({.places = *places_,
                            .assessor = assessor_,
                            .store = *nationals_,
                            .codec = *national_codec_}),
        comparer_({.store = *assessments_,
                   .scan = *scan_,
                   .reader = *place_reader_,
                   .places = *places_,
                   .ledger = *ledger_,
                   .codec = *comparison_codec_}),
        reporter_({.store = *assessments_,
                   .reader = *reader_,
                   .source = *report_source_}),
        runner_(*operations_, {.thread_count = options.concurrent_assessments,
                               .error_domain = kErrorDomain,
                               .clock = parts.clock}),
        operations_metrics_(parts.metrics.AddCollector(
            [this] { return runner_.CollectMetrics(); })),
        survey_(rpc::MakeSecureChannel(
            options.survey_address, parts.channel_credentials, parts.metrics)),
        withdrawable_(MakeRocksWithdrawableAssessments(*rocks_, parts.clock)),
        results_(MakeAssessmentResults(*withdrawable_)),
        withdrawal_(*results_, runner_, survey_, options.erasure_interval,
                    parts.clock, parts.metrics),
        assessment_service_(MakeAssessmentService({.store = *assessments_,
                                                   .nationals = *nationals_,
                                                   .comparer = comparer_,
                                                   .reporter = reporter_,
                                                   .runner = runner_,
                                                   .executor = parts.executor,
                                                   .clock = parts.clock})),
        operations_service_(
            rpc::MakeOperationsService(runner_, parts.executor, kErrorDomain)) {
    runner_.Register(kAssessWaveKind, MakeAssessWorker(assessor_, parts.clock));
    // Takes hours, so it has a thread of its own.
    runner_.Register(kNationalAssessmentKind,
                     MakeNationalWorker(national_assessor_,
                                        options.concurrent_places, parts.clock),
                     /*own_thread_count=*/1);
  }

  std::vector<grpc::Service*> services() override {
    return {assessment_service_.get(), operations_service_.get(),
            &audit_->service()};
  }

  audit::AuditTrail* audit() override { return &audit_->trail(); }

  MaintainedStore* store() override { return rocks_.get(); }

  absl::Status Start() override {
    PT_RETURN_IF_ERROR(runner_.Start());
    withdrawal_.Start();
    return absl::OkStatus();
  }
  void BeginStop() override { runner_.EndWatches(); }
  void Stop() override {
    withdrawal_.Stop();
    runner_.Stop();
  }

 private:
  const std::unique_ptr<kv::Rocks> rocks_;
  const std::unique_ptr<audit::ServiceAudit> audit_;
  const std::unique_ptr<Metrics::Registration> rocks_metrics_;
  const std::unique_ptr<AssessmentStore> assessments_;
  const std::unique_ptr<NationalStore> nationals_;
  const std::unique_ptr<AssessmentScan> scan_;
  const std::unique_ptr<ReleaseLedger> ledger_;
  const std::unique_ptr<OperationStore> operations_;
  const std::unique_ptr<WaveSource> waves_;
  const std::unique_ptr<PlaceSource> places_;
  const std::unique_ptr<AnalysisSource> analyses_;
  const std::unique_ptr<AssessmentCodec> codec_;
  const std::unique_ptr<NationalCodec> national_codec_;
  const std::unique_ptr<PlaceReader> place_reader_;
  const std::unique_ptr<report::AssessmentReader> reader_;
  const std::unique_ptr<report::ReportSource> report_source_;
  const std::unique_ptr<ComparisonCodec> comparison_codec_;
  Assessor assessor_;
  NationalAssessor national_assessor_;
  Comparer comparer_;
  const report::Reporter reporter_;
  rpc::OperationRunner runner_;
  const std::unique_ptr<Metrics::Registration> operations_metrics_;
  const std::shared_ptr<grpc::Channel> survey_;
  const std::unique_ptr<WithdrawableAssessments> withdrawable_;
  const std::unique_ptr<erasure::ResultStore> results_;
  erasure::ServiceWithdrawal withdrawal_;
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
  if (options.concurrent_places < 1 ||
      options.concurrent_places > kThreadsMax) {
    return absl::InvalidArgumentError(
        absl::StrCat("concurrent_places is ", options.concurrent_places,
                     ", want 1 to ", kThreadsMax));
  }
  if (options.survey_timeout <= absl::ZeroDuration() ||
      options.analysis_timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "survey_timeout or analysis_timeout is not above 0");
  }
  if (options.erasure_interval <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("erasure_check_interval is not above 0");
  }
  // A broken catalogue ends the server here and not in the first assessment.
  StandardCatalogue();
  StandardPhrasebook();
  std::vector<std::string> families = AssessmentStoreFamilies();
  for (std::string& family : NationalStoreFamilies()) {
    families.push_back(std::move(family));
  }
  families.push_back(kv::kOperationsFamily);
  PT_ASSIGN_OR_RETURN(std::unique_ptr<kv::Rocks> rocks,
                      kv::OpenRocks({.path = parts.data_dir,
                                     .families = std::move(families),
                                     .env = options.env}));
  PT_ASSIGN_OR_RETURN(std::unique_ptr<audit::ServiceAudit> audit,
                      audit::ServiceAudit::Open("assessment", parts));
  return std::make_unique<AssessmentApplication>(
      options, parts, std::move(rocks), std::move(audit));
}

}  // namespace pulsetaker::assessment
