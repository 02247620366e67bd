#include "common/auth/json_text.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pulsetaker::auth {
namespace {

const std::string kZero(1, '\0');

TEST(ParseJsonObjectTest, RefusesWhatCanBeReadInTwoWays) {
  const std::string nested = std::string(9, '[') + std::string(9, ']');
  const struct {
    const char* what;
    std::string text;
  } kCases[] = {
      {"nothing", ""},
      {"no object", "[]"},
      {"a number", "1"},
      {"null", "null"},
      {"half an object", R"({"a": 1)"},
      {"a member twice", R"({"a": 1, "a": 1})"},
      {"a member twice, one of them escaped", R"({"a": 1, "\u0061": 2})"},
      {"a member twice, within", R"({"x": [{"a": 1, "b": 2, "a": 3}]})"},
      {"a comma at the end", R"({"a": 1,})"},
      {"a comment", R"({"a": 1} // b)"},
      {"more behind it", R"({"a": 1}{"b": 2})"},
      {"a zero byte and more behind it",
       absl::StrCat("{\"a\": 1}", kZero, "{\"b\": 2}")},
      {"a byte order mark", "\xef\xbb\xbf{}"},
      {"no UTF-8", "{\"a\": \"\xff\"}"},
      {"an overlong form", "{\"a\": \"\xc0\xaf\"}"},
      {"half of a surrogate pair", R"({"a": "\ud800"})"},
      {"a line end in a string", "{\"a\": \"\n\"}"},
      {"not a number", R"({"a": NaN})"},
      {"a number that is too large", R"({"a": 1e999})"},
      {"a leading zero", R"({"a": 01})"},
      {"too deep", absl::StrCat(R"({"a": )", nested, "}")},
  };
  for (const auto& c : kCases) {
    EXPECT_FALSE(ParseJsonObject(c.text).has_value()) << c.what;
  }
}

TEST(ParseJsonObjectTest, ReadsObjects) {
  const auto object = ParseJsonObject(
      "\r\n {\"a\": \"b\\u0000\", \"c\": [{\"a\": 1}, {\"a\": 2}], \"d\": "
      "{\"a\": [[[[[[1]]]]]]}} ");
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(*TextOf(*FindMember(*object, "a")), "b" + kZero);
  EXPECT_EQ(TextOf(*FindMember(*object, "c")), nullptr);
  EXPECT_EQ(FindMember(*object, "e"), nullptr);
}

TEST(DecodeBase64UrlTest, TakesOneSpellingOnly) {
  EXPECT_EQ(DecodeBase64Url(""), "");
  EXPECT_EQ(DecodeBase64Url("AA"), kZero);
  EXPECT_EQ(DecodeBase64Url("-_-_"), "\xfb\xff\xbf");
  for (const char* text :
       {"A", "AB", "AAB", "AA==", "AA=", "AA.", "AA..", "+/+/", "AAAA\n",
        " AAAA", "AA AA", "AAAAA", "\xc3\xa4\xc3\xa4"}) {
    EXPECT_EQ(DecodeBase64Url(text), std::nullopt) << text;
  }
  EXPECT_EQ(DecodeBase64Url("AA" + kZero + "A"), std::nullopt);
}

}  // namespace
}  // namespace pulsetaker::auth
