#pragma once

#include <optional>

#include "absl/types/span.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// How much more of the weight is within the groups of a partition than would be
// if ties kept only the strengths of their ends (M. Newman and M. Girvan, 2004;
// with weights, Newman, 2004; with the resolution, J. Reichardt and S.
// Bornholdt, 2006):
//
//   Q = sum over groups c of (W_c / W - resolution * (K_c / (2 * W))^2)
//
// W is the weight of all edges, W_c of those within c, K_c the sum of the
// strengths of its members. At resolution 1 in [-1/2, 1), and 0 where all are
// in one group; a higher resolution favours smaller groups. Isolated nodes make
// no difference. As networkx and igraph have it.
//
// `group[u]` is the group of u, any number; there must be one for each node.
// `resolution` must be finite and at least 0. nullopt if there are no edges, or
// W is more than a double can hold. Time O(nodes + edges), and a sort of the
// groups if their numbers are not all below the node count.
std::optional<double> Modularity(const Graph& graph,
                                 absl::Span<const NodeId> group,
                                 double resolution = 1.0);

}  // namespace pulsetaker::network
