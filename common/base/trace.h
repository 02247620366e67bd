// Which request a piece of work is done for, across services: W3C Trace Context
// (https://www.w3.org/TR/trace-context/). Work on one thread is done for one
// request at a time, so that each thread has a current context; what schedules
// work for another thread takes it along.
//
//   trace::Scope scope(parent);           // From here on, on this thread.
//   log::Info("snapshot_read", {...});    // The line has the id of the trace.
//
// Spans say how long a piece of the work took, and nothing of what it was
// about: never a name, an answer or a token, nor the id of a person or a place.
//
// Safe for use by any number of threads at once.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pulsetaker::trace {

using TraceId = std::array<std::uint8_t, 16>;
using SpanId = std::array<std::uint8_t, 8>;

// One span of one trace. Not valid if there is none: all zeros.
struct Context {
  TraceId trace_id = {};
  SpanId span_id = {};
  bool sampled = false;  // Whether spans of the trace are recorded.

  bool valid() const { return trace_id != TraceId{} && span_id != SpanId{}; }

  friend bool operator==(const Context&, const Context&) = default;
};

// In lower-case hexadecimal digits.
std::string ToHex(const TraceId& id);
std::string ToHex(const SpanId& id);

// The header `traceparent`, "00-<trace>-<span>-<flags>".
std::string FormatTraceparent(const Context& context);

// None if `header` is not valid. Of a version to come, what is known is read.
std::optional<Context> ParseTraceparent(absl::string_view header);

// What this thread works for; not valid if that is nothing in particular.
const Context& Current();

// Makes `context` the current one of this thread until the end of the scope.
class Scope {
 public:
  explicit Scope(const Context& context);
  ~Scope();
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  const Context before_;
};

// As OpenTelemetry numbers them.
enum class SpanKind : std::uint8_t { kInternal = 1, kServer = 2, kClient = 3 };

struct Attribute {
  std::string key;  // "rpc.method".
  std::variant<std::string, std::int64_t> value;
};

// A piece of work that is over.
struct FinishedSpan {
  std::string name;  // "pulsetaker.survey.v1.SurveyService/GetWave".
  SpanKind kind = SpanKind::kInternal;
  Context context;
  SpanId parent_id = {};  // Zeros: the first of its trace.
  absl::Time begin;
  absl::Time end;
  std::vector<Attribute> attributes = {};
  bool failed = false;
};

// A piece of work, from its construction on. It is given to the recorder when
// it ends, if its trace is sampled. For one thread at a time.
class Span {
 public:
  // `parent` that is not valid begins a trace.
  Span(std::string name, SpanKind kind, const Context& parent);

  const Context& context() const { return span_.context; }

  // Whether anyone will see it: if not, attributes are not worth their cost.
  bool recorded() const;

  void AddAttribute(std::string key, std::string value);
  void AddAttribute(std::string key, std::int64_t value);

  // Once. A span that is destroyed without it was never ended, nor recorded.
  void End(bool failed);

 private:
  FinishedSpan span_;
};

// Who is given the spans of sampled traces, on the thread that ends them: must
// be quick, and must not wait. No one until it is called; nullptr is no one. No
// span is given to the former one after it returns.
using Recorder = std::function<void(FinishedSpan)>;
void SetRecorder(Recorder recorder);

// Which share of the traces that begin here is sampled, 0 to 1; 1 until it is
// called. Traces that began elsewhere are sampled as they were there.
void SetSampledShare(double share);

}  // namespace pulsetaker::trace
