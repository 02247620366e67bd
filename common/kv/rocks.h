// RocksDB, opened so that it keeps our promises: what is acknowledged is on
// disk, damage is reported and never skipped, a failed sync ends the process.
// Its defaults promise none of these. docs/adr/0101 says why each setting is.

#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/maintained_store.h"
#include "common/base/metrics.h"
#include "common/base/mutex.h"
#include "common/kv/ledger.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/iterator.h"
#include "rocksdb/options.h"
#include "rocksdb/slice.h"
#include "rocksdb/statistics.h"
#include "rocksdb/status.h"
#include "rocksdb/write_batch.h"

namespace pulsetaker::kv {

class DiskWatch;

struct RocksOptions {
  // A directory; made if it is not there. RocksDB lives in its `db`, the
  // acknowledged mark in its `ledger`: they are moved and backed up together.
  std::string path;
  // The column families besides the default one, which stays empty. Missing
  // ones are made.
  std::vector<std::string> families = {};
  rocksdb::Env* env = nullptr;  // Not owned. nullptr is the real file system.
  std::size_t block_cache_bytes = std::size_t{64} << 20;
  std::size_t write_buffer_bytes = std::size_t{64} << 20;  // Of each family.
  int background_jobs_max = 2;
  // Writes are refused while the file system has less room than this, which
  // background work needs, and which keeps RocksDB from ever meeting the end of
  // the disk in the middle of a write.
  std::uint64_t disk_reserve_bytes = std::uint64_t{128} << 20;
  // Opens what is there and changes nothing: for looking at a store that no
  // server has open. The families must all be there, and no others. Nothing may
  // be written or synced.
  bool read_only = false;
};

// The folder in which a backup is restored to `path`. While it is there, `path`
// is not opened: what is beside it may be half of a store.
std::string RestoringPath(absl::string_view path);

// What a failed read or open of RocksDB means to a caller:
// DATA_LOSS, STORED_DATA_UNREADABLE for corruption, else UNAVAILABLE. Not for
// NotFound, which only the call site can judge.
absl::Status ReadError(const rocksdb::Status& status);

// DATA_LOSS, STORED_DATA_UNREADABLE, for a key or value that no program of ours
// wrote.
absl::Status UnreadableError(absl::string_view what);

inline rocksdb::Slice ToSlice(absl::string_view bytes) {
  return rocksdb::Slice(bytes.data(), bytes.size());
}
inline absl::string_view FromSlice(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

// An empty batch whose keys and values are protected by checksums from here to
// the disk. Every batch starts here.
rocksdb::WriteBatch NewBatch(std::size_t reserved_bytes = 0);

// An open database. Safe for use by any number of threads at once.
class Rocks : public MaintainedStore {
 public:
  using Family = rocksdb::ColumnFamilyHandle;

  // Closes the database, syncing what was written. Iterators and snapshots must
  // be gone by then.
  ~Rocks() override;
  Rocks(const Rocks&) = delete;
  Rocks& operator=(const Rocks&) = delete;

  // The family of this name, which was in RocksOptions. Lives as long as this.
  Family* family(absl::string_view name) const;

  // For what is not offered here: snapshots, MultiGet. Never for writes.
  rocksdb::DB& db() const { return *db_; }

  // The value of `key`, or nothing. Any error is ReadError's.
  absl::StatusOr<std::optional<std::string>> Get(Family* family,
                                                 absl::string_view key) const;

  // Iterates over the keys from `prefix` up to PrefixEnd(prefix), from the
  // start. It sees one state of the database: that of this call, or of
  // `snapshot`. When it is no longer Valid, look at status(): an error is the
  // end, too.
  class PrefixIterator;
  std::unique_ptr<PrefixIterator> NewPrefixIterator(
      Family* family, absl::string_view prefix,
      const rocksdb::Snapshot* snapshot = nullptr) const;

  // Writes the batch, all of it or nothing, and returns OK when it is on disk.
  // Threads that commit at once share a sync.
  //
  // RESOURCE_EXHAUSTED, DISK_FULL: nothing was written, and nothing is until
  // there is room again; then writing goes on by itself. If another program
  // takes the last room between the write and its sync, this waits for room.
  // DATA_LOSS, STORED_DATA_UNREADABLE: RocksDB has met damage and takes no
  // writes. Any other failure ends the process.
  absl::Status Commit(rocksdb::WriteBatch& batch);

  // The two halves of Commit, for a committer that writes many batches for one
  // sync. After WriteUnsynced everyone can read the batch, and no one may be
  // told that it is kept. Errors are those of Commit; nothing was written then.
  absl::Status WriteUnsynced(rocksdb::WriteBatch& batch);

  // Returns OK when everything that was written before this call is on disk and
  // the ledger says so. RESOURCE_EXHAUSTED, DISK_FULL: the disk is full, and
  // that is not so yet; what was written is covered by the next SyncWal that
  // returns OK. A failed sync ends the process: nobody knows what is on disk
  // then, and asking again can answer OK for bytes that are lost.
  absl::Status SyncWal();

  // Flushes the memory tables to table files. For tests and tools.
  absl::Status Flush();

  // The write up to which everything was acknowledged. What anyone was told
  // before this call is at or below it.
  std::uint64_t acknowledged_mark() const { return ledger_->mark(); }

  rocksdb::Env& env() const { return *options_.env; }

  absl::StatusOr<StoreFacts> Facts() const override;
  absl::StatusOr<StoreCompaction> Compact(std::atomic<bool>& stop) override;
  absl::StatusOr<VerifiedFiles> VerifyFiles(
      const std::atomic<bool>& stop) const override;
  // The same, to the end.
  absl::Status VerifyFiles() const;

  // What RocksDB counts and holds, for a metrics page.
  std::vector<MetricSample> CollectMetrics() const;

 private:
  friend absl::StatusOr<std::unique_ptr<Rocks>> OpenRocks(
      const RocksOptions& options);
  Rocks();

  // Whether there is room beside the reserve for so many bytes.
  absl::Status CheckRoom(std::uint64_t bytes = 0) const;
  // The same, for a write of `bytes`; but to ask costs as much as a small
  // write, so that it is asked once for those that share a sync, unless they
  // are many.
  absl::Status CheckRoomFor(std::size_t bytes);
  absl::Status SyncOnce();
  std::vector<MetricSample> DiskMetrics() const;
  std::int64_t LiveTableBytes() const;

  RocksOptions options_;
  std::shared_ptr<rocksdb::Statistics> statistics_;
  std::shared_ptr<DiskWatch> disk_watch_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::map<std::string, Family*> families_;

  Histogram sync_seconds_{LatencyBuckets()};

  // What may be written before it is asked again.
  std::atomic<std::int64_t> checked_bytes_ = 0;

  // Threads that want a sync: one of them syncs for all that came before.
  Mutex sync_mutex_;
  std::condition_variable synced_;
  std::uint64_t sync_wanted_ ABSL_GUARDED_BY(sync_mutex_) = 0;
  std::uint64_t sync_done_ ABSL_GUARDED_BY(sync_mutex_) = 0;
  absl::Status last_sync_ ABSL_GUARDED_BY(sync_mutex_);
  bool syncing_ ABSL_GUARDED_BY(sync_mutex_) = false;
};

// Opens the database. One process at a time may have a path open.
//
// DATA_LOSS, STORED_DATA_UNREADABLE: something that was acknowledged is damaged
// or missing; the message names the file. FAILED_PRECONDITION: another process
// has the path open, a backup is half restored there, or it holds what this
// program cannot read.
// RESOURCE_EXHAUSTED, DISK_FULL: there is no room to open it.
absl::StatusOr<std::unique_ptr<Rocks>> OpenRocks(const RocksOptions& options);

// Keys that start with one prefix, in ascending order.
class Rocks::PrefixIterator {
 public:
  PrefixIterator(rocksdb::DB& db, Family* family, absl::string_view prefix,
                 const rocksdb::Snapshot* snapshot);
  PrefixIterator(const PrefixIterator&) = delete;
  PrefixIterator& operator=(const PrefixIterator&) = delete;

  // Goes to the first key that is at or above `key`, itself within the prefix.
  void Seek(absl::string_view key) { it_->Seek(ToSlice(key)); }
  void Next() { it_->Next(); }

  bool Valid() const { return it_->Valid(); }
  // Both are good until the next move.
  absl::string_view key() const { return FromSlice(it_->key()); }
  absl::string_view value() const { return FromSlice(it_->value()); }

  // OK, or the ReadError that ended the iteration.
  absl::Status status() const;

 private:
  const std::string end_;
  rocksdb::Slice end_slice_;  // RocksDB keeps a pointer to it.
  std::unique_ptr<rocksdb::Iterator> it_;
};

}  // namespace pulsetaker::kv
