#pragma once

#include <vector>

#include "services/network/domain/graph.h"

namespace pulsetaker::network {

struct Degeneracy {
  // All nodes, by ascending core number; no node has more neighbors that come
  // after it than that, so none has more than `value`.
  std::vector<NodeId> order;
  // Of each node; see k_core.h.
  std::vector<NodeId> core_numbers;
  // The largest core number. No order of the nodes does with less; 0 without
  // edges.
  NodeId value = 0;

  friend bool operator==(const Degeneracy&, const Degeneracy&) = default;
};

// Takes off, again and again, a node with the fewest neighbors left (D. Matula
// and L. Beck, "Smallest-last ordering and clustering and graph coloring
// algorithms", 1983; for core numbers V. Batagelj and M. Zaversnik, "An O(m)
// algorithm for cores decomposition of networks", 2003). Weights are ignored.
// Isolated nodes come first; whose turn it is among equals depends on the
// numbering of the nodes. O(nodes + edges).
Degeneracy DegeneracyOf(const Graph& graph);

}  // namespace pulsetaker::network
