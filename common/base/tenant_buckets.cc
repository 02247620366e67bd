#include "common/base/tenant_buckets.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker {
namespace {

// Looking for tenants to forget goes through all of them.
constexpr absl::Duration kSweepInterval = absl::Seconds(1);

bool IsAnyLimited(const std::vector<TenantRate>& rates) {
  return std::any_of(rates.begin(), rates.end(), [](const TenantRate& rate) {
    return rate.per_second != 0;
  });
}

absl::Status Refusal(absl::string_view tenant, const TenantRate& rate,
                     absl::Duration wait) {
  return WithRetryDelay(
      MakeError(absl::StatusCode::kResourceExhausted, kQuotaExceeded,
                absl::StrCat("the quota of ", rate.per_second, " ", rate.unit,
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

TenantBuckets::TenantBuckets(std::vector<TenantRate> rates,
                             absl::Duration burst)
    : rates_(std::move(rates)),
      burst_(burst),
      is_limited_(IsAnyLimited(rates_)),
      shared_(rates_.size(), absl::InfinitePast()) {}

absl::Status TenantBuckets::Take(absl::string_view tenant,
                                 absl::Span<const std::int64_t> amounts,
                                 absl::Time now) {
  if (!is_limited_) return absl::OkStatus();
  MutexLock lock(mutex_);
  Buckets& buckets = BucketsOf(tenant, now);
  const auto emptiest = std::max_element(buckets.begin(), buckets.end());
  // How long until there is something in it.
  const absl::Duration wait = *emptiest - burst_ - now;
  if (wait > absl::ZeroDuration()) {
    const auto rate = static_cast<std::size_t>(emptiest - buckets.begin());
    return Refusal(tenant, rates_[rate], wait);
  }
  for (std::size_t i = 0; i < rates_.size(); ++i) {
    buckets[i] = Without(amounts[i], rates_[i].per_second, buckets[i], now);
  }
  return absl::OkStatus();
}

std::size_t TenantBuckets::tenant_count() const {
  MutexLock lock(mutex_);
  return buckets_.size();
}

TenantBuckets::Buckets& TenantBuckets::BucketsOf(absl::string_view tenant,
                                                 absl::Time now) {
  if (const auto found = buckets_.find(tenant); found != buckets_.end()) {
    return found->second;
  }
  if (buckets_.size() >= kTenantCountMax && now >= next_sweep_) {
    next_sweep_ = now + kSweepInterval;
    // One that is full is like one that was never used.
    absl::erase_if(buckets_, [now](const auto& entry) {
      return *std::max_element(entry.second.begin(), entry.second.end()) <= now;
    });
  }
  if (buckets_.size() >= kTenantCountMax) return shared_;
  return buckets_.try_emplace(tenant, rates_.size(), absl::InfinitePast())
      .first->second;
}

}  // namespace pulsetaker
