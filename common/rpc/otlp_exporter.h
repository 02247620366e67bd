// Sends spans to a collector, in batches, by OTLP over HTTP. What the collector
// does not take in time is dropped and counted: tracing holds nothing up.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"
#include "common/base/trace.h"
#include "common/rpc/otlp_json.h"

namespace pulsetaker::rpc {

// Where a collector listens. In plain text: it is a neighbour, such as an agent
// of the same cluster.
struct OtlpEndpoint {
  std::string host;  // A name or an address, that of IPv6 without brackets.
  int port = 0;
  std::string path;  // "/v1/traces".
};

// Reads "http://HOST:PORT" or "http://HOST:PORT/PATH". As with other senders of
// OTLP, the path is that of the collector: "/v1/traces" is added to it.
//
// INVALID_ARGUMENT: it is neither.
absl::StatusOr<OtlpEndpoint> ParseOtlpEndpoint(absl::string_view text);

struct OtlpOptions {
  OtlpEndpoint endpoint;
  OtlpResource resource;
  std::size_t queue_length_max = 4'096;          // Spans; the next is dropped.
  std::size_t batch_length_max = 512;            // Spans of one request.
  absl::Duration interval = absl::Seconds(1);    // The longest a span waits.
  absl::Duration retry_wait = absl::Seconds(1);  // Doubles with each failure.
  absl::Duration retry_wait_max = absl::Seconds(30);
  absl::Duration answer_timeout = absl::Seconds(5);
};

// Safe for use by any number of threads at once.
class OtlpExporter {
 public:
  // Counts pulsetaker_spans_exported_total and pulsetaker_spans_dropped_total
  // in `metrics`, which must outlive it.
  OtlpExporter(OtlpOptions options, Metrics& metrics);

  // Sends what is queued, until the collector fails to take it. May take some
  // ten seconds, if the collector is away.
  ~OtlpExporter();
  OtlpExporter(const OtlpExporter&) = delete;
  OtlpExporter& operator=(const OtlpExporter&) = delete;

  // Never waits.
  void Add(trace::FinishedSpan span);

 private:
  void Run();
  // Waits for spans. Empty: it is over.
  std::vector<trace::FinishedSpan> TakeBatch();
  // True if it may be tried again.
  bool Send(const std::vector<trace::FinishedSpan>& batch);
  // Counts as dropped what was not sent, and all that is queued.
  void Drop(std::size_t unsent);
  // The code of the answer.
  absl::StatusOr<int> Post(const std::string& body) const;
  // False if it is to stop.
  bool Wait(absl::Duration time);
  void LogOutcome(const absl::Status& outcome);

  const OtlpOptions options_;
  Counter& exported_;
  Counter& dropped_;
  bool is_failing_ = false;  // Of its thread alone.

  Mutex mutex_;
  std::condition_variable changed_;
  std::vector<trace::FinishedSpan> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses all of the above.
};

// The counters, at zero, for a process that sends no spans.
void CountNoSpans(Metrics& metrics);

}  // namespace pulsetaker::rpc
