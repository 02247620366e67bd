// What RocksDB says about its disk, and what must be done there in time. Only
// rocks.cc and rocks_open.cc include this.

#pragma once

#include <atomic>
#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/kv/ledger.h"
#include "rocksdb/db.h"
#include "rocksdb/listener.h"

namespace pulsetaker::kv {

// Ends the process when background work can no longer be trusted, a failed sync
// above all. A full disk is another matter: RocksDB takes no writes until it is
// told that there is room, and then goes on.
class DiskWatch final : public rocksdb::EventListener {
 public:
  // From here on each log file of `db` is on disk, and `ledger` says so, before
  // anything is written to the next one. So a log never begins behind the mark
  // (log_gap_filter.h). Both must outlive the use of this.
  void Watch(rocksdb::DB& db, Ledger& ledger);

  // Whether the database has met a full disk and takes no writes.
  bool stopped() const;

  // Has a database that is stopped go on. False if it cannot yet. It is tried
  // whenever there seems to be room, but less and less often if there is none
  // in the end; and every two seconds otherwise, as going on can make room.
  // RocksDB loses 3 kB of memory each time.
  bool Resume(bool has_room);

  void OnMemTableSealed(const rocksdb::MemTableInfo& info) override;
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* status) override;
  void OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason reason,
                            rocksdb::Status error,
                            bool* auto_recovery) override;
  void OnErrorRecoveryEnd(
      const rocksdb::BackgroundErrorRecoveryInfo& info) override;

 private:
  std::atomic<std::int64_t> last_logged_second_ = 0;
  std::atomic<bool> stopped_ = false;
  mutable Mutex mutex_;
  rocksdb::DB* db_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Ledger* ledger_ ABSL_GUARDED_BY(mutex_) = nullptr;
  // When to try next, with room and without.
  absl::Time next_try_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Time next_blind_try_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  absl::Duration pause_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pulsetaker::kv
