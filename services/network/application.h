// The composition root of the network service: builds its parts in the order
// of their dependencies and takes them down in the opposite one.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/rpc/server_main.h"
#include "rocksdb/env.h"

namespace pulsetaker::network {

struct NetworkOptions {
  std::string survey_address;                        // "127.0.0.1:7401".
  int analysis_threads = 1;                          // Of each analysis.
  int concurrent_analyses = 1;                       // The others wait.
  absl::Duration survey_timeout = absl::Minutes(2);  // For one snapshot.
  // How often it is asked who was erased.
  absl::Duration erasure_interval = absl::Seconds(5);
  rocksdb::Env* env = nullptr;  // Not owned. nullptr is the real file system.
};

// INVALID_ARGUMENT: an option is out of range. Otherwise as kv::OpenRocks.
absl::StatusOr<std::unique_ptr<rpc::Application>> MakeNetworkApplication(
    const NetworkOptions& options, rpc::ServerParts& parts);

}  // namespace pulsetaker::network
