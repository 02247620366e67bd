#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "common/base/trace.h"

namespace pulsetaker {

// A fixed number of threads behind a queue of a fixed length. Both bounds are
// the point: when the disk slows down, the queue fills, TrySchedule says no and
// callers are told to come back, instead of memory growing until the process
// dies with everyone's work in it.
//
// Safe for use by any number of threads at once.
class BoundedExecutor {
 public:
  // Both at least 1.
  BoundedExecutor(int thread_count, std::size_t queue_length_max);

  // Runs everything that was scheduled, then returns.
  ~BoundedExecutor();

  BoundedExecutor(const BoundedExecutor&) = delete;
  BoundedExecutor& operator=(const BoundedExecutor&) = delete;

  // Schedules `task` and returns true, or returns false if the queue is full.
  // Never waits for a task. The task runs in the trace of who scheduled it.
  [[nodiscard]] bool TrySchedule(std::function<void()> task);

 private:
  struct Task {
    std::function<void()> run;
    trace::Context context;
  };

  void RunTasks();
  // True if a thread that waits is to be woken, by the caller. One at a time:
  // the one that wakes takes a task and has the next one woken, if there still
  // are tasks then. To wake one costs more than a short task, and those that
  // are awake may have done them all by then.
  [[nodiscard]] bool WantsWake() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::size_t queue_length_max_;
  Mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
  int waiting_ ABSL_GUARDED_BY(mutex_) = 0;  // Threads, for changed_.
  bool waking_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;  // Last: they use all of the above.
};

}  // namespace pulsetaker
