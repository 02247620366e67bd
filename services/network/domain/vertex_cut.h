#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// Among people, larger cuts are all the same: nobody could take them away.
inline constexpr NodeId kVertexCutCapDefault = 10;

inline constexpr NodeId kVertexCutCapMax = 1'000;

// The fewest nodes without which no path leads from one set to another.
struct VertexCut {
  // Their number. By K. Menger's theorem (1927) also the largest number of
  // paths from the one set to the other that share no node, ends included.
  NodeId size = 0;
  // If true, the fewest are more than `size`, which is then the cap.
  bool capped = false;
  // One smallest cut, ascending; empty if capped. Of all smallest cuts the one
  // nearest to `from`: what can still be reached from there is least.
  std::vector<NodeId> nodes;

  friend bool operator==(const VertexCut&, const VertexCut&) = default;
};

// The smallest cut between the sets `from` and `to`. Nodes of the sets
// themselves may be cut, and a tie that joins the sets directly needs one of
// its ends cut; a node in both sets must be cut. So the size is at most that of
// the smaller set, and 0 where no path leads from the one to the other, as
// where a set is empty. Repeats within a set make no difference. Weights are
// ignored. Paths may lead through any node, in neither set or in both.
//
// In a Digraph paths follow the arcs. With nominations, paths from `from` to
// `to` along which information runs are those of graph.Transposed(), which are
// those of the graph from `to` to `from`: the size is the same either way.
//
// INVALID_ARGUMENT: CAP_OUT_OF_RANGE, above kVertexCutCapMax;
// NODE_OUT_OF_RANGE, a node of `from`, then `to`. CANCELLED: `is_cancelled`,
// asked once in many arcs, said yes.
//
// Augmenting paths on the graph whose nodes are split in two (L. Ford and D.
// Fulkerson, 1956; S. Even, "Graph Algorithms", 1979), one breadth-first search
// each. O((min(size, cap) + 1) * (nodes + arcs)), memory O(nodes).
absl::StatusOr<VertexCut> MinimumVertexCut(const Digraph& graph,
                                           absl::Span<const NodeId> from,
                                           absl::Span<const NodeId> to,
                                           NodeId cap,
                                           IsCancelled is_cancelled);
absl::StatusOr<VertexCut> MinimumVertexCut(const Graph& graph,
                                           absl::Span<const NodeId> from,
                                           absl::Span<const NodeId> to,
                                           NodeId cap,
                                           IsCancelled is_cancelled);

}  // namespace pulsetaker::network
