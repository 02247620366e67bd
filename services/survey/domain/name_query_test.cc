#include "services/survey/domain/name_query.h"

#include <string>
#include <vector>

#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

struct Case {
  std::string query;
  std::string name;
  bool matches;
};

TEST(NameQueryTest, EachWordBeginsOneOfTheName) {
  const std::vector<Case> cases = {
      {"an", "Anna Berg", true},
      {"AN", "anna berg", true},
      {"be", "Anna Berg", true},
      {"ber ann", "Anna Berg", true},
      {"anna berg", "Anna Berg", true},
      {"anna bergs", "Anna Berg", false},
      {"na", "Anna Berg", false},  // Not where a word goes on.
      {"ab", "Anna Berg", false},  // Nor over two words.
      {"a b", "Anna Berg", true},
      {"a c", "Anna Berg", false},
      {"lukasz", "\xC5\x81ukasz Nowak", true},  // L with a stroke.
      {"\xC3\xA9mi", "Emile Zola", true},       // e with an accent.
      {"muller", "M\xC3\xBCller", true},        // u with dots.
      {"oneill", "Sean O'Neill", true},
      {"o'n", "Sean ONeill", true},
      {"luc", "Jean-Luc Picard", true},
      {"\xEA\xB9\x80", "\xEA\xB9\x80 \xEC\xB2\xA0\xEC\x88\x98", true},  // Kim.
      {"\xEA\xB9\x80", "\xEC\x9D\xB4 \xEC\xB2\xA0\xEC\x88\x98", false},
      {"42", "Desk 42", true},
      {"an", "", false},
  };
  for (const Case& c : cases) {
    const auto query = NameQuery::Parse("query", PersonalText(c.query));
    ASSERT_TRUE(query.ok()) << c.query << query.status();
    EXPECT_EQ(query->Matches(FoldName(PersonalText(c.name))), c.matches)
        << c.query << " in " << c.name;
  }
}

TEST(NameQueryTest, RefusesWhatSaysTooLittle) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "FIELD_REQUIRED"},
      {"a", "TEXT_TOO_SHORT"},
      {" - a' ", "TEXT_TOO_SHORT"},
      {"\xCC\x81\xCC\x81", "TEXT_TOO_SHORT"},  // Accents of nothing.
      {std::string(201, 'a'), "TEXT_TOO_LONG"},
      {"\xFF\xFE", "TEXT_MALFORMED"},
  };
  for (const auto& [text, reason] : cases) {
    const absl::Status status =
        NameQuery::Parse("query", PersonalText(text)).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(ReasonOf(status), reason) << text;
  }
}

}  // namespace
}  // namespace pulsetaker::survey
