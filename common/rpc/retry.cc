#include "common/rpc/retry.h"

#include <algorithm>
#include <random>
#include <utility>

#include "absl/time/clock.h"

namespace pulsetaker::rpc {
namespace {

// How often is_cancelled is asked while there is nothing to do but wait.
constexpr absl::Duration kAskInterval = absl::Milliseconds(50);

absl::Status GaveUp() {
  return absl::CancelledError("cancelled while waiting for another service");
}

// False if `is_cancelled` said yes before the time was over.
bool Wait(absl::Duration time, absl::FunctionRef<bool()> is_cancelled) {
  const absl::Time end = absl::Now() + time;
  while (true) {
    if (is_cancelled()) return false;
    const absl::Duration left = end - absl::Now();
    if (left <= absl::ZeroDuration()) return true;
    absl::SleepFor(std::min(left, kAskInterval));
  }
}

}  // namespace

absl::Status RetryUnavailable(const RetryOptions& options,
                              absl::FunctionRef<bool()> is_cancelled,
                              absl::FunctionRef<absl::Status()> attempt) {
  std::minstd_rand random(std::random_device{}());
  absl::Duration wait = options.first_wait;
  for (int made = 1;; ++made) {
    if (is_cancelled()) return GaveUp();
    absl::Status status = attempt();
    if (status.code() != absl::StatusCode::kUnavailable ||
        made >= options.attempts_max) {
      return status;
    }
    const double share = std::uniform_real_distribution<>(0.5, 1.0)(random);
    if (!Wait(wait * share, is_cancelled)) return GaveUp();
    wait = std::min(wait * 2, options.longest_wait);
  }
}

CancelWatch::CancelWatch(grpc::ClientContext& context,
                         std::function<bool()> is_cancelled)
    : context_(context),
      is_cancelled_(std::move(is_cancelled)),
      thread_([this] { Watch(); }) {}

CancelWatch::~CancelWatch() {
  {
    MutexLock lock(mutex_);
    ended_ = true;
  }
  ended_changed_.notify_all();
  thread_.join();
}

void CancelWatch::Watch() {
  MutexLock lock(mutex_);
  while (!ended_) {
    if (is_cancelled_()) {
      context_.TryCancel();
      return;
    }
    lock.WaitFor(ended_changed_, kAskInterval);
  }
}

}  // namespace pulsetaker::rpc
