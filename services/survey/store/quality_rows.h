// Flagged responses as rows.

#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/write_batch.h"
#include "services/survey/domain/quality.h"
#include "services/survey/domain/wave.h"
#include "services/survey/store/person_keys.h"
#include "services/survey/store/record.pb.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

// `place` is that of the row that the record goes into, or is from.
absl::StatusOr<storage::QualityRecord> ToRecord(PersonSealer& sealer,
                                                const TextPlace& place,
                                                const FlaggedResponse& flagged);

// What could not have been written is DATA_LOSS, STORED_DATA_UNREADABLE.
absl::StatusOr<FlaggedResponse> FromRecord(
    const PersonOpener& opener, const TextPlace& place,
    const storage::QualityRecord& record);

// A row of `quality_reviews`.
absl::StatusOr<FlaggedResponse> DecodeFlagged(const PersonOpener& opener,
                                              absl::string_view key,
                                              absl::string_view person,
                                              absl::string_view value);
// The same without the note, which alone is sealed.
absl::StatusOr<FlaggedResponse> DecodeFlags(absl::string_view person,
                                            absl::string_view value);
absl::Status PutFlagged(const Tables& tables, PersonSealer& sealer,
                        const WaveKey& wave, const FlaggedResponse& flagged,
                        rocksdb::WriteBatch& batch);

absl::StatusOr<std::optional<FlaggedResponse>> FindFlagged(
    const Tables& tables, const StoredReader& reader, const WaveKey& wave,
    absl::string_view person);

}  // namespace pulsetaker::survey
