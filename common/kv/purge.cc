#include "common/kv/purge.h"

#include "common/base/status.h"
#include "common/kv/keys.h"
#include "rocksdb/db.h"

namespace pulsetaker::kv {

absl::Status PurgeDeleted(Rocks& rocks, absl::Span<const RowRange> ranges) {
  // Out of memory and the log first: what is flushed has its log deleted.
  PT_RETURN_IF_ERROR(rocks.Flush());
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction =
      rocksdb::BottommostLevelCompaction::kForce;
  for (const RowRange& range : ranges) {
    const std::string end = PrefixEnd(range.prefix);
    const rocksdb::Slice from(range.prefix);
    const rocksdb::Slice to(end);
    const rocksdb::Status done = rocks.db().CompactRange(
        options, range.family, &from, end.empty() ? nullptr : &to);
    if (!done.ok()) return ReadError(done);
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::kv
