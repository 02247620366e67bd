#include "services/network/domain/structural_holes.h"

#include <algorithm>
#include <cstddef>

#include "services/network/domain/degree.h"

namespace pulsetaker::network {

StructuralHoles StructuralHolesOf(const Graph& graph) {
  const NodeId nodes = graph.node_count();
  const std::vector<double> total = Strengths(graph);
  std::vector<double> strongest(nodes, 0.0);
  for (NodeId u = 0; u < nodes; ++u) {
    for (const double weight : graph.weights(u)) {
      strongest[u] = std::max(strongest[u], weight);
    }
  }

  StructuralHoles holes;
  holes.constraint.resize(nodes);
  holes.effective_size.resize(nodes);
  std::vector<double> share(nodes, 0.0);  // p_iq of the i at hand.
  for (NodeId i = 0; i < nodes; ++i) {
    const absl::Span<const NodeId> contacts = graph.neighbors(i);
    if (contacts.empty()) continue;
    for (std::size_t a = 0; a < contacts.size(); ++a) {
      share[contacts[a]] = graph.weights(i)[a] / total[i];
    }
    double constraint = 0;
    double effective_size = 0;
    for (const NodeId j : contacts) {
      // Both sums over q have terms only where q is a contact of i and of j.
      double indirect = share[j];
      double redundancy = 0;
      for (std::size_t b = 0; b < graph.neighbors(j).size(); ++b) {
        const NodeId q = graph.neighbors(j)[b];
        const double z_jq = graph.weights(j)[b];
        indirect += share[q] * (z_jq / total[q]);
        redundancy += share[q] * (z_jq / strongest[j]);
      }
      constraint += indirect * indirect;
      effective_size += 1 - redundancy;
    }
    holes.constraint[i] = constraint;
    holes.effective_size[i] = effective_size;
    for (const NodeId j : contacts) share[j] = 0;
  }
  return holes;
}

StructuralHoles StructuralHolesOf(const Digraph& graph) {
  // The mean of both directions is half of their sum, and halves cancel in
  // every ratio above, to the last bit.
  return StructuralHolesOf(Graph::Symmetrized(graph, Symmetrization::kMean));
}

}  // namespace pulsetaker::network
