#include "services/assessment/store/keys.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment::keys {
namespace {

constexpr char kId[] = "0123456789abcdef0123456789abcdef";

std::string Wave(const std::string& tenant, const std::string& locality,
                 const std::string& survey, const std::string& wave) {
  return "tenants/" + tenant + "/localities/" + locality + "/surveys/" +
         survey + "/waves/" + wave;
}

// These bytes are on disk. If this test fails, the code is wrong, not the test.
TEST(KeysTest, HasTheBytesThatAreOnDisk) {
  EXPECT_EQ(absl::BytesToHexString(*PrefixOf(Wave("ab", "c", "d", "1"))),
            "0161620063006400"
            "00000001");
  EXPECT_EQ(absl::BytesToHexString(*PrefixOf(Wave("ab", "c", "d", "16909060"))),
            "0161620063006400"
            "01020304");
  EXPECT_EQ(*ForAssessment(Wave("ab", "c", "d", "1") + "/assessments/" + kId),
            *PrefixOf(Wave("ab", "c", "d", "1")) + kId);
  EXPECT_STREQ(kAssessmentsFamily, "assessments");

  EXPECT_EQ(absl::BytesToHexString(*NationalPrefixOf("tenants/ab")),
            "01616200");
  EXPECT_EQ(*ForNational(absl::StrCat("tenants/ab/nationalAssessments/", kId)),
            absl::StrCat(*NationalPrefixOf("tenants/ab"), kId));
  EXPECT_STREQ(kNationalFamily, "national_assessments");
  EXPECT_EQ(*ForRelease("ab", std::string(64, 'e')), std::string("\x01"
                                                                 "ab\0",
                                                                 4) +
                                                         std::string(64, 'e'));
  EXPECT_STREQ(kReleasesFamily, "releases");
}

TEST(KeysTest, NamesAnAssessmentByItsKey) {
  const std::string name =
      Wave("ab", "c", "d", "16909060") + "/assessments/" + kId;
  const std::string key = *ForAssessment(name);
  EXPECT_EQ(*NameOf(key), name);
  EXPECT_EQ(key.substr(0, 4), *PrefixOfTenant("ab"));
  EXPECT_EQ(key.substr(0, 1), *PrefixOfTenant(""));
  EXPECT_EQ(PrefixOfTenant("A").status().code(), absl::StatusCode::kInternal);
  for (const std::string& wrong :
       {std::string(), key.substr(0, key.size() - 1), key + "0",
        '\x02' + key.substr(1), key.substr(0, key.size() - 1) + "g",
        std::string("\x01") + "A" + key.substr(3)}) {
    EXPECT_EQ(ReasonOf(NameOf(wrong).status()), "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
}

TEST(KeysTest, ReadsTheWavesOfALocality) {
  const std::string prefix = *PrefixOfLocality("tenants/ab/localities/c");
  EXPECT_EQ(absl::BytesToHexString(prefix), "016162006300");
  const std::string key =
      *ForAssessment(Wave("ab", "c", "d-e", "256") + "/assessments/" + kId);
  const auto wave = WaveIdOf(key, prefix);
  ASSERT_TRUE(wave.ok()) << wave.status();
  EXPECT_EQ(wave->survey, "d-e");
  EXPECT_EQ(wave->number, 256);
  for (const std::string& wrong :
       {std::string(), prefix, key.substr(0, key.size() - 1), key + "0",
        prefix + "d" + std::string(5, '\0') + kId,
        prefix + std::string("D\0\0\0\0\1", 6) + kId,
        prefix + std::string("d\0\x80\0\0\0", 6) + kId,
        *ForAssessment(Wave("ab", "d", "d", "1") + "/assessments/" + kId)}) {
    EXPECT_EQ(ReasonOf(WaveIdOf(wrong, prefix).status()),
              "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
  for (const char* wrong :
       {"", "tenants/a", "tenants/A/localities/a", "tenants/a/localities/",
        "tenants/a/localities/a/surveys/s", "x/a/localities/a"}) {
    EXPECT_EQ(PrefixOfLocality(wrong).status().code(),
              absl::StatusCode::kInternal)
        << wrong;
  }
}

TEST(KeysTest, SortsByTenantLocalitySurveyAndWave) {
  const std::vector<std::string> sorted = {
      *PrefixOf(Wave("north", "a", "a", "1")),
      *PrefixOf(Wave("north", "a", "a", "255")),
      *PrefixOf(Wave("north", "a", "a", "256")),
      *PrefixOf(Wave("north", "a", "a", "2147483647")),
      *PrefixOf(Wave("north", "a", "a-b", "1")),
      *PrefixOf(Wave("north", "a", "b", "1")),
      *PrefixOf(Wave("north", "a-b", "a", "1")),
      *PrefixOf(Wave("north-west", "a", "a", "1")),
  };
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));
}

TEST(KeysTest, RefusesWhatIsNoName) {
  for (const std::string& wrong :
       {std::string(), Wave("", "a", "a", "1"), Wave("A", "a", "a", "1"),
        Wave("a", "a", "a", "01"), Wave("a", "a", "a", "0"),
        Wave("a", "a", "a", "1") + "/"}) {
    EXPECT_EQ(PrefixOf(wrong).status().code(), absl::StatusCode::kInternal)
        << wrong;
  }
  const std::string wave = Wave("a", "a", "a", "1");
  for (const std::string& wrong :
       {wave, wave + "/assessments/", wave + "/assessments/" + kId + "0",
        wave + "/analyses/" + kId, "x/assessments/" + std::string(kId)}) {
    EXPECT_EQ(ForAssessment(wrong).status().code(), absl::StatusCode::kInternal)
        << wrong;
  }
}

TEST(KeysTest, RefusesWhatIsNoNameOfATenantOrOfItsOwn) {
  for (const std::string& wrong :
       {std::string(), std::string("tenants/"), std::string("tenants/A"),
        std::string("tenants/a/b"), std::string("a")}) {
    EXPECT_EQ(NationalPrefixOf(wrong).status().code(),
              absl::StatusCode::kInternal)
        << wrong;
  }
  const std::string prefix = "tenants/a/nationalAssessments/";
  for (const std::string& wrong :
       {prefix, prefix + kId + "0", absl::StrCat("tenants/a/assessments/", kId),
        absl::StrCat("x/nationalAssessments/", kId)}) {
    EXPECT_EQ(ForNational(wrong).status().code(), absl::StatusCode::kInternal)
        << wrong;
  }
}

TEST(KeysTest, ReadsBackOnlyWhatItWrote) {
  const std::string wave = Wave("ab", "c", "d", "256");
  const std::string prefix = *PrefixOf(wave);
  const std::string key = *ForAssessment(wave + "/assessments/" + kId);
  const auto id = IdOf(key, prefix);
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(*id, kId);
  for (const std::string& wrong :
       {std::string(), key.substr(0, key.size() - 1), key + "0",
        '\x02' + key.substr(1), key.substr(0, key.size() - 1) + "g",
        *PrefixOf(Wave("ab", "c", "d", "257")) + kId}) {
    EXPECT_EQ(ReasonOf(IdOf(wrong, prefix).status()), "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
}

}  // namespace
}  // namespace pulsetaker::assessment::keys
