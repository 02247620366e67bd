#include "services/survey/domain/tenant_quota.h"

namespace pulsetaker::survey {

TenantQuota::TenantQuota(const QuotaLimits& limits)
    : buckets_({{.unit = "rows", .per_second = limits.rows_per_second},
                {.unit = "bytes", .per_second = limits.bytes_per_second}},
               limits.burst) {}

absl::Status TenantQuota::Take(absl::string_view tenant, const IntakeLoad& load,
                               absl::Time now) {
  return buckets_.Take(tenant, {load.rows, load.bytes}, now);
}

}  // namespace pulsetaker::survey
