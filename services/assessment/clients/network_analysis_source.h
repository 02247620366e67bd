#pragma once

#include <memory>

#include "absl/time/time.h"
#include "common/rpc/retry.h"
#include "grpcpp/channel.h"
#include "services/assessment/domain/analysis_source.h"

namespace pulsetaker::assessment {

struct NetworkAnalysisOptions {
  absl::Duration call_timeout = absl::Seconds(20);
  // How long one call waits for an operation before the next one asks again.
  absl::Duration poll_interval = absl::Seconds(5);
  // How long an analysis may take in all, its turn in the queue included.
  absl::Duration analysis_timeout = absl::Hours(1);
  rpc::RetryOptions retry;
};

// Analyses from a network service. It keeps what it has made: a repeat of
// AnalyzeWave costs it a look at the snapshot.
std::unique_ptr<AnalysisSource> MakeNetworkAnalysisSource(
    std::shared_ptr<grpc::Channel> network,
    const NetworkAnalysisOptions& options = {});

}  // namespace pulsetaker::assessment
