#pragma once

#include <vector>

#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// The core number of each node: the largest k such that the node is in a part
// of the graph where everyone has k neighbors or more within that part. Weights
// are ignored. 0 for isolated nodes. V. Batagelj and M. Zaversnik, "An O(m)
// algorithm for cores decomposition of networks" (2003). O(nodes + edges).
std::vector<NodeId> CoreNumbers(const Graph& graph);

}  // namespace pulsetaker::network
