// How tests of null models tell whether p-values are what they should be: with
// p = (1 + draws as extreme) / (1 + draws), those of data that the null model
// describes are spread evenly.

#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/measure.h"

namespace pulsetaker::network {

inline constexpr int kDataSets = 2'000;
inline constexpr int kDraws = 19;  // The fewest allowed: p is 1/20, ... 1.

inline double Normal(Random& random) {  // G. Box and M. Muller.
  const double radius = std::sqrt(-2 * std::log(1 - random.UnitDouble()));
  return radius * std::cos(2 * std::acos(-1.0) * random.UnitDouble());
}

inline bool Happens(Random& random, double log_odds) {
  return random.UnitDouble() < 1 / (1 + std::exp(-log_odds));
}

inline std::vector<double> Normals(std::size_t count, Random& random) {
  std::vector<double> values(count);
  for (double& value : values) value = Normal(random);
  return values;
}

// A figure of one data set, and of counterparts of it.
struct Comparison {
  double observed = 0.0;
  std::vector<double> draws;

  double p() const {
    return CompareWithDraws(observed, draws, NullModel::kNone).p_high;
  }
};

// The distance of A. Kolmogorov and N. Smirnov from even spread, seen at the
// values that p-values can take; `excess` only counts too many small ones.
struct Distance {
  double two_sided = 0.0;
  double excess = 0.0;
};

inline Distance DistanceFromEven(const std::vector<double>& p_values) {
  Distance distance;
  for (int k = 1; k <= kDraws; ++k) {
    const double want = static_cast<double>(k) / (kDraws + 1);
    const auto below =
        std::count_if(p_values.begin(), p_values.end(),
                      [&](double p) { return p <= want + 1e-9; });
    const double got =
        static_cast<double>(below) / static_cast<double>(p_values.size());
    distance.two_sided = std::max(distance.two_sided, std::abs(got - want));
    distance.excess = std::max(distance.excess, got - want);
  }
  return distance;
}

// Critical values of one test in a thousand.
inline const double kTwoSidedMax = 1.95 / std::sqrt(kDataSets);
inline const double kExcessMax = 1.86 / std::sqrt(kDataSets);

inline std::vector<double> PValues(
    unsigned seed, const std::function<Comparison(Random&)>& compare) {
  std::vector<double> p_values;
  for (int i = 0; i < kDataSets; ++i) {
    Random random = Random(seed).Fork(static_cast<std::uint64_t>(i));
    p_values.push_back(compare(random).p());
  }
  return p_values;
}

// For figures that are hardly ever equal.
inline void ExpectEven(const char* what, unsigned seed,
                       const std::function<Comparison(Random&)>& compare) {
  const double distance = DistanceFromEven(PValues(seed, compare)).two_sided;
  std::printf(
      "%s: p-values of %d true null hypotheses are %.4f from uniform, "
      "which may be %.4f\n",
      what, kDataSets, distance, kTwoSidedMax);
  EXPECT_LT(distance, kTwoSidedMax);
}

// For counts, where draws that are equal make p-values large.
inline void ExpectNotTooSmall(
    const char* what, unsigned seed,
    const std::function<Comparison(Random&)>& compare) {
  const double excess = DistanceFromEven(PValues(seed, compare)).excess;
  std::printf(
      "%s: of %d true null hypotheses, small p-values are too many by %.4f, "
      "which may be %.4f\n",
      what, kDataSets, excess, kExcessMax);
  EXPECT_LT(excess, kExcessMax);
}

}  // namespace pulsetaker::network
