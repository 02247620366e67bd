// How far from a figure of a sample the same figure of other samples lies, told
// from replicates that each leave some respondents out.

#pragma once

#include "absl/types/span.h"
#include "services/network/domain/measure.h"

namespace pulsetaker::network {

// What an interval takes from how its replicates were made.
struct Jackknife {
  // What the variance over the replicates is multiplied by.
  double factor = 0.0;
  // How many standard errors the interval reaches to either side.
  double quantile = 0.0;
};

// The delete-d jackknife for a sample of a finite roster: r respondents, at
// least two, among n people, of whom each replicate drops d. The factor is
// (1 - r / n) * (r - d) / d, but at least 1, so that a roster that answered
// wholly still shows what a tenth of the answers does. The quantile is that of
// .975 of Student's t with r - 1 degrees of freedom: the error is itself known
// from r answers only.
Jackknife JackknifeOf(int people, int respondents, int dropped);

// value +- quantile * sqrt(factor * variance), cut at the range; the variance
// is that of the replicates, two at least, with their count - 1 below.
Interval JackknifeInterval(double value, absl::Span<const double> replicates,
                           const Jackknife& jackknife, const Interval& range);

}  // namespace pulsetaker::network
