#pragma once

#include <vector>

#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// All nodes, by falling degree (in + out), then falling in-degree, then by
// where they stand in the graph: colour refinement over the ranks of those
// whom they name and by whom they are named, until it separates no more. What
// is still equal then is ordered by node. Renumbering the nodes of a graph
// renumbers the order with them, up to nodes that refinement cannot tell apart.
//
// Weights are ignored. O(nodes * (nodes + arcs) * log(nodes)) at worst, a few
// rounds of O(arcs * log) on survey graphs.
std::vector<NodeId> CanonicalOrder(const Digraph& graph);

}  // namespace pulsetaker::network
