#pragma once

#include <memory>

#include "absl/time/time.h"
#include "common/rpc/retry.h"
#include "grpcpp/channel.h"
#include "services/assessment/domain/place_source.h"

namespace pulsetaker::assessment {

struct SurveyPlaceOptions {
  absl::Duration call_timeout = absl::Seconds(20);  // For a page of a list.
  rpc::RetryOptions retry;
};

// Places from a survey service.
std::unique_ptr<PlaceSource> MakeSurveyPlaceSource(
    std::shared_ptr<grpc::Channel> survey,
    const SurveyPlaceOptions& options = {});

}  // namespace pulsetaker::assessment
