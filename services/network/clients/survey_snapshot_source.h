#pragma once

#include <memory>

#include "absl/time/time.h"
#include "common/rpc/retry.h"
#include "grpcpp/channel.h"
#include "services/network/domain/snapshot_source.h"

namespace pulsetaker::network {

struct SurveySnapshotOptions {
  // For each attempt: the whole snapshot must have come by then.
  absl::Duration attempt_timeout = absl::Minutes(2);
  rpc::RetryOptions retry;
};

// Snapshots from a survey service, by SurveyService.StreamWaveSnapshot. A
// stream that breaks off is read again from its start.
std::unique_ptr<SnapshotSource> MakeSurveySnapshotSource(
    std::shared_ptr<grpc::Channel> survey,
    const SurveySnapshotOptions& options = {});

}  // namespace pulsetaker::network
