#include "common/audit/audit_store.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/audit/keys.h"
#include "common/base/fault.h"
#include "common/base/status.h"

namespace pulsetaker::audit {

std::vector<std::string> AuditStore::Families() {
  return {kRecordsFamily, kNodesFamily, kTenantsFamily, kHeadFamily};
}

AuditStore::AuditStore(kv::Rocks& rocks)
    : rocks_(rocks),
      records_(rocks.family(kRecordsFamily)),
      nodes_(rocks.family(kNodesFamily)),
      tenants_(rocks.family(kTenantsFamily)),
      head_(rocks.family(kHeadFamily)) {}

absl::StatusOr<std::optional<SignedTreeHead>> AuditStore::ReadHead() const {
  PT_ASSIGN_OR_RETURN(const std::optional<std::string> text,
                      rocks_.Get(head_, HeadKey()));
  if (!text.has_value()) {
    PT_RETURN_IF_ERROR(CheckNothingBeyond(0));
    return std::optional<SignedTreeHead>();
  }
  absl::StatusOr<SignedTreeHead> head = ParseHead(*text);
  if (!head.ok()) {
    return kv::UnreadableError(
        absl::StrCat("the head of the audit log: ", head.status().message()));
  }
  return std::optional<SignedTreeHead>(*std::move(head));
}

absl::StatusOr<LogState> AuditStore::LoadState(
    const SignedTreeHead& head) const {
  LogState state;
  state.head = head;
  const std::uint64_t size = head.head.size;
  PT_ASSIGN_OR_RETURN(state.tree, CompactTree::Load(size, node_reader()));
  if (PT_PLANTED_BUG("audit_head_not_compared")) return state;
  if (state.tree.Root() != head.head.root) {
    return kv::UnreadableError(
        absl::StrCat("the audit log's tree of ", size,
                     " records has another root than its signed head"));
  }
  PT_RETURN_IF_ERROR(CheckNothingBeyond(size));
  if (size == 0) return state;
  PT_ASSIGN_OR_RETURN(const std::string last, ReadLeaf(size - 1));
  state.last_hash = HashLeaf(last);
  // The last leaf must be the one that the tree has.
  PT_ASSIGN_OR_RETURN(const std::vector<Hash> proof,
                      InclusionProof(size - 1, size, node_reader()));
  const absl::Status included = VerifyInclusion({.leaf_hash = state.last_hash,
                                                 .index = size - 1,
                                                 .size = size,
                                                 .root = head.head.root},
                                                proof);
  if (!included.ok()) {
    return kv::UnreadableError(
        absl::StrCat("record ", size - 1,
                     " of the audit log is not the one that its tree has"));
  }
  return state;
}

absl::Status AuditStore::CheckNothingBeyond(std::uint64_t size) const {
  const auto rows = rocks_.NewPrefixIterator(records_, "");
  rows->Seek(RecordKey(size));
  if (rows->Valid()) {
    return kv::UnreadableError(absl::StrCat(
        "the audit log has records beyond the ", size, " of its signed head"));
  }
  return rows->status();
}

NodeReader AuditStore::node_reader() const {
  return [this](const NodeId& id) -> absl::StatusOr<Hash> {
    if (id.level > 0) return ReadNode(id);
    PT_ASSIGN_OR_RETURN(const std::string leaf, ReadLeaf(id.index));
    return HashLeaf(leaf);
  };
}

absl::StatusOr<std::string> AuditStore::ReadLeaf(std::uint64_t sequence) const {
  PT_ASSIGN_OR_RETURN(std::optional<std::string> leaf,
                      rocks_.Get(records_, RecordKey(sequence)));
  if (!leaf.has_value()) {
    return kv::UnreadableError(
        absl::StrCat("record ", sequence, " of the audit log is missing"));
  }
  return *std::move(leaf);
}

absl::StatusOr<Hash> AuditStore::ReadNode(const NodeId& id) const {
  PT_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                      rocks_.Get(nodes_, NodeKey(id)));
  Hash hash;
  if (!bytes.has_value() || !FromBytes(*bytes, hash)) {
    return kv::UnreadableError(absl::StrCat("node ", id.index, " of level ",
                                            id.level,
                                            " of the audit log is missing"));
  }
  return hash;
}

absl::StatusOr<std::vector<StoredLeaf>> AuditStore::ReadLeaves(
    std::uint64_t first, std::uint64_t end, std::size_t count_max,
    std::size_t bytes_max) const {
  std::vector<StoredLeaf> leaves;
  std::size_t bytes = 0;
  const auto rows = rocks_.NewPrefixIterator(records_, "");
  rows->Seek(RecordKey(first));
  for (std::uint64_t wanted = first;
       wanted < end && leaves.size() < count_max && bytes < bytes_max;
       ++wanted, rows->Next()) {
    PT_RETURN_IF_ERROR(rows->status());
    std::uint64_t sequence = 0;
    if (!rows->Valid() || !ParseRecordKey(rows->key(), sequence) ||
        sequence != wanted) {
      return kv::UnreadableError(
          absl::StrCat("record ", wanted, " of the audit log is missing"));
    }
    leaves.push_back(
        {.sequence = sequence, .bytes = std::string(rows->value())});
    bytes += leaves.back().bytes.size();
  }
  return leaves;
}

absl::StatusOr<std::vector<StoredLeaf>> AuditStore::ReadTenantLeaves(
    absl::string_view tenant, std::uint64_t first, std::uint64_t end,
    std::size_t count_max, std::size_t bytes_max) const {
  std::vector<StoredLeaf> leaves;
  std::size_t bytes = 0;
  const auto rows = rocks_.NewPrefixIterator(tenants_, TenantPrefix(tenant));
  rows->Seek(TenantKey(tenant, first));
  for (; rows->Valid() && leaves.size() < count_max && bytes < bytes_max;
       rows->Next()) {
    std::string owner;
    std::uint64_t sequence = 0;
    if (!ParseTenantKey(rows->key(), owner, sequence)) {
      return kv::UnreadableError("a key of the audit log's tenants");
    }
    if (sequence >= end) break;
    PT_ASSIGN_OR_RETURN(std::string leaf, ReadLeaf(sequence));
    LoggedRecord record;
    PT_RETURN_IF_ERROR(DecodeRecord(leaf, record));
    // The index must never show a tenant what is another's.
    if ((record.sequence != sequence || record.record.tenant != tenant) &&
        !PT_PLANTED_BUG("audit_index_trusted")) {
      return kv::UnreadableError(
          absl::StrCat("record ", sequence,
                       " of the audit log is indexed for another tenant"));
    }
    leaves.push_back({.sequence = sequence, .bytes = std::move(leaf)});
    bytes += leaves.back().bytes.size();
  }
  PT_RETURN_IF_ERROR(rows->status());
  return leaves;
}

void AuditStore::Stage(LoggedRecord record, LogState& state,
                       rocksdb::WriteBatch& batch) const {
  record.sequence = state.tree.size();
  record.previous_hash = state.last_hash;
  const std::string leaf = EncodeRecord(record);
  state.last_hash = HashLeaf(leaf);
  batch.Put(records_, RecordKey(record.sequence), leaf);
  if (!record.record.tenant.empty()) {
    batch.Put(tenants_, TenantKey(record.record.tenant, record.sequence), "");
  }
  state.tree.Append(state.last_hash, [&](const NodeId& id, const Hash& hash) {
    // Those of leaves follow from the records.
    if (id.level > 0) batch.Put(nodes_, NodeKey(id), ToBytes(hash));
  });
}

void AuditStore::StageHead(const SignedTreeHead& head,
                           rocksdb::WriteBatch& batch) const {
  batch.Put(head_, HeadKey(), FormatHead(head));
}

}  // namespace pulsetaker::audit
