#include "services/survey/domain/consent.h"

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

using Texts = std::map<std::string, std::string>;

Texts Many(std::size_t count) {
  Texts texts;
  for (std::size_t i = 0; i < count; ++i)
    texts[absl::StrCat("en-", i)] = "I agree.";
  return texts;
}

TEST(ConsentTest, TakesTextsUpToItsLimits) {
  EXPECT_TRUE(CheckConsentTexts({{"en", "x"}}).ok());
  EXPECT_TRUE(CheckConsentTexts(Many(kConsentLanguagesMax)).ok());
  EXPECT_TRUE(
      CheckConsentTexts({{"cy", std::string(kConsentTextLengthMax, 'x')}})
          .ok());
}

TEST(ConsentTest, SaysWhatIsWrongWithTexts) {
  const struct {
    Texts texts;
    std::string reason;
    std::string field;
  } cases[] = {
      {{}, "FIELD_REQUIRED", "consent_text.texts"},
      {Many(kConsentLanguagesMax + 1), "TOO_MANY_ENTRIES",
       "consent_text.texts"},
      {{{"", "x"}}, "LANGUAGE_MALFORMED", "consent_text.texts"},
      {{{"en_GB", "x"}}, "LANGUAGE_MALFORMED", "consent_text.texts"},
      {{{"1", "x"}}, "LANGUAGE_MALFORMED", "consent_text.texts"},
      {{{"en-", "x"}}, "LANGUAGE_MALFORMED", "consent_text.texts"},
      {{{std::string(36, 'a'), "x"}},
       "LANGUAGE_MALFORMED",
       "consent_text.texts"},
      {{{"en", ""}}, "FIELD_REQUIRED", "consent_text.texts[en]"},
      {{{"en", std::string(kConsentTextLengthMax + 1, 'x')}},
       "TEXT_TOO_LONG",
       "consent_text.texts[en]"},
      {{{"en", "\xff"}}, "TEXT_MALFORMED", "consent_text.texts[en]"},
      {{{"cy", "Iawn"}, {"en", "\x01"}},
       "TEXT_MALFORMED",
       "consent_text.texts[en]"},
  };
  for (const auto& c : cases) {
    const absl::Status status = CheckConsentTexts(c.texts);
    EXPECT_EQ(ReasonOf(status), c.reason) << status;
    EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", c.field}}));
  }
}

TEST(ConsentTest, ChoosesTheNearestLanguage) {
  const Texts texts = {
      {"cy", "1"}, {"en-GB", "2"}, {"en-US", "3"}, {"pa", "4"}};
  const struct {
    std::string wanted;
    std::string fallback;
    std::string chosen;
  } cases[] = {
      {"en-US", "cy", "en-US"}, {"EN-us", "cy", "en-US"},
      {"en-IE", "cy", "en-GB"}, {"en", "cy", "en-GB"},
      {"pa-Guru", "cy", "pa"},  {"fr", "pa", "pa"},
      {"", "en-US", "en-US"},   {"fr", "pa-Arab", "pa"},
      {"fr", "de", "cy"},       {"", "", "cy"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ChooseLanguage(texts, c.wanted, c.fallback), c.chosen)
        << c.wanted << " " << c.fallback;
  }
}

TEST(ConsentTest, WantsTheVersionOfTheWave) {
  EXPECT_TRUE(CheckConsent(0, 0, "f").ok());
  EXPECT_TRUE(CheckConsent(3, 3, "f").ok());
  for (const std::int32_t given : {0, 2, 4, -1}) {
    EXPECT_EQ(ReasonOf(CheckConsent(3, given, "f")), "CONSENT_REQUIRED");
  }
  const absl::Status status = CheckConsent(0, 1, "f");
  EXPECT_EQ(ReasonOf(status), "CONSENT_UNEXPECTED");
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", "f"}}));
}

}  // namespace
}  // namespace pulsetaker::survey
