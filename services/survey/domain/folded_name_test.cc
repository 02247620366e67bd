#include "services/survey/domain/folded_name.h"

#include <string>

#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

FoldedName Fold(const std::string& name) {
  return FoldName(PersonalText(name));
}

TEST(FoldedNameTest, LeavesLettersAndDigits) {
  const struct {
    std::string name;
    std::u32string letters;
    std::u32string sorted_words;
  } cases[] = {
      {"", U"", U""},
      {" .-,'", U"", U""},
      {"Ann", U"ann", U"ann"},
      {"  Mary  Ann\tSmith ", U"maryannsmith", U"ann mary smith"},
      {"SMITH, John", U"smithjohn", U"john smith"},
      {"O'Brien", U"obrien", U"obrien"},
      {"O\u2019Brien", U"obrien", U"obrien"},
      {"Anne-Marie", U"annemarie", U"anne marie"},
      {"J. R. Hartley", U"jrhartley", U"hartley j r"},
      {"House 12", U"house12", U"12 house"},
      // Latin-1.
      {"\u00c5sa \u00d6berg", U"asaoberg", U"asa oberg"},
      {"Stra\u00dfe", U"strasse", U"strasse"},
      {"\u00c6thelred \u00fe\u00d0", U"aethelredthd", U"aethelred thd"},
      {"Jos\u00e9 \u00bf\u00d7 Nu\u00f1o", U"josenuno", U"jose nuno"},
      // Latin Extended-A, and the Romanian letters.
      {"\u0141ukasz \u017b\u00f3\u0142\u0107", U"lukaszzolc", U"lukasz zolc"},
      {"\u0130stanbul \u0131\u017f", U"istanbulis", U"is istanbul"},
      {"\u0152uvre \u0133", U"oeuvreij", U"ij oeuvre"},
      {"\u0218tefan \u021bar", U"stefantar", U"stefan tar"},
      // The same letter in two pieces.
      {"Jose\u0301", U"jose", U"jose"},
      {"Mu\u00adlle\u200br", U"muller", U"muller"},
      {"Anne\u2013Marie\u00a0Smith", U"annemariesmith", U"anne marie smith"},
      // Other scripts as they are.
      {"\u0418\u0432\u0430\u043d", U"\u0418\u0432\u0430\u043d",
       U"\u0418\u0432\u0430\u043d"},
      {"\u5f20\u4f1f", U"\u5f20\u4f1f", U"\u5f20\u4f1f"},
      {"\U00020000\u3000a", U"\U00020000a", U"a \U00020000"},
  };
  for (const auto& c : cases) {
    const FoldedName folded = Fold(c.name);
    EXPECT_TRUE(folded.letters == c.letters) << c.name;
    EXPECT_TRUE(folded.sorted_words == c.sorted_words) << c.name;
  }
}

TEST(FoldedNameTest, HasNoLetterOfLatinLeftBeyondAscii) {
  for (char32_t letter = 0xc0; letter <= 0x17f; ++letter) {
    const std::string name = {static_cast<char>(0xc0 | (letter >> 6)),
                              static_cast<char>(0x80 | (letter & 0x3f))};
    const FoldedName folded = Fold(name);
    const bool is_sign = letter == 0xd7 || letter == 0xf7;
    EXPECT_EQ(folded.letters.empty(), is_sign) << name;
    for (const char32_t c : folded.letters) {
      EXPECT_TRUE(c >= U'a' && c <= U'z') << name;
    }
  }
}

TEST(FoldedNameTest, ReadsWhatIsNoUtf8WithoutHarm) {
  for (const std::string name :
       {"\xff\xfe", "a\xc3", "a\xe2\x80", "\xf0\x9f\x98", "\x80\x80"}) {
    const FoldedName folded = Fold(name);
    EXPECT_LE(folded.letters.size(), 2 * name.size());
  }
}

}  // namespace
}  // namespace pulsetaker::survey
