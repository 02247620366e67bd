// Checks that are the same for fields of every kind. All errors have the
// metadata `field`; all but those of CheckRevision are INVALID_ARGUMENT.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kNameLengthMax = 200;  // Bytes, as all of these.
inline constexpr std::size_t kNoteLengthMax = 500;
inline constexpr std::size_t kWordingLengthMax = 2'000;
inline constexpr std::size_t kEntryCountMax = 64;

// An error about `field`: its message is "<field> <problem>".
absl::Status FieldError(absl::string_view reason, absl::string_view field,
                        absl::string_view problem);

// Numbers from low to high.
struct Range {
  std::int64_t low;
  std::int64_t high;
};

// ID_MALFORMED.
absl::Status CheckId(absl::string_view field, absl::string_view id);

// TEXT_TOO_LONG, then TEXT_MALFORMED: not UTF-8, or with a control character
// other than newline and tab. Empty is fine.
absl::Status CheckText(absl::string_view field, absl::string_view text,
                       std::size_t length_max);

// FIELD_REQUIRED: empty. Then as CheckText.
absl::Status CheckRequiredText(absl::string_view field, absl::string_view text,
                               std::size_t length_max);

// NUMBER_OUT_OF_RANGE.
absl::Status CheckNumber(absl::string_view field, std::int64_t number,
                         Range range);

// TOO_MANY_ENTRIES, then of the first entry at fault ID_MALFORMED for the key,
// TEXT_TOO_LONG or TEXT_MALFORMED for the value.
absl::Status CheckEntries(absl::string_view field,
                          const std::map<std::string, std::string>& entries);

// OK if nothing is expected, or what is there. ABORTED, ETAG_MISMATCH.
absl::Status CheckRevision(absl::string_view field,
                           std::optional<std::int64_t> expected,
                           std::int64_t current);

}  // namespace pulsetaker::survey
