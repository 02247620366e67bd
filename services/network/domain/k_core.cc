#include "services/network/domain/k_core.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "services/network/domain/degree.h"

namespace pulsetaker::network {
namespace {

// Nodes in buckets by rising number of neighbors left, as one array: a node
// moves to the bucket below by changing places with the first of its own.
class DegreeBuckets {
 public:
  explicit DegreeBuckets(std::vector<NodeId> degrees)
      : degrees_(std::move(degrees)),
        order_(degrees_.size()),
        position_(degrees_.size()) {
    NodeId largest = 0;
    for (const NodeId degree : degrees_) largest = std::max(largest, degree);
    begins_.assign(std::size_t{largest} + 2, 0);
    for (const NodeId degree : degrees_) ++begins_[std::size_t{degree} + 1];
    for (std::size_t d = 1; d < begins_.size(); ++d) {
      begins_[d] += begins_[d - 1];
    }
    std::vector<std::size_t> next = begins_;
    for (NodeId u = 0; u < degrees_.size(); ++u) {
      position_[u] = next[degrees_[u]]++;
      order_[position_[u]] = u;
    }
  }

  NodeId at(std::size_t position) const { return order_[position]; }
  NodeId degree(NodeId node) const { return degrees_[node]; }

  void Lower(NodeId node) {
    const std::size_t first = begins_[degrees_[node]]++;
    const NodeId other = order_[first];
    std::swap(order_[first], order_[position_[node]]);
    std::swap(position_[node], position_[other]);
    --degrees_[node];
  }

 private:
  std::vector<NodeId> degrees_;
  std::vector<NodeId> order_;
  std::vector<std::size_t> position_;
  std::vector<std::size_t> begins_;  // Of each degree's bucket.
};

}  // namespace

std::vector<NodeId> CoreNumbers(const Graph& graph) {
  // Nodes are taken off by fewest neighbors left; those with more lose one.
  DegreeBuckets buckets(Degrees(graph));
  std::vector<NodeId> cores(graph.node_count());
  for (std::size_t i = 0; i < cores.size(); ++i) {
    const NodeId u = buckets.at(i);
    cores[u] = buckets.degree(u);
    for (const NodeId v : graph.neighbors(u)) {
      if (buckets.degree(v) > buckets.degree(u)) buckets.Lower(v);
    }
  }
  return cores;
}

}  // namespace pulsetaker::network
