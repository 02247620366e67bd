#include "services/network/domain/canonical_order.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <tuple>

namespace pulsetaker::network {
namespace {

// What tells nodes apart in one round: their rank, and the ranks around them.
struct Signature {
  NodeId rank = 0;
  std::vector<NodeId> named;
  std::vector<NodeId> named_by;

  friend auto operator<=>(const Signature&, const Signature&) = default;
};

std::vector<NodeId> SortedRanks(absl::Span<const NodeId> nodes,
                                const std::vector<NodeId>& ranks) {
  std::vector<NodeId> sorted;
  sorted.reserve(nodes.size());
  for (const NodeId node : nodes) sorted.push_back(ranks[node]);
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

// Sorts `order` by `less` and gives each class of equals the position of its
// first. Returns the number of classes.
template <typename Less>
NodeId Rank(std::vector<NodeId>& order, std::vector<NodeId>& ranks, Less less) {
  std::sort(order.begin(), order.end(), [&](NodeId a, NodeId b) {
    if (less(a, b)) return true;
    if (less(b, a)) return false;
    return a < b;
  });
  std::vector<NodeId> ranked(ranks.size());
  NodeId classes = 0;
  for (NodeId i = 0; i < order.size(); ++i) {
    const bool first = i == 0 || less(order[i - 1], order[i]);
    ranked[order[i]] = first ? i : ranked[order[i - 1]];
    classes += first ? 1 : 0;
  }
  ranks = std::move(ranked);
  return classes;
}

}  // namespace

std::vector<NodeId> CanonicalOrder(const Digraph& graph) {
  const NodeId nodes = graph.node_count();
  std::vector<NodeId> order(nodes);
  std::iota(order.begin(), order.end(), NodeId{0});
  std::vector<NodeId> ranks(nodes, 0);
  NodeId classes = Rank(order, ranks, [&](NodeId a, NodeId b) {
    const auto falling = [&](NodeId u) {
      return std::make_tuple(graph.out(u).size() + graph.in(u).size(),
                             graph.in(u).size());
    };
    return falling(a) > falling(b);
  });
  // Every round but the last splits a class, so there are at most `nodes`.
  for (NodeId before = 0; before < classes && classes < nodes;) {
    before = classes;
    std::vector<Signature> signatures(nodes);
    for (NodeId u = 0; u < nodes; ++u) {
      signatures[u] = {ranks[u], SortedRanks(graph.out(u), ranks),
                       SortedRanks(graph.in(u), ranks)};
    }
    classes = Rank(order, ranks, [&](NodeId a, NodeId b) {
      return signatures[a] < signatures[b];
    });
  }
  return order;
}

}  // namespace pulsetaker::network
