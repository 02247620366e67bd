#include "common/rpc/call_rates.h"

#include <string>
#include <utility>

#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/rpc/access.h"
#include "google/protobuf/message.h"

namespace pulsetaker::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

class RateInterceptor final : public grpc::experimental::Interceptor {
 public:
  RateInterceptor(CallRates& rates, Counter& refused_count, ServerRpcInfo& info)
      : rates_(rates), refused_count_(refused_count), info_(info) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      TakeOne(*info_.server_context());
    }
    // The request of a call may come together with its metadata, and then has
    // passed the interceptors that empty what is refused.
    if (is_refused_ && methods->QueryInterceptionHookPoint(
                           InterceptionHookPoints::POST_RECV_MESSAGE)) {
      Empty(methods->GetRecvMessage());
    }
    methods->Proceed();
  }

 private:
  void TakeOne(grpc::ServerContextBase& context) {
    const std::string& tenant = CallerOf(context).tenant;
    if (tenant.empty()) return;
    const absl::Status taken = rates_.Take(tenant);
    if (taken.ok()) return;
    is_refused_ = true;
    refused_count_.Increment();
    Refuse(context, taken);
  }

  static void Empty(void* message) {
    if (message == nullptr) return;  // It could not be read, or was the last.
    static_cast<google::protobuf::Message*>(message)->Clear();
  }

  CallRates& rates_;
  Counter& refused_count_;
  ServerRpcInfo& info_;
  bool is_refused_ = false;
};

class RateInterceptors final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  RateInterceptors(CallRates& rates, Metrics& metrics)
      : rates_(rates),
        refused_count_(metrics.GetCounter(
            {"pulsetaker_calls_over_quota_total",
             "Calls refused because their tenant calls too often."})) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      ServerRpcInfo* info) override {
    return new RateInterceptor(rates_, refused_count_, *info);
  }

 private:
  CallRates& rates_;
  Counter& refused_count_;
};

}  // namespace

CallRates::CallRates(const CallLimits& limits, Clock clock)
    : buckets_({{.unit = "calls", .per_second = limits.calls_per_second}},
               limits.burst),
      clock_(std::move(clock)) {}

absl::Status CallRates::Take(absl::string_view tenant) {
  if (PT_PLANTED_BUG("call_rate_shared_by_tenants")) tenant = "everybody";
  return buckets_.Take(tenant, {1}, clock_());
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeCallRateInterceptors(CallRates& rates, Metrics& metrics) {
  return std::make_unique<RateInterceptors>(rates, metrics);
}

bool IsOverRate(const grpc::ServerContextBase& context) {
  return ReasonOf(AdmissionOf(context)) == kQuotaExceeded;
}

}  // namespace pulsetaker::rpc
