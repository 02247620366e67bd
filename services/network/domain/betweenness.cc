#include "services/network/domain/betweenness.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

constexpr NodeId kUnreachedYet = kNodesMax;

// Scratch space of one source, sized once and reused for every source.
class Search {
 public:
  // `wanted[v]` is 1 for targets and 0 for others.
  Search(const Rows& rows, const std::vector<double>& wanted)
      : rows_(rows),
        wanted_(wanted),
        distance_(rows.node_count(), kUnreachedYet),
        paths_(rows.node_count(), 0.0),
        dependency_(rows.node_count(), 0.0) {
    order_.reserve(rows.node_count());
  }

  // False if there are more paths than a double can count.
  bool Run(NodeId source, std::vector<double>& sums) {
    CountPaths(source);
    const bool counted =
        std::all_of(order_.begin(), order_.end(),
                    [this](NodeId u) { return std::isfinite(paths_[u]); });
    if (counted) SumBack(sums);
    for (const NodeId u : order_) {
      distance_[u] = kUnreachedYet;
      paths_[u] = dependency_[u] = 0;
    }
    return counted;
  }

 private:
  void CountPaths(NodeId source) {
    order_.assign(1, source);
    distance_[source] = 0;
    paths_[source] = 1;
    for (std::size_t head = 0; head < order_.size(); ++head) {
      const NodeId u = order_[head];
      for (const NodeId v : rows_.row(u)) {
        if (distance_[v] == kUnreachedYet) {
          distance_[v] = distance_[u] + 1;
          order_.push_back(v);
        }
        if (distance_[v] == distance_[u] + 1) paths_[v] += paths_[u];
      }
    }
  }

  // From the farthest back, each node gathers what passes on through it.
  void SumBack(std::vector<double>& sums) {
    for (std::size_t i = order_.size(); i-- > 1;) {
      const NodeId u = order_[i];
      double passed_on = 0;
      for (const NodeId v : rows_.row(u)) {
        if (distance_[v] == distance_[u] + 1) passed_on += dependency_[v];
      }
      const double through = passed_on * paths_[u];
      sums[u] += through;
      dependency_[u] = (wanted_[u] + through) / paths_[u];
    }
  }

  const Rows& rows_;
  const std::vector<double>& wanted_;
  std::vector<NodeId> order_;     // Reached nodes, nearest first.
  std::vector<NodeId> distance_;  // From the source, in arcs.
  std::vector<double> paths_;     // Shortest ones; a grid of 35 by 35 has more
                                  // than 64 bits can count.
  std::vector<double> dependency_;  // Per path: what ends in a node or passes.
};

absl::StatusOr<std::vector<double>> SumOverSources(
    const Rows& rows, absl::Span<const NodeId> sources,
    const std::vector<double>& wanted, IsCancelled is_cancelled) {
  std::vector<double> sums(rows.node_count(), 0.0);
  if (rows.node_count() < 3) return sums;
  Search search(rows, wanted);
  for (const NodeId source : sources) {
    if (is_cancelled()) return absl::CancelledError("betweenness");
    if (!search.Run(source, sums)) {
      return MakeError(absl::StatusCode::kOutOfRange, "PATH_COUNT_OVERFLOW",
                       "more shortest paths than a double can count");
    }
  }
  return sums;
}

absl::StatusOr<std::vector<double>> OverAllPairs(const Rows& rows,
                                                 IsCancelled is_cancelled) {
  std::vector<NodeId> sources(rows.node_count());
  std::iota(sources.begin(), sources.end(), NodeId{0});
  const std::vector<double> wanted(rows.node_count(), 1.0);
  return SumOverSources(rows, sources, wanted, is_cancelled);
}

absl::Status CheckNodes(absl::Span<const NodeId> nodes, NodeId node_count) {
  for (const NodeId node : nodes) {
    if (node < node_count) continue;
    return MakeError(
        absl::StatusCode::kInvalidArgument, "NODE_OUT_OF_RANGE",
        absl::StrCat("node ", node, ", want nodes below ", node_count));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<double>> Betweenness(const Digraph& graph,
                                                IsCancelled is_cancelled) {
  return OverAllPairs(graph.out_rows(), is_cancelled);
}

absl::StatusOr<std::vector<double>> Betweenness(const Graph& graph,
                                                IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(std::vector<double> sums,
                      OverAllPairs(graph.rows(), is_cancelled));
  for (double& sum : sums) sum /= 2;  // Every pair was met from both ends.
  return sums;
}

absl::StatusOr<std::vector<double>> SubsetBetweenness(
    const Digraph& graph, absl::Span<const NodeId> sources,
    absl::Span<const NodeId> targets, IsCancelled is_cancelled) {
  PT_RETURN_IF_ERROR(CheckNodes(sources, graph.node_count()));
  PT_RETURN_IF_ERROR(CheckNodes(targets, graph.node_count()));
  std::vector<NodeId> starts(sources.begin(), sources.end());
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  std::vector<double> wanted(graph.node_count(), 0.0);
  for (const NodeId target : targets) wanted[target] = 1.0;
  return SumOverSources(graph.out_rows(), starts, wanted, is_cancelled);
}

}  // namespace pulsetaker::network
