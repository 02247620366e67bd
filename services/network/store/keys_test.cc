#include "services/network/store/keys.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::network::keys {
namespace {

constexpr char kId[] = "0123456789abcdef0123456789abcdef";

// These bytes are on disk. If this test fails, the code is wrong, not the test.
TEST(KeysTest, HasTheBytesThatAreOnDisk) {
  EXPECT_EQ(absl::BytesToHexString(Prefix({"ab", "c", "d", 1})),
            "01616200630064000000"
            "0001");
  EXPECT_EQ(absl::BytesToHexString(Prefix({"ab", "c", "d", 0x01020304})),
            "0161620063006400"
            "01020304");
  const WaveKey wave = {"ab", "c", "d", 1};
  EXPECT_EQ(ForAnalysis(wave, kId), Prefix(wave) + kId);
  EXPECT_EQ(PersonsPrefix(wave, kId), Prefix(wave) + kId);
  EXPECT_EQ(ForPerson(wave, kId, "p1"), Prefix(wave) + kId + "p1");
  EXPECT_STREQ(kAnalysesFamily, "analyses");
  EXPECT_STREQ(kPersonsFamily, "persons");
}

TEST(KeysTest, SortsByTenantLocalitySurveyAndWave) {
  const std::vector<std::string> sorted = {
      Prefix({"north", "a", "a", 1}),   Prefix({"north", "a", "a", 255}),
      Prefix({"north", "a", "a", 256}), Prefix({"north", "a", "a", INT32_MAX}),
      Prefix({"north", "a", "a-b", 1}), Prefix({"north", "a", "b", 1}),
      Prefix({"north", "a-b", "a", 1}), Prefix({"north-west", "a", "a", 1}),
  };
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));
}

TEST(KeysTest, ReadsBackOnlyWhatItWrote) {
  const WaveKey wave = {"ab", "c", "d", 256};
  const std::string key = ForAnalysis(wave, kId);
  const auto id = IdOf(key, wave);
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(*id, kId);
  for (const std::string& wrong :
       {std::string(), key.substr(0, key.size() - 1), key + "0",
        '\x02' + key.substr(1), key.substr(0, key.size() - 1) + "g",
        ForAnalysis({"ab", "c", "d", 257}, kId),
        ForAnalysis({"ab", "c", "e", 256}, kId)}) {
    EXPECT_EQ(ReasonOf(IdOf(wrong, wave).status()), "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
}

TEST(KeysTest, ReadsBackWaveAndAnalysis) {
  const WaveKey wave = {"ab", "c", "d", 256};
  const std::string key = ForAnalysis(wave, kId);
  EXPECT_EQ(key.substr(0, 6), LocalityPrefix("ab", "c"));
  const auto found = AnalysisKeyOf(key);
  ASSERT_TRUE(found.ok()) << found.status();
  EXPECT_EQ(found->wave, wave);
  EXPECT_EQ(found->id, kId);
  const std::string person = ForPerson(wave, kId, "p1");
  EXPECT_EQ(*AnalysisOfPerson(person), key);
  for (const std::string& wrong :
       {std::string(), key.substr(0, key.size() - 1), key + "0",
        '\x02' + key.substr(1), key.substr(0, 5)}) {
    EXPECT_EQ(ReasonOf(AnalysisKeyOf(wrong).status()), "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
  for (const std::string& wrong : {std::string(), key, key.substr(0, 9),
                                   person + "!", '\x02' + person.substr(1)}) {
    EXPECT_EQ(ReasonOf(AnalysisOfPerson(wrong).status()),
              "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
}

TEST(KeysTest, ReadsBackOnlyPeopleOfTheAnalysis) {
  const WaveKey wave = {"ab", "c", "d", 256};
  const std::string key = ForPerson(wave, kId, "p-1");
  const auto person = PersonOf(key, wave, kId);
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_EQ(*person, "p-1");
  const std::string other_id = std::string(kId).replace(0, 1, "f");
  for (const std::string& wrong :
       {std::string(), ForAnalysis(wave, kId), key + "A", key + '\0',
        ForPerson(wave, other_id, "p-1")}) {
    EXPECT_EQ(ReasonOf(PersonOf(wrong, wave, kId).status()),
              "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
}

}  // namespace
}  // namespace pulsetaker::network::keys
