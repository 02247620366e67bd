// How much each tenant may bring in, so that one cannot crowd out the others.

#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/tenant_buckets.h"

namespace pulsetaker::survey {

// Of each tenant by itself.
struct QuotaLimits {
  std::int64_t rows_per_second = 0;   // 0: as many as come. At most 10^7.
  std::int64_t bytes_per_second = 0;  // 0: as many as come. At most 10^12.
  // A tenant that brought nothing for so long may bring at once what it may
  // bring in so long.
  absl::Duration burst = absl::Seconds(10);
};

// What one call or frame brings.
struct IntakeLoad {
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
};

// A bucket of rows and one of bytes for each tenant (tenant_buckets.h). A load
// may overdraw both, and the next one waits until it is paid for.
//
// Safe for use by any number of threads at once.
class TenantQuota {
 public:
  static constexpr std::size_t kTenantCountMax = TenantBuckets::kTenantCountMax;

  explicit TenantQuota(const QuotaLimits& limits);

  TenantQuota(const TenantQuota&) = delete;
  TenantQuota& operator=(const TenantQuota&) = delete;

  // Takes `load` for the tenant. `now` is of a clock that never goes back.
  //
  // RESOURCE_EXHAUSTED, TENANT_QUOTA_EXCEEDED: nothing is taken. RetryDelayOf
  // says when there will be something; the metadata `quota_subject` is the name
  // of the tenant.
  absl::Status Take(absl::string_view tenant, const IntakeLoad& load,
                    absl::Time now);

  // How many tenants it tells apart at the moment.
  std::size_t tenant_count() const { return buckets_.tenant_count(); }

 private:
  TenantBuckets buckets_;
};

}  // namespace pulsetaker::survey
