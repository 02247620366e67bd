// The mark below which everything was acknowledged.
//
// RocksDB accepts a log whose tail is missing: it cannot know that there was
// more. This file does. It holds the sequence number of the last write that was
// synced before anyone was told so; a database that opens with less has lost
// something, and says so in place of serving what is left.
//
// Layout 1: two slots of 4,096 bytes, written in turn, so that a torn write
// leaves the other:
//
//   offset  bytes
//        0      8  "PTLEDGER"
//        8      4  layout, 1
//       12      8  turn: 1, 2, 3, ...; the valid slot with the higher one
//       counts 20      8  mark 28  4,064  zero
//    4,092      4  CRC-32 of the 4,092 bytes before it
//
// Numbers are big-endian. The file never grows: a sync of it is one write of
// data and none of metadata.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/mutex.h"
#include "rocksdb/env.h"

namespace pulsetaker::kv {

inline constexpr std::size_t kLedgerSlotBytes = 4096;
inline constexpr std::size_t kLedgerFileBytes = 2 * kLedgerSlotBytes;

// Safe for use by any number of threads at once.
class Ledger {
 public:
  // Makes the file, with this mark, where there must be none. On OK it is on
  // disk. A crash in between leaves no file of this name.
  static absl::Status Create(rocksdb::Env& env, const std::string& path,
                             std::uint64_t mark = 0);

  // DATA_LOSS, STORED_DATA_UNREADABLE: the file is missing, has another size,
  // or neither slot is whole. UNAVAILABLE: it cannot be read.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(rocksdb::Env& env,
                                                      const std::string& path);

  ~Ledger();
  Ledger(const Ledger&) = delete;
  Ledger& operator=(const Ledger&) = delete;

  std::uint64_t mark() const;

  // Raises the mark to `sequence`. On OK it is on disk. A mark is never
  // lowered: for a lower `sequence` nothing is done.
  //
  // An error leaves unknown what is on disk: the caller ends the process.
  absl::Status Advance(std::uint64_t sequence);

 private:
  struct Slot {
    std::uint64_t turn = 0;
    std::uint64_t mark = 0;
  };

  Ledger(std::string path, std::unique_ptr<rocksdb::RandomRWFile> file,
         Slot last);

  const std::string path_;
  mutable Mutex mutex_;
  const std::unique_ptr<rocksdb::RandomRWFile> file_ ABSL_PT_GUARDED_BY(mutex_);
  Slot last_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pulsetaker::kv
