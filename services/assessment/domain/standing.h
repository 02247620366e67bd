// Where a place stands among others, and whether it differs from them.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "services/assessment/domain/measurement.h"

namespace pulsetaker::assessment {

// The fewest other places that anything is compared with.
inline constexpr int kPeersMin = 5;
inline constexpr double kDiffersRate = 0.10;  // False discovery rate.

// A number with its standard error, 0 if it has none.
struct Measured {
  Reading value;
  double standard_error = 0;
};

struct Standing {
  std::string dimension;
  Reading value;
  std::int32_t peer_count = 0;  // Those measured.
  Reading peer_mean;
  Reading percentile;  // Mid-rank, in percent, with its 95 % interval.
  Reading percentile_low;
  Reading percentile_high;
  Reading difference;  // Value minus peer_mean.
  Reading p_value;     // Two-sided. Not measured without a standard error.
  bool differs = false;

  friend bool operator==(const Standing&, const Standing&) = default;
};

// The share of `others` below `value`, and half of those level with it, in
// percent. `others` is not empty.
double MidRankPercentile(double value, absl::Span<const double> others);

// Probability of a |t| as large or larger, by Student's distribution with
// `freedom` degrees, above 0 and not necessarily whole.
double StudentTwoSidedP(double t, double freedom);

// How `own` stands among `peers`, in any order. Below kPeersMin that are
// measured, all but value and count is TOO_FEW_ANSWERS.
//
// p: Welch's test, t = (x - m) / sqrt(se^2 + s^2 / n), m and s^2 mean and
// variance of the peers. The place's standard error counts as known, so that
//   freedom = (se^2 + s^2/n)^2 / ((s^2/n)^2 / (n - 1)).
// The interval: percentiles 2.5 and 97.5 of `replicate_count` mid-rank
// percentiles of x drawn anew among n peers drawn anew with replacement, each
// with normal noise of its own standard error.
Standing Stand(std::string dimension, const Measured& own,
               std::vector<Measured> peers, std::int32_t replicate_count,
               std::uint64_t seed);

// Sets `differs` where the p-value survives Benjamini-Hochberg at kDiffersRate
// over all p-values there are.
void MarkDiffering(std::vector<Standing>& standings);

}  // namespace pulsetaker::assessment
