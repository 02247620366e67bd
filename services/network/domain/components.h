#pragma once

#include <vector>

#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// Parts of a graph between which there is no path. Numbered by their smallest
// node, so the part of node 0 is part 0.
struct Components {
  std::vector<NodeId> id;    // Of each node.
  std::vector<NodeId> size;  // Of each part; they sum to the node count.

  friend bool operator==(const Components&, const Components&) = default;
};

// O(nodes + edges).
Components ConnectedComponents(const Graph& graph);

// Of the graph with directions ignored. O(nodes + arcs).
Components WeakComponents(const Digraph& graph);

// A node without which its component falls apart.
struct ArticulationPoint {
  NodeId node = 0;
  // Sizes of the parts that its component, without it, falls into: two or
  // more, largest first. What is cut off is all but the first.
  std::vector<NodeId> part_sizes;

  friend bool operator==(const ArticulationPoint&,
                         const ArticulationPoint&) = default;
};

// Ascending by node. One depth-first search (R. Tarjan, 1972), without
// recursion. O(nodes + edges), plus the sort of the parts.
std::vector<ArticulationPoint> ArticulationPoints(const Graph& graph);

// The parts that the component of `node`, without it, falls into: their
// members, ascending; the largest part first, equal ones by smallest member.
// One part where `node` is no articulation point, none where it is isolated.
// `node` must be below the node count. O(nodes + edges).
std::vector<std::vector<NodeId>> PartsWithout(const Graph& graph, NodeId node);

}  // namespace pulsetaker::network
