// The range of a figure over the treatments of missing rows (missing_rows.h),
// and whether a finding holds in all of them.

#pragma once

#include <cstddef>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/random.h"
#include "services/network/domain/missing_rows.h"
#include "services/network/domain/role_findings.h"

namespace pulsetaker::network {

// A figure of one network under each treatment.
struct TreatedFigure {
  double empty = 0.0;
  double reciprocated = 0.0;
  std::vector<double> random = {};  // One for each draw of random rows.

  friend bool operator==(const TreatedFigure&, const TreatedFigure&) = default;
};

// What is said of the network under each treatment; equal numbers mean the
// same. "Not measured" is a verdict too.
struct TreatedVerdict {
  int empty = 0;
  int reciprocated = 0;
  std::vector<int> random = {};

  friend bool operator==(const TreatedVerdict&,
                         const TreatedVerdict&) = default;
};

// Draws that are left off at each end of random ones: 2.5 %, rounded down. A
// design choice: the smallest and the largest of all draws move apart with
// their number, and would make a finding the less robust the more are made.
std::size_t TrimmedDrawCount(std::size_t draw_count);

// The figure of the given arcs. Draws of random rows are independent of each
// other, so that draw d is the same whatever their number: it comes from stream
// d of `random`. The first error of `figure` is returned. Time: 2 +
// `draw_count` figures.
absl::StatusOr<TreatedFigure> FigureUnderTreatments(
    const MissingRows& rows, int draw_count, const Random& random,
    absl::FunctionRef<absl::StatusOr<double>(absl::Span<const Arc>)> figure);

// From the smallest to the largest of: empty, reciprocated and those random
// draws that are not left off.
//
// INVALID_ARGUMENT, FIGURE_NOT_FINITE. O(draws * log(draws)).
absl::StatusOr<TreatmentBounds> BoundsOf(const TreatedFigure& figure);

// kNotRobust if `verdict` differs between any two figures that BoundsOf looks
// at. For a verdict with one edge: if the edge lies between low and high.
// Errors and time as BoundsOf.
absl::StatusOr<Robustness> RobustnessOf(const TreatedFigure& figure,
                                        absl::FunctionRef<int(double)> verdict);

// kNotRobust if empty and reciprocated differ, or more random draws differ from
// them than are left off at one end: for a verdict that follows from one figure
// by one edge the same as above. O(draws).
Robustness RobustnessOf(const TreatedVerdict& verdict);

}  // namespace pulsetaker::network
