// Calls that may be repeated, and given up when no one wants them any more.

#pragma once

#include <condition_variable>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "grpcpp/client_context.h"

namespace pulsetaker::rpc {

struct RetryOptions {
  int attempts_max = 5;
  // Before the second attempt; it doubles up to the longest. Each wait is
  // between half of that and all of it, by chance, so that callers who failed
  // together do not come back together.
  absl::Duration first_wait = absl::Milliseconds(200);
  absl::Duration longest_wait = absl::Seconds(5);
};

// Calls `attempt` until it returns something else than UNAVAILABLE or has been
// called attempts_max times; returns what it returned last. CANCELLED:
// `is_cancelled`, asked before each attempt and while waiting, said yes.
absl::Status RetryUnavailable(const RetryOptions& options,
                              absl::FunctionRef<bool()> is_cancelled,
                              absl::FunctionRef<absl::Status()> attempt);

// Cancels a call within a moment of `is_cancelled` saying yes. It is asked on a
// thread of its own, for as long as this lives.
class CancelWatch {
 public:
  CancelWatch(grpc::ClientContext& context, std::function<bool()> is_cancelled);
  ~CancelWatch();
  CancelWatch(const CancelWatch&) = delete;
  CancelWatch& operator=(const CancelWatch&) = delete;

 private:
  void Watch();

  grpc::ClientContext& context_;
  const std::function<bool()> is_cancelled_;
  Mutex mutex_;
  std::condition_variable ended_changed_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // Last: it uses all of the above.
};

}  // namespace pulsetaker::rpc
