#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/layout_start.h"

namespace pulsetaker::network {

// A drawing of a connected graph that is too large for StressLayout, in which
// ties have a mean length of 1. Nodes d apart are pushed apart by c / d and, if
// tied, drawn together by d^2, c such that the drawing keeps its size (T.
// Fruchterman and E. Reingold, "Graph drawing by force-directed placement",
// 1991), in steps that grow smaller. What pushes from far away is taken as one
// (J. Barnes and P. Hut, 1986): groups of width w that are more than w / 0.9
// away. Starts at ColdStart or, if there is any anchor, at WarmStart with
// smaller steps; after each of these nodes go back by 0.4 * `anchoring`, at
// most 1, of the way to their anchors.
//
// `anchors` is empty or has an entry a node. CANCELLED. O(nodes * log(nodes) +
// edges) a round, 100 rounds.
absl::StatusOr<std::vector<Point>> ForceLayout(const Graph& graph,
                                               Anchors anchors,
                                               double anchoring,
                                               IsCancelled is_cancelled);

}  // namespace pulsetaker::network
