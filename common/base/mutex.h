// std::mutex with the annotations of clang's thread-safety analysis, so that
// both checkers see it: clang -Wthread-safety at compile time, ThreadSanitizer
// at run time. Not absl::Mutex: the packaged Abseil is built without
// ThreadSanitizer, which then reports races that are not there.
//
//   Mutex mutex_;
//   std::condition_variable changed_;
//   std::deque<Task> queue_ ABSL_GUARDED_BY(mutex_);
//
//   MutexLock lock(mutex_);
//   while (queue_.empty()) lock.Wait(changed_);

#pragma once

#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace pulsetaker {

// Held through a MutexLock, and in no other way.
class ABSL_LOCKABLE Mutex {
 private:
  friend class MutexLock;
  std::mutex mutex_;
};

class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ABSL_EXCLUSIVE_LOCK_FUNCTION(mutex)
      : lock_(mutex.mutex_) {}
  ~MutexLock() ABSL_UNLOCK_FUNCTION() {}

  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

  // For a stretch of the scope that must not hold the mutex.
  void Unlock() ABSL_UNLOCK_FUNCTION() { lock_.unlock(); }
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { lock_.lock(); }

  // Lets go of the mutex, waits to be notified, takes it again. May return for
  // no reason: call it in a loop that looks for one.
  void Wait(std::condition_variable& changed) { changed.wait(lock_); }

  // The same, for at most `timeout`.
  void WaitFor(std::condition_variable& changed, absl::Duration timeout) {
    changed.wait_for(lock_, absl::ToChronoNanoseconds(timeout));
  }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace pulsetaker
