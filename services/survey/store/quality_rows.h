// Flagged responses as rows.

#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/quality.h"
#include "services/survey/domain/wave.h"
#include "services/survey/store/record.pb.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

storage::QualityRecord ToRecord(const FlaggedResponse& flagged);

// What could not have been written is DATA_LOSS, STORED_DATA_UNREADABLE.
absl::StatusOr<FlaggedResponse> FromRecord(
    absl::string_view person, const storage::QualityRecord& record);
absl::StatusOr<FlaggedResponse> DecodeFlagged(absl::string_view person,
                                              absl::string_view value);

absl::StatusOr<std::optional<FlaggedResponse>> FindFlagged(
    const Tables& tables, const StoredReader& reader, const WaveKey& wave,
    absl::string_view person);

}  // namespace pulsetaker::survey
