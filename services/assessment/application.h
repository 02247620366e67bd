// The composition root of the assessment service: builds its parts in the order
// of their dependencies and takes them down in the opposite one.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/server_main.h"
#include "rocksdb/env.h"

namespace pulsetaker::assessment {

struct AssessmentOptions {
  std::string survey_address;      // "127.0.0.1:7401".
  std::string network_address;     // "127.0.0.1:7402".
  int concurrent_assessments = 2;  // The others wait.
  // Of a national assessment, besides the single ones.
  int concurrent_places = 2;
  absl::Duration survey_timeout = absl::Minutes(2);  // For one wave.
  absl::Duration analysis_timeout = absl::Hours(1);  // Queue included.
  // How often it is asked who was erased.
  absl::Duration erasure_interval = absl::Seconds(5);
  rocksdb::Env* env = nullptr;  // Not owned. nullptr is the real file system.
};

// INVALID_ARGUMENT: an option is out of range. Otherwise as kv::OpenRocks.
absl::StatusOr<std::unique_ptr<rpc::Application>> MakeAssessmentApplication(
    const AssessmentOptions& options, rpc::ServerParts& parts);

}  // namespace pulsetaker::assessment
