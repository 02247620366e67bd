// The survey service as a whole: the one place that knows every layer.

#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "common/rpc/server_main.h"

namespace pulsetaker::survey {

// Opens the database in parts.data_dir and puts the service on top of it. The
// errors of OpenSurveyDatabase. `parts` must outlive what is returned.
absl::StatusOr<std::unique_ptr<rpc::Application>> MakeSurveyApplication(
    rpc::ServerParts& parts);

}  // namespace pulsetaker::survey
