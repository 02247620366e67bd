// Levels of many places, each drawn towards the mean of all as far as its own
// people leave it uncertain. A small place that stands out does so by chance
// more often than a large one.

#pragma once

#include <vector>

#include "absl/types/span.h"
#include "services/assessment/domain/measurement.h"

namespace pulsetaker::assessment {

// The fewest places that are pooled: with fewer, levels that are drawn to their
// own mean need not be nearer to the truth (Efron and Morris 1973).
inline constexpr int kPooledPlacesMin = 4;

// A standard error below this many points counts as 0: it is rounding.
inline constexpr double kStandardErrorMin = 1e-6;

// The level of one place, from a wave's Level.
struct PlaceLevel {
  double level = 0;           // Post-stratified, in [0, 100].
  double standard_error = 0;  // 0 or more, in points.
};

struct PooledLevel {
  double raw = 0;        // As given.
  double pooled = 0;     // Between raw and the mean of the nation.
  double shrinkage = 0;  // How far from the one to the other, in [0, 1].

  friend bool operator==(const PooledLevel&, const PooledLevel&) = default;
};

struct Pooling {
  // Weighted mean of the places, in [0, 100].
  Reading national_mean;
  // Variance of the places' true levels, in squared points; 0 or more.
  Reading between_variance;
  std::vector<PooledLevel> places;  // In the order given.
};

// Partial pooling by empirical Bayes. With level y_i, standard error s_i and
// w_i = 1 / s_i^2 of k places:
//
//   Q = sum of w_i (y_i - sum(w y) / sum(w))^2
//   T = max(0, (Q - (k - 1)) / (sum(w) - sum(w^2) / sum(w)))
//   mean = sum of y_i / (s_i^2 + T), divided by the sum of 1 / (s_i^2 + T)
//   shrinkage_i = s_i^2 / (s_i^2 + T)
//   pooled_i = shrinkage_i * mean + (1 - shrinkage_i) * y_i
//
// T is the variance between places by the method of moments (DerSimonian and
// Laird 1986). A standard error of 0, which a few people who all agree have,
// was not estimated: the median of the others stands in for it. If all are 0,
// T is the variance of the levels and nothing is drawn anywhere.
//
// Both readings are kTooFewAnswers, and every place keeps its level, with fewer
// than kPooledPlacesMin places. The order of places changes no bit.
Pooling PoolLevels(absl::Span<const PlaceLevel> places);

}  // namespace pulsetaker::assessment
