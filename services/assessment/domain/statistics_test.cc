#include "services/assessment/domain/statistics.h"

#include <cmath>
#include <cstddef>
#include <random>
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

// The p-values of the example of Benjamini and Hochberg 1995, section 3.2, and
// some with ties, beside R's p.adjust(p, "BH").
TEST(QValuesTest, AreThoseOfR) {
  const struct {
    std::vector<double> p_values;
    std::vector<double> want;
  } cases[] = {
      {{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
        0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0},
       {0.0015, 0.0030, 0.0095, 0.035625, 0.0603, 0.06385714286, 0.06385714286,
        0.0645, 0.0765, 0.4860, 0.5811818182, 0.7148750000, 0.7532307692,
        0.8132142857, 1.0}},
      {{0.04, 0.2, 0.04, 0.001, 0.9, 0.2},
       {0.08, 0.24, 0.08, 0.006, 0.9, 0.24}},
      {{0.3}, {0.3}},
      {{}, {}},
  };
  for (const auto& c : cases) {
    const std::vector<double> got = QValues(c.p_values);
    ASSERT_EQ(got.size(), c.want.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_NEAR(got[i], c.want[i], 1e-10) << i;
    }
  }
}

TEST(SimesPValueTest, IsTheLeastRatio) {
  EXPECT_DOUBLE_EQ(SimesPValue({0.3, 0.009, 0.001, 0.03, 0.002}), 0.005);
  EXPECT_DOUBLE_EQ(SimesPValue({0.04, 0.04, 0.04}), 0.04);
  EXPECT_EQ(SimesPValue({1, 1}), 1);
  EXPECT_EQ(SimesPValue({}), 1);
}

// What the header promises: rejected at a rate is what has no higher q-value,
// and anything is rejected exactly if Simes' p-value is no higher.
TEST(SimesPValueTest, AgreesWithRejectAtRate) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> uniform;
  int any_count = 0;
  for (int round = 0; round < 500; ++round) {
    std::vector<double> p_values(1 + random() % 12);
    for (double& p_value : p_values) {
      p_value = uniform(random) * (random() % 2 == 0 ? 1 : 0.05);
    }
    const std::vector<bool> rejected = RejectAtRate(p_values, 0.1);
    const std::vector<double> q_values = QValues(p_values);
    bool any = false;
    for (std::size_t i = 0; i < p_values.size(); ++i) {
      EXPECT_EQ(rejected[i], q_values[i] <= 0.1) << round;
      any = any || rejected[i];
    }
    EXPECT_EQ(any, SimesPValue(p_values) <= 0.1) << round;
    any_count += any ? 1 : 0;
  }
  EXPECT_GT(any_count, 50);
  EXPECT_LT(any_count, 450);
}

}  // namespace
}  // namespace pulsetaker::assessment
