#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "services/network/domain/graph.h"

// Null model N5: conditional uniform graphs. Of all simple graphs with the
// given counts, each is exactly as likely: no chain that has to mix. Whether a
// figure of a whole network -- reciprocity, centralisation, a core -- is more
// than its size, density or reciprocity brings with it. As cug.test of R sna
// with cmode "size", "edges" and "dyad.census" (L. Katz and J. Powell,
// "Probability distributions of random variables associated with a structure of
// the sample space of sociometric investigations", 1957; C. Butts, "Social
// network analysis: a methodological introduction", 2008).
//
// All weights are 1. Equal states of `random` give equal graphs.
// RESOURCE_EXHAUSTED, GRAPH_TOO_LARGE, of each: over kNodesMax nodes or
// kArcsMax arcs; where only the size is given, if there could be so many.

namespace pulsetaker::network {

// Dyads, unordered pairs of different nodes, by the arcs between them.
struct DyadCensus {
  std::uint64_t mutual = 0;      // Arcs both ways.
  std::uint64_t asymmetric = 0;  // One arc.
  std::uint64_t null = 0;        // None.

  friend bool operator==(const DyadCensus&, const DyadCensus&) = default;
};

// The three sum to n * (n - 1) / 2. O(n + m log(row)).
DyadCensus DyadCensusOf(const Digraph& graph);

// Given the size alone: each of the n * (n - 1) arcs is there with chance 1/2.
// O(n^2).
absl::StatusOr<Digraph> UniformDigraph(NodeId node_count, Random& random);

// Given size and number of arcs. INVALID_ARGUMENT, TOO_MANY_ARCS: more than n *
// (n - 1). O(n + m log m).
absl::StatusOr<Digraph> UniformDigraphWithArcs(NodeId node_count,
                                               std::size_t arc_count,
                                               Random& random);

// How many dyads are mutual in such a digraph, which is not built.
absl::StatusOr<std::uint64_t> MutualDyadsOfArcs(NodeId node_count,
                                                std::size_t arc_count,
                                                Random& random);

// Given the dyad census, thus size, number of arcs and reciprocity.
// INVALID_ARGUMENT, DYAD_CENSUS_MISMATCH: it does not count n * (n - 1) / 2
// dyads. O(n + m log m).
absl::StatusOr<Digraph> UniformDigraphWithDyads(NodeId node_count,
                                                const DyadCensus& census,
                                                Random& random);

// Its arcs, those of a dyad one after the other.
absl::StatusOr<std::vector<Arc>> UniformArcsWithDyads(NodeId node_count,
                                                      const DyadCensus& census,
                                                      Random& random);

// Undirected, given the size alone: each of the n * (n - 1) / 2 edges is there
// with chance 1/2. O(n^2).
absl::StatusOr<Graph> UniformGraph(NodeId node_count, Random& random);

// Undirected, given size and number of edges. INVALID_ARGUMENT, TOO_MANY_EDGES:
// more than n * (n - 1) / 2. O(n + m log m).
absl::StatusOr<Graph> UniformGraphWithEdges(NodeId node_count,
                                            std::size_t edge_count,
                                            Random& random);

}  // namespace pulsetaker::network
