// How often callers may call, so that one tenant cannot crowd out the others.
//
// A call takes one from the bucket of the tenant that its caller acts for,
// whatever its method is, and a stream whatever it carries. It does so before
// anything else is looked at but who calls: a call that no role permits counts
// too, and beyond the rate is told so, not that it lacks a permission.
//
// Callers that act for no tenant of their own are not counted: services of
// ours, which call for all tenants, operators, and whoever calls a server that
// asks nobody who they are.

#pragma once

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/base/tenant_buckets.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_interceptor.h"

namespace pulsetaker::rpc {

// Of each tenant by itself.
struct CallLimits {
  std::int64_t calls_per_second = 0;  // 0: as many as come. At most 10^6.
  // A tenant that did not call for so long may make at once as many calls as it
  // may make in so long.
  absl::Duration burst = absl::Seconds(10);
};

// A bucket of calls for each tenant. Safe for use by any number of threads at
// once.
class CallRates {
 public:
  // `clock` never goes back. It is called on any thread.
  explicit CallRates(const CallLimits& limits, Clock clock = MonotonicNow);

  CallRates(const CallRates&) = delete;
  CallRates& operator=(const CallRates&) = delete;

  // Takes a call for the tenant; what TenantBuckets::Take says.
  absl::Status Take(absl::string_view tenant);

 private:
  TenantBuckets buckets_;
  const Clock clock_;
};

// Has calls beyond the rates refused. To come after the interceptors of
// access.h, which know who calls. `rates` and `metrics` must outlive the
// server. Counts what it refuses:
//   pulsetaker_calls_over_quota_total
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeCallRateInterceptors(CallRates& rates, Metrics& metrics);

// Whether the call was refused by them.
bool IsOverRate(const grpc::ServerContextBase& context);

}  // namespace pulsetaker::rpc
