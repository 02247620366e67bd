#pragma once

#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"

// Maximal cliques: sets of nodes that are all tied to each other, to which no
// other node can be added. Weights are ignored. An isolated node is a clique of
// one, as networkx and igraph have it; any other clique has two members or
// more. Parts of the graph between which there is no path share no clique.
//
// A graph of n nodes has up to 3^(n / 3) of them (J. Moon and L. Moser, 1965),
// and one of degeneracy d up to (n - d) * 3^(d / 3): survey graphs have a few a
// node, but nothing says so of a graph that is only read. So a caller sets a
// limit, or stops.
//
// Method: C. Bron and J. Kerbosch (1973) with the pivot of E. Tomita, A. Tanaka
// and H. Takahashi (2006), from each node over those that come later in the
// degeneracy order (D. Eppstein, M. Loeffler and D. Strash, 2010). Time
// O(d * n * 3^(d / 3)) at worst, O(d * edges) where cliques are few. Memory
// O(edges), and d / 8 bytes for each neighbor of the node at hand.
//
// Errors of all functions here: RESOURCE_EXHAUSTED, GRAPH_TOO_DENSE: the
// degeneracy is over kCliqueDegeneracyMax. CANCELLED: `is_cancelled`, asked
// every few milliseconds at most, said yes.

namespace pulsetaker::network {

// The largest degeneracy of a graph whose cliques are searched for: a
// quarter of a gibibyte in the worst of graphs.
inline constexpr NodeId kCliqueDegeneracyMax = 2'048;

// Takes the members of one clique, ascending, which are there only during the
// call. False ends the search.
using CliqueVisitor = absl::FunctionRef<bool(absl::Span<const NodeId>)>;

// Visits, once each, the maximal cliques of `size_min` members or more (0 and 1
// are the same), in an order that is the same for the same graph. OK also where
// `visit` ended the search.
absl::Status VisitMaximalCliques(const Graph& graph, NodeId size_min,
                                 CliqueVisitor visit, IsCancelled is_cancelled);

// How many maximal cliques have s members is at [s]; the last entry is the
// largest clique's, so it is above 0. Empty where there is none. Cliques of
// less than `size_min` members are not counted.
//
// RESOURCE_EXHAUSTED, TOO_MANY_CLIQUES: there are more than `cliques_max`.
absl::StatusOr<std::vector<std::uint64_t>> MaximalCliqueCounts(
    const Graph& graph, NodeId size_min, std::uint64_t cliques_max,
    IsCancelled is_cancelled);

}  // namespace pulsetaker::network
