#include "services/survey/domain/likely_duplicates.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/survey/domain/folded_name.h"

namespace pulsetaker::survey {
namespace {

NamedPerson Named(const std::string& person, const std::string& name) {
  return {person, PersonalText(name)};
}

std::vector<LikelyDuplicate> FindAll(std::vector<NamedPerson> people) {
  return FindLikelyDuplicates(std::move(people), {.limit = 1'000'000});
}

std::optional<Likeness> LikenessOf(const std::string& a, const std::string& b) {
  const auto found = FindAll({Named("a", a), Named("b", b)});
  if (found.empty()) return std::nullopt;
  EXPECT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].first, "a");
  EXPECT_EQ(found[0].second, "b");
  return found[0].likeness;
}

TEST(LikelyDuplicatesTest, SaysHowAlikeTwoNamesAre) {
  constexpr auto kSameName = Likeness::kSameName;
  constexpr auto kSameWords = Likeness::kSameWords;
  constexpr auto kOneLetter = Likeness::kOneLetter;
  constexpr std::optional<Likeness> kNone;
  const struct {
    std::string a;
    std::string b;
    std::optional<Likeness> likeness;
  } cases[] = {
      {"Ann Smith", "ann  SMITH", kSameName},
      {"O'Brien", "o\u2019brien", kSameName},
      {"Mary Ann", "Maryann", kSameName},
      {"Zo\u00eb", "Zoe", kSameName},
      {"Li", "li", kSameName},
      {"Smith, John", "John Smith", kSameWords},
      {"Anne-Marie Smith", "Smith Anne Marie", kSameWords},
      {"J R Hartley", "Hartley R. J.", kSameWords},
      // One more, less, another, two swapped; at the ends and within.
      {"John Smith", "Jon Smith", kOneLetter},
      {"John Smith", "Johnn Smith", kOneLetter},
      {"John Smith", "John Smyth", kOneLetter},
      {"John Smith", "Jonh Smith", kOneLetter},
      {"John Smith", "Bohn Smith", kOneLetter},
      {"John Smith", "ohn Smith", kOneLetter},
      {"John Smith", "John Smitt", kOneLetter},
      {"John Smith", "John Smithe", kOneLetter},
      {"John Smith", "John Smiht", kOneLetter},
      {"M\u00fcller Anna", "Mueller Anna", kOneLetter},
      {"\u0418\u0432\u0430\u043d \u0418\u0432\u0430\u043d",
       "\u0418\u0432\u0430\u043d \u0418\u0432\u043e\u043d", kOneLetter},
      // Two of them.
      {"John Smith", "Jon Smyth", kNone},
      {"John Smith", "Jhon Smiht", kNone},
      {"John Smith", "Jihn Smoth", kNone},
      {"John Smith", "Johnn Smit", kNone},
      // A swap of two that are apart.
      {"John Smith", "Jhno Smith", kNone},
      // Seven letters, and eight with seven.
      {"Ann Lees", "Anm Lees", kNone},
      {"Anne Lees", "Anme Lees", kOneLetter},
      {"Anne Lees", "Ann Lees", kNone},
      // Digits tell people apart.
      {"Household 1", "Household 2", kNone},
      {"Household 1", "Household 11", kNone},
      {"Household 12", "Household 21", kNone},
      {"Household 1", "Houshold 1", kOneLetter},
      // Names that say nothing.
      {"", "", kNone},
      {"-", "-", kNone},
      {"Ann", "Bob", kNone},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(LikenessOf(c.a, c.b), c.likeness) << c.a << " | " << c.b;
    EXPECT_EQ(LikenessOf(c.b, c.a), c.likeness) << c.b << " | " << c.a;
  }
}

TEST(LikelyDuplicatesTest, LeavesOutWhatIsDecided) {
  const std::vector<NamedPerson> people = {
      Named("p3", "Ann Smith"), Named("p1", "Ann Smith"),
      Named("p2", "Ann Smith"), Named("q", "Somebody Else")};
  const auto found =
      FindLikelyDuplicates(people, {.limit = 10, .decided = {{"p1", "p3"}}});
  EXPECT_EQ(found,
            (std::vector<LikelyDuplicate>{{"p1", "p2", Likeness::kSameName},
                                          {"p2", "p3", Likeness::kSameName}}));
}

// The distance of optimal string alignment, by its definition.
int DistanceOf(const std::u32string& a, const std::u32string& b) {
  std::vector<std::vector<int>> d(a.size() + 1, std::vector<int>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = static_cast<int>(i + j);
        continue;
      }
      const int change = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min(
          {d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

std::u32string DigitsOf(const std::u32string& letters) {
  std::u32string digits;
  for (const char32_t c : letters) {
    if (c >= U'0' && c <= U'9') digits += c;
  }
  return digits;
}

// Each pair in turn, as the header defines it.
std::vector<LikelyDuplicate> ByBruteForce(std::vector<NamedPerson> people) {
  std::sort(people.begin(), people.end(),
            [](const auto& a, const auto& b) { return a.person < b.person; });
  std::vector<LikelyDuplicate> found;
  for (std::size_t i = 0; i < people.size(); ++i) {
    for (std::size_t j = i + 1; j < people.size(); ++j) {
      const FoldedName a = FoldName(people[i].name);
      const FoldedName b = FoldName(people[j].name);
      std::optional<Likeness> likeness;
      if (std::min(a.letters.size(), b.letters.size()) >= 8 &&
          DistanceOf(a.letters, b.letters) == 1 &&
          DigitsOf(a.letters) == DigitsOf(b.letters)) {
        likeness = Likeness::kOneLetter;
      }
      if (a.sorted_words == b.sorted_words) likeness = Likeness::kSameWords;
      if (a.letters == b.letters) likeness = Likeness::kSameName;
      if (!likeness.has_value() || a.letters.empty()) continue;
      found.push_back({people[i].person, people[j].person, *likeness});
    }
  }
  return found;
}

// Of few words, half of them with a slip, so that many are alike.
std::string MadeUpName(Random& random) {
  static constexpr const char* kWords[] = {
      "anna", "\u00c1NNA", "bob", "smith", "li1", "\u4f1f\u5f20"};
  static constexpr const char* kBetween[] = {" ", "-", ", ", ""};
  std::string name;
  for (std::uint64_t words = 2 + random.Uniform(2); words > 0; --words) {
    std::string word = kWords[random.Uniform(std::size(kWords))];
    if (word[0] < 0x7f && word[0] > 0 && random.Uniform(4) == 0) {
      const auto at = static_cast<std::size_t>(random.Uniform(word.size()));
      if (random.Uniform(2) == 0) {
        word.erase(at, 1);
      } else {
        word[at] = "aB1"[random.Uniform(3)];
      }
    }
    name += word;
    name += kBetween[random.Uniform(std::size(kBetween))];
  }
  return name;
}

TEST(LikelyDuplicatesTest, FindsWhatLookingAtEachPairFinds) {
  std::size_t counts[4] = {};
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Random random(seed);
    std::vector<NamedPerson> people;
    for (int i = 0; i < 60; ++i) {
      people.push_back(
          Named(absl::StrCat("p", random.Next()), MadeUpName(random)));
    }
    const auto wanted = ByBruteForce(people);
    EXPECT_EQ(FindAll(people), wanted);
    for (const LikelyDuplicate& pair : wanted) {
      ++counts[static_cast<std::size_t>(pair.likeness)];
    }
    // Pages of any size, put together, are the same.
    const std::size_t size = 1 + random.Uniform(9);
    std::vector<LikelyDuplicate> paged;
    PairOfPeople after;
    while (true) {
      const auto page =
          FindLikelyDuplicates(people, {.after = after, .limit = size});
      EXPECT_LE(page.size(), size);
      paged.insert(paged.end(), page.begin(), page.end());
      if (page.size() < size) break;
      after = {page.back().first, page.back().second};
    }
    EXPECT_EQ(paged, wanted);
  }
  // Each of them was tried.
  for (const std::size_t likeness : {1, 2, 3}) {
    EXPECT_GT(counts[likeness], 20u) << likeness;
  }
}

// All pairs would be 5 * 10^9: this ends only if they are not looked at.
TEST(LikelyDuplicatesTest, LooksAtNoMorePairsThanItGives) {
  std::vector<NamedPerson> same;
  std::vector<NamedPerson> different;
  for (int i = 0; i < 100'000; ++i) {
    const std::string id = absl::StrFormat("p%06d", i);
    same.push_back(Named(id, "Maria Garcia"));
    // The number in letters, each of them twice: none is near another.
    std::string name = "Person ";
    for (const char digit : absl::StrFormat("%06d", i)) {
      name += std::string(2, static_cast<char>('a' + (digit - '0')));
    }
    different.push_back(Named(id, name));
  }
  const auto page = FindLikelyDuplicates(
      same, {.after = {"p000001", "p000001"}, .limit = 1'000});
  ASSERT_EQ(page.size(), 1'000u);
  EXPECT_EQ(page[0].first, "p000001");
  EXPECT_EQ(page[0].second, "p000002");
  EXPECT_TRUE(FindAll(different).empty());
}

}  // namespace
}  // namespace pulsetaker::survey
