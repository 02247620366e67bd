// Spans in OpenTelemetry's protocol, OTLP 1.x, in its JSON encoding:
// https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding

#pragma once

#include <string>

#include "absl/types/span.h"
#include "common/base/trace.h"

namespace pulsetaker::rpc {

// Whose spans they are.
struct OtlpResource {
  std::string service_name;         // "pulsetaker-survey".
  std::string service_instance_id;  // A UUID; another one for each process.
};

// The body of an ExportTraceServiceRequest.
std::string ToOtlpJson(const OtlpResource& resource,
                       absl::Span<const trace::FinishedSpan> spans);

}  // namespace pulsetaker::rpc
