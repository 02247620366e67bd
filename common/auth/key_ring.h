// The last good set of keys, how old it is, and when it is to be read again. It
// reads nothing itself, and waits for nothing.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/key_provider.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"

namespace pulsetaker::auth {

struct KeyRingRules {
  // From one reading that succeeded to the next.
  absl::Duration refresh = absl::Minutes(5);

  // From one that failed to the next, if that is sooner.
  absl::Duration retry = absl::Seconds(30);

  // At the least between two that unknown keys are the reason for: who sends
  // made-up names of keys must not make us a burden to the issuer.
  absl::Duration unknown_key_interval = absl::Seconds(30);

  // How old a set may be to be used, when no other can be had.
  absl::Duration stale_max = absl::Hours(24);
};

// Safe for use by any number of threads at once, of which one reads.
class KeyRing final : public KeyProvider {
 public:
  // `clock` need not be of the same day as anyone else's.
  KeyRing(KeyRingRules rules, Clock clock);

  // Takes what was read, or that it could not be, as of the time at which
  // Take is called. A document that is the same as before is one that
  // succeeded. One that is no set of keys changes nothing but the count of
  // failures, and its error is returned.
  absl::Status Take(absl::StatusOr<std::string> document);

  absl::StatusOr<KeysInForce> Current() const override;
  void ReportUnknownKey() override;

  // How long to wait before the next reading; not positive if it is due.
  absl::Duration UntilDue() const;

  // pulsetaker_token_keys, _age_seconds, _passed_over, _reads_total,
  // _read_failures_total and _changes_total.
  std::vector<MetricSample> Samples() const;

 private:
  absl::Status Replace(std::string document)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const KeyRingRules rules_;
  const Clock clock_;

  mutable Mutex mutex_;
  std::string document_ ABSL_GUARDED_BY(mutex_);
  KeysInForce in_force_ ABSL_GUARDED_BY(mutex_);  // Without keys at first.
  // Of readings: the last one, the last that succeeded, the last that began for
  // an unknown key.
  absl::Time last_read_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time last_success_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time last_for_unknown_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool has_failed_ ABSL_GUARDED_BY(mutex_) = false;
  bool is_wanted_ ABSL_GUARDED_BY(mutex_) = false;  // For an unknown key.
  std::uint64_t reads_ ABSL_GUARDED_BY(mutex_) = 0;
  std::uint64_t failures_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace pulsetaker::auth
