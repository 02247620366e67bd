// The seal of a backup. RocksDB's backup engine keeps a list of files and their
// checksums with each backup, but none of that list itself; and it knows
// nothing of our ledger. The seal does. It is written last, so a backup without
// one is not whole.
//
// A seal is a file:
//
//   8 bytes   "PTBACKUP"
//   n         BackupSealRow
//   32        SHA-256 of all the bytes before it

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pulsetaker::kv {

struct BackupFile {
  std::string path;  // Below the folder of backups.
  std::int64_t size_bytes = 0;
  std::uint32_t crc32c = 0;

  friend bool operator==(const BackupFile&, const BackupFile&) = default;
};

struct BackupSeal {
  std::string id;               // "20260131-080000-000000": its time, UTC.
  std::uint32_t engine_id = 0;  // By which RocksDB's backup engine knows it.
  // The acknowledged mark when the backup began: a database that ends before it
  // is not this backup.
  std::uint64_t mark = 0;
  absl::Time create_time;       // Whole microseconds.
  std::string request_id;       // Of the request that asked for it.
  std::int32_t keep_count = 0;  // And what else that request asked for.
  // Of its files, those that no backup before it had.
  std::int64_t copied_bytes = 0;
  // All of its files, in the order of their paths.
  std::vector<BackupFile> files;

  std::int64_t size_bytes() const;

  friend bool operator==(const BackupSeal&, const BackupSeal&) = default;
};

std::string EncodeSeal(const BackupSeal& seal);

// `path` is that of the seal, for the error. DATA_LOSS, STORED_DATA_UNREADABLE:
// these bytes are no seal, or a damaged one.
absl::StatusOr<BackupSeal> DecodeSeal(absl::string_view path,
                                      absl::string_view bytes);

}  // namespace pulsetaker::kv
