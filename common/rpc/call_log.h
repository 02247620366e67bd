// One line of log, one span and a few counts for each call, whatever its kind:
// method, code, reason, microseconds. Never a name, an answer or a token.

#pragma once

#include <memory>
#include <string>

#include "common/base/metrics.h"
#include "common/base/trace.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_interceptor.h"
#include "grpcpp/support/status.h"

namespace pulsetaker::rpc {

// Has every call of the server whose builder is given it logged as an event
// "call", recorded as a span, and counted. The first two have the names of
// gRPC's own metrics
// (https://github.com/grpc/proposal/blob/master/A66-otel-stats.md):
//   grpc_server_call_started_total{grpc_method}
//   grpc_server_call_duration_seconds{grpc_method,grpc_status}
//   pulsetaker_calls_in_flight
//   pulsetaker_last_call_timestamp_seconds
// Calls of health and reflection are counted but not logged, unless they fail,
// and have no span: probes come all the time. `metrics` must outlive the
// server.
//
// The span is a child of the one in the caller's metadata, if that has a valid
// `traceparent`. The metadata that the method sees has its own span there:
// TraceOf reads it.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeCallLog(Metrics& metrics);

// The reason in the ErrorInfo of a status; "" without one.
std::string ReasonIn(const grpc::Status& status);

// The span of the call; its caller's, if its server has no call log.
trace::Context TraceOf(const grpc::ServerContextBase& context);

}  // namespace pulsetaker::rpc
