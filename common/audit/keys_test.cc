#include "common/audit/keys.h"

#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace pulsetaker::audit {
namespace {

// What is on disk is never written otherwise.
TEST(KeysTest, HaveTheseBytes) {
  EXPECT_EQ(absl::BytesToHexString(RecordKey(258)), "010000000000000102");
  EXPECT_EQ(absl::BytesToHexString(NodeKey({.level = 3, .index = 258})),
            "01030000000000000102");
  EXPECT_EQ(absl::BytesToHexString(TenantKey("ab", 258)),
            "016162000000000000000102");
  EXPECT_EQ(absl::BytesToHexString(HeadKey()), "01");
}

TEST(KeysTest, ComeBack) {
  std::uint64_t sequence = 0;
  std::string tenant;
  EXPECT_TRUE(ParseRecordKey(RecordKey(77), sequence));
  EXPECT_EQ(sequence, 77u);
  EXPECT_TRUE(ParseTenantKey(TenantKey("north", 78), tenant, sequence));
  EXPECT_EQ(sequence, 78u);
  EXPECT_EQ(tenant, "north");
}

TEST(KeysTest, RefuseWhatIsNone) {
  std::uint64_t sequence = 0;
  std::string tenant;
  const std::string record = RecordKey(77);
  const std::string of_tenant = TenantKey("north", 77);
  for (const std::string& bad : {std::string(), record + "x", record.substr(1),
                                 "\x02" + record.substr(1)}) {
    EXPECT_FALSE(ParseRecordKey(bad, sequence)) << absl::CEscape(bad);
  }
  for (const std::string& bad :
       {std::string(), of_tenant + "x", TenantPrefix("north"),
        std::string("\x01north")}) {
    EXPECT_FALSE(ParseTenantKey(bad, tenant, sequence)) << absl::CEscape(bad);
  }
}

}  // namespace
}  // namespace pulsetaker::audit
