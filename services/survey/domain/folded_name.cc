#include "services/survey/domain/folded_name.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <vector>

namespace pulsetaker::survey {
namespace {

struct Range {
  char32_t first;
  char32_t last;

  bool Has(char32_t letter) const { return first <= letter && letter <= last; }
};

struct Folding {
  Range range;
  const char* letters;
};

// Upper and lower case lie side by side, so most ranges are of one letter.
constexpr Folding kFoldings[] = {
    {{0xaa, 0xaa}, "a"},   {{0xba, 0xba}, "o"},   {{0xc0, 0xc5}, "a"},
    {{0xc6, 0xc6}, "ae"},  {{0xc7, 0xc7}, "c"},   {{0xc8, 0xcb}, "e"},
    {{0xcc, 0xcf}, "i"},   {{0xd0, 0xd0}, "d"},   {{0xd1, 0xd1}, "n"},
    {{0xd2, 0xd6}, "o"},   {{0xd8, 0xd8}, "o"},   {{0xd9, 0xdc}, "u"},
    {{0xdd, 0xdd}, "y"},   {{0xde, 0xde}, "th"},  {{0xdf, 0xdf}, "ss"},
    {{0xe0, 0xe5}, "a"},   {{0xe6, 0xe6}, "ae"},  {{0xe7, 0xe7}, "c"},
    {{0xe8, 0xeb}, "e"},   {{0xec, 0xef}, "i"},   {{0xf0, 0xf0}, "d"},
    {{0xf1, 0xf1}, "n"},   {{0xf2, 0xf6}, "o"},   {{0xf8, 0xf8}, "o"},
    {{0xf9, 0xfc}, "u"},   {{0xfd, 0xfd}, "y"},   {{0xfe, 0xfe}, "th"},
    {{0xff, 0xff}, "y"},   {{0x100, 0x105}, "a"}, {{0x106, 0x10d}, "c"},
    {{0x10e, 0x111}, "d"}, {{0x112, 0x11b}, "e"}, {{0x11c, 0x123}, "g"},
    {{0x124, 0x127}, "h"}, {{0x128, 0x131}, "i"}, {{0x132, 0x133}, "ij"},
    {{0x134, 0x135}, "j"}, {{0x136, 0x138}, "k"}, {{0x139, 0x142}, "l"},
    {{0x143, 0x14b}, "n"}, {{0x14c, 0x151}, "o"}, {{0x152, 0x153}, "oe"},
    {{0x154, 0x159}, "r"}, {{0x15a, 0x161}, "s"}, {{0x162, 0x167}, "t"},
    {{0x168, 0x173}, "u"}, {{0x174, 0x175}, "w"}, {{0x176, 0x178}, "y"},
    {{0x179, 0x17e}, "z"}, {{0x17f, 0x17f}, "s"}, {{0x218, 0x219}, "s"},
    {{0x21a, 0x21b}, "t"},
};

// Apostrophes, marks on the letter before, and what has no width.
constexpr Range kPassedOver[] = {
    {'\'', '\''},     {'`', '`'},       {0xad, 0xad},     {0xb4, 0xb4},
    {0x2b9, 0x2bf},   {0x300, 0x36f},   {0x200b, 0x200f}, {0x2018, 0x201b},
    {0x202a, 0x202e}, {0x2032, 0x2032}, {0x2060, 0x206f}, {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff},
};

// Beyond ASCII, of which it is all but letters and digits.
constexpr Range kBetweenWords[] = {
    {0x80, 0xbf},     {0xd7, 0xd7},     {0xf7, 0xf7},     {0x2000, 0x206f},
    {0x3000, 0x3004}, {0x3008, 0x3020}, {0x30fb, 0x30fb}, {0xff0c, 0xff0e},
};

template <std::size_t N>
bool IsIn(const Range (&ranges)[N], char32_t letter) {
  return std::any_of(std::begin(ranges), std::end(ranges),
                     [&](const Range& range) { return range.Has(letter); });
}

// Takes a code point off the front. What is not UTF-8 was never let in; of
// such bytes each is a code point.
char32_t TakeCodePoint(absl::string_view& text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<unsigned char>(text[i]);
  };
  const unsigned char first = byte(0);
  const std::size_t length =
      first < 0xc0 ? 1 : (first < 0xe0 ? 2 : (first < 0xf0 ? 3 : 4));
  if (length == 1 || text.size() < length) {
    text.remove_prefix(1);
    return first;
  }
  char32_t letter = first & (0xffu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    letter = (letter << 6) | (byte(i) & 0x3fu);
  }
  text.remove_prefix(length);
  return letter;
}

// "" where a word ends; nothing for what is passed over.
std::optional<std::u32string> Folded(char32_t letter) {
  if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9')) {
    return std::u32string(1, letter);
  }
  if (letter >= 'A' && letter <= 'Z') {
    return std::u32string(1, letter - 'A' + 'a');
  }
  if (IsIn(kPassedOver, letter)) return std::nullopt;
  for (const Folding& folding : kFoldings) {
    if (!folding.range.Has(letter)) continue;
    const absl::string_view letters = folding.letters;
    return std::u32string(letters.begin(), letters.end());
  }
  if (letter < 0x80 || IsIn(kBetweenWords, letter)) return std::u32string();
  return std::u32string(1, letter);
}

}  // namespace

FoldedName FoldName(const PersonalText& name) {
  std::vector<std::u32string> words(1);
  absl::string_view rest = name.Reveal();
  while (!rest.empty()) {
    const auto folded = Folded(TakeCodePoint(rest));
    if (!folded.has_value()) continue;
    if (!folded->empty()) {
      words.back() += *folded;
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  FoldedName result;
  for (const std::u32string& word : words) result.letters += word;
  std::sort(words.begin(), words.end());
  for (const std::u32string& word : words) {
    if (!result.sorted_words.empty()) result.sorted_words += U' ';
    result.sorted_words += word;
  }
  return result;
}

}  // namespace pulsetaker::survey
