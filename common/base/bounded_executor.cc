#include "common/base/bounded_executor.h"

#include <utility>

namespace pulsetaker {

BoundedExecutor::BoundedExecutor(int thread_count, std::size_t queue_length_max)
    : queue_length_max_(queue_length_max) {
  for (int i = 0; i < thread_count; ++i) {
    threads_.emplace_back([this] { RunTasks(); });
  }
}

BoundedExecutor::~BoundedExecutor() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool BoundedExecutor::TrySchedule(std::function<void()> task) {
  bool wake = false;
  {
    MutexLock lock(mutex_);
    if (queue_.size() >= queue_length_max_) return false;
    queue_.push_back({std::move(task), trace::Current()});
    wake = WantsWake();
  }
  if (wake) changed_.notify_one();
  return true;
}

bool BoundedExecutor::WantsWake() {
  if (waking_ || waiting_ == 0 || queue_.empty()) return false;
  waking_ = true;
  return true;
}

void BoundedExecutor::RunTasks() {
  for (;;) {
    Task task;
    bool wake = false;
    {
      MutexLock lock(mutex_);
      while (queue_.empty() && !stopping_) {
        ++waiting_;
        lock.Wait(changed_);
        --waiting_;
        waking_ = false;
      }
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
      wake = WantsWake();
    }
    if (wake) changed_.notify_one();
    const trace::Scope scope(task.context);
    task.run();
  }
}

}  // namespace pulsetaker
