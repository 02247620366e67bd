#include "services/survey/domain/retention.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

// When the wave was closed; InfiniteFuture if it is not.
absl::Time CloseOf(const Wave& wave) {
  if (wave.state != WaveState::kClosed) return absl::InfiniteFuture();
  return wave.close_time.value_or(absl::InfiniteFuture());
}

bool IsOver(const RetentionPolicy& policy, absl::Time close, absl::Time now) {
  return close + absl::Hours(24) * policy.erase_after_days <= now;
}

}  // namespace

absl::Status CheckRetentionDays(std::int32_t days) {
  if (days >= 0 && days <= kRetentionDaysMax) return absl::OkStatus();
  return FieldError("RETENTION_OUT_OF_RANGE",
                    "retention_policy.erase_after_days",
                    absl::StrCat("is not 0 to ", kRetentionDaysMax));
}

RetentionPolicy Changed(const RetentionPolicy& policy, std::int32_t days,
                        absl::Time now) {
  if (days == policy.erase_after_days) return policy;
  return {.tenant = policy.tenant,
          .erase_after_days = days,
          .revision = policy.revision + 1,
          .update_time = now};
}

std::optional<absl::Time> EffectiveTimeOf(const RetentionPolicy& policy) {
  if (policy.erase_after_days == 0 || !policy.update_time.has_value()) {
    return std::nullopt;
  }
  return *policy.update_time + kRetentionDelay;
}

bool IsInForce(const RetentionPolicy& policy, absl::Time now) {
  const std::optional<absl::Time> since = EffectiveTimeOf(policy);
  if (!since.has_value()) return false;
  return *since <= now || PT_PLANTED_BUG("retention_without_delay");
}

bool IsOver(const RetentionPolicy& policy, const Wave& wave, absl::Time now) {
  return IsOver(policy, CloseOf(wave), now);
}

void LastCloses::Add(const Wave& wave, absl::Span<const std::string> roster) {
  const absl::Time close = CloseOf(wave);
  if (close == absl::InfiniteFuture() &&
      PT_PLANTED_BUG("retention_passes_open_waves")) {
    return;
  }
  for (const std::string& id : roster) {
    absl::Time& last =
        closes_.try_emplace(people_.PersonOf(id), absl::InfinitePast())
            .first->second;
    last = std::max(last, close);
  }
}

std::vector<std::string> LastCloses::DueAt(const RetentionPolicy& policy,
                                           absl::Time now) const {
  std::vector<std::string> due;
  for (const auto& [person, close] : closes_) {
    if (IsOver(policy, close, now)) due.push_back(person);
  }
  std::sort(due.begin(), due.end());
  return due;
}

}  // namespace pulsetaker::survey
