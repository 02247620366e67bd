#pragma once

#include <vector>

#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// The core number of each node: the largest k such that the node is in a part
// of the graph where everyone has k neighbors or more within that part. Weights
// are ignored. 0 for isolated nodes. As DegeneracyOf, O(nodes + edges).
std::vector<NodeId> CoreNumbers(const Graph& graph);

}  // namespace pulsetaker::network
