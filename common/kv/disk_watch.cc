#include "common/kv/disk_watch.h"

#include <algorithm>
#include <chrono>
#include <future>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/status.h"

namespace pulsetaker::kv {
namespace {

constexpr std::chrono::seconds kResumeLimit(20);
constexpr absl::Duration kBlindPause = absl::Seconds(2);
constexpr absl::Duration kFirstPause = absl::Milliseconds(50);
constexpr absl::Duration kLongestPause = absl::Seconds(2);

}  // namespace

void DiskWatch::Watch(rocksdb::DB& db) {
  MutexLock lock(mutex_);
  db_ = &db;
}

bool DiskWatch::Resume(bool has_room) {
  if (!stopped_) return true;
  rocksdb::DB* db = nullptr;
  {
    MutexLock lock(mutex_);
    const absl::Time now = absl::Now();
    if (db_ == nullptr || now < (has_room ? next_try_ : next_blind_try_)) {
      return false;
    }
    db = db_;
    next_blind_try_ = now + kBlindPause;
    if (has_room) {
      pause_ = std::clamp(2 * pause_, kFirstPause, kLongestPause);
      next_try_ = now + pause_;
    }
  }
  // RocksDB 7.8 may wait for ever for a flush that a full disk threw away.
  // After a restart there is none.
  auto resumed = std::async(std::launch::async, [db] { return db->Resume(); });
  if (resumed.wait_for(kResumeLimit) != std::future_status::ready) {
    FailStop("a database with a full disk does not go on");
  }
  // Busy if another thread is at it.
  if (!resumed.get().ok() || stopped_) return false;
  MutexLock lock(mutex_);
  pause_ = absl::ZeroDuration();
  next_try_ = absl::InfinitePast();
  next_blind_try_ = absl::InfinitePast();
  return true;
}

// The thread that writes calls this, after it has made the next log file and
// before it writes there: so all that was written is in those before.
void DiskWatch::OnMemTableSealed(const rocksdb::MemTableInfo& /*info*/) {
  // What met a full disk cannot be synced, and need not be: all goes into
  // tables before RocksDB takes writes again.
  if (stopped_ || PT_PLANTED_BUG("log_switched_unsynced")) return;
  rocksdb::DB* db = nullptr;
  {
    MutexLock lock(mutex_);
    db = db_;
  }
  if (db == nullptr) return;
  const std::uint64_t refusals = manifest_refusals_;
  const rocksdb::Status synced = db->SyncWAL();
  // File systems in memory cannot, and a full disk may have no room to write
  // down that it was done.
  if (synced.ok() || synced.IsNotSupported() ||
      (synced.IsNoSpace() && manifest_refusals_ != refusals)) {
    return;
  }
  FailStop(absl::StrCat("a sync failed: ", synced.ToString()));
}

void DiskWatch::OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                                  rocksdb::Status* status) {
  if (status == nullptr || status->ok() || status->IsShutdownInProgress()) {
    return;
  }
  // A full disk is met over and over until there is room.
  const std::int64_t second = absl::ToUnixSeconds(absl::Now());
  if (last_logged_second_.exchange(second) != second) {
    log::Error("rocksdb_background_error",
               {{"reason", static_cast<int>(reason)},
                {"problem", status->ToString()}});
  }
  if (status->IsNoSpace()) {
    if (reason == rocksdb::BackgroundErrorReason::kManifestWrite ||
        reason == rocksdb::BackgroundErrorReason::kManifestWriteNoWAL) {
      ++manifest_refusals_;
    }
    // RocksDB takes no room for a new log file for the end of all things.
    if (status->severity() > rocksdb::Status::Severity::kHardError) {
      *status = rocksdb::Status(*status, rocksdb::Status::Severity::kHardError);
    }
    // Less is an error of a compaction, which RocksDB puts off: it takes
    // writes.
    if (status->severity() >= rocksdb::Status::Severity::kHardError) {
      stopped_ = true;
    }
  } else if (status->IsIOError() && !PT_PLANTED_BUG("sync_error_ignored")) {
    FailStop(absl::StrCat("background work failed: ", status->ToString()));
  }
}

void DiskWatch::OnErrorRecoveryBegin(rocksdb::BackgroundErrorReason /*reason*/,
                                     rocksdb::Status error,
                                     bool* auto_recovery) {
  // RocksDB would look for room only every five seconds.
  if (error.severity() >= rocksdb::Status::Severity::kHardError) {
    *auto_recovery = false;
  }
}

void DiskWatch::OnErrorRecoveryEnd(
    const rocksdb::BackgroundErrorRecoveryInfo& info) {
  log::Info("rocksdb_recovery_end", {{"old", info.old_bg_error.ToString()},
                                     {"new", info.new_bg_error.ToString()}});
  if (info.new_bg_error.ok()) stopped_ = false;
}

}  // namespace pulsetaker::kv
