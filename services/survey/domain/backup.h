// The port through which the whole store is backed up while it is in use. A
// backup is the operator's: it holds all tenants. The domain owns this header
// and store/ implements it.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pulsetaker::survey {

inline constexpr std::int32_t kKeepCountMax = 10'000;

// backups/{backup}
struct Backup {
  std::string id;
  // How its record is damaged, or "". The rest is unknown then.
  std::string damage;
  absl::Time create_time;         // Whole microseconds.
  std::int64_t size_bytes = 0;    // Of all its files.
  std::int64_t copied_bytes = 0;  // Of those that no backup before it had.
  std::int64_t file_count = 0;
  // When it had been restored and verified, if it was; whole microseconds.
  std::optional<absl::Time> proven_time;

  friend bool operator==(const Backup&, const Backup&) = default;
};

// When the newest backup was made, and the newest that is proven.
struct NewestBackups {
  std::optional<absl::Time> made;
  std::optional<absl::Time> proven;
};

struct NewBackup {
  std::string request_id;
  absl::Time create_time;  // Whole microseconds.
  // How many backups there may be afterwards, this one included; 0 is any
  // number. At most kKeepCountMax. The newest that is proven is never deleted,
  // which may be one more.
  std::int32_t keep_count = 0;
};

// Safe for use by any number of threads at once.
//
// Long work asks `wanted` from time to time, from any thread, and ends with the
// error that it returns.
//
// Any call may fail with FAILED_PRECONDITION, BACKUP_NOT_CONFIGURED: there is
// no place for backups; and with UNAVAILABLE when the disk does not answer.
class BackupStore {
 public:
  using StillWanted = std::function<absl::Status()>;

  virtual ~BackupStore() = default;

  // Makes a backup. Everything that anyone was told is stored before the call
  // is in it, and nothing by halves. A repeat of the request returns what the
  // first call did, as long as that backup is there.
  //
  // ABORTED, BACKUP_BUSY: one is being made or deleted. ALREADY_EXISTS,
  // REQUEST_ID_REUSED. RESOURCE_EXHAUSTED, DISK_FULL. The errors of `wanted`.
  virtual absl::StatusOr<Backup> Create(const NewBackup& backup,
                                        const StillWanted& wanted) = 0;

  // All of them, in the order of their ids, which is that of their times.
  virtual absl::StatusOr<std::vector<Backup>> List() const = 0;

  // Reads little, however many there are.
  virtual absl::StatusOr<NewestBackups> Newest() const = 0;

  // NOT_FOUND, BACKUP_NOT_FOUND.
  virtual absl::StatusOr<Backup> Get(absl::string_view id) const = 0;

  // Reads all files of the backup and compares them with their checksums.
  // BACKUP_NOT_FOUND. FAILED_PRECONDITION, BACKUP_DAMAGED; the message names
  // the file. The errors of `wanted`.
  virtual absl::StatusOr<Backup> Verify(absl::string_view id,
                                        const StillWanted& wanted) const = 0;

  // A repeat of the request does nothing. BACKUP_BUSY, REQUEST_ID_REUSED,
  // BACKUP_NOT_FOUND.
  virtual absl::Status Delete(absl::string_view id,
                              absl::string_view request_id) = 0;
};

}  // namespace pulsetaker::survey
