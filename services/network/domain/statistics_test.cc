#include "services/network/domain/statistics.h"

#include <cstddef>
#include <optional>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

TEST(MidRankPercentilesTest, GivesTiesTheMiddleOfTheirRanks) {
  EXPECT_THAT(MidRankPercentiles({}), IsEmpty());
  EXPECT_THAT(MidRankPercentiles({7}), ElementsAre(0.5));
  EXPECT_THAT(MidRankPercentiles({3, 1, 3, 2}),
              ElementsAre(0.75, 0.125, 0.75, 0.375));
  EXPECT_THAT(MidRankPercentiles({0, 0, 0}), ElementsAre(0.5, 0.5, 0.5));
}

TEST(MidRankPercentilesTest, TakesRoundingForATie) {
  const double third = 1.0 / 3;
  EXPECT_THAT(MidRankPercentiles({third, third * (1 + 1e-15), 0.4, -0.0, 0.0}),
              ElementsAre(0.6, 0.6, 0.9, 0.2, 0.2));
  EXPECT_TRUE(IsTie(1e9, 1e9 + 1e-4));
  EXPECT_FALSE(IsTie(1e9, 1e9 + 1));
  EXPECT_FALSE(IsTie(0, 1e-300));
}

TEST(MidRankPercentilesTest, AgreesWithCounting) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<double> values(1 + random.Uniform(30));
    for (double& value : values) {
      value = static_cast<double>(random.Uniform(10));
    }
    std::vector<double> want;
    for (const double value : values) {
      double below = 0;
      double equal = 0;
      for (const double other : values) {
        below += other < value ? 1 : 0;
        equal += other == value ? 1 : 0;
      }
      want.push_back((below + equal / 2) / static_cast<double>(values.size()));
    }
    EXPECT_THAT(MidRankPercentiles(values), Pointwise(DoubleNear(1e-15), want));
  }
}

TEST(PearsonCorrelationTest, MatchesHandWorkedValues) {
  EXPECT_EQ(PearsonCorrelation({}, {}), std::nullopt);
  EXPECT_EQ(PearsonCorrelation({1}, {2}), std::nullopt);
  EXPECT_EQ(PearsonCorrelation({1, 2}, {5, 5}), std::nullopt);
  EXPECT_EQ(PearsonCorrelation({0.1, 0.1, 0.1}, {1, 2, 3}), std::nullopt);
  EXPECT_DOUBLE_EQ(PearsonCorrelation({1, 2, 3}, {10, 20, 30}).value(), 1);
  EXPECT_DOUBLE_EQ(PearsonCorrelation({1, 2, 3}, {3, 2, 1}).value(), -1);
  // Deviations -1.5, -.5, .5, 1.5 and -1.5, .5, -.5, 1.5.
  EXPECT_DOUBLE_EQ(PearsonCorrelation({1, 2, 3, 4}, {1, 3, 2, 4}).value(), 0.8);
}

TEST(PearsonCorrelationTest, StaysWithinOneForTinyAndHugeValues) {
  EXPECT_DOUBLE_EQ(
      PearsonCorrelation({1e-150, 2e-150}, {3e-150, 9e-150}).value(), 1);
  EXPECT_DOUBLE_EQ(PearsonCorrelation({1e150, 2e150}, {9e150, 3e150}).value(),
                   -1);
}

TEST(LinearResidualsTest, LeavesWhatTheLineDoesNotExplain) {
  EXPECT_THAT(LinearResiduals({}, {}), IsEmpty());
  EXPECT_THAT(LinearResiduals({1, 2, 3}, {5, 7, 9}),
              Pointwise(DoubleNear(1e-15), std::vector<double>{0, 0, 0}));
  EXPECT_THAT(LinearResiduals({2, 2}, {1, 3}), ElementsAre(-1, 1));
  // Slope 0.8 about (2.5, 2.5).
  EXPECT_THAT(
      LinearResiduals({1, 2, 3, 4}, {1, 3, 2, 4}),
      Pointwise(DoubleNear(1e-15), std::vector<double>{-0.3, 0.9, -0.9, 0.3}));
}

TEST(LinearResidualsTest, SumsToZeroAndIsNotCorrelatedWithX) {
  Random random(4);
  std::vector<double> x(50);
  std::vector<double> y(50);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = random.UnitDouble();
    y[i] = random.UnitDouble() + x[i];
  }
  const std::vector<double> residuals = LinearResiduals(x, y);
  EXPECT_NEAR(Mean(residuals), 0, 1e-15);
  EXPECT_NEAR(PearsonCorrelation(x, residuals).value(), 0, 1e-14);
}

TEST(MeanTest, IsZeroOfNothing) {
  EXPECT_EQ(Mean({}), 0);
  EXPECT_EQ(Mean({1, 2, 6}), 3);
}

}  // namespace
}  // namespace pulsetaker::network
