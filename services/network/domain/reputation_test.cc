#include "services/network/domain/reputation.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/clique_risk.h"
#include "services/network/domain/test_snapshot.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using Reading = CliqueRisk::RecurrenceReading;

constexpr int kDraws = 199;

Reputation Compared(const Wave& wave, int threads = 1) {
  AnalysisParameters parameters;
  parameters.null_draw_count = kDraws;
  parameters = *Canonical(parameters);
  NoObserver observer;
  const CliqueSampler sampler = *CliqueSampler::Create(wave, kNeverCancelled);
  const std::vector<NetworkMeasures> measures(wave.networks.size());
  auto reputation = CompareWithReputation(
      {wave, sampler, measures, parameters, observer, threads}, Random(1));
  EXPECT_TRUE(reputation.ok()) << reputation.status();
  return reputation.ok() ? *std::move(reputation) : Reputation();
}

Measure Beside(const Reputation& reputation) {
  Measure measure = Measure::Of(*reputation.observed.recurrence_raw);
  std::vector<double> draws;
  for (const CliqueSample& draw : reputation.draws) {
    draws.push_back(*draw.recurrence_raw);
  }
  CompareWithDraws(draws, NullModel::kNetworksShuffled, measure);
  return measure;
}

// Who is prominent has odds to be named; in network l it is `prominent(l, v)`.
template <typename Prominent>
Wave Simulated(std::uint64_t seed, Prominent prominent) {
  Random random(seed);
  SnapshotBuilder builder(50);
  for (int network = 0; network < 5; ++network) {
    const std::string id = absl::StrCat("n", network);
    builder.AddNetwork(id, /*directed=*/network != 3);
    for (int person = 0; person < 50; ++person) {
      std::vector<int> named;
      for (int other = 0; other < 50; ++other) {
        const double chance = prominent(network, other) ? 0.5 : 0.06;
        if (other != person && random.UnitDouble() < chance) {
          named.push_back(other);
        }
      }
      builder.Answer(person, id, named);
    }
  }
  return WaveOf(builder.snapshot());
}

TEST(ReputationTest, LooksAtTheMostNamedOfEachNetwork) {
  const Wave wave =
      Simulated(1, [](int network, int v) { return v / 5 == network; });
  const Reputation reputation = Compared(wave);
  const CliqueSampler sampler = *CliqueSampler::Create(wave, kNeverCancelled);
  const CliqueObservation& seen = sampler.observation();
  std::vector<std::vector<NodeId>> named;
  for (std::size_t i = 0; i < seen.networks.size(); ++i) {
    named.push_back(MostNamedPeople(wave.networks[seen.networks[i]].graph,
                                    seen.cores[i].members.size()));
  }
  const Recurrence recurrence =
      RecurrenceOf(named, wave.node_count(), seen.threshold);
  EXPECT_EQ(reputation.observed.recurrence_raw, recurrence.raw_score());
  EXPECT_EQ(reputation.observed.jaccard, recurrence.mean_jaccard);
  EXPECT_THAT(reputation.draws, SizeIs(kDraws));
}

TEST(ReputationTest, TellsOneReputationFromDistinctRoles) {
  int distinct = 0;
  int one = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    // In each network others are prominent: five by five.
    distinct +=
        ReadingOf(Beside(Compared(Simulated(seed, [](int network, int v) {
          return v / 5 == network;
        })))) == Reading::kDistinctRoles;
    one += ReadingOf(Beside(Compared(Simulated(seed, [](int, int v) {
             return v < 5;
           })))) == Reading::kOneReputation;
  }
  EXPECT_EQ(distinct, 10);
  EXPECT_GE(one, 8);
}

TEST(ReputationTest, ReadsBothTails) {
  const auto reading = [](double value) {
    Measure measure = Measure::Of(value);
    std::vector<double> draws;
    for (int i = 1; i <= 99; ++i) draws.push_back(i / 100.0);
    CompareWithDraws(draws, NullModel::kNetworksShuffled, measure);
    return ReadingOf(measure);
  };
  EXPECT_EQ(reading(0.005), Reading::kDistinctRoles);
  EXPECT_EQ(reading(0.015), Reading::kDistinctRoles);
  EXPECT_EQ(reading(0.025), Reading::kOneReputation);
  EXPECT_EQ(reading(0.5), Reading::kOneReputation);
  EXPECT_EQ(reading(0.995), Reading::kBeyondReputation);
  EXPECT_EQ(ReadingOf(Measure::Of(0.5)), Reading::kNone);
  EXPECT_EQ(ReadingOf(Measure::Missing(NotMeasuredReason::kTooFewNetworks)),
            Reading::kNone);
}

TEST(ReputationTest, NumberOfThreadsMakesNoDifference) {
  const Wave wave = Simulated(2, [](int, int v) { return v < 5; });
  const Reputation one = Compared(wave);
  for (const int threads : {2, 8}) {
    const Reputation other = Compared(wave, threads);
    for (std::size_t i = 0; i < one.draws.size(); ++i) {
      EXPECT_EQ(one.draws[i].recurrence_raw, other.draws[i].recurrence_raw);
      EXPECT_EQ(one.draws[i].jaccard, other.draws[i].jaccard);
    }
  }
}

TEST(ReputationTest, NeedsTwoNetworks) {
  SnapshotBuilder builder(20);
  builder.AddNetwork("work");
  for (int person = 0; person < 20; ++person) {
    builder.Answer(person, "work", {(person + 1) % 20, (person + 3) % 20});
  }
  EXPECT_THAT(Compared(WaveOf(builder.snapshot())).draws, IsEmpty());
}

}  // namespace
}  // namespace pulsetaker::network
