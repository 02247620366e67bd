#include "services/survey/domain/name_query.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

// Where the scripts of Chinese, Japanese and Korean begin in Unicode. What lies
// behind them in other scripts is not of names in use.
constexpr char32_t kFirstOfEastAsia = 0x2e80;

// The words, which have a space between them.
std::vector<std::u32string> WordsOf(std::u32string_view text) {
  std::vector<std::u32string> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(U' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

bool HasWordThatBegins(std::u32string_view words, std::u32string_view with) {
  for (std::size_t at = words.find(with); at != std::u32string_view::npos;
       at = words.find(with, at + 1)) {
    if (at == 0 || words[at - 1] == U' ') return true;
  }
  return false;
}

int LetterCount(const std::vector<std::u32string>& words) {
  int count = 0;
  for (const std::u32string& word : words) {
    for (const char32_t letter : word) {
      count += letter >= kFirstOfEastAsia ? kQueryLettersMin : 1;
    }
  }
  return count;
}

}  // namespace

NameQuery::NameQuery(std::vector<std::u32string> words)
    : words_(std::move(words)) {}

absl::StatusOr<NameQuery> NameQuery::Parse(absl::string_view field,
                                           const PersonalText& text) {
  PT_RETURN_IF_ERROR(CheckRequiredText(field, text.Reveal(), kNameLengthMax));
  std::vector<std::u32string> words = WordsOf(FoldName(text).sorted_words);
  if (LetterCount(words) < kQueryLettersMin) {
    return FieldError(
        "TEXT_TOO_SHORT", field,
        absl::StrCat("has less than ", kQueryLettersMin, " letters or digits"));
  }
  return NameQuery(std::move(words));
}

bool NameQuery::Matches(const FoldedName& name) const {
  return std::all_of(words_.begin(), words_.end(),
                     [&](const std::u32string& word) {
                       return HasWordThatBegins(name.sorted_words, word);
                     });
}

}  // namespace pulsetaker::survey
