#include "common/kv/keys.h"

#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace pulsetaker::kv {
namespace {

TEST(KeysTest, HasTheBytesThatAreOnDisk) {
  std::string key = "\x01";
  AppendText("ab", key);
  AppendBigEndian32(0x01020304, key);
  AppendBigEndian64(5, key);
  EXPECT_EQ(absl::BytesToHexString(key), "01616200010203040000000000000005");
}

TEST(KeysTest, ReadsBackWhatItWrote) {
  std::string key = "\x01";
  AppendText("north", key);
  AppendText("", key);
  AppendBigEndian32(7, key);
  absl::string_view rest = key;
  std::string first;
  std::string second;
  std::uint32_t number = 0;
  ASSERT_TRUE(ConsumeLayout(rest, '\x01'));
  ASSERT_TRUE(ConsumeText(rest, first));
  ASSERT_TRUE(ConsumeText(rest, second));
  ASSERT_TRUE(ConsumeBigEndian32(rest, number));
  EXPECT_EQ(first, "north");
  EXPECT_EQ(second, "");
  EXPECT_EQ(number, 7u);
  EXPECT_TRUE(rest.empty());
}

TEST(KeysTest, TakesNothingFromWhatIsTooShort) {
  std::string text = "before";
  std::uint32_t number32 = 1;
  std::uint64_t number64 = 1;
  absl::string_view rest = "abc";
  EXPECT_FALSE(ConsumeText(rest, text));
  EXPECT_FALSE(ConsumeLayout(rest, '\x01'));
  EXPECT_FALSE(ConsumeBigEndian32(rest, number32));
  EXPECT_FALSE(ConsumeBigEndian64(rest, number64));
  EXPECT_EQ(rest, "abc");
  EXPECT_EQ(text, "before");
  EXPECT_EQ(number32, 1u);
  EXPECT_EQ(number64, 1u);
  rest = "";
  EXPECT_FALSE(ConsumeLayout(rest, '\x01'));
}

TEST(KeysTest, SortsATextBeforeThoseThatItBegins) {
  std::string north;
  std::string north_west;
  AppendText("north", north);
  AppendText("north-west", north_west);
  north.push_back('\xff');  // Whatever follows.
  EXPECT_LT(north, north_west);
}

TEST(KeysTest, EndsAPrefixAboveAllThatStartWithIt) {
  const struct {
    std::string prefix;
    std::string want;
  } cases[] = {
      {"a", "b"},         {"ab", "ac"},     {"a\xff", "b"},
      {"a\xff\xff", "b"}, {"\xff\xff", ""}, {"", ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(absl::BytesToHexString(c.prefix));
    EXPECT_EQ(PrefixEnd(c.prefix), c.want);
  }
}

}  // namespace
}  // namespace pulsetaker::kv
