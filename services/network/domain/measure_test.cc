#include "services/network/domain/measure.h"

#include <cmath>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

TEST(MeasureTest, IsAValueOrAReason) {
  const Measure measure = Measure::Of(0.25);
  EXPECT_TRUE(measure.measured());
  EXPECT_EQ(measure.not_measured.reason, NotMeasuredReason::kNone);
  const Measure missing = Measure::Missing(NotMeasuredReason::kNoTies, "why");
  EXPECT_FALSE(missing.measured());
  EXPECT_EQ(missing.not_measured.detail, "why");
}

TEST(MeasureTest, ComparesWithDrawsByHand) {
  const std::vector<double> draws = {1, 2, 2, 3, 4};
  const NullComparison c = CompareWithDraws(2, draws, NullModel::kDegreesKept);
  EXPECT_EQ(c.draw_count, 5);
  EXPECT_DOUBLE_EQ(c.mean, 2.4);
  EXPECT_DOUBLE_EQ(c.standard_deviation, std::sqrt(5.2 / 4));
  EXPECT_DOUBLE_EQ(*c.z, -0.4 / std::sqrt(1.3));
  EXPECT_DOUBLE_EQ(c.percentile, (1 + 0.5 * 2) / 5);
  EXPECT_DOUBLE_EQ(c.p_high, (1.0 + 4) / 6);
  EXPECT_DOUBLE_EQ(c.p_low, (1.0 + 3) / 6);
}

TEST(MeasureTest, RoundingDoesNotDecideAComparison) {
  const std::vector<double> draws = {0.1 + 0.2, 0.3, 0.3};
  const NullComparison c =
      CompareWithDraws(0.3, draws, NullModel::kDegreesKept);
  EXPECT_DOUBLE_EQ(c.percentile, 0.5);
  EXPECT_FALSE(c.z.has_value()) << "draws that are alike have no deviation";
}

TEST(MeasureTest, QuantilesInterpolate) {
  const std::vector<double> draws = {40, 10, 30, 20};
  EXPECT_DOUBLE_EQ(Quantile(draws, 0), 10);
  EXPECT_DOUBLE_EQ(Quantile(draws, 0.5), 25);
  EXPECT_DOUBLE_EQ(Quantile(draws, 1), 40);
  EXPECT_DOUBLE_EQ(Quantile(std::vector<double>{7}, 0.3), 7);
}

TEST(MeasureTest, SaysWhereTheCentralDrawsAre) {
  std::vector<double> draws;
  for (int draw = 40; draw >= 0; --draw) draws.push_back(draw);
  const NullComparison comparison =
      CompareWithDraws(3, draws, NullModel::kDegreesKept);
  // A fortieth of 41 draws is left off at each end.
  EXPECT_DOUBLE_EQ(comparison.central.low, 1);
  EXPECT_DOUBLE_EQ(comparison.central.high, 39);
}

}  // namespace
}  // namespace pulsetaker::network
