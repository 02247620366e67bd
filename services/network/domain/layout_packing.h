#pragma once

#include <vector>

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
// O(parts^2), and O(spots * parts) for each of the first 256 parts without a
// place; a spot is half a margin wide.
void PackParts(double margin, std::vector<LayoutPart>& parts);

// Moves and scales all parts alike into the unit square: if `keep` and they fit
// as they are, not at all; if `keep` and they would fit, by no more than it
// takes; otherwise to the middle, with 0.6 of `margin` free at both ends of the
// longer side. `margin` is scaled with them, and above 0.
void FitIntoUnitSquare(bool keep, double margin,
                       std::vector<LayoutPart>& parts);

}  // namespace pulsetaker::network
