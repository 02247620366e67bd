#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/perron.h"

namespace pulsetaker::network {

struct Eigenvector {
  // Of each node, in [0, 1]; the largest is 1, unless all are 0.
  std::vector<double> value;
  // The largest eigenvalue of the matrix of weights; 0 without cycles.
  double eigenvalue = 0.0;
  // Whether the graph alone decides the values. See below for where not.
  bool is_unique = false;
};

// Eigenvector centrality (P. Bonacich, "Factoring and weighting approaches to
// status scores and clique identification", 1972): central is who is named by
// those who are central.
//
//   x_i = (1 / eigenvalue) * sum over j of w_ji * x_j
//
// with the largest eigenvalue that there is. In a digraph only those count who
// name i; what i names counts for others. Weights are strengths. Alternative
// scalings, such as to Euclidean length 1, differ by a factor alone.
//
// The equation is that of the whole graph, as in igraph and networkx, so all
// but a component with the largest eigenvalue have 0, and with them all
// isolates; in a digraph, a strong component with the largest eigenvalue and
// whoever is reached from it have more. Where the equation has one solution
// up to a factor, all programs agree. Where it has several, as several parts
// have the largest eigenvalue, theirs depend on where they start. Here,
// - each such part that does not reach another one keeps its own solution, so
//   scaled that it is nearest to 1 for all its members, in least squares; those
//   who reach another one have 0, as no solution has anything else;
// - whoever is reached from several gets the sum; then all is scaled together;
// - `is_unique` is false.
// Without any cycle (in a graph: without edges) the eigenvalue is 0, all values
// are 0 and `is_unique` is false.
//
// Method: PerronPairOf for the strong components that can matter, and a linear
// system for those who are reached from them. A few to a few hundred products
// of O(arcs) each where the next eigenvalue is not very near.
//
// OUT_OF_RANGE: NOT_CONVERGED, where two eigenvalues are too near; see
// IterationLimits; WEIGHTS_TOO_LARGE, where weights at a node sum, or values
// grow, to infinity.
// CANCELLED: `is_cancelled` said yes.
absl::StatusOr<Eigenvector> EigenvectorCentrality(
    const Graph& graph, IsCancelled is_cancelled,
    const IterationLimits& limits = {});
absl::StatusOr<Eigenvector> EigenvectorCentrality(
    const Digraph& graph, IsCancelled is_cancelled,
    const IterationLimits& limits = {});

}  // namespace pulsetaker::network
