#include "common/kv/flush_gate.h"

#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/fault.h"

namespace pulsetaker::kv {
namespace {

constexpr absl::Duration kPassLimit = absl::Seconds(1);

// The gate that this thread has entered and not passed.
thread_local const FlushGate* entered = nullptr;

class GatedEnv final : public rocksdb::EnvWrapper {
 public:
  GatedEnv(std::unique_ptr<rocksdb::Env> env, std::shared_ptr<FlushGate> gate)
      : EnvWrapper(std::move(env)), gate_(std::move(gate)) {
    file_system_ = target()->GetFileSystem();
    system_clock_ = target()->GetSystemClock();
  }

  const char* Name() const override { return "GatedEnv"; }

  void Schedule(void (*run)(void* arg), void* arg, Priority priority, void* tag,
                void (*drop)(void* arg)) override {
    // Flushes have the threads of this priority.
    if (priority != Priority::HIGH) {
      return target()->Schedule(run, arg, priority, tag, drop);
    }
    auto job = std::make_unique<Job>(Job{gate_, run, drop, arg});
    target()->Schedule(&Run, job.release(), priority, tag, &Drop);
  }

 private:
  struct Job {
    // The database may be gone when the last of its flushes returns.
    std::shared_ptr<FlushGate> gate;
    void (*run)(void* arg);
    void (*drop)(void* arg);  // Null if there is nothing to be done.
    void* arg;
  };

  static void Run(void* arg) {
    const std::unique_ptr<Job> job(static_cast<Job*>(arg));
    job->gate->Enter();
    job->run(job->arg);
    job->gate->Pass();
  }

  static void Drop(void* arg) {
    const std::unique_ptr<Job> job(static_cast<Job*>(arg));
    if (job->drop != nullptr) job->drop(job->arg);
  }

  const std::shared_ptr<FlushGate> gate_;
};

}  // namespace

void FlushGate::Enter() {
  MutexLock lock(mutex_);
  while (!open_ && !PT_PLANTED_BUG("flush_begun_while_stopped")) {
    lock.Wait(changed_);
  }
  ++entering_;
  entered = this;
}

void FlushGate::Pass() {
  if (entered != this) return;
  entered = nullptr;
  MutexLock lock(mutex_);
  --entering_;
  changed_.notify_all();
}

void FlushGate::Shut() {
  MutexLock lock(mutex_);
  open_ = retired_;
}

void FlushGate::AwaitPassed() {
  Pass();
  const absl::Time limit = absl::Now() + kPassLimit;
  MutexLock lock(mutex_);
  while (entering_ > 0) {
    const absl::Duration left = limit - absl::Now();
    if (left <= absl::ZeroDuration()) return;
    lock.WaitFor(changed_, left);
  }
}

void FlushGate::Open() {
  MutexLock lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

void FlushGate::Retire() {
  MutexLock lock(mutex_);
  retired_ = true;
  open_ = true;
  changed_.notify_all();
}

std::unique_ptr<rocksdb::Env> NewGatedEnv(std::unique_ptr<rocksdb::Env> env,
                                          std::shared_ptr<FlushGate> gate) {
  return std::make_unique<GatedEnv>(std::move(env), std::move(gate));
}

}  // namespace pulsetaker::kv
