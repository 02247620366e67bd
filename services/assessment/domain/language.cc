#include "services/assessment/domain/language.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pulsetaker::assessment {
namespace {

// A subtag has 1 to 8 letters and digits (RFC 5646, 2.1).
constexpr std::size_t kSubtagLengthMax = 8;

bool AreSubtags(absl::string_view text) {
  while (!text.empty()) {
    if (text.front() != '-') return false;
    text.remove_prefix(1);
    std::size_t length = 0;
    while (length < text.size() &&
           absl::ascii_isalnum(static_cast<unsigned char>(text[length]))) {
      ++length;
    }
    if (length == 0 || length > kSubtagLengthMax) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace

absl::string_view LanguageCode(Language language) {
  switch (language) {
    case Language::kEnglish:
      return "en";
    case Language::kGerman:
      return "de";
    case Language::kFrench:
      return "fr";
  }
  return "en";
}

std::string AllLanguageCodes() {
  std::string codes;
  for (const Language language : kLanguages) {
    absl::StrAppend(&codes, codes.empty() ? "" : ", ", LanguageCode(language));
  }
  return codes;
}

std::optional<Language> ParseLanguage(absl::string_view tag) {
  if (tag.empty()) return Language::kEnglish;
  for (const Language language : kLanguages) {
    const absl::string_view code = LanguageCode(language);
    if (absl::StartsWithIgnoreCase(tag, code) &&
        AreSubtags(tag.substr(code.size()))) {
      return language;
    }
  }
  return std::nullopt;
}

}  // namespace pulsetaker::assessment
