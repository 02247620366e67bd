#include "common/auth/key_ring.h"

#include <algorithm>
#include <utility>

#include "common/base/status.h"

namespace pulsetaker::auth {
namespace {

absl::Status Unavailable() {
  return MakeError(absl::StatusCode::kUnavailable, "TOKEN_KEYS_UNAVAILABLE",
                   "the keys that tokens are verified with could not be read "
                   "for too long");
}

}  // namespace

KeyRing::KeyRing(KeyRingRules rules, Clock clock)
    : rules_(rules), clock_(std::move(clock)) {}

absl::Status KeyRing::Replace(std::string document) {
  if (in_force_.keys != nullptr && document == document_) {
    return absl::OkStatus();
  }
  PT_ASSIGN_OR_RETURN(JwkSet keys, ParseJwkSet(document));
  in_force_.keys = std::make_shared<const JwkSet>(std::move(keys));
  ++in_force_.generation;
  document_ = std::move(document);
  return absl::OkStatus();
}

absl::Status KeyRing::Take(absl::StatusOr<std::string> document) {
  MutexLock lock(mutex_);
  const absl::Time now = clock_();
  if (is_wanted_) last_for_unknown_ = now;
  is_wanted_ = false;
  last_read_ = now;
  ++reads_;
  const absl::Status outcome =
      document.ok() ? Replace(*std::move(document)) : document.status();
  has_failed_ = !outcome.ok();
  if (outcome.ok()) {
    last_success_ = now;
  } else {
    ++failures_;
  }
  return outcome;
}

absl::StatusOr<KeysInForce> KeyRing::Current() const {
  MutexLock lock(mutex_);
  if (in_force_.keys == nullptr ||
      clock_() - last_success_ > rules_.stale_max) {
    return Unavailable();
  }
  return in_force_;
}

void KeyRing::ReportUnknownKey() {
  MutexLock lock(mutex_);
  is_wanted_ = true;
}

absl::Duration KeyRing::UntilDue() const {
  MutexLock lock(mutex_);
  const absl::Duration interval =
      has_failed_ ? std::min(rules_.refresh, rules_.retry) : rules_.refresh;
  absl::Time due = last_read_ + interval;
  if (is_wanted_) {
    due = std::min(due, last_for_unknown_ + rules_.unknown_key_interval);
  }
  return due - clock_();
}

std::vector<MetricSample> KeyRing::Samples() const {
  MutexLock lock(mutex_);
  const bool has_keys = in_force_.keys != nullptr;
  const auto count = [](std::size_t number) {
    return static_cast<double>(number);
  };
  return {
      {.name = "pulsetaker_token_keys",
       .help = "Keys that tokens are verified with.",
       .value = has_keys ? count(in_force_.keys->size()) : 0},
      {.name = "pulsetaker_token_keys_age_seconds",
       .help = "Time since the keys were last read with success.",
       .value = has_keys ? absl::ToDoubleSeconds(clock_() - last_success_) : 0},
      {.name = "pulsetaker_token_keys_changes_total",
       .help = "Times that a set of keys took the place of another.",
       .kind = MetricKind::kCounter,
       .value = has_keys ? count(in_force_.generation - 1) : 0},
      {.name = "pulsetaker_token_keys_passed_over",
       .help = "Keys of the set that are of no kind that verifies tokens.",
       .value = has_keys ? count(in_force_.keys->passed_over()) : 0},
      {.name = "pulsetaker_token_keys_read_failures_total",
       .help = "Times that the keys could not be read.",
       .kind = MetricKind::kCounter,
       .value = count(failures_)},
      {.name = "pulsetaker_token_keys_reads_total",
       .help = "Times that the keys were read, with or without success.",
       .kind = MetricKind::kCounter,
       .value = count(reads_)},
  };
}

}  // namespace pulsetaker::auth
