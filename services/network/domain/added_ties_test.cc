#include "services/network/domain/added_ties.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TieSimulation Simulated(const Wave& wave, const std::vector<AddedTie>& ties) {
  auto simulation =
      SimulateTies(wave, PlainResult(wave), ties, kNeverCancelled);
  EXPECT_TRUE(simulation.ok()) << simulation.status();
  return simulation.ok() ? *std::move(simulation) : TieSimulation();
}

// 0 -> 1 -> 2 and 3 -> 4 in "work", directed; 0 - 1 in "share", undirected; 5
// and 6 are alone. 0, 5 and 6 are systemic.
SnapshotBuilder TwoParts() {
  SnapshotBuilder builder(7);
  builder.AddNetwork("work").AddNetwork("share", /*directed=*/false);
  builder.Answer(0, "work", {1}).Answer(1, "work", {2}).Answer(2, "work", {});
  builder.Answer(3, "work", {4}).Answer(4, "work", {});
  builder.Answer(0, "share", {1});
  builder.Answer(5, "work", {}).Answer(6, "work", {});
  for (int person = 1; person < 7; ++person) {
    builder.Answer(person, "share", {});
  }
  for (const int person : {0, 5, 6}) {
    builder.person(person).layer = Layer::kSystemic;
  }
  builder.person(0).sector = "council";
  builder.person(4).sector = "youth";
  return builder;
}

TEST(AddedTiesTest, ReportsTheFirstError) {
  SnapshotBuilder builder = TwoParts();
  builder.person(2).invitation = Invitation::kNotInvited;
  const Wave wave = WaveOf(builder.snapshot());
  using Code = absl::StatusCode;
  const AddedTie good{"p000", "p003", "work"};
  const struct {
    std::vector<AddedTie> ties;
    Code code;
    std::string reason;
    ErrorMetadata metadata;
  } kCases[] = {
      {{}, Code::kInvalidArgument, "NO_TIES", {}},
      {std::vector<AddedTie>(kAddedTiesMax + 1, good),
       Code::kInvalidArgument,
       "TOO_MANY_TIES",
       {}},
      {{good, {"zoe", "zoe", "play"}},
       Code::kNotFound,
       "NETWORK_NOT_FOUND",
       {{"index", "1"}, {"network", "play"}}},
      {{{"zoe", "adam", "work"}},
       Code::kNotFound,
       "PERSON_NOT_FOUND",
       {{"index", "0"}, {"person", "zoe"}}},
      {{{"p001", "p002", "work"}, {"p001", "p001", "work"}},
       Code::kNotFound,
       "PERSON_NOT_FOUND",
       {{"index", "0"}, {"person", "p002"}}},
      {{good, {"p001", "p001", "share"}},
       Code::kInvalidArgument,
       "SELF_TIE",
       {{"index", "1"}, {"person", "p001"}}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    const absl::Status status =
        SimulateTies(wave, PlainResult(wave), c.ties, kNeverCancelled).status();
    EXPECT_EQ(status.code(), c.code) << status;
    EXPECT_EQ(ReasonOf(status), c.reason);
    EXPECT_EQ(MetadataOf(status), c.metadata);
  }
  EXPECT_EQ(
      ReasonOf(
          SimulateTies(wave, AnalysisResult(), {}, kNeverCancelled).status()),
      "ANALYSIS_OF_OTHER_WAVE");
  EXPECT_TRUE(SimulateTies(wave, PlainResult(wave),
                           std::vector<AddedTie>(kAddedTiesMax, good),
                           kNeverCancelled)
                  .ok());
}

TEST(AddedTiesTest, SaysWhatATieIs) {
  const Wave wave = WaveOf(TwoParts().snapshot());
  EXPECT_THAT(Simulated(wave, {{"p000", "p001", "work"},
                               {"p001", "p000", "work"},
                               {"p001", "p000", "work"},
                               {"p001", "p000", "share"},
                               {"p003", "p002", "share"},
                               {"p002", "p003", "share"}})
                  .outcomes,
              ElementsAre(TieOutcome::kAlreadyThere, TieOutcome::kAdded,
                          TieOutcome::kRepeated, TieOutcome::kAlreadyThere,
                          TieOutcome::kAdded, TieOutcome::kRepeated));
}

TEST(AddedTiesTest, SaysWhoGainsAPath) {
  const Wave wave = WaveOf(TwoParts().snapshot());
  const TieSimulation simulation = Simulated(wave, {{"p001", "p003", "work"}});
  ASSERT_THAT(simulation.networks, SizeIs(2));
  const TieEffect& work = simulation.networks[0].effect;
  EXPECT_EQ(work.added_count, 1);
  EXPECT_DOUBLE_EQ(work.before.fragmentation.by_component, 1 - 8.0 / 42);
  EXPECT_DOUBLE_EQ(work.after.fragmentation.by_component, 1 - 20.0 / 42);
  EXPECT_DOUBLE_EQ(work.before.systemic_reach.value.value(), 0.5);
  EXPECT_DOUBLE_EQ(work.after.systemic_reach.value.value(), 1.0);
  ASSERT_THAT(work.gained_paths, SizeIs(3));
  EXPECT_EQ(work.gained_paths[0].target, PathTarget::kMainPart);
  EXPECT_EQ(work.gained_paths[1].target, PathTarget::kSystemic);
  EXPECT_EQ(work.gained_paths[2].target, PathTarget::kSystemicNearby);
  for (const PathChange& change : work.gained_paths) {
    EXPECT_THAT(change.persons, ElementsAre("p003", "p004"));
    EXPECT_THAT(change.sectors, ElementsAre(SectorPathChange{"", 1, 3, 5},
                                            SectorPathChange{"youth", 1, 1, 1}))
        << static_cast<int>(change.target);
  }
  const TieEffect& share = simulation.networks[1].effect;
  EXPECT_EQ(share.added_count, 0);
  EXPECT_EQ(share.before, share.after);
  EXPECT_THAT(share.gained_paths, IsEmpty());
  EXPECT_EQ(simulation.united->added_count, 1);
  EXPECT_EQ(simulation.united->before.fragmentation, work.before.fragmentation);
}

TEST(AddedTiesTest, AnUndirectedTieRunsBothWays) {
  const Wave wave = WaveOf(TwoParts().snapshot());
  const TieEffect share =
      Simulated(wave, {{"p004", "p003", "share"}}).networks[1].effect;
  EXPECT_DOUBLE_EQ(share.after.directed_fragmentation.by_component,
                   1 - 4.0 / 42);
  EXPECT_EQ(share.after.directed_fragmentation, share.after.fragmentation);
}

TEST(AddedTiesTest, WhatIsThereChangesNothing) {
  const Wave wave = WaveOf(TwoParts().snapshot());
  const TieSimulation simulation =
      Simulated(wave, {{"p000", "p001", "work"}, {"p001", "p000", "share"}});
  EXPECT_THAT(simulation.outcomes, Each(TieOutcome::kAlreadyThere));
  for (const NetworkTieEffect& network : simulation.networks) {
    EXPECT_EQ(network.effect.before, network.effect.after);
    EXPECT_THAT(network.effect.gained_paths, IsEmpty());
  }
  EXPECT_EQ(simulation.united->before, simulation.united->after);
}

TEST(AddedTiesTest, SaysNoMoreThanTheGateAllows) {
  WaveSnapshot snapshot = TwoParts().snapshot();
  for (Response& response : snapshot.responses) {
    if (response.person < "p003") continue;
    response.answers[1] = {"share", AnswerState::kSkipped, {}};
  }
  const Wave wave = WaveOf(snapshot);
  ASSERT_EQ(wave.networks[1].gate, Gate::kGroupOnly);
  const TieSimulation simulation = Simulated(wave, {{"p003", "p002", "share"},
                                                    {"p001", "p000", "share"},
                                                    {"p002", "p003", "share"},
                                                    {"p000", "p001", "work"}});
  EXPECT_THAT(simulation.outcomes,
              ElementsAre(TieOutcome::kWithheld, TieOutcome::kWithheld,
                          TieOutcome::kWithheld, TieOutcome::kAlreadyThere));
  const TieEffect& share = simulation.networks[1].effect;
  EXPECT_EQ(share.not_measured->reason, NotMeasuredReason::kResponseGate);
  EXPECT_FALSE(share.added_count.has_value());
  EXPECT_EQ(share.after, ReachFigures());
  EXPECT_EQ(simulation.united->added_count, 0);
  EXPECT_EQ(simulation.united->before, simulation.united->after);
}

TEST(AddedTiesTest, TellsOfNobodyWhereOnlyHubsAreNamed) {
  // 0 -> 1 -> 2 and 3 -> 4; 4 and 5 did not answer.
  SnapshotBuilder builder(6);
  builder.AddNetwork("work");
  builder.Answer(0, "work", {1}).Answer(1, "work", {2}).Answer(2, "work", {});
  builder.Answer(3, "work", {4});
  const Wave wave = WaveOf(builder.snapshot());
  ASSERT_EQ(wave.networks[0].gate, Gate::kHubsOnly);

  // What is there or repeated is of nobody more.
  const std::vector<AddedTie> pair = {{"p001", "p003", "work"},
                                      {"p000", "p001", "work"},
                                      {"p001", "p003", "work"}};
  const TieSimulation of_two = Simulated(wave, pair);
  EXPECT_THAT(of_two.outcomes,
              ElementsAre(TieOutcome::kAdded, TieOutcome::kAlreadyThere,
                          TieOutcome::kRepeated));
  const TieEffect& withheld = of_two.networks[0].effect;
  ASSERT_TRUE(withheld.not_measured.has_value());
  EXPECT_EQ(withheld.not_measured->reason, NotMeasuredReason::kResponseGate);
  EXPECT_EQ(withheld.added_count, 1);
  EXPECT_EQ(withheld.before.person_count, 6);
  EXPECT_EQ(withheld.after, ReachFigures());
  EXPECT_THAT(withheld.gained_paths, IsEmpty());
  EXPECT_EQ(of_two.united, withheld);
  EXPECT_TRUE(
      Simulated(wave, {{"p001", "p003", "work"}, {"p003", "p001", "work"}})
          .networks[0]
          .effect.not_measured.has_value());

  // Nor of three people, one of whom may be there for the number only.
  const TieSimulation of_three =
      Simulated(wave, {{"p001", "p003", "work"}, {"p002", "p003", "work"}});
  const TieEffect& still_withheld = of_three.networks[0].effect;
  ASSERT_TRUE(still_withheld.not_measured.has_value());
  EXPECT_EQ(still_withheld.added_count, 2);
  EXPECT_EQ(still_withheld.after, ReachFigures());
  EXPECT_THAT(still_withheld.gained_paths, IsEmpty());
  EXPECT_EQ(of_three.united, still_withheld);

  const TieEffect none =
      Simulated(wave, {{"p000", "p001", "work"}}).networks[0].effect;
  EXPECT_FALSE(none.not_measured.has_value());
  EXPECT_EQ(none.added_count, 0);
  EXPECT_EQ(none.before, none.after);
}

// An undirected tie can change the united network although one of its arcs is
// there.
TEST(AddedTiesTest, AHalfTieIsNotThereWhenUnited) {
  SnapshotBuilder builder(3);
  builder.AddNetwork("work").AddNetwork("share", /*directed=*/false);
  for (int person = 0; person < 3; ++person) {
    builder.Answer(person, "share", {});
  }
  builder.Answer(0, "work", {1}).Answer(1, "work", {});
  const Wave wave = WaveOf(builder.snapshot());
  ASSERT_EQ(wave.networks[0].gate, Gate::kHubsOnly);
  const TieSimulation simulation = Simulated(wave, {{"p000", "p001", "share"}});
  EXPECT_FALSE(simulation.networks[1].effect.not_measured.has_value());
  EXPECT_EQ(simulation.united->added_count, 1);
  EXPECT_TRUE(simulation.united->not_measured.has_value());
}

TEST(AddedTiesTest, NothingGetsWorseAndOrderMakesNoDifference) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const WaveSnapshot snapshot =
        RandomWave(random, {.people = 14, .tie_percent = 8}).snapshot();
    const Wave wave = WaveOf(snapshot);
    std::vector<AddedTie> ties;
    for (int i = 0; i < 8; ++i) {
      const auto from = static_cast<int>(random.Uniform(14));
      const auto to = static_cast<int>(random.Uniform(14));
      if (from == to) continue;
      ties.push_back(
          {PersonId(from), PersonId(to), absl::StrCat("n", random.Uniform(3))});
    }
    const TieSimulation simulation = Simulated(wave, ties);
    for (const NetworkTieEffect& network : simulation.networks) {
      if (network.effect.not_measured.has_value()) continue;
      const ReachFigures& before = network.effect.before;
      const ReachFigures& after = network.effect.after;
      EXPECT_LE(after.fragmentation.by_distance,
                before.fragmentation.by_distance + 1e-12);
      EXPECT_LE(after.directed_fragmentation.by_component,
                before.directed_fragmentation.by_component + 1e-12);
      EXPECT_GE(after.mean_harmonic_closeness,
                before.mean_harmonic_closeness - 1e-12);
      EXPECT_GE(after.largest_component_share, before.largest_component_share);
      if (before.systemic_reach.measured()) {
        EXPECT_GE(*after.systemic_reach.value, *before.systemic_reach.value);
      }
    }
    TieSimulation other = Simulated(WaveOf(Shuffled(snapshot, random)), ties);
    EXPECT_EQ(simulation, other);
    random.Shuffle(absl::MakeSpan(ties));
    other = Simulated(wave, ties);
    EXPECT_EQ(simulation.networks, other.networks);
    EXPECT_EQ(simulation.united, other.united);
  }
}

TEST(AddedTiesTest, SaysWhenItIsCancelled) {
  const Wave wave = WaveOf(TwoParts().snapshot());
  const std::vector<AddedTie> ties = {{"p000", "p003", "work"}};
  EXPECT_EQ(SimulateTies(wave, PlainResult(wave), ties, [] { return true; })
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::network
