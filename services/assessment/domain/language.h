// The languages in which results are said.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace pulsetaker::assessment {

enum class Language : std::uint8_t { kEnglish = 0, kGerman = 1, kFrench = 2 };
inline constexpr std::size_t kLanguageCount = 3;
inline constexpr std::array<Language, kLanguageCount> kLanguages = {
    Language::kEnglish, Language::kGerman, Language::kFrench};

// "en", "de" or "fr": the primary subtag of BCP 47.
absl::string_view LanguageCode(Language language);

// "en, de, fr".
std::string AllLanguageCodes();

// The language of a BCP-47 tag: that of its primary subtag in either case, so
// that "de-AT" is German (the lookup of RFC 4647, 3.4). Empty is English. None
// for other languages and for what is no tag.
std::optional<Language> ParseLanguage(absl::string_view tag);

// Something for each language.
template <typename T>
using PerLanguage = std::array<T, kLanguageCount>;

inline std::size_t IndexOf(Language language) {
  return static_cast<std::size_t>(language);
}

}  // namespace pulsetaker::assessment
