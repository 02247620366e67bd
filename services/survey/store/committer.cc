#include "services/survey/store/committer.h"

#include <optional>
#include <utility>

#include "common/base/fault.h"
#include "common/base/status.h"

namespace pulsetaker::survey {

Committer::Committer(kv::Rocks& rocks, const Limits& limits)
    : rocks_(rocks), limits_(limits) {
  // What was recovered may have been written by a process that died before its
  // sync. It will be read, so it is made durable first.
  if (!PT_PLANTED_BUG("recovered_not_synced")) rocks_.SyncWal();
  PT_KILL_POINT("committer.recovered");
  durable_view_ = std::make_shared<const DurableView>(rocks_);
  thread_ = std::thread([this] { CommitUntilStopped(); });
}

Committer::~Committer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
  PT_KILL_POINT("committer.drained");
}

absl::Status Committer::Submit(Work work) {
  {
    MutexLock lock(mutex_);
    // A piece larger than the whole queue may still come, alone.
    if (counts_.queued_bytes > 0 && !PT_PLANTED_BUG("queue_without_limit") &&
        counts_.queued_bytes + work.bytes > limits_.queued_bytes_max) {
      return MakeError(absl::StatusCode::kUnavailable, "OVERLOADED",
                       "the server has no room for more writes right now");
    }
    counts_.queued_bytes += work.bytes;
    queue_.push_back(std::move(work));
  }
  PT_KILL_POINT("committer.queued");
  changed_.notify_one();
  return absl::OkStatus();
}

absl::Status Committer::Run(
    std::size_t bytes,
    const std::function<absl::Status(rocksdb::WriteBatch& batch)>& stage) {
  Mutex mutex;
  std::condition_variable told;
  std::optional<absl::Status> outcome;
  PT_RETURN_IF_ERROR(Submit(
      {.bytes = bytes, .stage = stage, .done = [&](const absl::Status& status) {
         // Notified under the lock: once it is free,
         // `told` may be gone.
         MutexLock lock(mutex);
         outcome = status;
         told.notify_one();
       }}));
  MutexLock lock(mutex);
  while (!outcome.has_value()) lock.Wait(told);
  return *outcome;
}

std::shared_ptr<const DurableView> Committer::durable_view() const {
  MutexLock lock(mutex_);
  return durable_view_;
}

Committer::Counts Committer::counts() const {
  MutexLock lock(mutex_);
  return counts_;
}

void Committer::CommitUntilStopped() {
  for (;;) {
    const std::vector<Work> works = TakeWork();
    if (works.empty()) return;
    PT_KILL_POINT("committer.taken");
    std::vector<absl::Status> outcomes;
    outcomes.reserve(works.size());
    bool wrote = false;
    for (const Work& work : works) outcomes.push_back(Write(work, wrote));
    PT_KILL_POINT("committer.written");
    if (PT_PLANTED_BUG("view_before_sync")) {
      MutexLock lock(mutex_);
      durable_view_ = std::make_shared<const DurableView>(rocks_);
    }
    // Work that only looked has seen nothing but what is on disk.
    if (wrote && !PT_PLANTED_BUG("told_before_sync")) rocks_.SyncWal();
    PT_KILL_POINT("committer.synced");
    auto view = std::make_shared<const DurableView>(rocks_);
    std::size_t bytes = 0;
    for (const Work& work : works) bytes += work.bytes;
    {
      MutexLock lock(mutex_);
      durable_view_.swap(view);
      counts_.works += works.size();
      counts_.syncs += wrote ? 1 : 0;
      counts_.queued_bytes -= bytes;
    }
    PT_KILL_POINT("committer.view_published");
    for (std::size_t i = 0; i < works.size(); ++i) {
      works[i].done(outcomes[i]);
      PT_KILL_POINT("committer.told");
    }
    if (PT_PLANTED_BUG("told_before_sync")) rocks_.SyncWal();
  }
}

std::vector<Committer::Work> Committer::TakeWork() {
  MutexLock lock(mutex_);
  while (queue_.empty() && !stopping_) lock.Wait(changed_);
  std::vector<Work> works;
  if (stopping_ && PT_PLANTED_BUG("queue_dropped_at_stop")) return works;
  std::size_t bytes = 0;
  while (!queue_.empty() && (works.empty() || bytes + queue_.front().bytes <=
                                                  limits_.sync_bytes_max)) {
    bytes += queue_.front().bytes;
    works.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return works;
}

absl::Status Committer::Write(const Work& work, bool& wrote) {
  rocksdb::WriteBatch batch = kv::NewBatch(work.bytes);
  PT_RETURN_IF_ERROR(work.stage(batch));
  PT_KILL_POINT("committer.staged");
  if (batch.Count() == 0) return absl::OkStatus();
  wrote = true;
  return rocks_.WriteUnsynced(batch);
}

}  // namespace pulsetaker::survey
