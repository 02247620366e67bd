// Where the keys of tokens come from: a file, which whoever runs us puts there,
// or a URL of the issuer. A thread of its own reads them again and again, so
// that a rotation of keys needs no restart and verifying never waits.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/auth/key_provider.h"
#include "common/auth/key_ring.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"

namespace pulsetaker::auth {

struct KeySourceOptions {
  // One of the two. A URL is of https, or of http to this host.
  std::string file;
  std::string url;

  // Certificates of the authorities that the server of `url` is trusted by, in
  // PEM; "" for the system's. Read again for each fetch.
  std::string ca_file;

  // How often a URL is fetched. A file is looked at every file_interval.
  absl::Duration refresh = absl::Minutes(5);
  absl::Duration file_interval = absl::Seconds(5);

  // See KeyRingRules.
  absl::Duration unknown_key_interval = absl::Seconds(30);
  absl::Duration stale_max = absl::Hours(24);

  absl::Duration fetch_timeout = absl::Seconds(5);
  // How long Open tries to fetch a URL. A file is there or not.
  absl::Duration open_timeout = absl::Seconds(15);

  // How soon it is seen that a key was asked for that is not in force, and that
  // `clock` has gone on in another way than time does.
  absl::Duration poll_interval = absl::Seconds(1);
};

// Safe for use by any number of threads at once.
class KeySource final : public KeyProvider {
 public:
  // Reads the keys, and goes on doing so.
  //
  // INVALID_ARGUMENT, KEY_SOURCE_INVALID, with the option in `field`, as
  //   "key_url": not one of a file and a URL, not such a URL, or an interval
  //   below a second, or a timeout or poll_interval below a millisecond.
  // INVALID_ARGUMENT, KEY_SET_INVALID: what was read is no set of keys.
  // FAILED_PRECONDITION, TOKEN_KEYS_UNAVAILABLE: it has no key of use.
  // UNAVAILABLE, TOKEN_KEYS_UNAVAILABLE: it could not be read.
  static absl::StatusOr<std::unique_ptr<KeySource>> Open(
      KeySourceOptions options, Clock clock = MonotonicNow);

  // Ends a fetch that is going on.
  ~KeySource() override;
  KeySource(const KeySource&) = delete;
  KeySource& operator=(const KeySource&) = delete;

  absl::StatusOr<KeysInForce> Current() const override;
  void ReportUnknownKey() override;

  // Those of KeyRing.
  std::vector<MetricSample> Samples() const { return ring_.Samples(); }

 private:
  KeySource(KeySourceOptions options, Clock clock);

  absl::Status ReadFirst();
  absl::StatusOr<std::string> Read() const;
  void Run();
  // False if it is to stop.
  bool WaitUntilDue();
  void LogOutcome(const absl::Status& outcome);

  const KeySourceOptions options_;
  KeyRing ring_;
  bool is_failing_ = false;              // Of its thread alone.
  std::uint64_t logged_generation_ = 1;  // The same.

  std::atomic<bool> stop_ = false;
  Mutex mutex_;
  std::condition_variable changed_;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace pulsetaker::auth
