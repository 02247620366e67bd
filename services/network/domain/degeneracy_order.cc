#include "services/network/domain/degeneracy_order.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "services/network/domain/degree.h"

namespace pulsetaker::network {

Degeneracy DegeneracyOf(const Graph& graph) {
  const NodeId nodes = graph.node_count();
  std::vector<NodeId> left = Degrees(graph);  // Neighbors not taken off.
  NodeId largest = 0;
  for (const NodeId degree : left) largest = std::max(largest, degree);
  // The nodes by neighbors left, as one array in which those with d of them
  // begin at begins[d].
  std::vector<NodeId> begins(std::size_t{largest} + 2, 0);
  for (const NodeId degree : left) ++begins[std::size_t{degree} + 1];
  for (std::size_t d = 1; d < begins.size(); ++d) begins[d] += begins[d - 1];
  Degeneracy degeneracy;
  degeneracy.order.resize(nodes);
  std::vector<NodeId> position(nodes);
  std::vector<NodeId> next = begins;
  for (NodeId u = 0; u < nodes; ++u) {
    position[u] = next[left[u]]++;
    degeneracy.order[position[u]] = u;
  }

  // A node with one neighbor less changes places with the first of its like,
  // where the like of the next smaller degree end. Those with as few as the one
  // taken off need not: they come next in any case.
  for (NodeId i = 0; i < nodes; ++i) {
    const NodeId u = degeneracy.order[i];
    for (const NodeId v : graph.neighbors(u)) {
      if (left[v] <= left[u]) continue;
      const NodeId first = begins[left[v]]++;
      const NodeId other = degeneracy.order[first];
      std::swap(degeneracy.order[first], degeneracy.order[position[v]]);
      std::swap(position[v], position[other]);
      --left[v];
    }
  }
  // What was left of each is its core number, as nobody's sinks below that of
  // the one taken off.
  if (nodes > 0) degeneracy.value = left[degeneracy.order.back()];
  degeneracy.core_numbers = std::move(left);
  return degeneracy;
}

}  // namespace pulsetaker::network
