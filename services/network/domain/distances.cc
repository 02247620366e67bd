#include "services/network/domain/distances.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "common/base/status.h"
#include "services/network/domain/isa.h"
#include "services/network/domain/multi_source.h"
#include "services/network/domain/reciprocal_sums.h"

namespace pulsetaker::network {
namespace {

// Graphs up to this size are searched from 128 sources at once, larger ones
// from 512: with few nodes most bits of the wide sets would be idle.
constexpr NodeId kNarrowMax = 128;

// The arcs that are searched along, turned round: those of `in`, and those of
// `out` too unless it is nullptr.
struct Ties {
  const Rows& in;
  const Rows* out = nullptr;
};

template <std::size_t Words, typename Visit>
absl::Status SearchInBatches(const Ties& ties,
                             const std::vector<bool>& is_removed, Visit& visit,
                             IsCancelled is_cancelled) {
  using Search = MultiSourceSearch<Words>;
  Search search(ties.in, ties.out);
  std::vector<NodeId> sources;
  for (NodeId u = 0; u < ties.in.node_count(); ++u) {
    if (is_removed.empty() || !is_removed[u]) sources.push_back(u);
  }
  const absl::Span<const NodeId> all = sources;
  for (std::size_t i = 0; i < all.size(); i += Search::kSourcesMax) {
    if (is_cancelled()) return absl::CancelledError("distances");
    const auto batch = all.subspan(i, Search::kSourcesMax);
    RunOn(BestIsa(), [&] { search.Run(batch, is_removed, visit); });
  }
  return absl::OkStatus();
}

// Searches from every node that is not removed.
template <typename Visit>
absl::Status SearchFromAll(const Ties& ties,
                           const std::vector<bool>& is_removed, Visit& visit,
                           IsCancelled is_cancelled) {
  return ties.in.node_count() <= kNarrowMax
             ? SearchInBatches<2>(ties, is_removed, visit, is_cancelled)
             : SearchInBatches<8>(ties, is_removed, visit, is_cancelled);
}

struct ProfileVisit {
  InDistances& distances;
  ReciprocalSums& sums;
  std::vector<std::uint64_t>& lengths;  // The sum of all to a node.

  void operator()(NodeId node, NodeId distance, std::uint64_t count) const {
    const auto others = static_cast<NodeId>(count);
    sums.Add(node, distance, count);
    lengths[node] += count * distance;
    distances.reached[node] += others;
    if (distance <= 2) distances.within_two[node] += others;
    if (distance <= 3) distances.within_three[node] += others;
  }
};

std::vector<bool> Marked(absl::Span<const NodeId> nodes, NodeId node_count) {
  std::vector<bool> is_marked(node_count, false);
  for (const NodeId node : nodes) is_marked[node] = true;
  return is_marked;
}

struct PairVisit {
  std::vector<std::uint64_t>& pairs;  // By distance - 1.

  void operator()(NodeId /*node*/, NodeId distance, std::uint64_t count) const {
    if (pairs.size() < distance) pairs.resize(distance, 0);
    pairs[distance - 1] += count;
  }
};

absl::StatusOr<Fragmentation> FragmentationOf(
    const Ties& ties, const std::vector<bool>& is_removed,
    IsCancelled is_cancelled) {
  std::vector<std::uint64_t> pairs;
  PairVisit visit{pairs};
  PT_RETURN_IF_ERROR(SearchFromAll(ties, is_removed, visit, is_cancelled));
  const auto removed = std::count(is_removed.begin(), is_removed.end(), true);
  const double left = ties.in.node_count() - static_cast<double>(removed);
  if (left < 2) return Fragmentation{};
  double connected = 0;
  double nearness = 0;
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    connected += static_cast<double>(pairs[i]);
    nearness += static_cast<double>(pairs[i]) / static_cast<double>(i + 1);
  }
  return Fragmentation{.by_component = 1 - connected / (left * (left - 1)),
                       .by_distance = 1 - nearness / (left * (left - 1))};
}

}  // namespace

absl::StatusOr<InDistances> DistancesIn(const Digraph& graph,
                                        IsCancelled is_cancelled) {
  const NodeId nodes = graph.node_count();
  InDistances distances;
  distances.harmonic.assign(nodes, 0.0);
  distances.reached.assign(nodes, 0);
  distances.within_two.assign(nodes, 0);
  distances.within_three.assign(nodes, 0);
  distances.closeness.assign(nodes, 0.0);
  ReciprocalSums sums(nodes);
  std::vector<std::uint64_t> lengths(nodes, 0);
  ProfileVisit visit{distances, sums, lengths};
  PT_RETURN_IF_ERROR(SearchFromAll({graph.in_rows()}, {}, visit, is_cancelled));
  if (nodes < 2) return distances;
  for (NodeId u = 0; u < nodes; ++u) {
    const double others = static_cast<double>(nodes) - 1;
    distances.harmonic[u] = sums.at(u) / others;
    if (lengths[u] == 0) continue;
    const double reached = distances.reached[u];
    distances.closeness[u] =
        (reached / others) * (reached / static_cast<double>(lengths[u]));
  }
  return distances;
}

std::vector<NodeId> DistancesFrom(const Digraph& graph,
                                  absl::Span<const NodeId> sources) {
  std::vector<NodeId> distance(graph.node_count(), kUnreached);
  std::vector<NodeId> queue;
  for (const NodeId source : sources) {
    if (distance[source] == 0) continue;
    distance[source] = 0;
    queue.push_back(source);
  }
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const NodeId u = queue[head];
    for (const NodeId v : graph.out(u)) {
      if (distance[v] != kUnreached) continue;
      distance[v] = distance[u] + 1;
      queue.push_back(v);
    }
  }
  return distance;
}

std::vector<NodeId> NodesWithin(const Digraph& graph, NodeId source,
                                NodeId steps) {
  std::vector<bool> is_seen(graph.node_count(), false);
  is_seen[source] = true;
  std::vector<NodeId> reached;
  std::vector<NodeId> front{source};
  for (NodeId step = 0; step < steps && !front.empty(); ++step) {
    std::vector<NodeId> next;
    for (const NodeId u : front) {
      for (const NodeId v : graph.out(u)) {
        if (is_seen[v]) continue;
        is_seen[v] = true;
        next.push_back(v);
      }
    }
    reached.insert(reached.end(), next.begin(), next.end());
    front = std::move(next);
  }
  std::sort(reached.begin(), reached.end());
  return reached;
}

absl::StatusOr<Fragmentation> FragmentationWithout(
    const Graph& graph, absl::Span<const NodeId> removed,
    IsCancelled is_cancelled) {
  return FragmentationOf({graph.rows()}, Marked(removed, graph.node_count()),
                         is_cancelled);
}

absl::StatusOr<Fragmentation> FragmentationWithout(
    const Digraph& graph, absl::Span<const NodeId> removed,
    IsCancelled is_cancelled) {
  return FragmentationOf({graph.in_rows(), &graph.out_rows()},
                         Marked(removed, graph.node_count()), is_cancelled);
}

absl::StatusOr<std::vector<double>> FragmentationGains(
    const Graph& graph, IsCancelled is_cancelled) {
  const Ties ties{graph.rows()};
  std::vector<bool> is_removed(graph.node_count(), false);
  PT_ASSIGN_OR_RETURN(const Fragmentation whole,
                      FragmentationOf(ties, is_removed, is_cancelled));
  std::vector<double> gains(graph.node_count());
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    is_removed[u] = true;
    PT_ASSIGN_OR_RETURN(const Fragmentation without,
                        FragmentationOf(ties, is_removed, is_cancelled));
    is_removed[u] = false;
    gains[u] = without.by_distance - whole.by_distance;
  }
  return gains;
}

}  // namespace pulsetaker::network
