// Withdrawal as a service has it: all of its parts, over the survey service and
// the operations of the service itself.

#pragma once

#include <memory>

#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/erasure/erasure_follower.h"
#include "common/erasure/withdrawals.h"
#include "common/rpc/operation_runner.h"
#include "grpcpp/channel.h"

namespace pulsetaker::erasure {

class ServiceWithdrawal {
 public:
  // References must outlive this. `interval` is that of ErasureFollower, whose
  // metrics are added to `metrics`.
  ServiceWithdrawal(ResultStore& results, rpc::OperationRunner& runner,
                    const std::shared_ptr<grpc::Channel>& survey,
                    absl::Duration interval, const Clock& clock,
                    Metrics& metrics);

  void Start() { follower_.Start(); }
  void Stop() { follower_.Stop(); }

 private:
  const std::unique_ptr<WaveDigests> digests_;
  const std::unique_ptr<ResultOperations> operations_;
  Withdrawals withdrawals_;
  const std::unique_ptr<ErasureSource> source_;
  ErasureFollower follower_;
  const std::unique_ptr<Metrics::Registration> registration_;
};

}  // namespace pulsetaker::erasure
