#include "common/auth/key_source.h"

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/auth/jwk_set.h"
#include "common/auth/key_download.h"
#include "common/base/log.h"
#include "common/base/status.h"

namespace pulsetaker::auth {
namespace {

constexpr absl::Duration kFirstWait = absl::Milliseconds(250);

absl::Status FileError(absl::string_view problem) {
  return MakeError(absl::StatusCode::kUnavailable, "TOKEN_KEYS_UNAVAILABLE",
                   absl::StrCat("the file of the keys ", problem));
}

// A file that grows beyond the limit is read no further than that.
absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) return FileError("cannot be opened");
  std::string content(kJwkSetBytesMax + 1, '\0');
  file.read(content.data(), static_cast<std::streamsize>(content.size()));
  if (file.bad() || !file.eof()) {
    return FileError(absl::StrCat("cannot be read or has more than ",
                                  kJwkSetBytesMax, " bytes"));
  }
  content.resize(static_cast<std::size_t>(file.gcount()));
  return content;
}

absl::Status OptionError(absl::string_view option, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "KEY_SOURCE_INVALID",
                   absl::StrCat(option, " ", problem),
                   {{"field", std::string(option)}});
}

absl::Status CheckOptions(const KeySourceOptions& options) {
  if (options.file.empty() == options.url.empty()) {
    return OptionError("key_file", "and a URL: one of the two has the keys");
  }
  if (!options.url.empty()) {
    PT_RETURN_IF_ERROR(CheckDownloadUrl(options.url));
  }
  struct Least {
    const char* option;
    absl::Duration value;
    absl::Duration least;
  };
  // Shorter ones would keep the issuer busy; to libcurl, 0 is for ever.
  for (const Least& c : {
           Least{"refresh", options.refresh, absl::Seconds(1)},
           Least{"file_interval", options.file_interval, absl::Seconds(1)},
           Least{"unknown_key_interval", options.unknown_key_interval,
                 absl::Seconds(1)},
           Least{"fetch_timeout", options.fetch_timeout, absl::Milliseconds(1)},
           Least{"poll_interval", options.poll_interval, absl::Milliseconds(1)},
       }) {
    if (c.value < c.least) {
      return OptionError(
          c.option, absl::StrCat("is below ", absl::FormatDuration(c.least)));
    }
  }
  return absl::OkStatus();
}

KeyRingRules RulesOf(const KeySourceOptions& options) {
  const bool is_file = options.url.empty();
  KeyRingRules rules;
  rules.refresh = is_file ? options.file_interval : options.refresh;
  rules.unknown_key_interval = options.unknown_key_interval;
  rules.stale_max = options.stale_max;
  return rules;
}

}  // namespace

KeySource::KeySource(KeySourceOptions options, Clock clock)
    : options_(std::move(options)),
      ring_(RulesOf(options_), std::move(clock)) {}

absl::StatusOr<std::unique_ptr<KeySource>> KeySource::Open(
    KeySourceOptions options, Clock clock) {
  PT_RETURN_IF_ERROR(CheckOptions(options));
  std::unique_ptr<KeySource> source(
      new KeySource(std::move(options), std::move(clock)));
  PT_RETURN_IF_ERROR(source->ReadFirst());
  source->thread_ = std::thread([raw = source.get()] { raw->Run(); });
  return source;
}

KeySource::~KeySource() {
  {
    MutexLock lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<KeysInForce> KeySource::Current() const {
  return ring_.Current();
}

// Does not wake the thread, which looks soon: who sends made-up names of keys
// would keep it busy.
void KeySource::ReportUnknownKey() { ring_.ReportUnknownKey(); }

absl::StatusOr<std::string> KeySource::Read() const {
  if (options_.url.empty()) return ReadFile(options_.file);
  return Download({.url = options_.url,
                   .ca_file = options_.ca_file,
                   .timeout = options_.fetch_timeout,
                   .bytes_max = kJwkSetBytesMax},
                  stop_);
}

absl::Status KeySource::ReadFirst() {
  const absl::Time deadline = MonotonicNow() + options_.open_timeout;
  absl::Status outcome = ring_.Take(Read());
  while (absl::IsUnavailable(outcome) && !options_.url.empty() &&
         MonotonicNow() + kFirstWait < deadline) {
    absl::SleepFor(kFirstWait);
    outcome = ring_.Take(Read());
  }
  PT_RETURN_IF_ERROR(outcome);
  PT_ASSIGN_OR_RETURN(const KeysInForce in_force, ring_.Current());
  if (in_force.keys->size() == 0) {
    return MakeError(
        absl::StatusCode::kFailedPrecondition, "TOKEN_KEYS_UNAVAILABLE",
        "the set of keys has none that verifies RS256, ES256 or EdDSA");
  }
  return absl::OkStatus();
}

void KeySource::Run() {
  while (WaitUntilDue()) {
    const absl::Status outcome = ring_.Take(Read());
    if (stop_) return;
    LogOutcome(outcome);
  }
}

bool KeySource::WaitUntilDue() {
  MutexLock lock(mutex_);
  for (;;) {
    const absl::Duration wait = ring_.UntilDue();
    if (stop_) return false;
    if (wait <= absl::ZeroDuration()) return true;
    lock.WaitFor(changed_, std::min(wait, options_.poll_interval));
  }
}

// One line for each change: an issuer that is away is away for long.
void KeySource::LogOutcome(const absl::Status& outcome) {
  if (outcome.ok() == is_failing_) {
    is_failing_ = !outcome.ok();
    if (is_failing_) {
      log::Warning("token_keys_not_read", {{"problem", outcome.message()}});
    } else {
      log::Info("token_keys_read_again");
    }
  }
  const auto in_force = ring_.Current();
  if (!in_force.ok() || in_force->generation == logged_generation_) return;
  logged_generation_ = in_force->generation;
  log::Info("token_keys_changed",
            {{"keys", in_force->keys->size()},
             {"passed_over", in_force->keys->passed_over()}});
}

}  // namespace pulsetaker::auth
