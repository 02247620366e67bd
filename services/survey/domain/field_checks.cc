#include "services/survey/domain/field_checks.h"

#include "absl/algorithm/container.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kQuotedLengthMax = 80;

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
}

}  // namespace

absl::Status FieldError(absl::string_view reason, absl::string_view field,
                        absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat(field, " ", problem),
                   {{"field", std::string(field)}});
}

absl::Status CheckId(absl::string_view field, absl::string_view id) {
  if (IsResourceId(id)) return absl::OkStatus();
  // Quoted, because whoever made it must be able to find it; cut and escaped,
  // because it can be anything.
  return FieldError(
      "ID_MALFORMED", field,
      absl::StrCat("is \"", absl::CHexEscape(id.substr(0, kQuotedLengthMax)),
                   "\", want 1 to 63 characters of [a-z0-9_-] that begin with "
                   "a letter or digit"));
}

absl::Status CheckText(absl::string_view field, absl::string_view text,
                       std::size_t length_max) {
  if (text.size() > length_max) {
    return FieldError(
        "TEXT_TOO_LONG", field,
        absl::StrCat("has ", text.size(), " bytes, want at most ", length_max));
  }
  if (!IsValidUtf8(text)) {
    return FieldError("TEXT_MALFORMED", field, "is not valid UTF-8");
  }
  if (absl::c_any_of(text, IsControl)) {
    return FieldError("TEXT_MALFORMED", field,
                      "has a control character other than newline and tab");
  }
  return absl::OkStatus();
}

absl::Status CheckRequiredText(absl::string_view field, absl::string_view text,
                               std::size_t length_max) {
  if (text.empty()) return FieldError("FIELD_REQUIRED", field, "is empty");
  return CheckText(field, text, length_max);
}

absl::Status CheckNumber(absl::string_view field, std::int64_t number,
                         Range range) {
  if (number >= range.low && number <= range.high) return absl::OkStatus();
  return FieldError(
      "NUMBER_OUT_OF_RANGE", field,
      absl::StrCat("is ", number, ", want ", range.low, " to ", range.high));
}

absl::Status CheckEntries(absl::string_view field,
                          const std::map<std::string, std::string>& entries) {
  if (entries.size() > kEntryCountMax) {
    return FieldError("TOO_MANY_ENTRIES", field,
                      absl::StrCat("has ", entries.size(),
                                   " entries, want at most ", kEntryCountMax));
  }
  for (const auto& [key, value] : entries) {
    PT_RETURN_IF_ERROR(CheckId(field, key));
    PT_RETURN_IF_ERROR(
        CheckText(absl::StrCat(field, "[", key, "]"), value, kNoteLengthMax));
  }
  return absl::OkStatus();
}

absl::Status CheckRevision(absl::string_view field,
                           std::optional<std::int64_t> expected,
                           std::int64_t current) {
  if (!expected.has_value() || *expected == current) return absl::OkStatus();
  return MakeError(absl::StatusCode::kAborted, "ETAG_MISMATCH",
                   absl::StrCat(field, " is not the current one"),
                   {{"field", std::string(field)}});
}

}  // namespace pulsetaker::survey
