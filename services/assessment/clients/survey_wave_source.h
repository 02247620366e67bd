#pragma once

#include <memory>

#include "absl/time/time.h"
#include "common/rpc/retry.h"
#include "grpcpp/channel.h"
#include "services/assessment/domain/wave_source.h"

namespace pulsetaker::assessment {

struct SurveyWaveOptions {
  absl::Duration call_timeout = absl::Seconds(20);   // For a page of a list.
  absl::Duration stream_timeout = absl::Minutes(2);  // For a whole wave.
  rpc::RetryOptions retry;
};

// Waves from a survey service. A stream that breaks off is read again from its
// start.
std::unique_ptr<WaveSource> MakeSurveyWaveSource(
    std::shared_ptr<grpc::Channel> survey,
    const SurveyWaveOptions& options = {});

}  // namespace pulsetaker::assessment
