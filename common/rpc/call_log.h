// One line of log and a few counts for each call, whatever its kind: method,
// code, reason, microseconds. Never a name, an answer or a token.

#pragma once

#include <memory>

#include "common/base/metrics.h"
#include "grpcpp/server_builder.h"

namespace pulsetaker::rpc {

// Has every call of the server that `builder` builds logged as an event "call"
// and counted:
//   pulsetaker_calls_total{method,code}
//   pulsetaker_call_seconds{method}
//   pulsetaker_calls_in_flight
// Calls of health and reflection are counted but not logged, unless they fail:
// probes come all the time. `metrics` must outlive the server.
void AddCallLog(grpc::ServerBuilder& builder, Metrics& metrics);

}  // namespace pulsetaker::rpc
