// How far a graph is from an out-tree, the plan of a perfect hierarchy: one
// person above all, and everybody else with one superior. D. Krackhardt, "Graph
// theoretical dimensions of informal organizations" (1994). Each is 1 for an
// out-tree, and only an out-tree has 1 in all four.
//
// Arc i -> j: i is above j, as what i knows or decides gets to j. Nominations
// run the other way, as people turn to those above them: for "i names j" pass
// graph.Transposed(). Only least upper boundedness differs between the two.
//
// Weights are ignored. Isolates count as components of one. A measure that
// nothing can be said of is absent, never 0 or 1; R's sna says NaN there, but 1
// for the connectedness of a single node. All agree with sna, with one
// exception that is named below.

#pragma once

#include <optional>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// The share of pairs with a path between them, directions ignored: sum over
// weak components of size * (size - 1) / (n * (n - 1)). In [0, 1]; 1 less the
// fragmentation by component. Absent where n < 2. O(nodes + arcs).
std::optional<double> KrackhardtConnectedness(const Digraph& graph);

// Of the pairs with a path along the arcs at least one way, the share where it
// leads only one way: asymmetric / (asymmetric + mutual). In [0, 1]; 0 where
// all ties are mutual. Absent without arcs.
//
// From every strong component at once, 512 in a pass: time O(arcs * strong
// components / 64), memory O(nodes + arcs). CANCELLED.
absl::StatusOr<std::optional<double>> KrackhardtHierarchy(
    const Digraph& graph, IsCancelled is_cancelled);

// 1 - (arcs - needed) / (possible - needed): the share of dispensable arcs that
// are not there. Needed are size - 1 in each weak component, possible size *
// (size - 1) in each. In [0, 1]. A mutual tie is two arcs. Absent without arcs.
// O(nodes + arcs).
std::optional<double> KrackhardtEfficiency(const Digraph& graph);

// 1 - pairs without a least upper bound / the most there could be, which is sum
// over weak components of (size - 1) * (size - 2) / 2, with pairs unordered and
// of the same weak component. In [0, 1]. Absent without a component of three.
//
// An upper bound of a pair is a node with a path to each of the two, which may
// be one of the two itself. A least one has a path from every upper bound: it
// is the common superior nearest to the pair. (sna 2.7 documents this, but
// takes an upper bound that has a path to every other, the most distant; so
// two people who have the same two superiors and one further above those count
// as bounded there, and here do not.)
//
// Time O(strong components^3 / 64) at worst and in practice much less, memory
// strong components^2 / 8 bytes, both by weak component. CANCELLED.
// RESOURCE_EXHAUSTED, GRAPH_TOO_LARGE: over kLeastUpperBoundsMax strong
// components in a weak one.
absl::StatusOr<std::optional<double>> KrackhardtLeastUpperBoundedness(
    const Digraph& graph, IsCancelled is_cancelled);

inline constexpr NodeId kLeastUpperBoundsMax = 20'000;

}  // namespace pulsetaker::network
