// Calls of the port for operators of one service (common/rpc/admin.h).

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli {

struct AdminCall {
  std::string address;  // HOST:PORT.
  std::string method;   // "GET" or "PUT".
  std::string path;
  std::string body = {};
  // The longest to wait for the answer. Connecting takes at most 10 s.
  absl::Duration timeout = absl::Seconds(10);
};

struct AdminReply {
  int code = 0;         // That of HTTP.
  nlohmann::json body;  // An object.

  // What the service says is wrong, of a reply that is no 200.
  std::string error() const;
};

// UNAVAILABLE: nobody answers there, or not in time, or not as the port for
// operators does. INVALID_ARGUMENT: the address is none.
absl::StatusOr<AdminReply> CallAdmin(const AdminCall& call);

}  // namespace pulsetaker::cli
