#pragma once

#include <cstddef>
#include <vector>

#include "services/network/domain/graph.h"

// For the .cc files of this folder; callers want leiden.h.

namespace pulsetaker::network {

// Which group each node is in.
using Membership = std::vector<NodeId>;

Membership EachAlone(NodeId nodes);

// A graph whose nodes stand for one or more nodes of the graph below. Weight
// within a node counts for its strength only, as it is the same wherever the
// node goes.
struct LeidenLevel {
  std::vector<std::size_t> begins{0};  // Row u is at begins[u].
  std::vector<NodeId> targets;
  std::vector<double> weights;
  std::vector<double> strengths;
  double total = 0;  // Of all strengths.

  NodeId node_count() const { return static_cast<NodeId>(strengths.size()); }
};

LeidenLevel LevelOf(const Graph& graph);

// One node for each of the `part_count` parts, which are numbered without gaps.
// O(nodes + edges).
LeidenLevel Aggregated(const LeidenLevel& level, const Membership& part,
                       NodeId part_count);

// Numbers groups, all below `number_end`, anew: by their first member, without
// gaps. Returns how many there are.
NodeId NumberWithoutGaps(NodeId number_end, Membership& group);

// The weight between one node and each group, which is cleared at the end of
// each node; a group is in reach if it has any.
class GroupWeights {
 public:
  explicit GroupWeights(NodeId nodes)
      : weight_(nodes, 0.0), in_reach_(std::size_t{nodes} + 1) {}

  void Add(NodeId group, double weight) {
    // Kept in any case, to be written over: whether it is there already cannot
    // be told in advance.
    in_reach_[count_] = group;
    count_ += weight_[group] == 0 ? 1 : 0;
    weight_[group] += weight;
  }
  double weight(NodeId group) const { return weight_[group]; }
  std::size_t count() const { return count_; }
  // In the order in which they were first added.
  NodeId in_reach(std::size_t i) const { return in_reach_[i]; }

  void Clear() {
    for (std::size_t i = 0; i < count_; ++i) weight_[in_reach_[i]] = 0;
    count_ = 0;
  }

 private:
  std::vector<double> weight_;
  std::vector<NodeId> in_reach_;
  std::size_t count_ = 0;
};

}  // namespace pulsetaker::network
