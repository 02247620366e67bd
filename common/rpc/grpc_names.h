// How metrics, spans and lines of log name the calls of gRPC.

#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "common/base/trace.h"
#include "grpcpp/support/status.h"

namespace pulsetaker::rpc {

// "NOT_FOUND".
const char* NameOf(grpc::StatusCode code);

// What calls of methods that there are not are counted as.
inline constexpr char kOtherMethod[] = "other";

// "pulsetaker.survey.v1.SurveyService/GetWave", of the path that gRPC knows, or
// kOtherMethod if this program knows no such method: callers choose paths, and
// the number of names must have a bound.
std::string MethodOf(absl::string_view path);

// Of health and reflection: asked all the time, by machines.
bool IsProbe(absl::string_view method);

// Adds what OpenTelemetry's conventions say of calls: rpc.system, rpc.service,
// rpc.method, rpc.grpc.status_code.
void AddCallAttributes(absl::string_view method, grpc::StatusCode code,
                       trace::Span& span);

}  // namespace pulsetaker::rpc
