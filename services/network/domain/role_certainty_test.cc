// Roles without some respondents, and with something in missing rows.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/missing_rows.h"
#include "services/network/domain/role_stability.h"
#include "services/network/domain/row_treatments.h"
#include "services/network/domain/stability.h"
#include "services/network/domain/test_snapshot.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

AnalysisParameters Usual() { return *Canonical({}); }

// What the treatments start from.
struct Setting {
  explicit Setting(const WaveSnapshot& snapshot,
                   RoleRule rule = RoleRule::kNone)
      : wave(WaveOf(snapshot)), parameters(Usual()) {
    if (rule != RoleRule::kNone) parameters.pulsetaker_rule = rule;
    settings = {parameters.role_share, parameters.pulsetaker_rule};
    sampler.emplace(*CliqueSampler::Create(wave, kNeverCancelled));
    for (const WaveNetwork& network : wave.networks) {
      measures.push_back(
          *MeasureNetwork(wave, network, settings, kNeverCancelled));
      // One draw in which no connector names anybody: all candidates pass.
      DecidePulsetakers(
          std::vector<std::vector<int>>(
              99,
              std::vector<int>(measures.back().candidates.members.size(), 0)),
          settings, measures.back());
    }
  }

  RowTreatments Treated(int threads = 1) {
    auto treated = TreatMissingRows(
        {wave, *sampler, measures, parameters, observer, threads}, Random(1));
    EXPECT_TRUE(treated.ok()) << treated.status();
    return treated.ok() ? *std::move(treated) : RowTreatments();
  }

  Wave wave;
  AnalysisParameters parameters;
  RoleSettings settings;
  std::optional<CliqueSampler> sampler;
  std::vector<NetworkMeasures> measures;
  NoObserver observer;
};

WaveSnapshot Random40(std::uint64_t seed, std::uint64_t response_percent) {
  Random random(seed);
  RandomWaveShape shape;
  shape.people = 40;
  shape.networks = 3;
  shape.response_percent = response_percent;
  shape.tie_percent = 9;
  return RandomWave(random, shape).snapshot();
}

TEST(RowTreatmentsTest, NothingHangsOnRowsThatAreThere) {
  Setting setting(Random40(1, 100));
  const RowTreatments treated = setting.Treated();
  EXPECT_THAT(treated.random, IsEmpty());
  EXPECT_THAT(treated.reciprocated, IsEmpty());
  for (std::size_t i = 0; i < setting.measures.size(); ++i) {
    const NetworkMeasures& whole = setting.measures[i];
    ASSERT_EQ(treated.roles[i].gatekeepers.size(),
              whole.gatekeepers.members.size());
    for (std::size_t j = 0; j < whole.gatekeepers.members.size(); ++j) {
      const double score =
          whole.gatekeepers.between[whole.gatekeepers.members[j]];
      EXPECT_EQ(treated.roles[i].gatekeepers[j],
                (MissingRowsEffect{Robustness::kRobust, {score, score}, 1.0}));
    }
  }
}

TEST(RowTreatmentsTest, HubsAreToldByRespondentsAlone) {
  Setting setting(Random40(2, 90));
  for (std::size_t i = 0; i < setting.measures.size(); ++i) {
    const HubScores& hubs = setting.measures[i].hubs;
    const RowTreatments treated = setting.Treated();
    ASSERT_EQ(treated.roles[i].hubs.size(), hubs.top.members.size());
    for (std::size_t j = 0; j < hubs.top.members.size(); ++j) {
      const double share = hubs.named_share[hubs.top.members[j]];
      EXPECT_EQ(treated.roles[i].hubs[j],
                (MissingRowsEffect{Robustness::kRobust, {share, share}, 1.0}));
    }
  }
}

// Judged again one by one, by the same functions but none of the same code.
TEST(RowTreatmentsTest, AgreesWithEachTreatmentByItself) {
  int judged = 0;
  int not_robust = 0;
  for (std::uint64_t seed = 3; seed < 9; ++seed) {
    Setting setting(Random40(seed, 88));
    const RowTreatments treated = setting.Treated();
    for (std::size_t i = 0; i < setting.wave.networks.size(); ++i) {
      const WaveNetwork& network = setting.wave.networks[i];
      const NetworkMeasures& whole = setting.measures[i];
      if (network.gate != Gate::kAllRoles) continue;
      const MissingRows rows =
          *MissingRows::Create(network.answered, network.reported);
      std::vector<std::vector<Arc>> all = {rows.EmptyRows(),
                                           rows.ReciprocatedRows()};
      for (int draw = 0; draw < kRandomRowDraws; ++draw) {
        Random own = Random(1).Fork(static_cast<std::uint64_t>(draw)).Fork(i);
        all.push_back(rows.RandomRows(own));
      }
      for (std::size_t j = 0; j < whole.gatekeepers.members.size(); ++j) {
        const NodeId person = whole.gatekeepers.members[j];
        std::vector<char> kept;
        std::vector<double> scores;
        for (const std::vector<Arc>& arcs : all) {
          std::vector<Arc> both = arcs;
          for (const Arc& arc : arcs) {
            if (!network.definition.directed)
              both.push_back({arc.to, arc.from});
          }
          const Digraph graph = *Digraph::FromArcs(setting.wave.node_count(),
                                                   both, Repeats::kCollapse);
          const GatekeeperScores again = *FindGatekeepers(
              {graph, network.answered, setting.wave.sector}, setting.settings,
              {whole.hubs, {}, &whole.gatekeepers}, kNeverCancelled);
          kept.push_back(
              std::count(again.members.begin(), again.members.end(), person) > 0
                  ? 1
                  : 0);
          if (again.rule == whole.gatekeepers.rule) {
            scores.push_back(again.between[person]);
          }
        }
        EXPECT_EQ(kept[0], 1) << "as it is";
        const auto of_random = std::count(kept.begin() + 2, kept.end(), 1);
        const MissingRowsEffect& effect = treated.roles[i].gatekeepers[j];
        EXPECT_DOUBLE_EQ(effect.kept_share,
                         static_cast<double>(of_random) / kRandomRowDraws);
        EXPECT_EQ(effect.robustness == Robustness::kRobust,
                  kept[1] == 1 && kRandomRowDraws - of_random <= 5);
        EXPECT_LE(effect.bounds.low, scores[0]);
        EXPECT_GE(effect.bounds.high, scores[0]);
        if (scores.size() == all.size()) {
          EXPECT_GE(effect.bounds.low,
                    *std::min_element(scores.begin(), scores.end()));
          EXPECT_LE(effect.bounds.high,
                    *std::max_element(scores.begin(), scores.end()));
        }
        ++judged;
        not_robust += effect.robustness == Robustness::kNotRobust;
      }
    }
  }
  EXPECT_GT(judged, 10);
  EXPECT_GT(not_robust, 0);
  EXPECT_LT(not_robust, judged);
}

TEST(RowTreatmentsTest, TreatsWhatTheVerdictRestsOn) {
  Setting setting(Random40(10, 85));
  const RowTreatments treated = setting.Treated();
  const CliqueObservation& seen = setting.sampler->observation();
  ASSERT_FALSE(seen.networks.empty());
  ASSERT_THAT(treated.random, SizeIs(kRandomRowDraws));
  ASSERT_THAT(treated.reciprocated, SizeIs(1));
  for (const CliqueSample& sample : treated.random) {
    EXPECT_TRUE(sample.recurrence_raw.has_value());
    EXPECT_TRUE(sample.external_internal.has_value());
    EXPECT_FALSE(sample.reach_loss.has_value()) << "which it does not rest on";
  }
}

TEST(RowTreatmentsTest, NumberOfThreadsMakesNoDifference) {
  for (const RoleRule rule : {RoleRule::kConnectorNamed, RoleRule::kQuadrant}) {
    Setting setting(Random40(11, 85), rule);
    const RowTreatments one = setting.Treated(1);
    for (const int threads : {2, 8}) {
      const RowTreatments other = setting.Treated(threads);
      for (std::size_t i = 0; i < one.roles.size(); ++i) {
        EXPECT_EQ(one.roles[i].gatekeepers, other.roles[i].gatekeepers);
        EXPECT_EQ(one.roles[i].pulsetakers, other.roles[i].pulsetakers);
      }
      for (std::size_t i = 0; i < one.random.size(); ++i) {
        EXPECT_EQ(one.random[i].recurrence_raw, other.random[i].recurrence_raw);
        EXPECT_EQ(one.random[i].blau, other.random[i].blau);
      }
    }
  }
}

std::vector<RoleStability> StabilityOf(const Wave& wave,
                                       RoleRule rule = RoleRule::kNone) {
  RoleSettings settings;
  if (rule != RoleRule::kNone) settings.pulsetaker_rule = rule;
  auto stabilities =
      StabilitiesOf(wave.networks[0], settings, Random(1), kNeverCancelled);
  EXPECT_TRUE(stabilities.ok()) << stabilities.status();
  return stabilities.ok() ? *std::move(stabilities)
                          : std::vector<RoleStability>();
}

// Person i is named by those of a rank below: as clear a ranking as can be.
Wave Ladder(int people, int respondents) {
  SnapshotBuilder builder(people);
  builder.AddNetwork("work");
  for (int person = 0; person < respondents; ++person) {
    std::vector<int> named;
    for (int other = person + 1; other < people; ++other) {
      named.push_back(other);
    }
    builder.Answer(person, "work", named);
  }
  return WaveOf(builder.snapshot());
}

TEST(RoleStabilityTest, AClearRankingHoldsWithoutMostOfTheAnswers) {
  const std::vector<RoleStability> ladder = StabilityOf(Ladder(40, 40));
  ASSERT_THAT(ladder, SizeIs(3));
  EXPECT_EQ(ladder[0].role, Role::kHub);
  EXPECT_EQ(ladder[1].role, Role::kGatekeeper);
  EXPECT_EQ(ladder[2].role, Role::kPulsetaker);
  EXPECT_GE(*ladder[0].coefficient.value, 0.7);
  EXPECT_EQ(ladder[0].band, RoleStability::Band::kPreferred);
}

// Everybody is named as often as anybody but for who happens to answer.
TEST(RoleStabilityTest, ARankingByChanceDoesNotHold) {
  SnapshotBuilder builder(60);
  builder.AddNetwork("work");
  Random random(3);
  for (int person = 0; person < 60; ++person) {
    std::vector<int> named;
    for (int other = 0; other < 60; ++other) {
      if (other != person && random.Uniform(40) == 0) named.push_back(other);
    }
    builder.Answer(person, "work", named);
  }
  const std::vector<RoleStability> chance =
      StabilityOf(WaveOf(builder.snapshot()));
  EXPECT_LT(*chance[1].coefficient.value, 0.25);
  EXPECT_EQ(chance[1].band, RoleStability::Band::kBelowMin);
}

TEST(RoleStabilityTest, RanksByTheRulesFirstScore) {
  const Wave wave = WaveOf(Random40(20, 95));
  const WaveNetwork& network = wave.networks[0];
  const std::vector<RoleStability> seen = StabilityOf(wave);
  const auto named = CorrelationStabilityOf(
      network.answered, {},
      Random(1).Fork(static_cast<std::uint64_t>(Role::kHub)),
      [&](const NodeFlags& dropped) -> absl::StatusOr<PersonScores> {
        // H by hand.
        const double left = static_cast<double>(
            std::count(network.answered.begin(), network.answered.end(), 1) -
            std::count(dropped.begin(), dropped.end(), 1));
        PersonScores scores;
        for (NodeId node = 0; node < wave.node_count(); ++node) {
          double count = 0;
          for (const NodeId namer : network.graph.in(node)) {
            count += dropped[namer] == 0 ? 1 : 0;
          }
          const bool counts_self =
              network.answered[node] != 0 && dropped[node] == 0;
          scores.push_back(count / (left - (counts_self ? 1 : 0)));
        }
        return scores;
      });
  ASSERT_TRUE(named.ok());
  EXPECT_EQ(seen[0].coefficient.value, named->coefficient);
  // By another rule, pulsetakers are ranked by another score.
  const std::vector<RoleStability> quadrant =
      StabilityOf(wave, RoleRule::kQuadrant);
  EXPECT_EQ(quadrant[0], seen[0]);
  EXPECT_TRUE(quadrant[2].coefficient.measured());
}

TEST(RoleStabilityTest, SaysWhyItIsNotMeasured) {
  // 75 % answered: hubs alone are named.
  const std::vector<RoleStability> some = StabilityOf(Ladder(40, 30));
  EXPECT_TRUE(some[0].coefficient.measured());
  for (const std::size_t role : {std::size_t{1}, std::size_t{2}}) {
    EXPECT_EQ(some[role].coefficient.not_measured.reason,
              NotMeasuredReason::kResponseGate);
    EXPECT_EQ(some[role].band, RoleStability::Band::kNone);
  }
  for (const RoleStability& none : StabilityOf(Ladder(40, 20))) {
    EXPECT_EQ(none.coefficient.not_measured.reason,
              NotMeasuredReason::kResponseGate);
  }
  for (const RoleStability& few : StabilityOf(Ladder(9, 9))) {
    EXPECT_EQ(few.coefficient.not_measured.reason,
              NotMeasuredReason::kTooFewNodes);
  }
  // Ten people, of whom nine answered.
  const std::vector<RoleStability> nine = StabilityOf(Ladder(10, 9));
  EXPECT_EQ(nine[0].coefficient.not_measured.reason,
            NotMeasuredReason::kTooFewPeople);
}

TEST(RoleStabilityTest, BandsAreThoseOfTheThresholds) {
  const auto band = [](double value) {
    return StabilityBandOf(Measure::Of(value));
  };
  EXPECT_EQ(band(0.0), RoleStability::Band::kBelowMin);
  EXPECT_EQ(band(0.249), RoleStability::Band::kBelowMin);
  EXPECT_EQ(band(0.25), RoleStability::Band::kAcceptable);
  EXPECT_EQ(band(0.5), RoleStability::Band::kAcceptable);
  EXPECT_EQ(band(0.501), RoleStability::Band::kPreferred);
}

}  // namespace
}  // namespace pulsetaker::network
