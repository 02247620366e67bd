#include "common/rpc/otlp_exporter.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "civetweb.h"
#include "common/base/log.h"
#include "common/base/status.h"

namespace pulsetaker::rpc {
namespace {

constexpr int kPortMax = 65'535;

struct CloseConnection {
  void operator()(mg_connection* connection) const {
    mg_close_connection(connection);
  }
};
using Connection = std::unique_ptr<mg_connection, CloseConnection>;

Counter& Exported(Metrics& metrics) {
  return metrics.GetCounter({"pulsetaker_spans_exported_total",
                             "Spans that the collector has taken."});
}

Counter& Dropped(Metrics& metrics) {
  return metrics.GetCounter({"pulsetaker_spans_dropped_total",
                             "Spans that the collector did not take in time."});
}

bool IsTaken(int code) { return code >= 200 && code < 300; }

// As the specification of OTLP has it.
bool MayBeRepeated(int code) {
  return code == 429 || code == 502 || code == 503 || code == 504;
}

absl::Status EndpointError() {
  return absl::InvalidArgumentError(
      "is not http://HOST:PORT or "
      "http://HOST:PORT/PATH");
}

}  // namespace

absl::StatusOr<OtlpEndpoint> ParseOtlpEndpoint(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "http://")) return EndpointError();
  const absl::string_view authority = text.substr(0, text.find('/'));
  absl::string_view path = text.substr(authority.size());
  absl::ConsumeSuffix(&path, "/");
  const std::size_t colon = authority.rfind(':');
  if (colon == absl::string_view::npos) return EndpointError();
  absl::string_view host = authority.substr(0, colon);
  const bool in_brackets =
      absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  OtlpEndpoint endpoint = {.host = std::string(host),
                           .path = absl::StrCat(path, "/v1/traces")};
  const bool is_host =
      !host.empty() &&
      host.find_first_of("[]@ \t\r\n") == absl::string_view::npos &&
      (in_brackets || host.find(':') == absl::string_view::npos);
  if (!is_host || path.find_first_of("?# \t\r\n") != absl::string_view::npos ||
      !absl::SimpleAtoi(authority.substr(colon + 1), &endpoint.port) ||
      endpoint.port < 1 || endpoint.port > kPortMax) {
    return EndpointError();
  }
  return endpoint;
}

OtlpExporter::OtlpExporter(OtlpOptions options, Metrics& metrics)
    : options_(std::move(options)),
      exported_(Exported(metrics)),
      dropped_(Dropped(metrics)),
      thread_([this] { Run(); }) {}

OtlpExporter::~OtlpExporter() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void OtlpExporter::Add(trace::FinishedSpan span) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    if (queue_.size() < options_.queue_length_max) {
      queue_.push_back(std::move(span));
      wake = queue_.size() == options_.batch_length_max;
    } else {
      dropped_.Increment();
    }
  }
  if (wake) changed_.notify_one();
}

void OtlpExporter::Run() {
  absl::Duration retry_wait = options_.retry_wait;
  for (;;) {
    const std::vector<trace::FinishedSpan> batch = TakeBatch();
    if (batch.empty()) return;
    while (Send(batch)) {
      if (!Wait(retry_wait)) return Drop(batch.size());
      retry_wait = std::min(retry_wait * 2, options_.retry_wait_max);
    }
    if (!is_failing_) retry_wait = options_.retry_wait;
  }
}

std::vector<trace::FinishedSpan> OtlpExporter::TakeBatch() {
  MutexLock lock(mutex_);
  // Not woken by each span: they gather meanwhile.
  while (!stopping_ && queue_.empty()) {
    lock.WaitFor(changed_, options_.interval);
  }
  const std::size_t size = std::min(queue_.size(), options_.batch_length_max);
  const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(size);
  std::vector<trace::FinishedSpan> batch(std::move_iterator(queue_.begin()),
                                         std::move_iterator(end));
  queue_.erase(queue_.begin(), end);
  return batch;
}

void OtlpExporter::Drop(std::size_t unsent) {
  MutexLock lock(mutex_);
  dropped_.Increment(unsent + queue_.size());
  queue_.clear();
}

bool OtlpExporter::Send(const std::vector<trace::FinishedSpan>& batch) {
  const absl::StatusOr<int> code = Post(ToOtlpJson(options_.resource, batch));
  if (code.ok() && IsTaken(*code)) {
    exported_.Increment(batch.size());
    LogOutcome(absl::OkStatus());
    return false;
  }
  LogOutcome(code.ok() ? absl::UnavailableError(
                             absl::StrCat("the collector answered ", *code))
                       : code.status());
  if (!code.ok() || MayBeRepeated(*code)) return true;
  dropped_.Increment(batch.size());
  return false;
}

absl::StatusOr<int> OtlpExporter::Post(const std::string& body) const {
  const OtlpEndpoint& to = options_.endpoint;
  std::array<char, 256> problem{};
  const Connection connection(mg_connect_client(to.host.c_str(), to.port,
                                                /*use_ssl=*/0, problem.data(),
                                                problem.size()));
  if (connection == nullptr) return absl::UnavailableError(problem.data());
  const std::string head = absl::StrCat(
      "POST ", to.path, " HTTP/1.1\r\nHost: ", to.host, ":", to.port,
      "\r\nContent-Type: application/json\r\nContent-Length: ", body.size(),
      "\r\nConnection: close\r\n\r\n");
  if (mg_write(connection.get(), head.data(), head.size()) <= 0 ||
      mg_write(connection.get(), body.data(), body.size()) <= 0) {
    return absl::UnavailableError("the connection broke");
  }
  const int timeout =
      static_cast<int>(absl::ToInt64Milliseconds(options_.answer_timeout));
  if (mg_get_response(connection.get(), problem.data(), problem.size(),
                      timeout) < 0) {
    return absl::UnavailableError(problem.data());
  }
  return mg_get_response_info(connection.get())->status_code;
}

bool OtlpExporter::Wait(absl::Duration time) {
  const absl::Time until = absl::Now() + time;
  MutexLock lock(mutex_);
  while (!stopping_ && absl::Now() < until) {
    lock.WaitFor(changed_, until - absl::Now());
  }
  return !stopping_;
}

// One line for each change: a collector that is away is away for long.
void OtlpExporter::LogOutcome(const absl::Status& outcome) {
  if (outcome.ok() != is_failing_) return;
  is_failing_ = !outcome.ok();
  if (is_failing_) {
    log::Warning("spans_not_exported", {{"problem", outcome.message()}});
  } else {
    log::Info("spans_exported_again");
  }
}

void CountNoSpans(Metrics& metrics) {
  Exported(metrics);
  Dropped(metrics);
}

}  // namespace pulsetaker::rpc
