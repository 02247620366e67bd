#include "services/network/domain/key_player_measures.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "common/base/status.h"
#include "services/network/domain/components.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/isa.h"
#include "services/network/domain/multi_source.h"

namespace pulsetaker::network {
namespace {

// 1 - pairs / all ordered pairs of `left` nodes; 0 where there are none.
double FragmentationOf(double pairs, double left) {
  return left < 2 ? 0 : 1 - pairs / (left * (left - 1));
}

std::uint64_t PairsIn(std::uint64_t size) {
  return size == 0 ? 0 : size * (size - 1);
}

class ComponentFragmentationMeasure final : public KeyPlayerMeasure {
 public:
  explicit ComponentFragmentationMeasure(const Graph& graph) : graph_(graph) {}

  absl::StatusOr<double> ValueOf(absl::Span<const NodeId> members,
                                 IsCancelled /*is_cancelled*/) override {
    PT_ASSIGN_OR_RETURN(const Graph rest, Without(members));
    return FragmentationOf(
        static_cast<double>(PairsWithPath(ConnectedComponents(rest))),
        LeftBy(members));
  }

  absl::StatusOr<std::vector<double>> ValuesWith(
      absl::Span<const NodeId> members, absl::Span<const NodeId> candidates,
      IsCancelled is_cancelled) override {
    if (is_cancelled()) return absl::CancelledError("fragmentation");
    PT_ASSIGN_OR_RETURN(const Graph rest, Without(members));
    const Components components = ConnectedComponents(rest);
    const std::uint64_t pairs = PairsWithPath(components);
    // Of each node, the pairs with a path in its component once it is gone.
    std::vector<std::uint64_t> pairs_left(rest.node_count());
    for (NodeId u = 0; u < rest.node_count(); ++u) {
      pairs_left[u] = PairsIn(SizeOf(components, u) - 1);
    }
    for (const ArticulationPoint& point : ArticulationPoints(rest)) {
      pairs_left[point.node] = 0;
      for (const NodeId size : point.part_sizes) {
        pairs_left[point.node] += PairsIn(size);
      }
    }
    std::vector<double> values;
    values.reserve(candidates.size());
    for (const NodeId u : candidates) {
      const std::uint64_t left =
          pairs - PairsIn(SizeOf(components, u)) + pairs_left[u];
      values.push_back(
          FragmentationOf(static_cast<double>(left), LeftBy(members) - 1));
    }
    return values;
  }

 private:
  static std::uint64_t SizeOf(const Components& components, NodeId node) {
    return components.size[components.id[node]];
  }

  static std::uint64_t PairsWithPath(const Components& components) {
    std::uint64_t pairs = 0;
    for (const NodeId size : components.size) pairs += PairsIn(size);
    return pairs;
  }

  double LeftBy(absl::Span<const NodeId> members) const {
    return static_cast<double>(graph_.node_count() - members.size());
  }

  // Members stay as isolates, which are in no pair.
  absl::StatusOr<Graph> Without(absl::Span<const NodeId> members) const {
    if (members.empty()) return graph_;
    std::vector<bool> is_gone(graph_.node_count(), false);
    for (const NodeId member : members) is_gone[member] = true;
    std::vector<Arc> edges;
    for (NodeId u = 0; u < graph_.node_count(); ++u) {
      for (const NodeId v : graph_.neighbors(u)) {
        if (u < v && !is_gone[u] && !is_gone[v]) edges.push_back({u, v});
      }
    }
    return Graph::FromEdges(graph_.node_count(), edges);
  }

  const Graph& graph_;
};

class SearchedFragmentationMeasure final : public KeyPlayerMeasure {
 public:
  SearchedFragmentationMeasure(const Rows& named_by, bool by_distance)
      : by_distance_(by_distance),
        is_gone_(named_by.node_count(), false),
        search_(named_by) {}

  absl::StatusOr<double> ValueOf(absl::Span<const NodeId> members,
                                 IsCancelled is_cancelled) override {
    for (const NodeId member : members) is_gone_[member] = true;
    const absl::StatusOr<double> value = Value(is_cancelled);
    for (const NodeId member : members) is_gone_[member] = false;
    return value;
  }

  absl::StatusOr<std::vector<double>> ValuesWith(
      absl::Span<const NodeId> members, absl::Span<const NodeId> candidates,
      IsCancelled is_cancelled) override {
    std::vector<double> values;
    values.reserve(candidates.size());
    std::vector<NodeId> set(members.begin(), members.end());
    for (const NodeId candidate : candidates) {
      set.push_back(candidate);
      PT_ASSIGN_OR_RETURN(const double value, ValueOf(set, is_cancelled));
      set.pop_back();
      values.push_back(value);
    }
    return values;
  }

 private:
  using Search = MultiSourceSearch<4>;

  // Without those who are gone.
  absl::StatusOr<double> Value(IsCancelled is_cancelled) {
    sources_.clear();
    for (NodeId u = 0; u < is_gone_.size(); ++u) {
      if (!is_gone_[u]) sources_.push_back(u);
    }
    std::vector<std::uint64_t> pairs;  // By distance - 1.
    const auto count_pairs = [&](NodeId /*node*/, NodeId distance,
                                 std::uint64_t count) {
      if (pairs.size() < distance) pairs.resize(distance, 0);
      pairs[distance - 1] += count;
    };
    const absl::Span<const NodeId> all = sources_;
    for (std::size_t i = 0; i < all.size(); i += Search::kSourcesMax) {
      if (is_cancelled()) return absl::CancelledError("fragmentation");
      const auto batch = all.subspan(i, Search::kSourcesMax);
      RunOn(BestIsa(), [&] { search_.Run(batch, is_gone_, count_pairs); });
    }
    double sum = 0;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      sum += static_cast<double>(pairs[i]) /
             (by_distance_ ? static_cast<double>(i + 1) : 1.0);
    }
    return FragmentationOf(sum, static_cast<double>(sources_.size()));
  }

  const bool by_distance_;
  std::vector<bool> is_gone_;
  std::vector<NodeId> sources_;
  Search search_;
};

class ReachMeasure final : public KeyPlayerMeasure {
 public:
  ReachMeasure(const Rows& out, NodeId steps_max, bool by_distance)
      : out_(out),
        steps_max_(steps_max),
        by_distance_(by_distance),
        distance_(out.node_count(), kUnreached),
        count_(std::size_t{out.node_count()} + 1, 0),
        nearer_(out.node_count(), kUnreached) {}

  absl::StatusOr<double> ValueOf(absl::Span<const NodeId> members,
                                 IsCancelled /*is_cancelled*/) override {
    MeasureFrom(members);
    return Value();
  }

  absl::StatusOr<std::vector<double>> ValuesWith(
      absl::Span<const NodeId> members, absl::Span<const NodeId> candidates,
      IsCancelled is_cancelled) override {
    MeasureFrom(members);
    const NodeId farthest = farthest_;
    std::vector<double> values;
    values.reserve(candidates.size());
    for (const NodeId candidate : candidates) {
      if (is_cancelled()) return absl::CancelledError("reach");
      SearchNearerTo(candidate);
      for (const NodeId u : queue_) Move(distance_[u], nearer_[u]);
      values.push_back(Value());
      for (const NodeId u : queue_) Move(nearer_[u], distance_[u]);
      for (const NodeId u : queue_) nearer_[u] = kUnreached;
      farthest_ = farthest;
    }
    return values;
  }

 private:
  // Distances from the set, and how many nodes have each.
  void MeasureFrom(absl::Span<const NodeId> members) {
    std::fill(distance_.begin(), distance_.end(), kUnreached);
    std::fill(count_.begin(), count_.end(), 0);
    farthest_ = 0;
    for (const NodeId member : members) {
      SearchNearerTo(member);
      for (const NodeId u : queue_) {
        Move(distance_[u], nearer_[u]);
        distance_[u] = nearer_[u];
        nearer_[u] = kUnreached;
      }
    }
  }

  // Fills queue_ with the nodes that are nearer to `start` than to the set, and
  // nearer_ with how near. Beyond a node that is not, nobody is.
  void SearchNearerTo(NodeId start) {
    queue_.assign(1, start);
    nearer_[start] = 0;
    for (std::size_t head = 0; head < queue_.size(); ++head) {
      const NodeId next = nearer_[queue_[head]] + 1;
      if (next > steps_max_) return;
      for (const NodeId v : out_.row(queue_[head])) {
        if (nearer_[v] != kUnreached || distance_[v] <= next) continue;
        nearer_[v] = next;
        queue_.push_back(v);
      }
    }
  }

  void Move(NodeId from, NodeId to) {
    if (from != kUnreached) --count_[from];
    if (to == kUnreached) return;
    ++count_[to];
    farthest_ = std::max(farthest_, to);
  }

  double Value() const {
    if (out_.node_count() == 0) return 0;
    double sum = count_[0];
    for (NodeId distance = 1; distance <= farthest_; ++distance) {
      const double divisor = by_distance_ ? distance : 1;
      sum += count_[distance] / divisor;
    }
    return sum / out_.node_count();
  }

  const Rows& out_;
  const NodeId steps_max_;
  const bool by_distance_;
  std::vector<NodeId> distance_;  // From the set, or kUnreached.
  std::vector<NodeId> count_;     // Of nodes at each distance.
  NodeId farthest_ = 0;           // No count beyond is above 0.
  std::vector<NodeId> nearer_;    // From a candidate, or kUnreached.
  std::vector<NodeId> queue_;
};

}  // namespace

std::unique_ptr<KeyPlayerMeasure> ComponentFragmentation(const Graph& graph) {
  return std::make_unique<ComponentFragmentationMeasure>(graph);
}

std::unique_ptr<KeyPlayerMeasure> PathFragmentation(const Rows& named_by) {
  return std::make_unique<SearchedFragmentationMeasure>(named_by, false);
}

std::unique_ptr<KeyPlayerMeasure> DistanceFragmentation(const Rows& named_by) {
  return std::make_unique<SearchedFragmentationMeasure>(named_by, true);
}

std::unique_ptr<KeyPlayerMeasure> StepReach(const Rows& out, NodeId steps) {
  return std::make_unique<ReachMeasure>(out, steps, false);
}

std::unique_ptr<KeyPlayerMeasure> DistanceReach(const Rows& out) {
  return std::make_unique<ReachMeasure>(out, kUnreached, true);
}

}  // namespace pulsetaker::network
