#include "services/assessment/domain/standing.h"

#include <algorithm>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

std::vector<Measured> Peers(const std::vector<double>& values,
                            double standard_error = 0) {
  std::vector<Measured> peers;
  for (const double value : values) {
    peers.push_back({Reading::Of(value), standard_error});
  }
  return peers;
}

// From scipy.stats.t.
TEST(StudentTwoSidedPTest, AgreesWithScipy) {
  const struct {
    double t;
    double freedom;
    double p;
  } cases[] = {{2, 4, 0.1161165235168155},
               {2.5, 7.3, 0.039650234665600415},
               {0.1, 1, 0.9365489651388929},
               {-12, 3.5, 0.0005745341928561279},
               {1.96, 1e6, 0.04999606758526978},
               {0.5, 30, 0.6207230048851273},
               {0, 3, 1}};
  for (const auto& c : cases) {
    EXPECT_NEAR(StudentTwoSidedP(c.t, c.freedom), c.p, 1e-9 * c.p) << c.t;
  }
}

TEST(MidRankPercentileTest, CountsHalfOfThoseLevel) {
  EXPECT_DOUBLE_EQ(MidRankPercentile(3, {1.0, 2.0, 3.0, 3.0, 5.0}), 60);
  EXPECT_DOUBLE_EQ(MidRankPercentile(0, {1.0}), 0);
  EXPECT_DOUBLE_EQ(MidRankPercentile(1, {1.0}), 50);
}

// The p-value from scipy.stats.t.
TEST(StandTest, ComparesWithTheMeanOfPeers) {
  const Standing standing =
      Stand("x", {Reading::Of(70), 4}, Peers({40, 45, 50, 55, 60, 62}), 500, 1);
  EXPECT_EQ(standing.peer_count, 6);
  EXPECT_DOUBLE_EQ(standing.peer_mean.value, 52);
  EXPECT_DOUBLE_EQ(standing.difference.value, 18);
  EXPECT_NEAR(standing.p_value.value, 0.002257764990461011, 1e-12);
  EXPECT_DOUBLE_EQ(standing.percentile.value, 100);
}

TEST(StandTest, HasAnIntervalAroundThePercentile) {
  const std::vector<Measured> peers = Peers({40, 45, 50, 55, 60, 62}, 2);
  const Standing standing = Stand("x", {Reading::Of(60), 4}, peers, 500, 1);
  EXPECT_DOUBLE_EQ(standing.percentile.value, 75);
  EXPECT_LT(standing.percentile_low.value, 60);
  EXPECT_GT(standing.percentile_high.value, 90);
  const Standing sure = Stand("x", {Reading::Of(99), 1}, peers, 500, 1);
  EXPECT_DOUBLE_EQ(sure.percentile_low.value, 100);
}

TEST(StandTest, NeedsFivePeersAndAValue) {
  const Standing few =
      Stand("x", {Reading::Of(70), 4}, Peers({40, 45, 50, 55}), 100, 1);
  EXPECT_EQ(few.peer_count, 4);
  EXPECT_EQ(few.percentile, Reading::Missing(Absence::kTooFewAnswers));
  EXPECT_EQ(few.p_value, Reading::Missing(Absence::kTooFewAnswers));
  const Standing unmeasured = Stand("x", {Reading::Missing(Absence::kWithheld)},
                                    Peers({1, 2, 3, 4, 5}), 100, 1);
  EXPECT_EQ(unmeasured.percentile, Reading::Missing(Absence::kWithheld));
  std::vector<Measured> peers = Peers({1, 2, 3, 4, 5});
  peers[0].value = Reading::Missing(Absence::kNotAsked);
  EXPECT_EQ(Stand("x", {Reading::Of(1)}, peers, 100, 1).peer_count, 4);
}

TEST(StandTest, TestsNothingWithoutAStandardError) {
  EXPECT_EQ(
      Stand("x", {Reading::Of(1)}, Peers({1, 2, 3, 4, 5}), 100, 1).p_value,
      Reading::Missing(Absence::kNoSource));
}

TEST(StandTest, DoesNotDependOnTheOrder) {
  std::vector<Measured> peers = Peers({40, 45, 50, 55, 60, 62}, 3);
  const Standing standing = Stand("x", {Reading::Of(51), 4}, peers, 200, 1);
  std::reverse(peers.begin(), peers.end());
  EXPECT_EQ(Stand("x", {Reading::Of(51), 4}, peers, 200, 1), standing);
}

// Approximately normal, by the sum of twelve.
double Noise(Random& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.UnitDouble();
  return sum;
}

// A place that is its peers' mean but for its own error: p is below 0.05 in
// about 5 % of cases, and never much above, with five peers as with fifty.
TEST(StandTest, KeepsItsLevel) {
  for (const int peer_count : {5, 50}) {
    Random random(static_cast<std::uint64_t>(peer_count));
    constexpr int kTrials = 4'000;
    int rejected = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
      std::vector<double> peers;
      for (int i = 0; i < peer_count; ++i) {
        peers.push_back(50 + 10 * Noise(random));
      }
      const Measured own{Reading::Of(50 + 4 * Noise(random)), 4};
      rejected +=
          Stand("x", own, Peers(peers), 1, 1).p_value.value < 0.05 ? 1 : 0;
    }
    EXPECT_NEAR(rejected, 0.05 * kTrials, 70) << peer_count;
  }
}

TEST(MarkDifferingTest, ControlsTheFalseDiscoveryRate) {
  std::vector<Standing> standings(4);
  standings[0].p_value = Reading::Of(0.02);
  standings[1].p_value = Reading::Of(0.06);
  standings[2].p_value = Reading::Missing(Absence::kNoSource);
  standings[3].p_value = Reading::Of(0.9);
  MarkDiffering(standings);
  // Of three, 0.02 is below 1/3 of 10 %, 0.06 below 2/3 of it.
  EXPECT_TRUE(standings[0].differs);
  EXPECT_TRUE(standings[1].differs);
  EXPECT_FALSE(standings[2].differs);
  EXPECT_FALSE(standings[3].differs);
}

}  // namespace
}  // namespace pulsetaker::assessment
