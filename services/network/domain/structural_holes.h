#pragma once

#include <optional>
#include <vector>

#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// R. Burt, "Structural Holes" (1992). An isolated node has neither measure.
struct StructuralHoles {
  // constraint(i) = sum over j in N(i) of
  //                   (p_ij + sum over q in N(i), q != j, of p_iq * p_qj)^2
  //
  // Low where the contacts do not know each other. 1 for a person with one
  // contact of no other contacts.
  std::vector<std::optional<double>> constraint;

  // effective_size(i) = sum over j in N(i) of
  //                       (1 - sum over q in N(i), q != j, of p_iq * m_jq)
  //
  // The number of contacts less their redundancy: at least 0, at most |N(i)|.
  std::vector<std::optional<double>> effective_size;
};

// With z_ij = w_ij + w_ji, both directions together; N(i) all j with z_ij > 0,
// so that people who are named but name nobody count as their contacts do;
// p_ij = z_ij / (sum over q of z_iq), the share of i's relations that j has;
// m_jq = z_jq / (max over r of z_jr), the strength of j's relation with q
// beside j's strongest. As igraph for the constraint and networkx for the
// effective size of anyone whom it does not count as isolated.
//
// Time O(sum over nodes of (sum of the degrees of the neighbors)).
StructuralHoles StructuralHolesOf(const Digraph& graph);
StructuralHoles StructuralHolesOf(const Graph& graph);

}  // namespace pulsetaker::network
