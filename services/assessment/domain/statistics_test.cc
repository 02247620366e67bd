#include "services/assessment/domain/statistics.h"

#include <cmath>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

TEST(StatisticsTest, MeanAndVarianceByHand) {
  EXPECT_EQ(Mean({}), 0);
  EXPECT_EQ(Variance({}), 0);
  EXPECT_EQ(Variance({3}), 0);
  EXPECT_EQ(Mean({1, 2, 6}), 3);
  EXPECT_EQ(Variance({1, 2, 6}), 7);  // (4 + 1 + 9) / 2
}

TEST(StatisticsTest, CovarianceByHand) {
  EXPECT_EQ(Covariance({}, {}), 0);
  EXPECT_EQ(Covariance({3}, {4}), 0);
  EXPECT_EQ(Covariance({1, 2, 6}, {1, 2, 6}), 7);
  EXPECT_EQ(Covariance({1, 2, 6}, {3, 2, 1}), -2.5);  // (-2 + 0 - 3) / 2
}

TEST(StatisticsTest, NormalCdfAtPublishedPoints) {
  EXPECT_EQ(NormalCdf(0), 0.5);
  EXPECT_NEAR(NormalCdf(-1.959964), 0.025, 1e-7);
  EXPECT_NEAR(NormalCdf(1.644854), 0.95, 1e-7);
}

TEST(SignFlipPValueTest, IsOneForNoChange) {
  EXPECT_EQ(SignFlipPValue({0, 0, 0, 0, 0}, 200, 1), 1);
  EXPECT_EQ(SignFlipPValue({}, 200, 1), 1);
}

TEST(SignFlipPValueTest, IsNearTheExactShareOfSigns) {
  // All five fall: 1 of 32 sign patterns sums as low.
  EXPECT_NEAR(SignFlipPValue({-1, -2, -3, -4, -5}, 10'000, 1), 1.0 / 32, 0.006);
  // The largest possible sum: all patterns are as low.
  EXPECT_EQ(SignFlipPValue({1, 2, 3, 4, 5}, 10'000, 1), 1);
  // -1 of {-3, -1, 1, 3}, once, three, three and once of 8: 4 of 8.
  EXPECT_NEAR(SignFlipPValue({-1, -1, 1}, 10'000, 1), 0.5, 0.02);
}

TEST(SignFlipPValueTest, UsesMoreThanOneWordOfSigns) {
  // 130 people fall by 1: practically no pattern sums as low.
  EXPECT_EQ(SignFlipPValue(std::vector<double>(130, -1.0), 999, 1), 0.001);
}

TEST(RejectAtRateTest, FollowsBenjaminiAndHochberg) {
  // Limits at rate 0.1: 0.02, 0.04, 0.06, 0.08, 0.1. The third p-value is
  // above its own limit and below the fourth's.
  EXPECT_EQ(RejectAtRate({0.9, 0.01, 0.065, 0.07, 0.03}, 0.1),
            (std::vector<bool>{false, true, true, true, true}));
  EXPECT_EQ(RejectAtRate({0.021, 0.5}, 0.1), (std::vector<bool>{true, false}));
  EXPECT_EQ(RejectAtRate({0.051, 0.5}, 0.1), (std::vector<bool>{false, false}));
  EXPECT_EQ(RejectAtRate({0.05, 0.5}, 0.1), (std::vector<bool>{true, false}));
  EXPECT_TRUE(RejectAtRate({}, 0.1).empty());
}

}  // namespace
}  // namespace pulsetaker::assessment
