#include "services/survey/store/committer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "common/base/fault.h"
#include "common/base/status.h"

namespace pulsetaker::survey {

Committer::Committer(kv::Rocks& rocks, const Limits& limits)
    : rocks_(rocks), limits_(limits) {
  // What was recovered may have been written by a process that died before its
  // sync. It will be read, so it is made durable first.
  if (!PT_PLANTED_BUG("recovered_not_synced")) {
    const absl::Status synced = rocks_.SyncWal();
    if (!synced.ok()) FailStop(synced.message());
  }
  PT_KILL_POINT("committer.recovered");
  durable_view_ = std::make_shared<const DurableView>(rocks_);
  writer_ = std::thread([this] { WriteUntilStopped(); });
  syncer_ = std::thread([this] { SyncUntilStopped(); });
}

Committer::~Committer() {
  {
    MutexLock lock(mutex_);
    stopping_ = true;
  }
  may_write_.notify_one();
  writer_.join();
  syncer_.join();
  PT_KILL_POINT("committer.drained");
}

absl::Status Committer::Submit(Work work) {
  bool may_write = false;
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
    may_write = MayWrite();
  }
  PT_KILL_POINT("committer.queued");
  if (may_write) may_write_.notify_one();
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

void Committer::WriteUntilStopped() {
  for (;;) {
    Group group = TakeWork();
    const bool ended = group.works.empty();
    PT_KILL_POINT("committer.taken");
    group.outcomes.reserve(group.works.size());
    for (const Work& work : group.works) {
      group.outcomes.push_back(Write(work, group.wrote));
    }
    PT_KILL_POINT("committer.written");
    // Of this moment: what is written later is synced later.
    if (!ended) group.view = std::make_shared<const DurableView>(rocks_);
    if (!ended && PT_PLANTED_BUG("view_before_sync")) {
      MutexLock lock(mutex_);
      durable_view_ = std::make_shared<const DurableView>(rocks_);
    }
    {
      MutexLock lock(mutex_);
      writer_ended_ = ended;
      if (!ended) unsynced_.push_back(std::move(group));
    }
    written_.notify_one();
    if (ended) return;
  }
}

Committer::Group Committer::TakeWork() {
  MutexLock lock(mutex_);
  while (!MayWrite() && !(queue_.empty() && stopping_)) lock.Wait(may_write_);
  Group group;
  if (queue_.empty()) return group;
  if (stopping_ && PT_PLANTED_BUG("queue_dropped_at_stop")) return group;
  do {
    group.bytes += queue_.front().bytes;
    unsynced_bytes_ += queue_.front().bytes;
    group.works.push_back(std::move(queue_.front()));
    queue_.pop_front();
  } while (!queue_.empty() &&
           unsynced_bytes_ + queue_.front().bytes <= limits_.sync_bytes_max);
  return group;
}

bool Committer::MayWrite() const {
  if (queue_.empty()) return false;
  if (unsynced_bytes_ == 0) return true;
  const std::size_t waiting_bytes = counts_.queued_bytes - unsynced_bytes_;
  return waiting_bytes >= limits_.ahead_bytes_min &&
         unsynced_bytes_ + queue_.front().bytes <= limits_.sync_bytes_max;
}

void Committer::SyncUntilStopped() {
  bool all_synced = true;
  for (;;) {
    std::vector<Group> groups = TakeWritten();
    if (groups.empty()) return;
    const bool wrote = std::any_of(groups.begin(), groups.end(),
                                   [](const Group& g) { return g.wrote; });
    // Work that only looked has seen nothing but what is on disk, or what this
    // sync brings there.
    absl::Status synced;
    if (wrote || !all_synced) {
      if (!PT_PLANTED_BUG("told_before_sync")) synced = rocks_.SyncWal();
      all_synced = synced.ok() || PT_PLANTED_BUG("sync_refusal_forgotten");
    }
    PT_KILL_POINT("committer.synced");
    std::shared_ptr<const DurableView> view = std::move(groups.back().view);
    {
      MutexLock lock(mutex_);
      if (synced.ok()) durable_view_.swap(view);
      counts_.syncs += wrote ? 1 : 0;
      for (const Group& group : groups) {
        counts_.works += group.works.size();
        counts_.queued_bytes -= group.bytes;
        unsynced_bytes_ -= group.bytes;
      }
    }
    PT_KILL_POINT("committer.view_published");
    may_write_.notify_one();
    for (const Group& group : groups) {
      for (std::size_t i = 0; i < group.works.size(); ++i) {
        // An error, too, may come from what others wrote.
        group.works[i].done(synced.ok() ? group.outcomes[i] : synced);
        PT_KILL_POINT("committer.told");
      }
    }
    if (PT_PLANTED_BUG("told_before_sync")) rocks_.SyncWal().IgnoreError();
  }
}

std::vector<Committer::Group> Committer::TakeWritten() {
  MutexLock lock(mutex_);
  while (unsynced_.empty() && !writer_ended_) lock.Wait(written_);
  return std::exchange(unsynced_, {});
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
