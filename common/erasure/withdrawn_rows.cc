#include "common/erasure/withdrawn_rows.h"

#include <cstdint>
#include <optional>

#include "common/base/big_endian.h"
#include "common/base/fault.h"
#include "common/base/status.h"

namespace pulsetaker::erasure {
namespace {

constexpr absl::string_view kUnpurged("\0", 1);

}  // namespace

void WithdrawnRows::Add(absl::string_view key, absl::Time when,
                        rocksdb::WriteBatch& batch) const {
  std::string time;
  AppendBigEndian64(static_cast<std::uint64_t>(absl::ToUnixMicros(when)), time);
  batch.Put(withdrawn_, kv::ToSlice(key), time);
  AddUnpurged(batch);
}

void WithdrawnRows::Remove(absl::string_view key,
                           rocksdb::WriteBatch& batch) const {
  batch.Delete(withdrawn_, kv::ToSlice(key));
}

void WithdrawnRows::AddUnpurged(rocksdb::WriteBatch& batch) const {
  batch.Put(withdrawn_, kv::ToSlice(kUnpurged), "");
}

absl::Status WithdrawnRows::NotFound(absl::string_view key,
                                     const char* withdrawn_reason,
                                     const char* absent_reason) const {
  PT_ASSIGN_OR_RETURN(const std::optional<std::string> row,
                      rocks_.Get(withdrawn_, key));
  if (!row.has_value()) {
    return MakeError(absl::StatusCode::kNotFound, absent_reason,
                     "the wave has no such result");
  }
  return MakeError(absl::StatusCode::kNotFound, withdrawn_reason,
                   "it was withdrawn, as somebody of whom it was made was "
                   "erased: make it again");
}

absl::Status WithdrawnRows::Purge(absl::Span<const kv::RowRange> ranges) const {
  PT_ASSIGN_OR_RETURN(const std::optional<std::string> unpurged,
                      rocks_.Get(withdrawn_, kUnpurged));
  if (!unpurged.has_value() || PT_PLANTED_BUG("withdrawn_not_purged")) {
    return absl::OkStatus();
  }
  PT_RETURN_IF_ERROR(kv::PurgeDeleted(rocks_, ranges));
  rocksdb::WriteBatch batch = kv::NewBatch();
  batch.Delete(withdrawn_, kv::ToSlice(kUnpurged));
  return rocks_.Commit(batch);
}

}  // namespace pulsetaker::erasure
