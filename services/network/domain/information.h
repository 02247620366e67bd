#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/components.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// The largest component that InformationCentrality takes: its matrix is 8 bytes
// a pair of nodes, 0.5 GiB here.
inline constexpr NodeId kInformationComponentMax = 8'192;

// The largest weight of a component, divided by its smallest, that it takes:
// beyond, digits of small weights are lost beside large ones.
inline constexpr double kInformationWeightRatioMax = 1e6;

struct Information {
  std::vector<double> value;  // Of each node; at least 0.
  Components components;
};

// Information centrality (K. Stephenson and M. Zelen, "Rethinking centrality",
// 1989): the harmonic mean of the information that passes between a node and
// the others along all paths, not only the shortest. Weights are strengths: a
// tie of weight w conducts w.
//
// Within a component of n_c nodes with Laplacian L and pseudoinverse M = L+,
//
//   I(i) = n_c / (n_c * m_ii + trace(M))
//
// which is n_c times the current-flow closeness that networkx gives. It is then
// multiplied by (n_c - 1) / (n - 1), so that small islands do not outrank; a
// connected graph is not changed by that. Isolated nodes have 0.
//
// Method: Cholesky of L + c * J / n_c per component (J all ones, c the mean
// strength), in tiles, with sums in an order that is the same on every machine.
// Time O(sum of n_c^3), memory O(largest n_c^2).
//
// RESOURCE_EXHAUSTED, COMPONENT_TOO_LARGE: over kInformationComponentMax nodes.
// OUT_OF_RANGE, WEIGHTS_TOO_UNEVEN: over kInformationWeightRatioMax. CANCELLED:
// `is_cancelled` said yes.
absl::StatusOr<Information> InformationCentrality(const Graph& graph,
                                                  IsCancelled is_cancelled);

}  // namespace pulsetaker::network
