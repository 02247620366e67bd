#pragma once

#include <cstddef>
#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// Parts of a directed graph within which every node has a path to every other;
// each as large as it can be. A row of the graph leads from a node to those in
// it, and never to a part of a higher number: parts are numbered so that what
// they lead to comes first. Which parts there are does not depend on the order
// of the nodes; their numbers do, as far as the rows leave it open.
struct StrongComponents {
  NodeId part_count() const { return static_cast<NodeId>(begins.size() - 1); }

  // The nodes of a part below part_count(), ascending.
  absl::Span<const NodeId> part(NodeId number) const {
    return {nodes.data() + begins[number], begins[number + 1] - begins[number]};
  }

  std::vector<NodeId> id;  // The part of each node.
  std::vector<NodeId> nodes;
  std::vector<std::size_t> begins{0};  // Of each part in `nodes`.
};

// Of a digraph's out_rows() parts that arcs lead to come first, of its
// in_rows() parts that arcs lead from. One depth-first search (R. Tarjan,
// 1972), without recursion. O(nodes + entries), plus the sort of the parts.
StrongComponents StrongComponentsOf(const Rows& rows);

}  // namespace pulsetaker::network
