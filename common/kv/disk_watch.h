// What RocksDB says about its disk, and what must be done there in time. Only
// rocks.cc and rocks_open.cc include this.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/kv/flush_gate.h"
#include "rocksdb/db.h"
#include "rocksdb/listener.h"

namespace pulsetaker::kv {

// Ends the process when background work can no longer be trusted, a failed sync
// above all. A full disk is another matter: RocksDB takes no writes until it is
// told that there is room, and then goes on.
class DiskWatch final : public rocksdb::EventListener {
 public:
  // From here on `db` can be told to go on, and each of its log files is on
  // disk before anything is written to the next one (log_gap_filter.h). `db`
  // must outlive the use of this.
  void Watch(rocksdb::DB& db);

  // What the flushes of the database go through.
  const std::shared_ptr<FlushGate>& flush_gate() const { return gate_; }

  // Whether the database has met a full disk and takes no writes.
  bool stopped() const { return stopped_; }

  // A write has met a full disk: whatever was heard meanwhile, it is stopped.
  void Stop() { stopped_ = true; }

  // How often the list of RocksDB's files could not be written for want of
  // room. A sync of the log that fails for it has synced the log.
  std::uint64_t manifest_refusals() const { return manifest_refusals_; }

  // Has a database that is stopped go on. False if it cannot yet. It is tried
  // whenever there seems to be room, but less and less often if there is none
  // in the end; and every two seconds otherwise, as going on can make room.
  // RocksDB loses 3 kB of memory each time.
  bool Resume(bool has_room);

  void OnFlushBegin(rocksdb::DB* db,
                    const rocksdb::FlushJobInfo& info) override;
  void OnMemTableSealed(const rocksdb::MemTableInfo& info) override;
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* status) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason,
                            rocksdb::Status error,
                            bool* auto_recovery) override;

 private:
  // The database to be told to go on, if it is time for that.
  rocksdb::DB* TakeTurn(bool has_room);

  std::atomic<std::int64_t> last_logged_second_ = 0;
  std::atomic<bool> stopped_ = false;
  std::atomic<std::uint64_t> manifest_refusals_ = 0;
  const std::shared_ptr<FlushGate> gate_ = std::make_shared<FlushGate>();
  Mutex mutex_;
  rocksdb::DB* db_ ABSL_GUARDED_BY(mutex_) = nullptr;
  bool resuming_ ABSL_GUARDED_BY(mutex_) = false;
  // Since the last turn to go on began.
  bool stopped_again_ ABSL_GUARDED_BY(mutex_) = false;
  // When to try next, with room and without.
  absl::Time next_try_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time next_blind_try_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Duration pause_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pulsetaker::kv
