// How long a tenant keeps people, and who is due: docs/privacy/retention.md.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/survey/domain/overlay.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

inline constexpr std::int32_t kRetentionDaysMax = 36'500;

// From a change of a policy until people are erased by it, so that a mistake
// can be taken back.
inline constexpr absl::Duration kRetentionDelay = absl::Hours(24);

struct RetentionPolicy {
  std::string tenant;
  // After the close of the last wave on whose roster they are; 0: people are
  // kept.
  std::int32_t erase_after_days = 0;
  // 1 before anyone said anything, one more with each change.
  std::int64_t revision = 1;
  // Of the last change, in whole microseconds; none before the first.
  std::optional<absl::Time> update_time = std::nullopt;

  friend bool operator==(const RetentionPolicy&,
                         const RetentionPolicy&) = default;
};

// INVALID_ARGUMENT, RETENTION_OUT_OF_RANGE, of the field
// "retention_policy.erase_after_days": not 0 to kRetentionDaysMax.
absl::Status CheckRetentionDays(std::int32_t days);

// The policy with other days. With the same it stays as it is, and in force
// since when it was.
RetentionPolicy Changed(const RetentionPolicy& policy, std::int32_t days,
                        absl::Time now);

// From when on people are erased by the policy. None while they are kept.
std::optional<absl::Time> EffectiveTimeOf(const RetentionPolicy& policy);

// Whether people are erased by the policy.
bool IsInForce(const RetentionPolicy& policy, absl::Time now);

// Whether anyone of a wave that was closed, and of no other, is due.
bool IsOver(const RetentionPolicy& policy, const Wave& wave, absl::Time now);

// Until when people are needed: the close of the last wave on whose roster any
// id of theirs is. For one thread.
class LastCloses {
 public:
  // Must outlive this.
  explicit LastCloses(const OverlayIndex& people) : people_(people) {}

  // A wave, and the ids on its roster.
  void Add(const Wave& wave, absl::Span<const std::string> roster);

  // Of those who were added, whoever is due by the policy: no aliases among
  // them, ascending. Nobody on the roster of a wave that is not closed is.
  std::vector<std::string> DueAt(const RetentionPolicy& policy,
                                 absl::Time now) const;

 private:
  const OverlayIndex& people_;
  // By person. InfiniteFuture: a wave is not closed.
  absl::flat_hash_map<std::string, absl::Time> closes_;
};

}  // namespace pulsetaker::survey
