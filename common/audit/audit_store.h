// The rows of an audit log on RocksDB. Rows are only ever added, the head alone
// is replaced, and each batch leaves a tree whose head is signed: what is below
// the size of a head that was read never changes.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/audit/merkle.h"
#include "common/audit/record.h"
#include "common/audit/tree_head.h"
#include "common/kv/rocks.h"
#include "rocksdb/write_batch.h"

namespace pulsetaker::audit {

// A record as it is kept.
struct StoredLeaf {
  std::uint64_t sequence = 0;
  std::string bytes;
};

// Where the log stands: all that the next record needs.
struct LogState {
  CompactTree tree;
  Hash last_hash = {};  // Of the last leaf; zeros without one.
  SignedTreeHead head;
};

// Safe for use by any number of threads at once. Errors are those of kv::Rocks;
// DATA_LOSS, STORED_DATA_UNREADABLE also for rows that are missing or cannot
// be.
class AuditStore {
 public:
  // The families that `rocks` must have been opened with.
  static std::vector<std::string> Families();

  // `rocks` must outlive this.
  explicit AuditStore(kv::Rocks& rocks);

  // The signed head, or nothing of a log that was never begun.
  absl::StatusOr<std::optional<SignedTreeHead>> ReadHead() const;

  // The state that `head` is of. DATA_LOSS, STORED_DATA_UNREADABLE: the rows
  // are not those that it vouches for, as far as the roots of its full subtrees
  // and its last record tell. O(log size).
  absl::StatusOr<LogState> LoadState(const SignedTreeHead& head) const;

  // For roots and proofs of trees that are no larger than a head that was read.
  NodeReader node_reader() const;

  // Records from `first` on and below `end`, at most `count_max` and about
  // `bytes_max` bytes, but at least one.
  absl::StatusOr<std::vector<StoredLeaf>> ReadLeaves(
      std::uint64_t first, std::uint64_t end, std::size_t count_max,
      std::size_t bytes_max) const;

  // The same of one tenant's records.
  absl::StatusOr<std::vector<StoredLeaf>> ReadTenantLeaves(
      absl::string_view tenant, std::uint64_t first, std::uint64_t end,
      std::size_t count_max, std::size_t bytes_max) const;

  // Adds the record's rows to the batch, and the record to the state, whose
  // head is then behind. `record` needs neither a sequence nor a previous_hash.
  void Stage(LoggedRecord record, LogState& state,
             rocksdb::WriteBatch& batch) const;

  // Adds the head's row.
  void StageHead(const SignedTreeHead& head, rocksdb::WriteBatch& batch) const;

  // OK when the batch is on disk.
  absl::Status Commit(rocksdb::WriteBatch& batch) {
    return rocks_.Commit(batch);
  }

 private:
  absl::StatusOr<std::string> ReadLeaf(std::uint64_t sequence) const;
  absl::StatusOr<Hash> ReadNode(const NodeId& id) const;
  absl::Status CheckNothingBeyond(std::uint64_t size) const;

  kv::Rocks& rocks_;
  kv::Rocks::Family* const records_;
  kv::Rocks::Family* const nodes_;
  kv::Rocks::Family* const tenants_;
  kv::Rocks::Family* const head_;
};

}  // namespace pulsetaker::audit
