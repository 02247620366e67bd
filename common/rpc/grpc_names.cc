#include "common/rpc/grpc_names.h"

#include <cstdint>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"

namespace pulsetaker::rpc {

const char* NameOf(grpc::StatusCode code) {
  static constexpr const char* kNames[] = {"OK",
                                           "CANCELLED",
                                           "UNKNOWN",
                                           "INVALID_ARGUMENT",
                                           "DEADLINE_EXCEEDED",
                                           "NOT_FOUND",
                                           "ALREADY_EXISTS",
                                           "PERMISSION_DENIED",
                                           "RESOURCE_EXHAUSTED",
                                           "FAILED_PRECONDITION",
                                           "ABORTED",
                                           "OUT_OF_RANGE",
                                           "UNIMPLEMENTED",
                                           "INTERNAL",
                                           "UNAVAILABLE",
                                           "DATA_LOSS",
                                           "UNAUTHENTICATED"};
  const auto index = static_cast<std::size_t>(code);
  return index < std::size(kNames) ? kNames[index] : "UNKNOWN";
}

std::string MethodOf(absl::string_view path) {
  absl::ConsumePrefix(&path, "/");
  const bool exists =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
          absl::StrReplaceAll(path, {{"/", "."}})) != nullptr;
  return exists ? std::string(path) : kOtherMethod;
}

bool IsProbe(absl::string_view method) {
  return absl::StartsWith(method, "grpc.health.") ||
         absl::StartsWith(method, "grpc.reflection.");
}

void AddCallAttributes(absl::string_view method, grpc::StatusCode code,
                       trace::Span& span) {
  if (!span.recorded()) return;
  const std::size_t slash = method.find('/');
  span.AddAttribute("rpc.system", "grpc");
  if (slash != absl::string_view::npos) {
    span.AddAttribute("rpc.service", std::string(method.substr(0, slash)));
    span.AddAttribute("rpc.method", std::string(method.substr(slash + 1)));
  }
  span.AddAttribute("rpc.grpc.status_code", static_cast<std::int64_t>(code));
}

}  // namespace pulsetaker::rpc
