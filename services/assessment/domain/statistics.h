// Small statistics that several results need. Sums run in the order given.

#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace pulsetaker::assessment {

// Mean, 0 of nothing.
double Mean(absl::Span<const double> values);

// Variance with n - 1, 0 of fewer than two.
double Variance(absl::Span<const double> values);

// Covariance with n - 1 of two lists of equal length, 0 of fewer than two.
double Covariance(absl::Span<const double> a, absl::Span<const double> b);

// Distribution function of the standard normal.
double NormalCdf(double z);

// Probability of a mean change as low as that of `changes` or lower, if each
// could as well have had the other sign: (1 + count of sign patterns with a sum
// as low) / (1 + draws), from `draw_count` random patterns. 1 for no changes.
double SignFlipPValue(absl::Span<const double> changes, std::int32_t draw_count,
                      std::uint64_t seed);

// Which hypotheses are rejected at the false discovery rate `rate`: the k
// smallest p-values, k the largest with p_(k) <= k / m * rate (Benjamini and
// Hochberg 1995).
std::vector<bool> RejectAtRate(absl::Span<const double> p_values, double rate);

// P-value that all of several null hypotheses hold: the least m p_(k) / k, at
// most 1 (Simes 1986). At most `rate` exactly if RejectAtRate rejects any. 1 of
// nothing.
double SimesPValue(absl::Span<const double> p_values);

// For each, the lowest rate at which it is rejected among all (Benjamini and
// Hochberg 1995, as adjusted p-values): the least m p_(j) / j over all p_(j)
// that are no less, at most 1.
std::vector<double> QValues(absl::Span<const double> p_values);

}  // namespace pulsetaker::assessment
