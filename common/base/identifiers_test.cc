// Resource ids, UUIDs, wave numbers, UTF-8 and big-endian numbers.

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/escaping.h"
#include "common/base/big_endian.h"
#include "common/base/resource_id.h"
#include "common/base/uuid.h"
#include "gtest/gtest.h"

namespace pulsetaker {
namespace {

using std::string_literals::operator""s;

TEST(ResourceIdTest, KnowsOneSpelling) {
  const struct {
    std::string id;
    bool want;
  } cases[] = {
      {"a", true},
      {"0", true},
      {"north-west_2", true},
      {std::string(63, 'a'), true},
      {"", false},
      {std::string(64, 'a'), false},
      {"-a", false},
      {"_a", false},
      {"North", false},
      {"a b", false},
      {"a/b", false},
      {"a.b", false},
      {"a\0b"s, false},
      {"\xc3\xa9", false},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(IsResourceId(c.id), c.want) << absl::CEscape(c.id);
  }
}

TEST(UuidTest, KnowsOneSpelling) {
  EXPECT_TRUE(IsUuid("01234567-89ab-cdef-0123-456789abcdef"));
  for (const std::string& wrong : {""s, "01234567-89ab-cdef-0123-456789abcde"s,
                                   "01234567-89ab-cdef-0123-456789abcdef0"s,
                                   "01234567-89AB-cdef-0123-456789abcdef"s,
                                   "01234567089ab-cdef-0123-456789abcdef"s,
                                   "0123456-789ab-cdef-0123-456789abcdef"s,
                                   "g1234567-89ab-cdef-0123-456789abcdef"s}) {
    EXPECT_FALSE(IsUuid(wrong)) << wrong;
  }
}

TEST(UuidTest, MakesRandomOnes) {
  std::set<std::string> all;
  for (int i = 0; i < 1000; ++i) {
    const std::string uuid = NewUuid();
    EXPECT_TRUE(IsUuid(uuid)) << uuid;
    EXPECT_EQ(uuid[14], '4');
    EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos) << uuid;
    EXPECT_TRUE(all.insert(uuid).second);
  }
}

TEST(WaveIdTest, KnowsOneSpelling) {
  const struct {
    std::string id;
    std::optional<std::int32_t> want;
  } cases[] = {
      {"1", 1},
      {"2147483647", INT32_MAX},
      {"2147483648", std::nullopt},
      {"99999999999", std::nullopt},
      {"0", std::nullopt},
      {"01", std::nullopt},
      {"+1", std::nullopt},
      {"-1", std::nullopt},
      {" 1", std::nullopt},
      {"1 ", std::nullopt},
      {"1a", std::nullopt},
      {"", std::nullopt},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ParseWaveId(c.id), c.want) << "'" << c.id << "'";
  }
}

TEST(Utf8Test, KnowsItsBounds) {
  for (const std::string& valid :
       {""s, "abc"s, "\0"s, "\xc2\x80"s, "\xdf\xbf"s, "\xe0\xa0\x80"s,
        "\xed\x9f\xbf"s, "\xee\x80\x80"s, "\xef\xbf\xbf"s, "\xf0\x90\x80\x80"s,
        "\xf4\x8f\xbf\xbf"s, "na\xc3\xafve"s}) {
    EXPECT_TRUE(IsValidUtf8(valid)) << absl::CEscape(valid);
  }
  for (const std::string& invalid :
       {"\x80"s, "\xbf"s, "\xc0\x80"s, "\xc1\xbf"s, "\xc2"s, "\xc2\x7f"s,
        "\xc2\xc0"s, "\xe0\x9f\xbf"s, "\xed\xa0\x80"s, "\xe2\x82"s,
        "\xf0\x8f\xbf\xbf"s, "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s, "\xff"s,
        "a\xe2\x28\xa1"s, "\xf0\x90\x80"s}) {
    EXPECT_FALSE(IsValidUtf8(invalid)) << absl::CEscape(invalid);
  }
}

TEST(BigEndianTest, SortsAsNumbersDo) {
  std::string before;
  for (const std::uint64_t number :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255},
        std::uint64_t{256}, std::uint64_t{1} << 32, UINT64_MAX}) {
    std::string bytes;
    AppendBigEndian64(number, bytes);
    EXPECT_LT(before, bytes);
    before = bytes;
    absl::string_view rest = bytes;
    std::uint64_t read = 0;
    ASSERT_TRUE(ConsumeBigEndian64(rest, read));
    EXPECT_EQ(read, number);
  }
  std::string bytes;
  AppendBigEndian32(0xfffefdfc, bytes);
  EXPECT_EQ(bytes, "\xff\xfe\xfd\xfc");
  absl::string_view rest = bytes;
  std::uint32_t read = 0;
  ASSERT_TRUE(ConsumeBigEndian32(rest, read));
  EXPECT_EQ(read, 0xfffefdfcu);
}

}  // namespace
}  // namespace pulsetaker
