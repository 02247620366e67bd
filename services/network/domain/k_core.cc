#include "services/network/domain/k_core.h"

#include "services/network/domain/degeneracy_order.h"

namespace pulsetaker::network {

std::vector<NodeId> CoreNumbers(const Graph& graph) {
  return DegeneracyOf(graph).core_numbers;
}

}  // namespace pulsetaker::network
