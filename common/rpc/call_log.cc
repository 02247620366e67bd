#include "common/rpc/call_log.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/log.h"
#include "common/base/mutex.h"
#include "common/rpc/grpc_names.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/server_interceptor.h"

namespace pulsetaker::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

constexpr char kTraceparent[] = "traceparent";
constexpr std::size_t kCodeCount = grpc::StatusCode::UNAUTHENTICATED + 1;

// Those that say that the server failed, not the caller.
bool IsServerError(grpc::StatusCode code) {
  return code == grpc::StatusCode::UNKNOWN ||
         code == grpc::StatusCode::DEADLINE_EXCEEDED ||
         code == grpc::StatusCode::UNIMPLEMENTED ||
         code == grpc::StatusCode::INTERNAL ||
         code == grpc::StatusCode::UNAVAILABLE ||
         code == grpc::StatusCode::DATA_LOSS;
}

// What is counted of one method.
struct MethodMetrics {
  std::string method;  // "pulsetaker.survey.v1.SurveyService/GetWave".
  bool is_probe = false;
  Counter& started;
  // How long calls took, by their code; none of a code that did not occur.
  std::array<std::atomic<Histogram*>, kCodeCount> seconds = {};
};

class CallMetrics {
 public:
  explicit CallMetrics(Metrics& metrics)
      : metrics_(metrics),
        in_flight_(metrics.GetGauge({"pulsetaker_calls_in_flight",
                                     "Calls that have begun and not ended."})),
        last_call_(
            metrics.GetGauge({"pulsetaker_last_call_timestamp_seconds",
                              "When the last call that was no probe began, "
                              "since 1970."})) {}

  MethodMetrics& ForMethod(const char* path) {
    MutexLock lock(mutex_);
    const auto found = methods_.find(path);
    if (found != methods_.end()) return *found->second;
    const std::string method = MethodOf(path);
    // Paths that no method has share a row, which is not kept by path.
    auto& row = methods_[method == kOtherMethod ? "" : path];
    if (row == nullptr) {
      row.reset(new MethodMetrics{
          .method = method,
          .is_probe = IsProbe(method),
          .started = metrics_.GetCounter(
              {"grpc_server_call_started_total", "Calls that have begun."},
              {{"grpc_method", method}})});
    }
    return *row;
  }

  void CountEnd(MethodMetrics& method, grpc::StatusCode code,
                absl::Duration time) {
    const auto index = static_cast<std::size_t>(code);
    auto& known = method.seconds[index < kCodeCount
                                     ? index
                                     : std::size_t{grpc::StatusCode::UNKNOWN}];
    Histogram* seconds = known.load(std::memory_order_acquire);
    if (seconds == nullptr) {
      seconds = &metrics_.GetHistogram(
          {"grpc_server_call_duration_seconds",
           "How long calls took, from their arrival to their end."},
          LatencyBuckets(),
          {{"grpc_method", method.method}, {"grpc_status", NameOf(code)}});
      known.store(seconds, std::memory_order_release);
    }
    seconds->Observe(time);
  }

  Gauge& in_flight() { return in_flight_; }
  Gauge& last_call() { return last_call_; }

 private:
  Metrics& metrics_;
  Gauge& in_flight_;
  Gauge& last_call_;
  Mutex mutex_;
  std::map<std::string, std::unique_ptr<MethodMetrics>, std::less<>> methods_
      ABSL_GUARDED_BY(mutex_);
};

class CallLogger final : public grpc::experimental::Interceptor {
 public:
  CallLogger(CallMetrics& metrics, MethodMetrics& method)
      : metrics_(metrics), method_(method), begin_(absl::Now()) {
    method_.started.Increment();
    metrics_.in_flight().Add(1);
    if (!method.is_probe) metrics_.last_call().Set(absl::ToUnixSeconds(begin_));
  }

  // gRPC destroys it when the call is over.
  ~CallLogger() override {
    metrics_.in_flight().Add(-1);
    if (!ended_) End(grpc::Status::CANCELLED);
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      BeginSpan(*methods->GetRecvInitialMetadata());
    }
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_STATUS)) {
      End(methods->GetSendStatus());
    }
    methods->Proceed();
  }

 private:
  using Metadata = std::multimap<grpc::string_ref, grpc::string_ref>;

  void BeginSpan(Metadata& metadata) {
    if (method_.is_probe) return;
    trace::Context parent;
    if (const auto [first, last] = metadata.equal_range(kTraceparent);
        first != last && std::next(first) == last) {
      parent =
          trace::ParseTraceparent({first->second.data(), first->second.size()})
              .value_or(trace::Context{});
    }
    span_.emplace(method_.method, trace::SpanKind::kServer, parent);
    traceparent_ = trace::FormatTraceparent(span_->context());
    metadata.erase(kTraceparent);
    metadata.emplace(kTraceparent, traceparent_);
  }

  void End(const grpc::Status& status) {
    ended_ = true;
    const absl::Duration time = absl::Now() - begin_;
    metrics_.CountEnd(method_, status.error_code(), time);
    EndSpan(status.error_code());
    if (status.ok() && method_.is_probe) return;
    const trace::Scope scope(span_.has_value() ? span_->context()
                                               : trace::Context{});
    log::Info("call", {{"method", method_.method},
                       {"code", NameOf(status.error_code())},
                       {"reason", status.ok() ? "" : ReasonIn(status)},
                       {"micros", absl::ToInt64Microseconds(time)}});
  }

  void EndSpan(grpc::StatusCode code) {
    if (!span_.has_value()) return;
    AddCallAttributes(method_.method, code, *span_);
    span_->End(IsServerError(code));
  }

  CallMetrics& metrics_;
  MethodMetrics& method_;
  const absl::Time begin_;
  std::optional<trace::Span> span_;
  std::string traceparent_;  // The metadata of the call refers to it.
  bool ended_ = false;
};

class CallLoggerFactory final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit CallLoggerFactory(Metrics& metrics) : metrics_(metrics) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    return new CallLogger(metrics_, metrics_.ForMethod(info->method()));
  }

 private:
  CallMetrics metrics_;
};

}  // namespace

std::string ReasonIn(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details())) return "";
  for (const auto& detail : details.details()) {
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeCallLog(Metrics& metrics) {
  return std::make_unique<CallLoggerFactory>(metrics);
}

trace::Context TraceOf(const grpc::ServerContextBase& context) {
  const auto found = context.client_metadata().find(kTraceparent);
  if (found == context.client_metadata().end()) return {};
  return trace::ParseTraceparent({found->second.data(), found->second.size()})
      .value_or(trace::Context{});
}

}  // namespace pulsetaker::rpc
