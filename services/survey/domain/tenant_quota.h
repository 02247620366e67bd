// How much each tenant may bring in, so that one cannot crowd out the others.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"

namespace pulsetaker::survey {

// The reason of the error that a tenant over its quota gets.
inline constexpr absl::string_view kQuotaExceeded = "TENANT_QUOTA_EXCEEDED";

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

// A bucket of rows and one of bytes for each tenant. Whoever finds something in
// both takes what it needs, also more than there is: so a load may be larger
// than a burst, and the next one waits until it is paid for. Over any time T a
// tenant gets at most the rate times (T + burst) and one load more.
//
// Safe for use by any number of threads at once.
class TenantQuota {
 public:
  // Tenants that are told apart. While so many have used part of their burst,
  // all further ones share a bucket.
  static constexpr std::size_t kTenantCountMax = 4'096;

  explicit TenantQuota(const QuotaLimits& limits) : limits_(limits) {}

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
  std::size_t tenant_count() const;

 private:
  // When its two parts will be full again; in the past, they are.
  struct Bucket {
    absl::Time rows_full = absl::InfinitePast();
    absl::Time bytes_full = absl::InfinitePast();
  };

  Bucket& BucketOf(absl::string_view tenant, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const QuotaLimits limits_;

  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
  Bucket shared_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_sweep_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace pulsetaker::survey
