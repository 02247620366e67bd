#include "services/network/application.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/audit/service_audit.h"
#include "common/base/bounded_executor.h"
#include "common/base/operation.h"
#include "common/base/status.h"
#include "common/erasure/service_withdrawal.h"
#include "common/erasure/withdrawals.h"
#include "common/kv/rocks.h"
#include "common/kv/rocks_operation_store.h"
#include "common/rpc/client_call.h"
#include "common/rpc/operation_runner.h"
#include "common/rpc/operations_service.h"
#include "services/network/clients/survey_snapshot_source.h"
#include "services/network/domain/analysis_reader.h"
#include "services/network/domain/analyzer.h"
#include "services/network/rpc/analysis_decoder.h"
#include "services/network/rpc/analysis_encoder.h"
#include "services/network/rpc/analysis_results.h"
#include "services/network/rpc/analyze_operation.h"
#include "services/network/rpc/network_service.h"
#include "services/network/store/rocks_analysis_store.h"

namespace pulsetaker::network {
namespace {

constexpr int kThreadsMax = 256;
// Drawings, simulations and comparisons: each may take all of a processor for a
// while, and what only reads the store must not wait for them.
constexpr int kGraphThreads = 2;
constexpr std::size_t kGraphQueueLengthMax = 256;
constexpr int kOpenGraphsMax = 32;

class NetworkApplication final : public rpc::Application {
 public:
  NetworkApplication(const NetworkOptions& options, rpc::ServerParts& parts,
                     std::unique_ptr<kv::Rocks> rocks,
                     std::unique_ptr<audit::ServiceAudit> audit)
      : rocks_(std::move(rocks)),
        audit_(std::move(audit)),
        rocks_metrics_(parts.metrics.AddCollector(
            [this] { return rocks_->CollectMetrics(); })),
        analyses_(MakeRocksAnalysisStore(*rocks_)),
        operations_(kv::MakeRocksOperationStore(*rocks_)),
        survey_(rpc::MakeSecureChannel(
            options.survey_address, parts.channel_credentials, parts.metrics)),
        source_(MakeSurveySnapshotSource(
            survey_, {.attempt_timeout = options.survey_timeout, .retry = {}})),
        encoder_(MakeAnalysisEncoder()),
        decoder_(MakeAnalysisDecoder()),
        reader_(*source_, *analyses_, *decoder_),
        analyzer_(*source_, *analyses_, *encoder_, options.analysis_threads),
        runner_(*operations_, {.thread_count = options.concurrent_analyses,
                               .error_domain = kErrorDomain,
                               .clock = parts.clock}),
        operations_metrics_(parts.metrics.AddCollector(
            [this] { return runner_.CollectMetrics(); })),
        withdrawable_(MakeRocksWithdrawableAnalyses(*rocks_, parts.clock)),
        results_(MakeAnalysisResults(*withdrawable_)),
        withdrawal_(*results_, runner_, survey_, options.erasure_interval,
                    parts.clock, parts.metrics),
        graph_executor_(kGraphThreads, kGraphQueueLengthMax),
        network_service_(MakeNetworkService({.store = *analyses_,
                                             .reader = reader_,
                                             .runner = runner_,
                                             .executor = parts.executor,
                                             .graph_executor = graph_executor_,
                                             .open_graphs_max = kOpenGraphsMax,
                                             .clock = parts.clock})),
        operations_service_(
            rpc::MakeOperationsService(runner_, parts.executor, kErrorDomain)) {
    runner_.Register(kAnalyzeWaveKind,
                     MakeAnalyzeWorker(analyzer_, parts.clock));
  }

  std::vector<grpc::Service*> services() override {
    return {network_service_.get(), operations_service_.get(),
            &audit_->service()};
  }

  audit::AuditTrail* audit() override { return &audit_->trail(); }

  MaintainedStore* store() override { return rocks_.get(); }

  absl::Status Start() override {
    PT_RETURN_IF_ERROR(withdrawable_->DropUnfinished());
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
  const std::unique_ptr<AnalysisStore> analyses_;
  const std::unique_ptr<OperationStore> operations_;
  const std::shared_ptr<grpc::Channel> survey_;
  const std::unique_ptr<SnapshotSource> source_;
  const std::unique_ptr<AnalysisEncoder> encoder_;
  const std::unique_ptr<AnalysisDecoder> decoder_;
  const AnalysisReader reader_;
  Analyzer analyzer_;
  rpc::OperationRunner runner_;
  const std::unique_ptr<Metrics::Registration> operations_metrics_;
  const std::unique_ptr<WithdrawableAnalyses> withdrawable_;
  const std::unique_ptr<erasure::ResultStore> results_;
  erasure::ServiceWithdrawal withdrawal_;
  BoundedExecutor graph_executor_;
  const std::unique_ptr<grpc::Service> network_service_;
  const std::unique_ptr<grpc::Service> operations_service_;
};

absl::Status CheckThreads(absl::string_view option, int count) {
  if (count >= 1 && count <= kThreadsMax) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(option, " is ", count, ", want 1 to ", kThreadsMax));
}

}  // namespace

absl::StatusOr<std::unique_ptr<rpc::Application>> MakeNetworkApplication(
    const NetworkOptions& options, rpc::ServerParts& parts) {
  PT_RETURN_IF_ERROR(
      CheckThreads("analysis_threads", options.analysis_threads));
  PT_RETURN_IF_ERROR(
      CheckThreads("concurrent_analyses", options.concurrent_analyses));
  if (options.survey_timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("survey_timeout is not above 0");
  }
  if (options.erasure_interval <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("erasure_check_interval is not above 0");
  }
  std::vector<std::string> families = AnalysisStoreFamilies();
  families.push_back(kv::kOperationsFamily);
  PT_ASSIGN_OR_RETURN(std::unique_ptr<kv::Rocks> rocks,
                      kv::OpenRocks({.path = parts.data_dir,
                                     .families = std::move(families),
                                     .env = options.env}));
  PT_ASSIGN_OR_RETURN(std::unique_ptr<audit::ServiceAudit> audit,
                      audit::ServiceAudit::Open("network", parts));
  return std::make_unique<NetworkApplication>(options, parts, std::move(rocks),
                                              std::move(audit));
}

}  // namespace pulsetaker::network
