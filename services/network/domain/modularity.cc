#include "services/network/domain/modularity.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace pulsetaker::network {
namespace {

// The same groups, numbered below the node count by rising number.
std::vector<NodeId> Renumbered(absl::Span<const NodeId> group) {
  std::vector<NodeId> numbers(group.begin(), group.end());
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  std::vector<NodeId> renumbered;
  renumbered.reserve(group.size());
  for (const NodeId number : group) {
    renumbered.push_back(static_cast<NodeId>(
        std::lower_bound(numbers.begin(), numbers.end(), number) -
        numbers.begin()));
  }
  return renumbered;
}

}  // namespace

std::optional<double> Modularity(const Graph& graph,
                                 absl::Span<const NodeId> group,
                                 double resolution) {
  std::vector<NodeId> renumbered;
  for (const NodeId number : group) {
    if (number < graph.node_count()) continue;
    renumbered = Renumbered(group);
    group = renumbered;
    break;
  }

  std::vector<double> strength(graph.node_count(), 0.0);  // Of each group.
  double total = 0;   // Both directions of each edge: 2 * W.
  double within = 0;  // The same of those within groups.
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    const absl::Span<const NodeId> neighbors = graph.neighbors(u);
    const absl::Span<const double> weights = graph.weights(u);
    double sum = 0;
    double inner = 0;
    for (std::size_t i = 0; i < neighbors.size(); ++i) {
      sum += weights[i];
      if (group[neighbors[i]] == group[u]) inner += weights[i];
    }
    strength[group[u]] += sum;
    total += sum;
    within += inner;
  }
  if (!(total > 0) || !std::isfinite(total)) return std::nullopt;
  double expected = 0;
  for (const double sum : strength) {
    expected += (sum / total) * (sum / total);
  }
  return within / total - resolution * expected;
}

}  // namespace pulsetaker::network
