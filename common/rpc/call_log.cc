#include "common/rpc/call_log.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/log.h"
#include "common/base/mutex.h"
#include "google/protobuf/descriptor.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/server_interceptor.h"

namespace pulsetaker::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

constexpr char kUnknownMethod[] = "unknown";

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

std::string ReasonIn(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details())) return "";
  for (const auto& detail : details.details()) {
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return "";
}

// What is counted of one method.
struct MethodMetrics {
  std::string method;  // "pulsetaker.survey.v1.SurveyService/GetWave".
  bool is_probe = false;
  Histogram& seconds;
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

  MethodMetrics& ForMethod(absl::string_view path) {
    absl::ConsumePrefix(&path, "/");
    MutexLock lock(mutex_);
    const auto found = methods_.find(path);
    if (found != methods_.end()) return *found->second;
    // Callers choose the path. Only methods that exist get a row.
    const bool exists =
        google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
            absl::StrReplaceAll(path, {{"/", "."}})) != nullptr;
    const std::string method = exists ? std::string(path) : kUnknownMethod;
    auto& row = methods_[method];
    if (row == nullptr) {
      row = std::make_unique<MethodMetrics>(MethodMetrics{
          .method = method,
          .is_probe = absl::StartsWith(method, "grpc.health.") ||
                      absl::StartsWith(method, "grpc.reflection."),
          .seconds = metrics_.GetHistogram(
              {"pulsetaker_call_seconds", "How long calls took."},
              LatencyBuckets(), {{"method", method}})});
    }
    return *row;
  }

  void CountEnd(const MethodMetrics& method, grpc::StatusCode code) {
    metrics_
        .GetCounter({"pulsetaker_calls_total", "Calls that have ended."},
                    {{"code", NameOf(code)}, {"method", method.method}})
        .Increment();
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
            InterceptionHookPoints::PRE_SEND_STATUS)) {
      End(methods->GetSendStatus());
    }
    methods->Proceed();
  }

 private:
  void End(const grpc::Status& status) {
    ended_ = true;
    const absl::Duration time = absl::Now() - begin_;
    method_.seconds.Observe(time);
    metrics_.CountEnd(method_, status.error_code());
    if (status.ok() && method_.is_probe) return;
    log::Info("call", {{"method", method_.method},
                       {"code", NameOf(status.error_code())},
                       {"reason", status.ok() ? "" : ReasonIn(status)},
                       {"micros", absl::ToInt64Microseconds(time)}});
  }

  CallMetrics& metrics_;
  MethodMetrics& method_;
  const absl::Time begin_;
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

void AddCallLog(grpc::ServerBuilder& builder, Metrics& metrics) {
  std::vector<
      std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>>
      factories;
  factories.push_back(std::make_unique<CallLoggerFactory>(metrics));
  builder.experimental().SetInterceptorCreators(std::move(factories));
}

}  // namespace pulsetaker::rpc
