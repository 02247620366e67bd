#pragma once

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

// Which of many findings to believe. Hundreds of localities with tens of
// findings each are thousands of tests, of which one in twenty has p <= .05 if
// nothing is there.

namespace pulsetaker::network {

// The adjusted p-values of Y. Benjamini and Y. Hochberg, "Controlling the false
// discovery rate" (1995), each in the place of its p-value. With p(1) <= ... <=
// p(n):
//
//   adjusted(i) = min over j >= i of min(1, n * p(j) / j)
//
// The same bits as p.adjust(p, "BH") of R; equal p-values have equal adjusted
// ones. At least the p-value, at most 1. Empty for none.
//
// INVALID_ARGUMENT, P_VALUE_OUT_OF_RANGE: not in [0, 1], or not a number.
// O(n log n).
absl::StatusOr<std::vector<double>> BenjaminiHochbergAdjusted(
    absl::Span<const double> p_values);

struct FalseDiscoveryControl {
  std::vector<double> adjusted;
  std::vector<char> rejected;  // Flags: null hypotheses that are rejected.
  std::size_t rejected_count = 0;

  friend bool operator==(const FalseDiscoveryControl&,
                         const FalseDiscoveryControl&) = default;
};

// Rejects what has an adjusted p-value of at most `rate`, in (0, 1); one that
// is above it by no more than rounding is at most that. Of the rejected ones, a
// share of `rate` or less is rejected wrongly on average, if tests of true null
// hypotheses are independent of all others, or if all depend on them positively
// (Y. Benjamini and D. Yekutieli, "The control of the false discovery rate in
// multiple testing under dependency", 2001). That findings about one locality
// depend on each other in no other way is an assumption. Whatever they do, the
// share is at most 1 + 1/2 + ... + 1/n times `rate` (ibid.).
//
// `p_values` are one family: every finding that was tested, of every locality
// -- all that somebody could pick the striking one from. What was not tested,
// as it is behind a gate, is not in it; what was tested and shows nothing is.
//
// p-values of B random draws are at least 1 / (1 + B), so that nothing is
// rejected unless n / (rate * (1 + B)) are together. For 400 localities of 20
// findings, .05 and B = 199 those are 800, and 160 for B = 999.
//
// INVALID_ARGUMENT: P_VALUE_OUT_OF_RANGE, RATE_OUT_OF_RANGE. O(n log n).
absl::StatusOr<FalseDiscoveryControl> ControlFalseDiscoveries(
    absl::Span<const double> p_values, double rate);

}  // namespace pulsetaker::network
