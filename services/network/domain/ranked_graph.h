#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "services/network/domain/graph.h"

// For the .cc files of this folder.

namespace pulsetaker::network {

// The graph with its nodes named by their place in the degeneracy order.
class RankedGraph {
 public:
  RankedGraph(const Graph& graph, std::vector<NodeId> order)
      : order_(std::move(order)),
        begins_(order_.size() + 1, 0),
        later_begins_(order_.size()),
        targets_(graph.rows().entry_count()) {
    std::vector<NodeId> rank(order_.size());
    for (NodeId r = 0; r < order_.size(); ++r) {
      rank[order_[r]] = r;
      begins_[r + 1] = begins_[r] + graph.rows().row_size(order_[r]);
    }
    // Ranks come in ascending order, so rows are filled in that order.
    std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
    for (NodeId r = 0; r < order_.size(); ++r) {
      later_begins_[r] = next[r];
      for (const NodeId v : graph.neighbors(order_[r])) {
        targets_[next[rank[v]]++] = r;
      }
    }
  }

  NodeId node_count() const { return static_cast<NodeId>(order_.size()); }
  NodeId node(NodeId rank) const { return order_[rank]; }
  // Both ascending.
  absl::Span<const NodeId> earlier(NodeId rank) const {
    return {targets_.data() + begins_[rank],
            later_begins_[rank] - begins_[rank]};
  }
  absl::Span<const NodeId> later(NodeId rank) const {
    return {targets_.data() + later_begins_[rank],
            begins_[rank + 1] - later_begins_[rank]};
  }

 private:
  std::vector<NodeId> order_;
  std::vector<std::size_t> begins_;        // Of each rank's neighbors.
  std::vector<std::size_t> later_begins_;  // Of those that are later.
  std::vector<NodeId> targets_;
};

}  // namespace pulsetaker::network
