#include "common/erasure/service_withdrawal.h"

#include "common/erasure/runner_operations.h"
#include "common/erasure/survey_erasures.h"

namespace pulsetaker::erasure {

ServiceWithdrawal::ServiceWithdrawal(
    ResultStore& results, rpc::OperationRunner& runner,
    const std::shared_ptr<grpc::Channel>& survey, absl::Duration interval,
    const Clock& clock, Metrics& metrics)
    : digests_(MakeSurveyWaveDigests(survey)),
      operations_(MakeRunnerOperations(runner)),
      withdrawals_(results, *digests_, *operations_),
      source_(MakeSurveyErasureSource(survey)),
      follower_(*source_, withdrawals_, interval, clock),
      registration_(
          metrics.AddCollector([this] { return follower_.CollectMetrics(); })) {
}

}  // namespace pulsetaker::erasure
