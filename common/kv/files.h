// Whole files and folders beside RocksDB's, through its Env: small records that
// must be there after a crash, wholly or not at all.

#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/env.h"
#include "rocksdb/status.h"

namespace pulsetaker::kv {

// What a failed read or write of `path` means to a caller: RESOURCE_EXHAUSTED,
// DISK_FULL if there is no room; DATA_LOSS, STORED_DATA_UNREADABLE if it is
// damaged or missing; else UNAVAILABLE.
absl::Status FileError(absl::string_view path, const rocksdb::Status& status);

// Makes the folder and those above it, with their names on disk: what is synced
// in a folder is lost with the folder. A folder that is there may have been
// made by a process that died before its sync, so its name is synced, too.
rocksdb::Status MakeFolders(rocksdb::Env& env, const std::string& path);

// Makes what was made, renamed or removed in the folder stay so.
rocksdb::Status SyncFolder(rocksdb::Env& env, const std::string& path);

// Writes all of a file and syncs it.
rocksdb::Status WriteSynced(rocksdb::Env& env, const std::string& path,
                            const std::string& bytes);

// Puts a file with this content in place of what is there. On OK it is on disk;
// a crash leaves the one or the other.
rocksdb::Status ReplaceFile(rocksdb::Env& env, const std::string& path,
                            const std::string& bytes);

// The errors of FileError.
absl::StatusOr<std::string> ReadFile(rocksdb::Env& env,
                                     const std::string& path);

// Whether Env::LockFile failed because someone else holds the lock, in this
// process or in another, and not because the file cannot be made.
bool IsHeldByOther(const rocksdb::Status& lock_status);

// The names in a folder, ascending; none if there is no such folder.
absl::StatusOr<std::vector<std::string>> ListFolder(rocksdb::Env& env,
                                                    const std::string& path);

// Removes the folder with all that is in it, if it is there.
rocksdb::Status RemoveFolder(rocksdb::Env& env, const std::string& path);

}  // namespace pulsetaker::kv
