// Backups of an open database, taken while it is written to, and incremental:
// table files never change, so a backup copies those that no backup before it
// has. docs/adr/0501 says why it is done by RocksDB's backup engine.
//
//   meta/<n>, private/<n>/, shared_checksum/   the backup engine's
//   sealed/<id>.<n>     the seal of its backup n, written last
//   proven/<id>.<n>     the mark that it was restored and verified
//   deleted/<id>        the request that deleted a backup, for its repeats
//   LOCK                held while a backup is made or deleted
//
// A backup without a whole seal is none, whatever else is there of it. One
// folder is for the backups of one store.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "common/kv/backup_files.h"
#include "common/kv/backup_seal.h"
#include "common/kv/rocks.h"

namespace pulsetaker::kv {

struct NewBackup {
  absl::Time create_time;  // Whole microseconds.
  std::string request_id;
  // How many backups there may be afterwards, this one included: older ones are
  // deleted, once the files of this one were read back. 0 deletes none. None is
  // deleted either while any backup of the folder is damaged; and never the
  // newest one that is proven, which may be one more.
  std::int32_t keep_count = 0;
};

// A backup in a folder. Without a seal that can be read it is damaged, and the
// status says how: DATA_LOSS, STORED_DATA_UNREADABLE.
struct BackupEntry {
  std::string id;  // "unsealed-<n>" for one that has lost its seal.
  std::uint32_t engine_id = 0;
  absl::StatusOr<BackupSeal> seal;
};

// When the newest sound backup was made, and the newest that is proven.
struct NewestBackups {
  std::optional<absl::Time> made;
  std::optional<absl::Time> proven;
};

// Safe for use by any number of threads at once, and by several processes.
// Paths in messages are below the folder. Any call may fail with UNAVAILABLE if
// the disk does not answer.
class BackupFolder {
 public:
  explicit BackupFolder(BackupOptions options);

  // Makes a backup: everything that was acknowledged before the call is in it,
  // and nothing by halves. A repeat of the request returns what the first made,
  // as long as that is there. A crash in between leaves no backup.
  //
  // ABORTED, BACKUP_BUSY: one is being made or deleted. ALREADY_EXISTS,
  // REQUEST_ID_REUSED: the request came with another keep_count. DISK_FULL. The
  // errors of `wanted`. Nothing is kept of the backup then, unless all that was
  // left to do was to delete older ones.
  absl::StatusOr<BackupSeal> Create(Rocks& rocks, const NewBackup& backup,
                                    const StillWanted& wanted);

  // In the order in which they were made. Reads the seals, and no other file.
  absl::StatusOr<std::vector<BackupEntry>> List() const;

  // NOT_FOUND, BACKUP_NOT_FOUND.
  absl::StatusOr<BackupEntry> Find(absl::string_view id) const;

  // BACKUP_NOT_FOUND, then the errors of VerifyBackupFiles.
  absl::StatusOr<BackupSeal> Verify(absl::string_view id,
                                    const StillWanted& wanted) const;

  // Deletes a backup, damaged or not, and the files that only it has. A repeat
  // of the request does nothing.
  //
  // BACKUP_BUSY; REQUEST_ID_REUSED: the request deleted another backup;
  // BACKUP_NOT_FOUND.
  absl::Status Delete(absl::string_view id, absl::string_view request_id);

  // backup_proof.h.
  absl::StatusOr<std::optional<absl::Time>> ProvenTime(
      const BackupSeal& seal) const;
  absl::Status MarkProven(const BackupSeal& seal, absl::Time proven_time);

  // Reads few files.
  absl::StatusOr<NewestBackups> Newest() const;

  // Deletes all but the newest `keep_count`, at least 1, and the newest that is
  // proven, and returns their ids.
  // Deletes nothing if any is damaged: what is left of that one could be lost.
  // BACKUP_BUSY.
  absl::StatusOr<std::vector<std::string>> Purge(std::int32_t keep_count);

 private:
  class Claim;

  std::string PathOf(absl::string_view path) const;
  // Makes and seals the backup that `seal` begins to describe.
  absl::StatusOr<BackupSeal> CreateClaimed(Rocks& rocks, BackupSeal seal,
                                           const StillWanted& wanted);
  absl::Status DeleteClaimed(const BackupEntry& entry,
                             absl::string_view request_id);
  absl::StatusOr<std::vector<std::string>> PurgeClaimed(
      std::int32_t keep_count);

  const BackupOptions options_;
  Mutex mutex_;
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace pulsetaker::kv
