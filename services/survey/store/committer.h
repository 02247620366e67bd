// The one thread that writes, and the one that syncs behind it.
//
// Everyone who wants something written hands it a piece of work. The writer
// takes all pieces that wait, and runs and writes them one after the other
// without a sync. The syncer takes all that was written meanwhile, syncs once
// and tells the owners, while the writer goes on with the next. So
// - what a piece reads still holds when it is written, with no lock held: there
//   is no other writer;
// - a piece sees all that was written before it, synced or not, and nobody
//   hears of a write, or of what a piece has read, that is not on disk: owners
//   are told in the order in which their work was written;
// - a sync, which costs as much as hundreds of rows, is shared by all.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "common/base/mutex.h"
#include "common/kv/rocks.h"
#include "rocksdb/write_batch.h"

namespace pulsetaker::survey {

// A state of the database that is on disk whole. Reads go through one, so that
// they never show what a loss of power could take back. Cheap; but the database
// keeps what it shows, so it is for the length of a call.
class DurableView {
 public:
  explicit DurableView(const kv::Rocks& rocks)
      : rocks_(rocks), snapshot_(rocks.db().GetSnapshot()) {}
  ~DurableView() { rocks_.db().ReleaseSnapshot(snapshot_); }

  DurableView(const DurableView&) = delete;
  DurableView& operator=(const DurableView&) = delete;

  const rocksdb::Snapshot* snapshot() const { return snapshot_; }

 private:
  const kv::Rocks& rocks_;
  const rocksdb::Snapshot* const snapshot_;
};

// Safe for use by any number of threads at once.
class Committer {
 public:
  struct Limits {
    // Work that waits; more is turned away.
    std::size_t queued_bytes_max = std::size_t{256} << 20;
    // Work that shares a sync; the writer waits for the syncer rather than have
    // more than this unsynced. A single piece may be larger.
    std::size_t sync_bytes_max = std::size_t{4} << 20;
    // Work that is worth to wake the writer for while a sync is under way; less
    // waits for its end, and is then written at once.
    std::size_t ahead_bytes_min = std::size_t{64} << 10;
  };

  struct Work {
    // About what it holds in memory, for the limits.
    std::size_t bytes = 0;
    // Adds rows to the batch, which are written together or not at all. An
    // error: none of them is. Runs on the writer's thread.
    std::function<absl::Status(rocksdb::WriteBatch& batch)> stage;
    // Told once: the error of `stage` or of the write, or OK when the rows, and
    // all that `stage` saw, are on disk. RESOURCE_EXHAUSTED, DISK_FULL may also
    // mean that the disk was filled after the write: the rows are there for the
    // work that follows, and may or may not be kept. On the syncer's thread: it
    // must not wait for anything.
    std::function<void(const absl::Status& status)> done;
  };

  // What the committer has done since it began.
  struct Counts {
    std::uint64_t works = 0;
    std::uint64_t syncs = 0;
    std::uint64_t queued_bytes = 0;
  };

  // `rocks` must outlive this, and nobody else may write to it.
  Committer(kv::Rocks& rocks, const Limits& limits);

  // Carries out all that was submitted, then returns.
  ~Committer();

  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Queues `work` and returns at once. UNAVAILABLE, OVERLOADED: there is no
  // room; neither of its functions is called.
  absl::Status Submit(Work work);

  // The same, but returns what `done` would be told. Not from a `stage`.
  absl::Status Run(
      std::size_t bytes,
      const std::function<absl::Status(rocksdb::WriteBatch& batch)>& stage);

  // The newest state that is on disk whole. It has all that anyone was told.
  std::shared_ptr<const DurableView> durable_view() const;

  Counts counts() const;

 private:
  // Work that was written together and waits for its sync.
  struct Group {
    std::vector<Work> works;
    std::vector<absl::Status> outcomes;  // One of each.
    bool wrote = false;                  // Or all of it only looked.
    std::size_t bytes = 0;
    std::shared_ptr<const DurableView> view;  // Once it is synced.
  };

  void WriteUntilStopped();
  // Waits for work, and takes as much as may be unsynced; none to stop.
  Group TakeWork();
  // Whether the first piece in the queue may be written.
  bool MayWrite() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Sets `wrote` if there was something to write.
  absl::Status Write(const Work& work, bool& wrote);

  void SyncUntilStopped();
  // Waits for groups, and takes all; none to stop.
  std::vector<Group> TakeWritten();

  kv::Rocks& rocks_;
  const Limits limits_;

  mutable Mutex mutex_;
  std::condition_variable may_write_;  // Or stopping_.
  std::condition_variable written_;    // Or writer_ended_.
  std::deque<Work> queue_ ABSL_GUARDED_BY(mutex_);
  std::vector<Group> unsynced_ ABSL_GUARDED_BY(mutex_);
  // Of works that the writer or the syncer has.
  std::size_t unsynced_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<const DurableView> durable_view_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  bool writer_ended_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread writer_;  // Last: they use all of the above.
  std::thread syncer_;
};

}  // namespace pulsetaker::survey
