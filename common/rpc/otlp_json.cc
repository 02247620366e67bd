#include "common/rpc/otlp_json.h"

#include <cstdint>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::rpc {
namespace {

using nlohmann::json;

constexpr int kStatusUnset = 0;
constexpr int kStatusError = 2;

// JSON has no integers of 64 bits: they are text.
std::string NanosOf(absl::Time time) {
  return absl::StrCat(absl::ToUnixNanos(time));
}

json Attribute(const std::string& key, json value) {
  return {{"key", key}, {"value", std::move(value)}};
}

json TextAttribute(const std::string& key, const std::string& value) {
  return Attribute(key, {{"stringValue", value}});
}

json ToJson(const trace::Attribute& attribute) {
  if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    return TextAttribute(attribute.key, *text);
  }
  const std::int64_t number = std::get<std::int64_t>(attribute.value);
  return Attribute(attribute.key, {{"intValue", absl::StrCat(number)}});
}

json ToJson(const trace::FinishedSpan& span) {
  json attributes = json::array();
  for (const trace::Attribute& attribute : span.attributes) {
    attributes.push_back(ToJson(attribute));
  }
  json result = {
      {"traceId", trace::ToHex(span.context.trace_id)},
      {"spanId", trace::ToHex(span.context.span_id)},
      {"name", span.name},
      {"kind", static_cast<int>(span.kind)},
      {"startTimeUnixNano", NanosOf(span.begin)},
      {"endTimeUnixNano", NanosOf(span.end)},
      {"attributes", std::move(attributes)},
      {"status", {{"code", span.failed ? kStatusError : kStatusUnset}}}};
  if (span.parent_id != trace::SpanId{}) {
    result["parentSpanId"] = trace::ToHex(span.parent_id);
  }
  return result;
}

}  // namespace

std::string ToOtlpJson(const OtlpResource& resource,
                       absl::Span<const trace::FinishedSpan> spans) {
  json list = json::array();
  for (const trace::FinishedSpan& span : spans) list.push_back(ToJson(span));
  const json scope_spans = {{"scope", {{"name", "pulsetaker"}}},
                            {"spans", std::move(list)}};
  const json resource_spans = {
      {"resource",
       {{"attributes",
         {TextAttribute("service.name", resource.service_name),
          TextAttribute("service.instance.id",
                        resource.service_instance_id)}}}},
      {"scopeSpans", json::array({scope_spans})}};
  const json request = {{"resourceSpans", json::array({resource_spans})}};
  // Text that is not UTF-8 would throw.
  return request.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace pulsetaker::rpc
