#include "services/survey/store/keys.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::survey::keys {
namespace {

// These bytes are on disk. If this test fails, the code is wrong, not the test.
TEST(KeysTest, HasTheBytesThatAreOnDisk) {
  const struct {
    std::string key;
    std::string hex;
  } cases[] = {
      {TenantPrefix("ab"), "01616200"},
      {ForLocality({"ab", "c"}), "0161620063"},
      {ForInstrument({"ab", "i"}), "0161620069"},
      {RevisionsPrefix({"ab", "i"}), "016162006900"},
      {ForInstrumentRevision({{"ab", "i"}, kDraftRevision}),
       "01616200690000000000"},
      {ForInstrumentRevision({{"ab", "i"}, 0x01020304}),
       "01616200690001020304"},
      {SurveysPrefix({"ab", "c"}), "016162006300"},
      {ForSurvey({"ab", "c", "de"}), "0161620063006465"},
      {WavesPrefix({"ab", "c", "de"}), "016162006300646500"},
      {ForWave({"ab", "c", "de", 1}), "01616200630064650000000001"},
      {ForWave({"ab", "c", "de", 0x01020304}), "01616200630064650001020304"},
      {ForInvitationKey("ab", 0x01020304), "0161620001020304"},
      {ForRootKey(0x01020304), "0101020304"},
      {ForTenantKey("ab", 0x01020304), "0161620001020304"},
      {ForPersonKey({"ab", "c"}, "p"), "01616200630070"},
      {ForRetentionPolicy("ab"), "016162"},
      {ForConsentText({"ab", "c", "de"}, 2), "01616200630064650000000002"},
      {"p" + NumberSuffix(0x0102030405060708), "70000102030405060708"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(absl::BytesToHexString(c.key), c.hex);
  }
}

TEST(KeysTest, HasTheFamiliesThatAreOnDisk) {
  EXPECT_EQ(Families(), (std::vector<std::string>{"localities",
                                                  "instruments",
                                                  "surveys",
                                                  "waves",
                                                  "wave_counts",
                                                  "participants",
                                                  "responses",
                                                  "uploads",
                                                  "request_ids",
                                                  "invitations",
                                                  "invitation_keys",
                                                  "consent_texts",
                                                  "instrument_revisions",
                                                  "response_revisions",
                                                  "withdrawals",
                                                  "opt_outs",
                                                  "person_aliases",
                                                  "people_revisions",
                                                  "quality_reviews",
                                                  "root_keys",
                                                  "tenant_keys",
                                                  "person_keys",
                                                  "erasures",
                                                  "retention_policies"}));
}

TEST(KeysTest, SortsByPartsAndWavesAsNumbers) {
  const std::vector<std::string> sorted = {
      ForWave({"north", "a", "s", 1}),
      ForWave({"north", "a", "s", 255}),
      ForWave({"north", "a", "s", 256}),
      ForWave({"north", "a", "s", INT32_MAX}),
      ForWave({"north", "a", "s-1", 1}),
      ForWave({"north", "a-b", "r", 1}),
      ForWave({"north-west", "a", "s", 1}),
      ForWave({"north0", "a", "s", 1}),
  };
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));
}

TEST(KeysTest, ReadsBackOnlyTheIdsThatItWrote) {
  const std::string prefix = ForWave({"ab", "c", "d", 256});
  const auto id = IdOf(prefix + "p-1_x", prefix);
  ASSERT_TRUE(id.ok()) << id.status();
  EXPECT_EQ(*id, "p-1_x");
  for (const std::string& wrong :
       {std::string(), prefix, prefix.substr(0, 5), prefix + "P",
        prefix + std::string("p\0", 2), prefix + std::string(64, 'p'),
        '\x02' + prefix.substr(1) + "p", ForWave({"ab", "c", "d", 257}) + "p",
        ForWave({"ab", "c", "dd", 256}) + "p"}) {
    EXPECT_EQ(ReasonOf(IdOf(wrong, prefix).status()), "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
}

TEST(KeysTest, ReadsBackOnlyTheWavesThatItWrote) {
  const std::string prefix = WavesPrefix({"ab", "c", "d"});
  for (const std::int32_t wave : {1, 255, 256, INT32_MAX}) {
    const auto read = WaveOf(ForWave({"ab", "c", "d", wave}), prefix);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, wave);
  }
  for (const std::string& wrong :
       {std::string(), prefix, prefix + std::string(3, '\1'),
        prefix + std::string(5, '\1'), prefix + std::string(4, '\0'),
        prefix + std::string(4, '\xff'), ForWave({"ab", "c", "dd", 1})}) {
    EXPECT_EQ(ReasonOf(WaveOf(wrong, prefix).status()),
              "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
}

TEST(KeysTest, ReadsBackOnlyTheNumberedIdsThatItWrote) {
  const std::string prefix = SurveysPrefix({"ab", "c"});
  for (const std::int64_t number : {std::int64_t{1}, INT64_MAX}) {
    const auto read =
        NumberedIdOf(prefix + "p-1" + NumberSuffix(number), prefix);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, (NumberedId{"p-1", number}));
  }
  for (const std::string& wrong :
       {std::string(), prefix, prefix + "p", prefix + NumberSuffix(1),
        prefix + "P" + NumberSuffix(1), prefix + "p" + NumberSuffix(0),
        prefix + "p" + NumberSuffix(-1), prefix + "p" + NumberSuffix(1) + "x",
        SurveysPrefix({"ab", "cc"}) + "p" + NumberSuffix(1)}) {
    EXPECT_EQ(ReasonOf(NumberedIdOf(wrong, prefix).status()),
              "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
}

TEST(KeysTest, ReadsBackOnlyTheRevisionsThatItWrote) {
  const std::string prefix = RevisionsPrefix({"ab", "i"});
  for (const std::int32_t revision : {kDraftRevision, 1, 256, INT32_MAX}) {
    const auto read =
        RevisionOf(ForInstrumentRevision({{"ab", "i"}, revision}), prefix);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, revision);
  }
  for (const std::string& wrong :
       {std::string(), prefix, prefix + std::string(3, '\1'),
        prefix + std::string(5, '\1'), prefix + std::string(4, '\xff'),
        ForInstrumentRevision({{"ab", "ii"}, 1})}) {
    EXPECT_EQ(ReasonOf(RevisionOf(wrong, prefix).status()),
              "STORED_DATA_UNREADABLE")
        << absl::BytesToHexString(wrong);
  }
}

}  // namespace
}  // namespace pulsetaker::survey::keys
