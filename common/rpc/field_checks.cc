#include "common/rpc/field_checks.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"

namespace pulsetaker::rpc {
namespace {

bool HasControlCharacter(absl::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f) return true;
  }
  return false;
}

absl::Status Required(absl::string_view field) {
  return InvalidField("FIELD_REQUIRED", field, "is not set");
}

}  // namespace

absl::Status InvalidField(absl::string_view reason, absl::string_view field,
                          absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat(field, " ", problem),
                   {{"field", std::string(field)}});
}

absl::Status CheckRequestId(absl::string_view request_id) {
  if (IsUuid(request_id)) return absl::OkStatus();
  return InvalidField("REQUEST_ID_MALFORMED", "request_id",
                      "is not a UUID in lower case");
}

absl::Status CheckResourceId(absl::string_view field, absl::string_view id) {
  if (id.empty()) return Required(field);
  if (IsResourceId(id)) return absl::OkStatus();
  return InvalidField("ID_MALFORMED", field,
                      "is not 1 to 63 of a-z, 0-9, '-' and '_', beginning "
                      "with a letter or digit");
}

absl::Status CheckText(absl::string_view field, absl::string_view text,
                       std::size_t length_max) {
  if (text.size() > length_max) {
    return InvalidField(
        "TEXT_TOO_LONG", field,
        absl::StrCat("has ", text.size(), " bytes, want at most ", length_max));
  }
  if (!IsValidUtf8(text)) {
    return InvalidField("TEXT_MALFORMED", field, "is not UTF-8");
  }
  if (HasControlCharacter(text)) {
    return InvalidField("TEXT_MALFORMED", field, "has a control character");
  }
  return absl::OkStatus();
}

absl::Status CheckRequiredText(absl::string_view field, absl::string_view text,
                               std::size_t length_max) {
  if (text.empty()) return Required(field);
  return CheckText(field, text, length_max);
}

absl::Status CheckPresent(absl::string_view field, bool present) {
  return present ? absl::OkStatus() : Required(field);
}

}  // namespace pulsetaker::rpc
