#include "services/network/domain/jackknife.h"

#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

TEST(JackknifeTest, MissingAnswersWidenIntervals) {
  EXPECT_DOUBLE_EQ(JackknifeOf(100, 100, 10).factor, 1);
  EXPECT_DOUBLE_EQ(JackknifeOf(100, 80, 8).factor, 0.2 * 9);
  EXPECT_DOUBLE_EQ(JackknifeOf(100, 50, 5).factor, 0.5 * 9);
}

// Quantiles from R: qt(.975, r - 1).
TEST(JackknifeTest, FewAnswersWidenIntervals) {
  EXPECT_NEAR(JackknifeOf(2, 2, 1).quantile, 12.706204736432095, 1e-9);
  EXPECT_NEAR(JackknifeOf(50, 40, 4).quantile, 2.0226909200367604, 1e-12);
  EXPECT_NEAR(JackknifeOf(5000, 4000, 400).quantile, 1.9605573771860278, 1e-12);
}

TEST(JackknifeTest, IntervalsByHandAndWithinTheRange) {
  const std::vector<double> replicates = {0.4, 0.6};  // Variance 0.02.
  const Interval interval = JackknifeInterval(
      0.5, replicates, {.factor = 2, .quantile = 1.5}, {0, 1});
  EXPECT_NEAR(interval.low, 0.5 - 1.5 * 0.2, 1e-12);
  EXPECT_NEAR(interval.high, 0.5 + 1.5 * 0.2, 1e-12);
  const Interval cut = JackknifeInterval(
      0.5, replicates, {.factor = 100, .quantile = 1.5}, {0, 1});
  EXPECT_EQ(cut.low, 0);
  EXPECT_EQ(cut.high, 1);
}

}  // namespace
}  // namespace pulsetaker::network
