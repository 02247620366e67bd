// A backup back in place: verified whole before anything is where a server
// would look for it.

#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/kv/backup_files.h"
#include "common/kv/backup_seal.h"
#include "common/kv/rocks.h"

namespace pulsetaker::kv {

// The newest backup, whichever it is.
inline constexpr char kLatestBackup[] = "latest";

struct RestorePlan {
  BackupOptions folder;
  std::string backup;  // Its id, or kLatestBackup.
  // Where to. Its path holds nothing; it is made if it is not there.
  RocksOptions target;
};

// Restores a backup:
// 1. compares all its files with its seal;
// 2. copies them into a folder below the target, `restoring`, during which
//    OpenRocks refuses the target;
// 3. gives the copy a ledger with the backup's mark, opens it as a server does,
//    compares all table files with their checksums, and asks `check`;
// 4. syncs, moves it in place, and removes `restoring`: from here on it counts.
//
// An error leaves the target as it was, with nothing in it. A crash leaves
// `restoring` there, unless all was done; a repeat begins anew.
//
// NOT_FOUND, BACKUP_NOT_FOUND. FAILED_PRECONDITION: the target holds a store or
// something else, or is being restored to. DATA_LOSS, STORED_DATA_UNREADABLE:
// the backup is damaged, or ends before its mark; the message names the file.
// DISK_FULL. The errors of `check`.
absl::StatusOr<BackupSeal> RestoreBackup(
    const RestorePlan& plan, const std::function<absl::Status(Rocks&)>& check);

}  // namespace pulsetaker::kv
