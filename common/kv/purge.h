// Deleted rows stay in a store's files until a compaction happens to rewrite
// them. What has to be gone is purged.

#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/kv/rocks.h"

namespace pulsetaker::kv {

// The rows of a family whose keys start with a prefix; all, if it is "".
struct RowRange {
  Rocks::Family* family = nullptr;
  std::string prefix;
};

// When it returns OK, no file of the store has anything that was deleted from
// these ranges before the call. Time O(rows in the ranges).
absl::Status PurgeDeleted(Rocks& rocks, absl::Span<const RowRange> ranges);

}  // namespace pulsetaker::kv
