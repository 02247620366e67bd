#include "services/assessment/domain/pooling.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

// Equal errors of 2: the mean is 50, Q = (4 * 100) / 4 = 100, and
// T = (100 - 3) / (1 - 0.25) = 388 / 3. Shrinkage 4 / (4 + 388 / 3) = 3 / 100.
TEST(PoolLevelsTest, ByHand) {
  const Pooling pooling =
      PoolLevels(std::vector<PlaceLevel>{{40, 2}, {60, 2}, {40, 2}, {60, 2}});
  EXPECT_NEAR(pooling.national_mean.value, 50, 1e-12);
  EXPECT_NEAR(pooling.between_variance.value, 388.0 / 3, 1e-9);
  ASSERT_EQ(pooling.places.size(), 4u);
  EXPECT_EQ(pooling.places[0].raw, 40);
  EXPECT_NEAR(pooling.places[0].shrinkage, 0.03, 1e-12);
  EXPECT_NEAR(pooling.places[0].pooled, 40.3, 1e-9);
  EXPECT_NEAR(pooling.places[1].pooled, 59.7, 1e-9);
}

// The eight schools of Rubin (1981). The between variance by DerSimonian and
// Laird is 0 there, the common mean 7.69 (Gelman and others, Bayesian Data
// Analysis, 5.5, print 7.7 with a standard error of 4.1).
TEST(PoolLevelsTest, PoolsTheEightSchoolsCompletely) {
  const Pooling pooling = PoolLevels(std::vector<PlaceLevel>{{28, 15},
                                                             {8, 10},
                                                             {-3, 16},
                                                             {7, 11},
                                                             {-1, 9},
                                                             {1, 11},
                                                             {18, 10},
                                                             {12, 18}});
  EXPECT_EQ(pooling.between_variance, Reading::Of(0));
  EXPECT_NEAR(pooling.national_mean.value, 7.69, 0.005);
  for (const PooledLevel& school : pooling.places) {
    EXPECT_EQ(school.shrinkage, 1);
    EXPECT_EQ(school.pooled, pooling.national_mean.value);
  }
}

TEST(PoolLevelsTest, KeepsTheLevelsOfAFewPlaces) {
  EXPECT_TRUE(PoolLevels({}).places.empty());
  const Pooling pooling =
      PoolLevels(std::vector<PlaceLevel>{{40, 2}, {60, 2}, {50, 2}});
  EXPECT_EQ(pooling.national_mean.absence, Absence::kTooFewAnswers);
  EXPECT_EQ(pooling.between_variance.absence, Absence::kTooFewAnswers);
  for (const PooledLevel& place : pooling.places) {
    EXPECT_EQ(place.pooled, place.raw);
    EXPECT_EQ(place.shrinkage, 0);
  }
}

TEST(PoolLevelsTest, TakesAnErrorOfZeroForATypicalOne) {
  const std::vector<PlaceLevel> zero = {{40, 1}, {60, 3}, {45, 2}, {70, 0}};
  const std::vector<PlaceLevel> typical = {{40, 1}, {60, 3}, {45, 2}, {70, 2}};
  const Pooling a = PoolLevels(zero);
  const Pooling b = PoolLevels(typical);
  EXPECT_EQ(a.national_mean, b.national_mean);
  EXPECT_EQ(a.places[3].pooled, b.places[3].pooled);
  // So is one that only rounding made.
  EXPECT_EQ(PoolLevels(
                std::vector<PlaceLevel>{{40, 1}, {60, 3}, {45, 2}, {70, 1e-14}})
                .national_mean,
            b.national_mean);

  const Pooling certain =
      PoolLevels(std::vector<PlaceLevel>{{40, 0}, {60, 0}, {40, 0}, {60, 0}});
  EXPECT_EQ(certain.national_mean, Reading::Of(50));
  EXPECT_NEAR(certain.between_variance.value, 400.0 / 3, 1e-9);
  EXPECT_EQ(certain.places[1].pooled, 60);
}

// Sum of twelve uniform draws less 6: mean 0, variance 1.
double NearlyNormal(Random& random) {
  double sum = -6;
  for (int i = 0; i < 12; ++i) sum += random.UnitDouble();
  return sum;
}

struct Nation {
  std::vector<double> truths;
  std::vector<PlaceLevel> places;
};

Nation MakeNation(Random random, double between_deviation) {
  Nation nation;
  for (int i = 0; i < 60; ++i) {
    const double truth = 55 + between_deviation * NearlyNormal(random);
    const double error = 2 + 8 * random.UnitDouble();
    nation.truths.push_back(truth);
    nation.places.push_back({truth + error * NearlyNormal(random), error});
  }
  return nation;
}

TEST(PoolLevelsTest, ComesNearerToTheTruthThanRawLevels) {
  for (const double deviation : {0.0, 3.0, 6.0, 12.0}) {
    SCOPED_TRACE(deviation);
    double raw = 0;
    double pooled = 0;
    int better = 0;
    for (std::uint64_t run = 0; run < 200; ++run) {
      const Nation nation = MakeNation(Random(1).Fork(run), deviation);
      const Pooling pooling = PoolLevels(nation.places);
      double raw_run = 0;
      double pooled_run = 0;
      for (std::size_t i = 0; i < nation.truths.size(); ++i) {
        raw_run += std::pow(pooling.places[i].raw - nation.truths[i], 2);
        pooled_run += std::pow(pooling.places[i].pooled - nation.truths[i], 2);
      }
      raw += raw_run;
      pooled += pooled_run;
      if (pooled_run < raw_run) ++better;
    }
    EXPECT_LT(pooled, raw);
    EXPECT_GE(better, 180);  // In nearly each single run, too.
  }
}

// The method of moments is without bias but for its floor at 0, which does not
// matter where places differ much.
TEST(PoolLevelsTest, FindsTheVarianceBetweenPlaces) {
  double sum = 0;
  for (std::uint64_t run = 0; run < 400; ++run) {
    const Nation nation = MakeNation(Random(2).Fork(run), 8);
    sum += PoolLevels(nation.places).between_variance.value;
  }
  // The standard deviation of one run is about 17, of the mean about 0.9.
  EXPECT_NEAR(sum / 400, 64, 4);
}

TEST(PoolLevelsTest, StaysBetweenAndFollowsOrder) {
  Random random(3);
  for (std::uint64_t run = 0; run < 100; ++run) {
    const Nation nation = MakeNation(random.Fork(run), 5);
    const Pooling pooling = PoolLevels(nation.places);
    const double mean = pooling.national_mean.value;
    std::vector<std::size_t> order(nation.places.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    random.Shuffle(absl::MakeSpan(order));
    std::vector<PlaceLevel> shuffled;
    for (const std::size_t i : order) shuffled.push_back(nation.places[i]);
    const Pooling same = PoolLevels(shuffled);
    EXPECT_EQ(same.national_mean, pooling.national_mean);
    for (std::size_t i = 0; i < order.size(); ++i) {
      const PooledLevel& place = pooling.places[order[i]];
      EXPECT_EQ(same.places[i].pooled, place.pooled);  // To the bit.
      EXPECT_GE(place.pooled, std::min(place.raw, mean) - 1e-9);
      EXPECT_LE(place.pooled, std::max(place.raw, mean) + 1e-9);
    }
  }
}

}  // namespace
}  // namespace pulsetaker::assessment
