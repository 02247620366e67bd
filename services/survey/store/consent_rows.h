// Consent texts as rows.

#pragma once

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/consent.h"
#include "services/survey/domain/wave.h"
#include "services/survey/store/record.pb.h"
#include "services/survey/store/stored_reader.h"

namespace pulsetaker::survey {

storage::ConsentTextRecord ToRecord(const ConsentText& text);

// The text that a value says. DATA_LOSS, STORED_DATA_UNREADABLE.
absl::StatusOr<ConsentText> ReadConsentText(const SurveyKey& survey,
                                            std::int32_t version,
                                            absl::string_view value);

absl::StatusOr<std::optional<ConsentText>> FindConsentText(
    const Tables& tables, const StoredReader& reader, const SurveyKey& survey,
    std::int32_t version);

// OK if the wave records no consent, or its survey has the version.
// CONSENT_TEXT_NOT_FOUND.
absl::Status CheckConsentTextExists(const Tables& tables,
                                    const StoredReader& reader,
                                    const Wave& wave);

}  // namespace pulsetaker::survey
