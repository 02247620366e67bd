#pragma once

#include <optional>
#include <vector>

#include "absl/types/span.h"

// Small statistics of lists of finite numbers. Sums run from the first to the
// last, so equal lists give bit-equal results.

namespace pulsetaker::network {

// Whether two scores are the same but for rounding: within 1e-10 of the larger
// one's magnitude. People whose places in a graph are alike have scores that
// are alike, but sums that ran in another order may differ in their last bits.
bool IsTie(double a, double b);

// Mid-rank percentile of each value: (values below it + half of those equal to
// it) / count. In (0, 1), with mean 1/2. Equal are neighbors in sorted order as
// long as they are ties with the smallest of them.
std::vector<double> MidRankPercentiles(absl::Span<const double> values);

// 0 for an empty list.
double Mean(absl::Span<const double> values);

// Pearson's correlation of two lists of the same length, in [-1, 1]; nullopt if
// either does not vary.
std::optional<double> PearsonCorrelation(absl::Span<const double> x,
                                         absl::Span<const double> y);

// What is left of each y after the least-squares line on x: y_i - (a + b x_i).
// Where x does not vary, the line is the mean of y. Same lengths.
std::vector<double> LinearResiduals(absl::Span<const double> x,
                                    absl::Span<const double> y);

}  // namespace pulsetaker::network
