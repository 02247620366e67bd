#pragma once

#include <vector>

#include "absl/status/status.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/layout_start.h"

namespace pulsetaker::network {

// A part of a drawing that is moved as one.
struct LayoutPart {
  std::vector<Point> points;  // Not empty.
  // Whether it is where it should stay, if there is room; otherwise where it is
  // says nothing.
  bool is_placed = false;
};

// Moves the parts apart, so that the boxes round them do not overlap. Of two
// placed ones with less than a tenth of `margin` between them, the later one
// loses its place. Parts without a place come, in their order, to the first
// spot of the unit square, by rows, with half a margin free round it, if any
// part is placed; otherwise, or without a spot, to rows below all others, a
// margin apart and about as wide as high together. `margin` is above 0.
//
// A spot is searched for the first 256 parts without a place, and for fewer if
// there are more than 128 parts in all: for the first 2^15 / parts.
//
// O(points + parts^2), and if any part is placed O(spots * parts) a search;
// spots are half a margin from each other, but no less than 1/128. So searches
// together compare boxes 5.5e8 times at most.
//
// CANCELLED: `is_cancelled`, asked once in many comparisons, said yes; parts
// are anywhere then.
absl::Status PackParts(double margin, IsCancelled is_cancelled,
                       std::vector<LayoutPart>& parts);

// Moves and scales all parts alike into the unit square: if `keep` and they fit
// as they are, not at all; if `keep` and they would fit, by no more than it
// takes; otherwise to the middle, with 0.6 of `margin` free at both ends of the
// longer side. `margin` is scaled with them, and above 0.
void FitIntoUnitSquare(bool keep, double margin,
                       std::vector<LayoutPart>& parts);

}  // namespace pulsetaker::network
