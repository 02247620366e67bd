// The names of what was withdrawn, and whether it has left the files: the
// family `withdrawn` of a store of results. Layout 1:
//
//   key                      value
//   the key of the result    8 bytes, most significant first: when it was
//                            withdrawn, in microseconds since 1970 UTC
//   0x00                     empty: something is not yet purged
//
// Keys of results begin with their layout, which is not 0x00.

#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/kv/purge.h"
#include "common/kv/rocks.h"
#include "rocksdb/write_batch.h"

namespace pulsetaker::erasure {

// A family that OpenRocks must be given.
inline constexpr char kWithdrawnFamily[] = "withdrawn";

class WithdrawnRows {
 public:
  // `rocks` must outlive this.
  explicit WithdrawnRows(kv::Rocks& rocks)
      : rocks_(rocks), withdrawn_(rocks.family(kWithdrawnFamily)) {}

  // That the result with this key is withdrawn, or is there again.
  void Add(absl::string_view key, absl::Time when,
           rocksdb::WriteBatch& batch) const;
  void Remove(absl::string_view key, rocksdb::WriteBatch& batch) const;

  // That something else was deleted that has to be purged.
  void AddUnpurged(rocksdb::WriteBatch& batch) const;

  // NOT_FOUND, `withdrawn_reason` if the result with this key was withdrawn,
  // else `absent_reason`.
  absl::Status NotFound(absl::string_view key, const char* withdrawn_reason,
                        const char* absent_reason) const;

  // Purges `ranges`, if something was added since it was last done.
  absl::Status Purge(absl::Span<const kv::RowRange> ranges) const;

 private:
  kv::Rocks& rocks_;
  kv::Rocks::Family* const withdrawn_;
};

}  // namespace pulsetaker::erasure
