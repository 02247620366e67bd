// What an operator may ask of the store of a service while it serves. The port
// for operators offers it and the store carries it out; neither knows the
// other.

#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"

namespace pulsetaker {

struct StoreFacts {
  std::int64_t disk_bytes = 0;  // Of all its files.
  // What its file system has left, if that can be told.
  std::optional<std::int64_t> free_bytes;
  std::int64_t wal_bytes = 0;       // Of its write-ahead log.
  std::int64_t live_sst_bytes = 0;  // Of the table files that are in use.
  // Why it takes no writes, or "".
  std::string background_error;
};

struct StoreCompaction {
  std::int64_t bytes_before = 0;  // Of the table files that are in use.
  std::int64_t bytes_after = 0;
};

struct VerifiedFiles {
  std::int64_t file_count = 0;
  std::int64_t bytes = 0;
};

// Safe for use by any number of threads at once. What takes long ends soon
// after `stop` is set, with CANCELLED.
class MaintainedStore {
 public:
  virtual ~MaintainedStore() = default;

  // UNAVAILABLE: the disk does not answer.
  virtual absl::StatusOr<StoreFacts> Facts() const = 0;

  // Rewrites all table files without what was deleted or overwritten, while the
  // store is in use.
  //
  // RESOURCE_EXHAUSTED, DISK_FULL: there is no room for a second copy of them.
  // DATA_LOSS, STORED_DATA_UNREADABLE. UNAVAILABLE.
  virtual absl::StatusOr<StoreCompaction> Compact(std::atomic<bool>& stop) = 0;

  // Reads every table file to its end and compares it with its checksum, then
  // each of its blocks. DATA_LOSS, STORED_DATA_UNREADABLE, which names the
  // first file that is bad. UNAVAILABLE.
  virtual absl::StatusOr<VerifiedFiles> VerifyFiles(
      const std::atomic<bool>& stop) const = 0;
};

}  // namespace pulsetaker
