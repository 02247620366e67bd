// The files of one backup: listed and sealed when it is made, read back and
// compared when it is verified or restored.

#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/kv/backup_seal.h"
#include "common/kv/file_content.h"
#include "rocksdb/env.h"
#include "rocksdb/utilities/backup_engine.h"

namespace pulsetaker::kv {

struct BackupOptions {
  std::string path;             // A folder; made when it is needed.
  rocksdb::Env* env = nullptr;  // Not owned. nullptr is the real file system.
  // A backup ends with DISK_FULL rather than leave less room than this, as the
  // store may be on the same disk.
  std::uint64_t disk_reserve_bytes = std::uint64_t{128} << 20;
};

// What RocksDB's backup engine is opened with, always.
rocksdb::BackupEngineOptions EngineOptions(const BackupOptions& folder);

// Completes the seal of the engine's backup seal.engine_id, from what the
// engine says of its files, and puts it into the folder. `shared` is what the
// folder of shared files held before.
//
// DATA_LOSS, STORED_DATA_UNREADABLE: what the engine says makes no sense.
// DISK_FULL.
absl::StatusOr<BackupSeal> SealBackup(const BackupOptions& folder,
                                      BackupSeal seal,
                                      const std::set<std::string>& shared);

// Where the seal of a backup is, below the folder.
std::string SealPath(absl::string_view id, std::uint32_t engine_id);

// The seal in the file `path` of the folder. DATA_LOSS, STORED_DATA_UNREADABLE.
absl::StatusOr<BackupSeal> ReadSeal(const BackupOptions& folder,
                                    const std::string& path);

// Reads all files of the backup and compares them with its seal. The errors of
// `wanted`; DATA_LOSS, STORED_DATA_UNREADABLE, which names the file.
absl::Status VerifyBackupFiles(const BackupOptions& folder,
                               const BackupSeal& seal,
                               const StillWanted& wanted);

}  // namespace pulsetaker::kv
