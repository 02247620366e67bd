#include "services/network/domain/screened_key_players.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

#include "common/base/status.h"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

bool IsClearlyAbove(double value, double other) {
  return value > other && !IsTie(value, other);
}

bool Contains(const std::vector<NodeId>& nodes, NodeId node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

// Somebody more to leave, and what that makes of the graph.
struct Leaver {
  NodeId node = 0;
  Fragmentation without;
};

class KeyPlayerSearch {
 public:
  KeyPlayerSearch(const Graph& graph, IsCancelled is_cancelled)
      : graph_(graph), is_cancelled_(is_cancelled) {}

  absl::StatusOr<KeyPlayers> Find(NodeId count) {
    KeyPlayers best;
    PT_ASSIGN_OR_RETURN(best.without,
                        FragmentationWithout(graph_, {}, is_cancelled_));
    while (best.members.size() < count) {
      PT_ASSIGN_OR_RETURN(const std::vector<NodeId> tried, ToTry(best.members));
      PT_ASSIGN_OR_RETURN(const Leaver leaver, BestBeside(best.members, tried));
      best.members.push_back(leaver.node);
      best.without = leaver.without;
    }
    for (bool better = true; better;) {
      PT_ASSIGN_OR_RETURN(better, Exchange(best));
    }
    std::sort(best.members.begin(), best.members.end());
    return best;
  }

 private:
  // Makes the best exchange; false if none is better than none. Each raises the
  // fragmentation, so they come to an end.
  absl::StatusOr<bool> Exchange(KeyPlayers& best) {
    KeyPlayers found = best;
    PT_ASSIGN_OR_RETURN(const std::vector<NodeId> tried, ToTry(best.members));
    if (tried.empty()) return false;
    for (std::size_t i = 0; i < best.members.size(); ++i) {
      std::vector<NodeId> members = best.members;
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(i));
      PT_ASSIGN_OR_RETURN(const Leaver leaver, BestBeside(members, tried));
      if (!IsClearlyAbove(leaver.without.by_distance,
                          found.without.by_distance)) {
        continue;
      }
      members.push_back(leaver.node);
      found = {std::move(members), leaver.without};
    }
    const bool is_better =
        IsClearlyAbove(found.without.by_distance, best.without.by_distance);
    if (is_better) best = std::move(found);
    return is_better;
  }

  // Who of `tried`, of whom there is one at least, leaves best beside `gone`.
  absl::StatusOr<Leaver> BestBeside(std::vector<NodeId> gone,
                                    const std::vector<NodeId>& tried) {
    Leaver best;
    bool found = false;
    gone.push_back(0);
    for (const NodeId node : tried) {
      gone.back() = node;
      PT_ASSIGN_OR_RETURN(const Fragmentation without,
                          FragmentationWithout(graph_, gone, is_cancelled_));
      if (found &&
          !IsClearlyAbove(without.by_distance, best.without.by_distance)) {
        continue;
      }
      best = {node, without};
      found = true;
    }
    return best;
  }

  // Those to try beside `gone`, ascending; none if all are gone.
  absl::StatusOr<std::vector<NodeId>> ToTry(const std::vector<NodeId>& gone) {
    std::vector<NodeId> nodes;
    for (NodeId node = 0; node < graph_.node_count(); ++node) {
      if (!Contains(gone, node)) nodes.push_back(node);
    }
    if (graph_.node_count() <= kAllTriedNodesMax ||
        nodes.size() <= kTriedCount) {
      return nodes;
    }
    PT_ASSIGN_OR_RETURN(const std::vector<double> promise, PromiseOf(gone));
    std::stable_sort(nodes.begin(), nodes.end(), [&](NodeId a, NodeId b) {
      return promise[a] > promise[b];
    });
    nodes.resize(kTriedCount);
    std::sort(nodes.begin(), nodes.end());
    return nodes;
  }

  absl::StatusOr<std::vector<double>> PromiseOf(
      const std::vector<NodeId>& gone) {
    std::vector<bool> is_gone(graph_.node_count(), false);
    for (const NodeId node : gone) is_gone[node] = true;
    std::vector<Arc> edges;
    for (NodeId a = 0; a < graph_.node_count(); ++a) {
      for (const NodeId b : graph_.neighbors(a)) {
        if (a < b && !is_gone[a] && !is_gone[b]) edges.push_back({a, b});
      }
    }
    PT_ASSIGN_OR_RETURN(const Graph left,
                        Graph::FromEdges(graph_.node_count(), edges));
    PT_ASSIGN_OR_RETURN(std::vector<double> promise,
                        Betweenness(left, is_cancelled_));
    PT_ASSIGN_OR_RETURN(const InDistances distances,
                        DistancesIn(left.ToDigraph(), is_cancelled_));
    const double others = static_cast<double>(graph_.node_count()) - 1;
    for (NodeId node = 0; node < graph_.node_count(); ++node) {
      promise[node] += 2 * others * distances.harmonic[node];
    }
    return promise;
  }

  const Graph& graph_;
  IsCancelled is_cancelled_;
};

}  // namespace

absl::StatusOr<KeyPlayers> FindScreenedKeyPlayers(const Graph& graph,
                                                  NodeId count,
                                                  IsCancelled is_cancelled) {
  return KeyPlayerSearch(graph, is_cancelled).Find(count);
}

}  // namespace pulsetaker::network
