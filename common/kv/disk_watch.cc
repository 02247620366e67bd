#include "common/kv/disk_watch.h"

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/status.h"

namespace pulsetaker::kv {
namespace {

constexpr absl::Duration kResumeLimit = absl::Seconds(20);
constexpr std::chrono::milliseconds kLookAgain(1);
constexpr absl::Duration kLookForRoom = absl::Milliseconds(20);
constexpr absl::Duration kBlindPause = absl::Seconds(2);
constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
constexpr absl::Duration kLongestPause = absl::Milliseconds(500);

std::future<rocksdb::Status> CallResume(rocksdb::DB& db) {
  return std::async(std::launch::async, [&db] { return db.Resume(); });
}

bool IsReady(const std::future<rocksdb::Status>& call) {
  return call.wait_for(kLookAgain) == std::future_status::ready;
}

// Has RocksDB go on, for which it waits for flushes behind the gate. They must
// not begin before it is at it: which a second call of Resume, beside the
// first, is told at once.
rocksdb::Status ResumeThroughGate(rocksdb::DB& db, FlushGate& gate) {
  const absl::Time limit = absl::Now() + kResumeLimit;
  const auto check_limit = [limit] {
    if (absl::Now() > limit) {
      FailStop("a database with a full disk does not go on");
    }
  };
  std::future<rocksdb::Status> call = CallResume(db);
  for (;;) {
    std::future<rocksdb::Status> other = CallResume(db);
    while (!IsReady(call) && !IsReady(other)) check_limit();
    if (!IsReady(other)) std::swap(call, other);
    const rocksdb::Status told = other.get();
    if (told.IsBusy()) {
      gate.Open();
      while (!IsReady(call)) check_limit();
    }
    // Else it was over before the one that is left began, which may need
    // another beside it.
    if (!IsReady(call)) continue;
    const rocksdb::Status last = call.get();
    return last.IsBusy() ? told : last;
  }
}

}  // namespace

DiskWatch::~DiskWatch() { EndWatch(); }

void DiskWatch::Watch(rocksdb::DB& db, std::function<bool()> has_room) {
  {
    MutexLock lock(mutex_);
    db_ = &db;
  }
  thread_ = std::thread(
      [this, &db, has_room = std::move(has_room)] { Run(db, has_room); });
}

void DiskWatch::EndWatch() {
  // What waits at the gate, the end waits for.
  gate_->Retire();
  {
    MutexLock lock(mutex_);
    db_ = nullptr;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void DiskWatch::Stop() {
  MutexLock lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

void DiskWatch::StopBesideSyncs() {
  MutexLock lock(sync_mutex_);
  Stop();
}

std::string DiskWatch::problem() const {
  MutexLock lock(mutex_);
  if (problem_.empty() && stopped_) return "the server's disk is full";
  return problem_;
}

bool DiskWatch::SyncWal(const std::function<void()>& sync) {
  MutexLock lock(sync_mutex_);
  if (stopped_) return false;
  sync();
  return true;
}

bool DiskWatch::AwaitStop() {
  MutexLock lock(mutex_);
  while (!stopped_ && db_ != nullptr) lock.Wait(changed_);
  return db_ != nullptr;
}

bool DiskWatch::Pause() {
  MutexLock lock(mutex_);
  if (db_ != nullptr) lock.WaitFor(changed_, kLookForRoom);
  return db_ != nullptr;
}

// It is tried whenever there seems to be room, but less and less often if there
// is none in the end. And every two seconds without: it can make room, and a
// write that waits for a flush is then told that there is none. RocksDB loses 3
// kB of memory each time.
void DiskWatch::Run(rocksdb::DB& db, const std::function<bool()>& has_room) {
  while (AwaitStop()) {
    absl::Duration pause = kFirstPause;
    absl::Time next = absl::Now() + kFirstPause;
    absl::Time next_blind = next;
    do {
      const bool room = has_room();
      const absl::Time now = absl::Now();
      if (now < (room ? next : next_blind)) continue;
      next_blind = now + kBlindPause;
      if (room) {
        next = now + pause;
        pause = std::min(2 * pause, kLongestPause);
      }
      if (Resume(db)) break;
    } while (Pause());
  }
}

bool DiskWatch::Resume(rocksdb::DB& db) {
  {
    MutexLock lock(mutex_);
    stopped_again_ = false;
  }
  const bool resumed = ResumeThroughGate(db, *gate_).ok();
  MutexLock lock(mutex_);
  if (!resumed || stopped_again_) {
    gate_->Shut();
    return false;
  }
  log::Info("rocksdb_goes_on", {});
  gate_->Open();
  stopped_ = false;
  problem_.clear();
  return true;
}

void DiskWatch::OnFlushBegin(rocksdb::DB* /*db*/,
                             const rocksdb::FlushJobInfo& /*info*/) {
  gate_->Pass();
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
  if (status->severity() >= rocksdb::Status::Severity::kHardError) {
    MutexLock lock(mutex_);
    problem_ = status->ToString();
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
      {
        MutexLock lock(mutex_);
        stopped_again_ = true;
        stopped_ = true;
        gate_->Shut();
        changed_.notify_all();
      }
      // RocksDB stops when this returns.
      gate_->AwaitPassed();
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

}  // namespace pulsetaker::kv
