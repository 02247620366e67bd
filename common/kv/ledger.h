// The mark below which everything was acknowledged.
//
// RocksDB accepts a log whose tail is missing: it cannot know that there was
// more. This file does. It holds the sequence number of the last write that was
// synced before anyone was told so; a database that opens with less has lost
// something, and says so in place of serving what is left.
//
// It also holds how much of RocksDB's MANIFEST is relied on: what ends early
// there, at the end of a record, looks whole to RocksDB as well.
//
// Layout 1: two slots of 4,096 bytes, written in turn, so that a torn write
// leaves the other:
//
//   offset  bytes
//        0      8  "PTLEDGER"
//        8      4  layout, 1
//       12      8  turn: 1, 2, ...; the valid slot with the higher one counts
//       20      8  mark
//       28     20  the MANIFEST in use: number, bytes, CRC-32 of these; zeros
//                  if it is not known
//       48     20  the MANIFEST that may be in use instead; zeros if there is
//                  none
//       68  4,024  zero
//    4,092      4  CRC-32 of the 4,092 bytes before it
//
// Numbers are big-endian. The file never grows: a sync of it is one write of
// data and none of metadata.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/mutex.h"
#include "rocksdb/env.h"

namespace pulsetaker::kv {

inline constexpr std::size_t kLedgerSlotBytes = 4096;
inline constexpr std::size_t kLedgerFileBytes = 2 * kLedgerSlotBytes;

// A first part of a MANIFEST that is on disk and relied on.
struct ManifestMark {
  std::uint64_t number = 0;  // Of its name; 0 for none.
  std::uint64_t bytes = 0;
  std::uint32_t crc32 = 0;

  friend bool operator==(const ManifestMark&, const ManifestMark&) = default;
};

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

  // What is known of the MANIFEST with this number, which the database names as
  // the one in use. Nothing if no MANIFEST is known: the database is from
  // before this file kept any. DATA_LOSS, STORED_DATA_UNREADABLE: it is none of
  // those that may be in use. From here on it is the one in use.
  absl::StatusOr<std::optional<ManifestMark>> UseManifest(std::uint64_t number);

  // Puts down what is on disk of a MANIFEST. One of another number than the one
  // in use may be in use from then on, and is with its first mark after RocksDB
  // has named it. Errors are those of Advance.
  absl::Status AdvanceManifest(const ManifestMark& manifest);

  // RocksDB has named the one that may be in use instead.
  void SwitchManifest();

  // Whether both slots were whole when the file was opened: what counts is the
  // last that was written.
  bool was_whole() const { return was_whole_; }

 private:
  struct Slot {
    std::uint64_t turn = 0;
    std::uint64_t mark = 0;
    ManifestMark manifest = {};
    ManifestMark next_manifest = {};
  };

  Ledger(std::string path, std::unique_ptr<rocksdb::RandomRWFile> file,
         Slot last, bool was_whole);

  static std::string Encode(const Slot& slot);
  // Nothing if the slot is not whole: torn, or damaged.
  static std::optional<Slot> Decode(absl::string_view bytes);
  // Writes `next` with the turn that it has.
  absl::Status Write(Slot next) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  const bool was_whole_;
  mutable Mutex mutex_;
  const std::unique_ptr<rocksdb::RandomRWFile> file_ ABSL_PT_GUARDED_BY(mutex_);
  Slot last_ ABSL_GUARDED_BY(mutex_);
  bool switched_ ABSL_GUARDED_BY(mutex_) = false;  // To the next MANIFEST.
};

}  // namespace pulsetaker::kv
