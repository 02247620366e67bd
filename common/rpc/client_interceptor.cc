#include "common/rpc/client_interceptor.h"

#include <optional>
#include <utility>

#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/trace.h"
#include "common/rpc/grpc_names.h"
#include "grpcpp/support/status.h"

namespace pulsetaker::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

// One call, whose retries are inside of it. Made on the thread that makes the
// call.
class CallRecorder final : public grpc::experimental::Interceptor {
 public:
  CallRecorder(std::string method, const std::string& target, Metrics* metrics)
      : method_(std::move(method)),
        target_(target),
        metrics_(metrics),
        begin_(absl::Now()) {
    // A call that is made for nobody begins no trace: the server does.
    if (trace::Current().valid()) {
      span_.emplace(method_, trace::SpanKind::kClient, trace::Current());
    }
  }

  void Intercept(InterceptorBatchMethods* methods) override {
    if (span_.has_value() &&
        methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace(
          "traceparent", trace::FormatTraceparent(span_->context()));
    }
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_STATUS)) {
      End(methods->GetRecvStatus()->error_code());
    }
    methods->Proceed();
  }

 private:
  void End(grpc::StatusCode code) {
    if (metrics_ != nullptr) {
      metrics_
          ->GetHistogram({"grpc_client_call_duration_seconds",
                          "How long calls to other services took, with their "
                          "retries."},
                         LatencyBuckets(),
                         {{"grpc_method", method_},
                          {"grpc_status", NameOf(code)},
                          {"grpc_target", target_}})
          .Observe(absl::Now() - begin_);
    }
    if (!span_.has_value()) return;
    AddCallAttributes(method_, code, *span_);
    span_->End(/*failed=*/code != grpc::StatusCode::OK);
  }

  const std::string method_;
  const std::string& target_;
  Metrics* const metrics_;
  const absl::Time begin_;
  std::optional<trace::Span> span_;
};

class CallRecorderFactory final
    : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  CallRecorderFactory(std::string target, Metrics* metrics)
      : target_(std::move(target)), metrics_(metrics) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    return new CallRecorder(std::string(absl::StripPrefix(info->method(), "/")),
                            target_, metrics_);
  }

 private:
  const std::string target_;
  Metrics* const metrics_;
};

}  // namespace

std::vector<
    std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
MakeClientInterceptors(const std::string& target, Metrics* metrics) {
  std::vector<
      std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
      factories;
  factories.push_back(std::make_unique<CallRecorderFactory>(target, metrics));
  return factories;
}

}  // namespace pulsetaker::rpc
