// What the survey service tells of erasures.

#pragma once

#include <memory>

#include "absl/time/time.h"
#include "common/erasure/erasure_follower.h"
#include "common/erasure/withdrawals.h"
#include "grpcpp/channel.h"

namespace pulsetaker::erasure {

// Both may fail with whatever a call to the survey service can, after at most
// `timeout`.
std::unique_ptr<ErasureSource> MakeSurveyErasureSource(
    const std::shared_ptr<grpc::Channel>& survey,
    absl::Duration timeout = absl::Seconds(5));
std::unique_ptr<WaveDigests> MakeSurveyWaveDigests(
    const std::shared_ptr<grpc::Channel>& survey,
    absl::Duration timeout = absl::Seconds(5));

}  // namespace pulsetaker::erasure
