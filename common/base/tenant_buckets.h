// How much each tenant may have a second, so that one cannot crowd out the
// others.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/base/mutex.h"

namespace pulsetaker {

// The reason of the error that a tenant over its quota gets.
inline constexpr absl::string_view kQuotaExceeded = "TENANT_QUOTA_EXCEEDED";

// Of each tenant by itself.
struct TenantRate {
  std::string unit;             // What it counts, for messages: "rows".
  std::int64_t per_second = 0;  // 0: as many as come.
};

// A bucket of each rate for each tenant. Whoever finds something in all of them
// takes what it needs, also more than there is: so an amount may be larger than
// a burst, and the next one waits until it is paid for. Over any time T a
// tenant gets at most the rate times (T + burst) and one amount more.
//
// A bucket is one number, the time at which it will be full again: the generic
// cell rate algorithm (ITU-T I.371), as a virtual schedule.
//
// Safe for use by any number of threads at once.
class TenantBuckets {
 public:
  // Tenants that are told apart. While so many have used part of their burst,
  // all further ones share a bucket of each rate.
  static constexpr std::size_t kTenantCountMax = 4'096;

  // Not without a rate. A tenant that took nothing for as long as `burst` may
  // take at once what it may take in so long.
  TenantBuckets(std::vector<TenantRate> rates, absl::Duration burst);

  TenantBuckets(const TenantBuckets&) = delete;
  TenantBuckets& operator=(const TenantBuckets&) = delete;

  // Takes for the tenant an amount of each rate, in the order of the rates.
  // `now` is of a clock that never goes back.
  //
  // RESOURCE_EXHAUSTED, TENANT_QUOTA_EXCEEDED: nothing is taken. RetryDelayOf
  // says when there will be something; the metadata `quota_subject` is the name
  // of the tenant.
  absl::Status Take(absl::string_view tenant,
                    absl::Span<const std::int64_t> amounts, absl::Time now);

  // How many tenants it tells apart at the moment.
  std::size_t tenant_count() const;

 private:
  // When that of each rate will be full again; in the past, it is.
  using Buckets = std::vector<absl::Time>;

  Buckets& BucketsOf(absl::string_view tenant, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::vector<TenantRate> rates_;
  const absl::Duration burst_;
  const bool is_limited_;

  mutable Mutex mutex_;
  absl::flat_hash_map<std::string, Buckets> buckets_ ABSL_GUARDED_BY(mutex_);
  Buckets shared_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_sweep_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace pulsetaker
