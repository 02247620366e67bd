#include "common/kv/disk_watch.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/status.h"

namespace pulsetaker::kv {

void DiskWatch::WaitForRecovery() {
  MutexLock lock(mutex_);
  while (recovering_) lock.Wait(recovered_);
}

bool DiskWatch::recovering() const {
  MutexLock lock(mutex_);
  return recovering_;
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
    MutexLock lock(mutex_);
    recovering_ = true;
  } else if (status->IsIOError() && !PT_PLANTED_BUG("sync_error_ignored")) {
    FailStop(absl::StrCat("background work failed: ", status->ToString()));
  }
}

void DiskWatch::OnErrorRecoveryEnd(
    const rocksdb::BackgroundErrorRecoveryInfo& info) {
  log::Info("rocksdb_recovery_end", {{"old", info.old_bg_error.ToString()},
                                     {"new", info.new_bg_error.ToString()}});
  if (!info.new_bg_error.ok()) return;
  {
    MutexLock lock(mutex_);
    recovering_ = false;
  }
  recovered_.notify_all();
}

}  // namespace pulsetaker::kv
