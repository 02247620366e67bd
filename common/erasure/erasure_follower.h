// Follows where people are erased, and has the results that were made of them
// withdrawn. Nobody has to tell this service, and a service that was down, or
// whose volume is an old one, learns what it missed.

#pragma once

#include <condition_variable>
#include <cstdint>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/base/clock.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"
#include "common/erasure/withdrawals.h"

namespace pulsetaker::erasure {

// How much of the order of erasures was read. At first, nothing.
struct FeedPosition {
  std::string feed;
  std::int64_t offset = 0;

  friend bool operator==(const FeedPosition&, const FeedPosition&) = default;
};

struct ErasurePage {
  std::vector<std::string> localities;  // Of one erasure each; none: no more.
  FeedPosition next;
};

// A port: the order of erasures. Safe for use by any number of threads at once.
class ErasureSource {
 public:
  virtual ~ErasureSource() = default;

  // What comes after the position; all from the beginning, if the position is
  // of an order that is no more. It ends within a bounded time.
  virtual absl::StatusOr<ErasurePage> Read(const FeedPosition& after) = 0;
};

class ErasureFollower {
 public:
  // Both must outlive this. It looks at once after Start, and then each
  // `interval`.
  ErasureFollower(ErasureSource& source, Withdrawals& withdrawals,
                  absl::Duration interval, Clock clock);

  // Stops.
  ~ErasureFollower();
  ErasureFollower(const ErasureFollower&) = delete;
  ErasureFollower& operator=(const ErasureFollower&) = delete;

  // Once.
  void Start();
  // Waits for a look that is under way.
  void Stop();

  // Reads what is new and withdraws what has to be, on this thread. What fails
  // is tried again with the next look. Not while it is started.
  absl::Status Look();

  // pulsetaker_results_withdrawn_total, and
  // pulsetaker_erasures_followed_timestamp_seconds: the time of the last look
  // after which nothing was left to do.
  std::vector<MetricSample> CollectMetrics() const;

 private:
  void Run();
  absl::Status ReadNew();
  bool IsStopping() const;

  ErasureSource& source_;
  Withdrawals& withdrawals_;
  const absl::Duration interval_;
  const Clock clock_;

  // Of the thread that looks.
  FeedPosition position_;
  std::set<std::string> open_;  // Localities in which something is to be done.

  mutable Mutex mutex_;
  std::condition_variable stopping_changed_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time followed_ ABSL_GUARDED_BY(mutex_) = absl::UnixEpoch();
  std::thread thread_;
};

}  // namespace pulsetaker::erasure
