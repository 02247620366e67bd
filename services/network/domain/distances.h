#pragma once

#include <limits>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"

// Measures of the lengths of shortest paths, counted in ties; weights are
// ignored. All are exact. Counts are integers and sums run in a fixed order, so
// equal graphs give bit-equal results. CANCELLED wherever `is_cancelled` is a
// parameter and says yes.

namespace pulsetaker::network {

inline constexpr NodeId kUnreached = std::numeric_limits<NodeId>::max();

// How near the others are to each node, with d(j, i) the length of the
// shortest path along the arcs from j to i.
struct InDistances {
  // Harmonic in-closeness: (1 / (n - 1)) * sum over j != i of 1 / d(j, i),
  // where j that do not reach i add 0. In [0, 1]; 0 where n < 2.
  std::vector<double> harmonic;
  // In-closeness: (r / (n - 1)) * (r / sum of d(j, i)) over the r others j who
  // reach i, as Wasserman and Faust scale it for graphs in pieces ("Social
  // Network Analysis", 1994). In [0, 1]; 0 where nobody reaches i.
  std::vector<double> closeness;
  // The number of others from whom i is reached: at all, and within 2 and 3
  // steps.
  std::vector<NodeId> reached;
  std::vector<NodeId> within_two;
  std::vector<NodeId> within_three;
};

// Breadth-first search from many sources at once, one bit a source. Time
// O(nodes * arcs / 64 * diameter) at worst, memory O(nodes). For distances from
// a node to the others, pass graph.Transposed().
absl::StatusOr<InDistances> DistancesIn(const Digraph& graph,
                                        IsCancelled is_cancelled);

// d(s, i) for the nearest s of `sources`, or kUnreached, for each node i;
// sources have 0. Sources must be below the node count. O(nodes + arcs).
std::vector<NodeId> DistancesFrom(const Digraph& graph,
                                  absl::Span<const NodeId> sources);

// The nodes other than `source` with d(source, i) <= `steps`, ascending.
// `source` must be below the node count. O(nodes + arcs reached).
std::vector<NodeId> NodesWithin(const Digraph& graph, NodeId source,
                                NodeId steps);

// How far a graph of n nodes is in pieces (S. Borgatti, "Identifying sets of
// key players in a social network", 2006). Both in [0, 1]; 0 where n < 2.
struct Fragmentation {
  // 1 - sum over components c of size_c * (size_c - 1) / (n * (n - 1)): the
  // share of pairs without a path.
  double by_component = 0.0;
  // 1 - sum over i != j of (1 / d(i, j)) / (n * (n - 1)), where pairs without a
  // path add nothing to the sum. At least by_component.
  double by_distance = 0.0;

  friend bool operator==(const Fragmentation&, const Fragmentation&) = default;
};

// Of the graph that is left when `removed`, which may be empty, are gone; n is
// the number of nodes left. Repeats make no difference. `removed` must be below
// the node count. Cost as DistancesIn.
absl::StatusOr<Fragmentation> FragmentationWithout(
    const Graph& graph, absl::Span<const NodeId> removed,
    IsCancelled is_cancelled);

// The same of arcs without their direction: two nodes are tied if there is an
// arc either way.
absl::StatusOr<Fragmentation> FragmentationWithout(
    const Digraph& graph, absl::Span<const NodeId> removed,
    IsCancelled is_cancelled);

// For each node, by how much its removal alone raises the distance-weighted
// fragmentation: by_distance without it - by_distance of the whole graph. May
// be below 0, where someone at the edge is removed. Time O(nodes) times that of
// FragmentationWithout.
absl::StatusOr<std::vector<double>> FragmentationGains(
    const Graph& graph, IsCancelled is_cancelled);

}  // namespace pulsetaker::network
