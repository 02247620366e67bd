// Erasures as rows, and as records of the ledger.

#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/erasure.h"
#include "services/survey/store/record.pb.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

storage::ErasureRecord ToRecord(const Erasure& erasure);

// What could not have been written is DATA_LOSS, STORED_DATA_UNREADABLE.
absl::StatusOr<Erasure> FromRecord(const storage::ErasureRecord& record);

// The erasure of this id, or nothing.
absl::StatusOr<std::optional<Erasure>> FindErasure(const Tables& tables,
                                                   const StoredReader& reader,
                                                   const LocalityKey& locality,
                                                   absl::string_view id);

// All ids of the locality that are erased.
absl::StatusOr<std::set<std::string>> ReadErasedIds(
    const Tables& tables, const StoredReader& reader,
    const LocalityKey& locality);

// Each erasure of the store once.
absl::StatusOr<std::vector<Erasure>> ReadErasures(const Tables& tables,
                                                  const StoredReader& reader);

}  // namespace pulsetaker::survey
