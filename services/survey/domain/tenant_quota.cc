#include "services/survey/domain/tenant_quota.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::survey {
namespace {

// Looking for tenants to forget goes through all of them.
constexpr absl::Duration kSweepInterval = absl::Seconds(1);

// How long until there is something in a bucket that will be full at `full`.
absl::Duration WaitOf(absl::Time full, absl::Duration burst, absl::Time now) {
  return full - burst - now;
}

absl::Status Refusal(absl::string_view tenant, std::int64_t limit,
                     absl::string_view unit, absl::Duration wait) {
  return WithRetryDelay(
      MakeError(absl::StatusCode::kResourceExhausted, kQuotaExceeded,
                absl::StrCat("the quota of ", limit, " ", unit,
                             " a second is used up"),
                {{"quota_subject", absl::StrCat("tenants/", tenant)}}),
      wait);
}

// The bucket with `amount` less in it.
absl::Time Without(std::int64_t amount, std::int64_t per_second,
                   absl::Time full, absl::Time now) {
  if (per_second == 0) return full;
  return std::max(full, now) + absl::Seconds(amount) / per_second;
}

}  // namespace

absl::Status TenantQuota::Take(absl::string_view tenant, const IntakeLoad& load,
                               absl::Time now) {
  if (limits_.rows_per_second == 0 && limits_.bytes_per_second == 0) {
    return absl::OkStatus();
  }
  MutexLock lock(mutex_);
  Bucket& bucket = BucketOf(tenant, now);
  const absl::Duration rows_wait = WaitOf(bucket.rows_full, limits_.burst, now);
  const absl::Duration bytes_wait =
      WaitOf(bucket.bytes_full, limits_.burst, now);
  if (std::max(rows_wait, bytes_wait) > absl::ZeroDuration()) {
    return rows_wait >= bytes_wait
               ? Refusal(tenant, limits_.rows_per_second, "rows", rows_wait)
               : Refusal(tenant, limits_.bytes_per_second, "bytes", bytes_wait);
  }
  bucket.rows_full =
      Without(load.rows, limits_.rows_per_second, bucket.rows_full, now);
  bucket.bytes_full =
      Without(load.bytes, limits_.bytes_per_second, bucket.bytes_full, now);
  return absl::OkStatus();
}

std::size_t TenantQuota::tenant_count() const {
  MutexLock lock(mutex_);
  return buckets_.size();
}

TenantQuota::Bucket& TenantQuota::BucketOf(absl::string_view tenant,
                                           absl::Time now) {
  if (const auto found = buckets_.find(tenant); found != buckets_.end()) {
    return found->second;
  }
  if (buckets_.size() >= kTenantCountMax && now >= next_sweep_) {
    next_sweep_ = now + kSweepInterval;
    // A full bucket is like one that was never used.
    absl::erase_if(buckets_, [now](const auto& entry) {
      return entry.second.rows_full <= now && entry.second.bytes_full <= now;
    });
  }
  if (buckets_.size() >= kTenantCountMax) return shared_;
  return buckets_[tenant];
}

}  // namespace pulsetaker::survey
