// Hartigan's dip test: whether values fall into more than one camp.

#pragma once

#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace pulsetaker::assessment {

// The dip of sorted values: the largest distance between their empirical
// distribution and the unimodal distribution that is closest to it. In
// [1 / (2n), 1/4]; 0 of nothing. Hartigan and Hartigan (1985), with the
// corrections of Maechler's `diptest`. Time O(n) a narrowing of the modal
// interval, memory O(n).
double Dip(absl::Span<const double> sorted);

// At most this many people are drawn for the null; above it the null is scaled
// by sqrt(n), by which it hardly changes.
inline constexpr int kDipNullSizeMax = 1000;

// p-value of the dip of `values`, in any order, against uniform ones:
// (1 + count of null dips as large) / (1 + draws), `draw_count` draws.
//
// Scores from a scale come in steps and so have ties, which the continuous null
// has not. Equal values are spread evenly over `step`, half to each side, as if
// the scale had been fine enough to tell them apart. 1 for fewer than two
// different values.
double DipPValue(std::vector<double> values, double step,
                 std::int32_t draw_count, std::uint64_t seed);

}  // namespace pulsetaker::assessment
