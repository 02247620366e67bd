#include "services/network/domain/wave.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/test_snapshot.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;

Wave WaveOf(SnapshotBuilder& builder) {
  EXPECT_TRUE(CheckSnapshot(builder.snapshot()).ok());
  auto wave = BuildWave(builder.snapshot());
  EXPECT_TRUE(wave.ok()) << wave.status();
  return *std::move(wave);
}

// 0, 1 and 2 are invited, 3 is not, 4 withdrew.
SnapshotBuilder FivePeople() {
  SnapshotBuilder builder(5);
  builder.AddNetwork("work");
  builder.person(3).invitation = Invitation::kNotInvited;
  builder.person(4).invitation = Invitation::kOptedOut;
  return builder;
}

TEST(WaveTest, KeepsApartWhatIsNoPartOfTheNetwork) {
  SnapshotBuilder builder = FivePeople();
  builder.AnswerWithIds(0, "work",
                        {"p001", "p001", "p000", "p003", "x9", "p004"});
  builder.Answer(1, "work", {});
  builder.Respond(2);
  builder.Answer(3, "work", {0, 1});
  builder.Answer(4, "work", {0});
  const Wave wave = WaveOf(builder);
  ASSERT_EQ(wave.node_count(), 3u);
  const WaveNetwork& work = wave.networks[0];
  EXPECT_THAT(work.graph.Arcs(), ElementsAre(Arc{0, 1, 1.0}));
  EXPECT_EQ(work.left_out.repeated, 1);
  EXPECT_EQ(work.left_out.self, 1);
  EXPECT_EQ(work.left_out.not_invited, 1);
  EXPECT_EQ(work.left_out.off_roster, 1);
  EXPECT_EQ(work.left_out.outside_person_count, 2);
  EXPECT_EQ(work.left_out.opted_out, 1);
  EXPECT_EQ(work.left_out.by_uninvited, 2) << "not of the one who withdrew";
  EXPECT_EQ(work.responses, (ResponseCounts{.responded = 1,
                                            .responded_nobody = 1,
                                            .skipped = 1,
                                            .nonresponse = 0,
                                            .not_invited = 1,
                                            .opted_out = 1}));
  EXPECT_DOUBLE_EQ(work.response_rate, 2.0 / 3);
  EXPECT_THAT(work.answered, ElementsAre(1, 1, 0));
}

TEST(WaveTest, CountsOutsidersNamedByManyOnce) {
  SnapshotBuilder builder(40);
  builder.AddNetwork("work").AddNetwork("play");
  for (int person = 0; person < 40; ++person) {
    builder.AnswerWithIds(person, "work",
                          {absl::StrCat("x", person % 7),
                           absl::StrCat("outside-of-the-roster-", person % 5)});
    builder.AnswerWithIds(person, "play", {"x0", absl::StrCat("y", person)});
  }
  const Wave wave = WaveOf(builder);
  EXPECT_EQ(wave.networks[0].left_out.outside_person_count, 12);
  EXPECT_EQ(wave.networks[1].left_out.outside_person_count, 41);
}

TEST(WaveTest, KnowsItsSnapshot) {
  SnapshotBuilder builder(2, 'b');
  builder.AddNetwork("work");
  EXPECT_EQ(WaveOf(builder).snapshot_digest, std::string(64, 'b'));
}

TEST(WaveTest, NoRowIsNotAnEmptyRow) {
  SnapshotBuilder builder = FivePeople();
  builder.Answer(0, "work", {});
  const Wave wave = WaveOf(builder);
  EXPECT_EQ(wave.networks[0].responses.nonresponse, 2);
  EXPECT_EQ(wave.networks[0].responses.responded_nobody, 1);
  EXPECT_EQ(wave.counts.responded_any, 1);
}

TEST(WaveTest, UndirectedTiesRunBothWays) {
  SnapshotBuilder builder(3);
  builder.AddNetwork("share", /*directed=*/false);
  builder.Answer(0, "share", {1}).Answer(1, "share", {0, 2});
  const Wave wave = WaveOf(builder);
  EXPECT_THAT(wave.networks[0].graph.Arcs(),
              ElementsAre(Arc{0, 1, 1.0}, Arc{1, 0, 1.0}, Arc{1, 2, 1.0},
                          Arc{2, 1, 1.0}));
  const auto without = GraphOf(wave.networks[0], 3, {0, 1, 0});
  ASSERT_TRUE(without.ok());
  EXPECT_THAT(without->Arcs(), ElementsAre(Arc{0, 1, 1.0}, Arc{1, 0, 1.0}));
}

TEST(WaveTest, CountsWhoNamedAsManyAsTheyCould) {
  SnapshotBuilder builder(4);
  builder.AddNetwork("work", true, 2);
  builder.Answer(0, "work", {1, 2}).Answer(1, "work", {0});
  builder.AnswerWithIds(2, "work", {"p000", "outsider"});
  EXPECT_EQ(WaveOf(builder).networks[0].respondents_at_cap, 2);
}

TEST(WaveTest, NumbersSectorsAndFindsThoseNeverInvited) {
  SnapshotBuilder builder = FivePeople();
  builder.person(0).sector = "health";
  builder.person(1).sector = "council";
  builder.person(3).sector = "residents";
  builder.person(4).sector = "youth";
  const Wave wave = WaveOf(builder);
  EXPECT_THAT(wave.sectors, ElementsAre("council", "health"));
  EXPECT_THAT(wave.sector, ElementsAre(1u, 0u, kNoGroup));
  EXPECT_THAT(wave.uninvited_sectors, ElementsAre("residents"));
  EXPECT_EQ(wave.counts.sector_unknown, 1);
}

TEST(WaveTest, GatesOpenAtTheirThresholds) {
  EXPECT_EQ(GateOf(80, 100), Gate::kAllRoles);
  EXPECT_EQ(GateOf(79, 100), Gate::kHubsOnly);
  EXPECT_EQ(GateOf(65, 100), Gate::kHubsOnly);
  EXPECT_EQ(GateOf(64, 100), Gate::kGroupOnly);
  EXPECT_EQ(GateOf(4, 5), Gate::kAllRoles);
  EXPECT_EQ(GateOf(13, 20), Gate::kHubsOnly);
  EXPECT_EQ(GateOf(0, 0), Gate::kGroupOnly);
}

TEST(WaveTest, OrderInTheSnapshotMakesNoDifference) {
  SnapshotBuilder builder = FivePeople();
  builder.AnswerWithIds(0, "work", {"p001", "p002", "x9"});
  builder.Answer(1, "work", {2}).Answer(2, "work", {0, 1});
  const Wave wave = WaveOf(builder);
  WaveSnapshot& snapshot = builder.snapshot();
  std::reverse(snapshot.participants.begin(), snapshot.participants.end());
  std::reverse(snapshot.responses.begin(), snapshot.responses.end());
  for (Response& response : snapshot.responses) {
    auto& nominations = response.answers[0].nominations;
    std::reverse(nominations.begin(), nominations.end());
  }
  const Wave other = WaveOf(builder);
  EXPECT_EQ(other.people, wave.people);
  EXPECT_EQ(other.networks[0].reported, wave.networks[0].reported);
  EXPECT_EQ(other.networks[0].left_out, wave.networks[0].left_out);
}

}  // namespace
}  // namespace pulsetaker::network
