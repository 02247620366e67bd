#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/isa.h"

namespace pulsetaker::network {

// Betweenness of every node v: how much of what passes between others, by
// shortest paths, passes through v. Raw, not normalised; weights are ignored.
//
//   b(v) = sum over pairs (s, t), s != v != t, of
//            (shortest s-t paths through v) / (shortest s-t paths)
//
// Pairs are ordered in a directed graph, at most (n - 1) * (n - 2), and
// unordered in an undirected one, at most half of that. A pair with no path
// adds 0. All zeros where n < 3.
//
// Method: U. Brandes, "A faster algorithm for betweenness centrality" (2001),
// for many sources at once. Time O(nodes * arcs), memory O(nodes). Sums run in
// a fixed order, so equal graphs give bit-equal results, and so does any `isa`
// of RunnableIsas().
//
// CANCELLED: `is_cancelled`, asked once a batch of sources, said yes.
// OUT_OF_RANGE, PATH_COUNT_OVERFLOW: over 1e308 shortest paths between a pair.
absl::StatusOr<std::vector<double>> Betweenness(const Digraph& graph,
                                                IsCancelled is_cancelled,
                                                Isa isa = BestIsa());
absl::StatusOr<std::vector<double>> Betweenness(const Graph& graph,
                                                IsCancelled is_cancelled,
                                                Isa isa = BestIsa());

// The same sum over the ordered pairs (s, t) of `sources` x `targets` alone,
// s != t. The sets may overlap; order and repeats make no difference. Paths may
// pass through anyone. Time O(sources * arcs).
//
// INVALID_ARGUMENT, NODE_OUT_OF_RANGE: the first source or target at fault.
// Otherwise as Betweenness.
absl::StatusOr<std::vector<double>> SubsetBetweenness(
    const Digraph& graph, absl::Span<const NodeId> sources,
    absl::Span<const NodeId> targets, IsCancelled is_cancelled);

}  // namespace pulsetaker::network
