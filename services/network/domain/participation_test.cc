#include "services/network/domain/participation.h"

#include <cmath>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using Band = Participation::Band;

// Networks n0, n1, ... in which person 0 names as many as `degrees` says.
Wave WithDegrees(const std::vector<int>& degrees) {
  constexpr int kPeople = 8;
  SnapshotBuilder builder(kPeople);
  for (std::size_t network = 0; network < degrees.size(); ++network) {
    const std::string id = absl::StrCat("n", network);
    builder.AddNetwork(id);
    std::vector<int> named;
    for (int i = 1; i <= degrees[network]; ++i) named.push_back(i);
    builder.Answer(0, id, named);
    for (int person = 1; person < kPeople; ++person) {
      builder.Answer(person, id, {});
    }
  }
  return WaveOf(builder.snapshot());
}

TEST(ParticipationTest, MatchesTheFormulaByHand) {
  const struct {
    std::vector<int> degrees;
    double want;
    Band band;
  } kCases[] = {
      {{3, 3, 3}, 1.0, Band::kMultiplex},
      {{5, 0, 0}, 0.0, Band::kFocused},
      {{1, 1}, 1.0, Band::kMultiplex},
      {{4, 2}, 2 * (1 - 20.0 / 36), Band::kMultiplex},
      {{1, 1, 0}, 1.5 * 0.5, Band::kMultiplex},
      {{7, 1}, 2 * (1 - 50.0 / 64), Band::kMixed},
      // Edges of the bands: 1/3 and 2/3 are mixed.
      {{1, 1, 0, 0}, 4.0 / 3 * 0.5, Band::kMixed},
      {{4, 1, 1, 0, 0, 0, 0}, 7.0 / 6 * 0.5, Band::kMixed},
      {{6, 1, 0, 0}, 4.0 / 3 * (1 - 37.0 / 49), Band::kFocused},
  };
  for (const auto& c : kCases) {
    int overlapping = 0;
    for (const int degree : c.degrees) overlapping += degree;
    SCOPED_TRACE(c.want);
    const Participation person = ParticipationOf(WithDegrees(c.degrees))[0];
    EXPECT_EQ(person.person, "p000");
    EXPECT_EQ(person.overlapping_degree, overlapping);
    EXPECT_DOUBLE_EQ(person.participation.value.value(), c.want);
    EXPECT_EQ(person.band, c.band);
  }
}

TEST(ParticipationTest, IsMissingWhereItIsUndefined) {
  const Participation alone = ParticipationOf(WithDegrees({2, 1}))[7];
  EXPECT_EQ(alone.overlapping_degree, 0);
  EXPECT_EQ(alone.participation.not_measured.reason,
            NotMeasuredReason::kNoTies);
  EXPECT_EQ(alone.band, Band::kNone);
  const Participation one = ParticipationOf(WithDegrees({2}))[0];
  EXPECT_EQ(one.overlapping_degree, 2);
  EXPECT_EQ(one.participation.not_measured.reason,
            NotMeasuredReason::kTooFewNetworks);
}

TEST(ParticipationTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Wave wave = WaveOf(RandomWave(random, {.people = 10,
                                                 .networks = 4,
                                                 .response_percent = 75,
                                                 .tie_percent = 10})
                                 .snapshot());
    const std::vector<Participation> persons = ParticipationOf(wave);
    for (NodeId node = 0; node < wave.node_count(); ++node) {
      std::vector<double> degrees;
      double overlapping = 0;
      for (const WaveNetwork& network : wave.networks) {
        if (network.gate == Gate::kGroupOnly) continue;
        std::set<NodeId> tied;
        for (const Arc& arc : network.reported) {
          if (arc.from == node) tied.insert(arc.to);
          if (arc.to == node) tied.insert(arc.from);
        }
        degrees.push_back(static_cast<double>(tied.size()));
        overlapping += degrees.back();
      }
      EXPECT_EQ(persons[node].overlapping_degree, overlapping);
      const auto count = static_cast<double>(degrees.size());
      ASSERT_EQ(persons[node].participation.measured(),
                count >= 2 && overlapping > 0);
      if (!persons[node].participation.measured()) continue;
      double rest = 1;
      for (const double degree : degrees) {
        rest -= degree / overlapping * degree / overlapping;
      }
      EXPECT_NEAR(*persons[node].participation.value,
                  count / (count - 1) * rest, 1e-12);
    }
  }
}

}  // namespace
}  // namespace pulsetaker::network
