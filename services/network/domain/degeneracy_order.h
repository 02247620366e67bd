#pragma once

#include <vector>

#include "services/network/domain/graph.h"

namespace pulsetaker::network {

struct Degeneracy {
  // All nodes; no node has more than `value` neighbors that come after it.
  std::vector<NodeId> order;
  // The largest core number. No order of the nodes does with less; 0 without
  // edges.
  NodeId value = 0;

  friend bool operator==(const Degeneracy&, const Degeneracy&) = default;
};

// Takes off, again and again, a node with the fewest neighbors left (D. Matula
// and L. Beck, "Smallest-last ordering and clustering and graph coloring
// algorithms", 1983). Weights are ignored. Isolated nodes come first; whose
// turn it is among equals depends on the numbering of the nodes. O(nodes +
// edges).
Degeneracy DegeneracyOf(const Graph& graph);

}  // namespace pulsetaker::network
