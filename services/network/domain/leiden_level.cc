#include "services/network/domain/leiden_level.h"

#include <limits>
#include <numeric>

#include "services/network/domain/degree.h"

namespace pulsetaker::network {

Membership EachAlone(NodeId nodes) {
  Membership group(nodes);
  std::iota(group.begin(), group.end(), NodeId{0});
  return group;
}

LeidenLevel LevelOf(const Graph& graph) {
  LeidenLevel level;
  level.begins.reserve(std::size_t{graph.node_count()} + 1);
  level.targets.reserve(graph.rows().entry_count());
  level.weights.reserve(graph.rows().entry_count());
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    const absl::Span<const NodeId> neighbors = graph.neighbors(u);
    const absl::Span<const double> weights = graph.weights(u);
    level.targets.insert(level.targets.end(), neighbors.begin(),
                         neighbors.end());
    level.weights.insert(level.weights.end(), weights.begin(), weights.end());
    level.begins.push_back(level.targets.size());
  }
  level.strengths = Strengths(graph);
  for (const double strength : level.strengths) level.total += strength;
  return level;
}

LeidenLevel Aggregated(const LeidenLevel& level, const Membership& part,
                       NodeId part_count) {
  std::vector<std::size_t> next(std::size_t{part_count} + 1, 0);
  for (const NodeId p : part) ++next[std::size_t{p} + 1];
  for (std::size_t p = 0; p < part_count; ++p) next[p + 1] += next[p];
  const std::vector<std::size_t> begins = next;
  std::vector<NodeId> members(part.size());  // By part.
  for (NodeId u = 0; u < part.size(); ++u) members[next[part[u]]++] = u;

  LeidenLevel aggregated;
  aggregated.total = level.total;
  aggregated.begins.reserve(std::size_t{part_count} + 1);
  aggregated.strengths.assign(part_count, 0.0);
  GroupWeights between(part_count);
  for (NodeId p = 0; p < part_count; ++p) {
    for (std::size_t m = begins[p]; m < begins[p + 1]; ++m) {
      const NodeId u = members[m];
      aggregated.strengths[p] += level.strengths[u];
      for (std::size_t i = level.begins[u]; i < level.begins[u + 1]; ++i) {
        between.Add(part[level.targets[i]], level.weights[i]);
      }
    }
    for (std::size_t i = 0; i < between.count(); ++i) {
      const NodeId other = between.in_reach(i);
      if (other == p) continue;
      aggregated.targets.push_back(other);
      aggregated.weights.push_back(between.weight(other));
    }
    between.Clear();
    aggregated.begins.push_back(aggregated.targets.size());
  }
  return aggregated;
}

NodeId NumberWithoutGaps(NodeId number_end, Membership& group) {
  constexpr NodeId kUnseen = std::numeric_limits<NodeId>::max();
  std::vector<NodeId> number(number_end, kUnseen);
  NodeId count = 0;
  for (NodeId& g : group) {
    if (number[g] == kUnseen) number[g] = count++;
    g = number[g];
  }
  return count;
}

}  // namespace pulsetaker::network
