// What RocksDB says about its disk, and what must be done there in time. Only
// rocks.cc and rocks_open.cc include this.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "common/base/mutex.h"
#include "common/kv/flush_gate.h"
#include "rocksdb/db.h"
#include "rocksdb/listener.h"

namespace pulsetaker::kv {

// Ends the process when background work can no longer be trusted, a failed sync
// above all. A full disk is another matter: RocksDB takes no writes until it is
// told that there is room, which is done here, and then goes on.
class DiskWatch final : public rocksdb::EventListener {
 public:
  ~DiskWatch() override;

  // From here on until EndWatch a thread has `db` go on when `has_room`, and
  // each of its log files is on disk before anything is written to the next one
  // (log_gap_filter.h).
  void Watch(rocksdb::DB& db, std::function<bool()> has_room);

  // Before `db` is closed.
  void EndWatch();

  // What the flushes of the database go through.
  const std::shared_ptr<FlushGate>& flush_gate() const { return gate_; }

  // Whether the database has met a full disk and takes no writes.
  bool stopped() const { return stopped_; }

  // Why the database takes no writes, or "".
  std::string problem() const;

  // A write has met a full disk: whatever was heard meanwhile, it is stopped.
  void Stop();

  // The same, of a write to the log of which RocksDB has not heard yet. Returns
  // when no SyncWal is under way.
  void StopBesideSyncs();

  // Syncs the log, or does nothing and returns false if the database is
  // stopped: RocksDB 7.8 asserts that no log is synced after it could not be
  // written.
  bool SyncWal(const std::function<void()>& sync);

  // How often the list of RocksDB's files could not be written for want of
  // room. A sync of the log that fails for it has synced the log.
  std::uint64_t manifest_refusals() const { return manifest_refusals_; }

  void OnFlushBegin(rocksdb::DB* db,
                    const rocksdb::FlushJobInfo& info) override;
  void OnMemTableSealed(const rocksdb::MemTableInfo& info) override;
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* status) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason,
                            rocksdb::Status error,
                            bool* auto_recovery) override;

 private:
  // Has the database go on whenever it is stopped, until EndWatch.
  void Run(rocksdb::DB& db, const std::function<bool()>& has_room);
  // False if it cannot yet.
  bool Resume(rocksdb::DB& db);
  // Returns when the database is stopped, or false when the watch has ended.
  bool AwaitStop();
  // Returns after a while, or false when the watch has ended.
  bool Pause();

  std::atomic<std::int64_t> last_logged_second_ = 0;
  std::atomic<bool> stopped_ = false;
  std::atomic<std::uint64_t> manifest_refusals_ = 0;
  const std::shared_ptr<FlushGate> gate_ = std::make_shared<FlushGate>();
  Mutex sync_mutex_;  // Held by syncs of the log. Taken before mutex_.
  mutable Mutex mutex_;
  std::condition_variable changed_;
  rocksdb::DB* db_ ABSL_GUARDED_BY(mutex_) = nullptr;  // While it is watched.
  // Since it was last had go on.
  bool stopped_again_ ABSL_GUARDED_BY(mutex_) = false;
  // The last error that ended writing, until it goes on.
  std::string problem_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace pulsetaker::kv
