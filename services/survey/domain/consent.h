// Consent texts: what respondents of a survey agree to, version by version.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/survey/domain/survey.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kConsentLanguagesMax = 32;
inline constexpr std::size_t kConsentTextLengthMax = 20'000;  // Bytes.

// .../surveys/{survey}/consentTexts/{version}. Never changes.
struct ConsentText {
  SurveyKey survey;
  std::int32_t version = 0;                  // 1 for the first of the survey.
  std::map<std::string, std::string> texts;  // By BCP 47 tag; not empty.
  absl::Time create_time;                    // Whole microseconds.

  friend bool operator==(const ConsentText&, const ConsentText&) = default;
};

// INVALID_ARGUMENT with the metadata `field`, a path that begins with
// "consent_text.texts"; the first that matches:
//   FIELD_REQUIRED, TOO_MANY_ENTRIES
//   of the first text at fault, by its tag:
//     LANGUAGE_MALFORMED, FIELD_REQUIRED, TEXT_TOO_LONG, TEXT_MALFORMED
absl::Status CheckConsentTexts(const std::map<std::string, std::string>& texts);

// Which of the languages of `texts`, which is not empty, to show: `wanted`;
// else one with the same first subtag; else by the same rule for `fallback`;
// else the first by its tag. Tags are compared without regard to case.
std::string ChooseLanguage(const std::map<std::string, std::string>& texts,
                           absl::string_view wanted,
                           absl::string_view fallback);

// OK if a response to a wave that asks for consent to `wanted`, 0 for none,
// carries it. INVALID_ARGUMENT, with the `field` given: CONSENT_REQUIRED,
// CONSENT_UNEXPECTED.
absl::Status CheckConsent(std::int32_t wanted, std::int32_t given,
                          absl::string_view field);

}  // namespace pulsetaker::survey
