// A place in the unit square for each node of a graph, to draw it.

#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/layout_start.h"

namespace pulsetaker::network {

// More would not be seen in a drawing.
inline constexpr NodeId kLayoutNodesMax = 20'000;

// Components of more nodes are drawn by ForceLayout, others by StressLayout.
inline constexpr NodeId kStressNodesMax = 1'000;

struct LayoutOptions {
  // Where nodes were in an earlier drawing of much the same graph: empty, or an
  // entry a node, nullopt for nodes that were not there. Places are in the unit
  // square.
  Anchors anchors = {};
  // How much nodes are drawn to where they were, against where the graph as it
  // is would have them: 0 or more; 1 weighs both the same. Components keep
  // their place, size and turn with 0 too.
  double anchoring = 0.25;
};

// Nodes that are few ties apart are near each other, whatever the weights;
// components lie apart, the largest first, isolated nodes in rows. Places are
// in [0, 1] both ways, with a little room round all, where nodes can be added.
//
// `ids` has one a node, and none twice. Same ids, ties and anchors: the same
// places, bit for bit, in whatever order nodes are numbered.
//
// With anchors, nodes stay near to them while the graph changes little. A
// component that would overlap with a larger one, and one without anchors, is
// put where there is room; if there is none, or there are very many components,
// below everything, and all is scaled down to fit.
//
// INVALID_ARGUMENT, PARAMETER_OUT_OF_RANGE: ids or anchors are more or fewer
// than nodes, two ids are equal, an anchor is not in the unit square, or
// anchoring not finite or below 0. RESOURCE_EXHAUSTED, GRAPH_TOO_LARGE: over
// kLayoutNodesMax. CANCELLED.
//
// Components of up to kStressNodesMax: O(n * (n + edges)), and O(n^2) in each
// of at most 100 rounds; larger ones: O(n * log(n) + edges) in each of 100
// rounds. With anchors, O(components^2), and searches for room that compare
// boxes round components 5.5e8 times at most: see PackParts.
absl::StatusOr<std::vector<Point>> LayOut(
    const Graph& graph, absl::Span<const absl::string_view> ids,
    const LayoutOptions& options, IsCancelled is_cancelled);

}  // namespace pulsetaker::network
