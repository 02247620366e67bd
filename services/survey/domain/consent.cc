#include "services/survey/domain/consent.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/domain/invitation.h"

namespace pulsetaker::survey {
namespace {

using Texts = std::map<std::string, std::string>;

absl::string_view FirstSubtag(absl::string_view language) {
  return language.substr(0, language.find('-'));
}

std::optional<std::string> FindLanguage(const Texts& texts,
                                        absl::string_view wanted) {
  if (wanted.empty()) return std::nullopt;
  for (const auto& [language, unused] : texts) {
    if (absl::EqualsIgnoreCase(language, wanted)) return language;
  }
  for (const auto& [language, unused] : texts) {
    if (absl::EqualsIgnoreCase(FirstSubtag(language), FirstSubtag(wanted))) {
      return language;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::Status CheckConsentTexts(const Texts& texts) {
  const absl::string_view path = "consent_text.texts";
  if (texts.empty()) return FieldError("FIELD_REQUIRED", path, "is empty");
  if (texts.size() > kConsentLanguagesMax) {
    return FieldError(
        "TOO_MANY_ENTRIES", path,
        absl::StrCat("has ", texts.size(), " entries, want at most ",
                     kConsentLanguagesMax));
  }
  for (const auto& [language, text] : texts) {
    if (language.empty()) {
      return FieldError("LANGUAGE_MALFORMED", path, "has an empty tag");
    }
    PT_RETURN_IF_ERROR(CheckLanguageTag(path, language));
    PT_RETURN_IF_ERROR(CheckRequiredText(absl::StrCat(path, "[", language, "]"),
                                         text, kConsentTextLengthMax));
  }
  return absl::OkStatus();
}

std::string ChooseLanguage(const Texts& texts, absl::string_view wanted,
                           absl::string_view fallback) {
  if (const auto found = FindLanguage(texts, wanted)) return *found;
  if (const auto found = FindLanguage(texts, fallback)) return *found;
  return texts.begin()->first;
}

absl::Status CheckConsent(std::int32_t wanted, std::int32_t given,
                          absl::string_view field) {
  if (given == wanted) return absl::OkStatus();
  if (wanted == 0) {
    return FieldError(
        "CONSENT_UNEXPECTED", field,
        absl::StrCat("is ", given, ", but the wave records no consent"));
  }
  return FieldError("CONSENT_REQUIRED", field,
                    absl::StrCat("is ", given, ", want ", wanted,
                                 ", the version that the wave asks to agree "
                                 "to"));
}

}  // namespace pulsetaker::survey
