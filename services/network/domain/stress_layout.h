#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/layout_start.h"

namespace pulsetaker::network {

// A drawing of a connected graph, in which a tie is about 1 long: of least
//
//   sum over i < j of (|x_i - x_j| - d_ij)^2 / d_ij^2, d_ij ties apart,
//
// to which `anchoring` * sum over i of W_i |x_i - a_i|^2 is added where nodes
// have anchors a_i, scaled so that ties are 1 long; W_i is the sum of
// 1 / d_ij^2. By majorization, node after node (E. Gansner, Y. Koren and
// S. North, "Graph drawing by stress majorization", 2004), from ColdStart or,
// if there is any anchor, WarmStart.
//
// `anchors` is empty or has an entry a node. CANCELLED. O(nodes^2) a round, at
// most 100 rounds; 4 bytes a pair of nodes.
absl::StatusOr<std::vector<Point>> StressLayout(const Graph& graph,
                                                Anchors anchors,
                                                double anchoring,
                                                IsCancelled is_cancelled);

}  // namespace pulsetaker::network
