#include "services/assessment/domain/dip.h"

#include <algorithm>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

// The dip is the value of a linear program: the least D so that a distribution,
// convex up to a mode and concave from there, stays within D of the empirical
// one. These are its values, from SciPy's solver.
TEST(DipTest, IsTheValueOfItsLinearProgram) {
  const struct {
    std::vector<double> sorted;
    double want;
  } cases[] = {
      {{0, 1, 2, 3}, 1.0 / 8},
      {{0, 0, 1, 1}, 1.0 / 4},
      {{0, 1, 1, 1, 2, 5, 5, 6}, 0.1406250},
      {{0.1, 0.2, 0.25, 0.3, 2.1, 2.2, 2.25, 2.3}, 0.2250000},
      {{0, 0.5, 0.6, 0.7, 0.9, 1.4, 3.1, 3.15, 3.2, 4}, 0.1416667},
      {{1, 2, 4, 8, 16, 32, 64}, 0.0714286},
  };
  for (const auto& c : cases) {
    EXPECT_NEAR(Dip(c.sorted), c.want, 1e-6);
  }
}

TEST(DipTest, HandlesTheTrivial) {
  EXPECT_EQ(Dip({}), 0);
  EXPECT_EQ(Dip({3}), 0.5);
  EXPECT_EQ(Dip({2, 2, 2, 2, 2}), 0.1);
}

std::vector<double> Camps(int count, double gap) {
  Random random(3);
  std::vector<double> values;
  for (int i = 0; i < count; ++i) {
    values.push_back(random.UnitDouble() * 20 + (i % 2 == 0 ? 0 : gap));
  }
  return values;
}

TEST(DipPValueTest, SeesTwoCampsAndNotOne) {
  EXPECT_LT(DipPValue(Camps(60, 60), 3, 999, 1), 0.01);
  EXPECT_GT(DipPValue(Camps(60, 0), 3, 999, 1), 0.2);
  EXPECT_EQ(DipPValue({50, 50, 50, 50, 50}, 3, 999, 1), 1);
  EXPECT_EQ(DipPValue({}, 3, 999, 1), 1);
}

// Ties of a coarse scale are no camps: one hump on 5 options.
TEST(DipPValueTest, IsNotFooledByTheStepsOfAScale) {
  std::vector<double> values;
  const int counts[] = {10, 25, 40, 25, 10};
  for (int option = 0; option < 5; ++option) {
    values.insert(values.end(), static_cast<std::size_t>(counts[option]),
                  25.0 * option);
  }
  EXPECT_GT(DipPValue(values, 25, 999, 1), 0.5);
  // Everyone at one end or the other: camps, however coarse the scale.
  std::vector<double> ends(30, 0.0);
  ends.insert(ends.end(), 30, 100.0);
  EXPECT_LT(DipPValue(ends, 25, 999, 1), 0.01);
}

TEST(DipPValueTest, KeepsItsLevelOnUniformValues) {
  int rejected = 0;
  const Random random(11);
  for (std::uint64_t round = 0; round < 200; ++round) {
    Random stream = random.Fork(round);
    std::vector<double> values(40);
    for (double& value : values) value = 100 * stream.UnitDouble();
    if (DipPValue(values, 1e-6, 199, 1) < 0.05) ++rejected;
  }
  // 10 are expected; the bounds are 4 standard deviations away.
  EXPECT_LE(rejected, 23);
  EXPECT_GE(rejected, 1);
}

TEST(DipPValueTest, ScalesTheNullAboveItsLargestSize) {
  EXPECT_GT(DipPValue(Camps(kDipNullSizeMax + 500, 0), 1e-6, 199, 1), 0.05);
  EXPECT_LT(DipPValue(Camps(kDipNullSizeMax + 500, 60), 1e-6, 199, 1), 0.01);
}

TEST(DipPValueTest, DoesNotDependOnTheOrder) {
  std::vector<double> values = Camps(60, 15);
  const double p_value = DipPValue(values, 3, 199, 1);
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(DipPValue(values, 3, 199, 1), p_value);
}

}  // namespace
}  // namespace pulsetaker::assessment
