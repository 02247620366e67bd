#include "services/network/domain/betweenness.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/brandes_batch.h"
#include "services/network/domain/isa.h"
#include "services/network/domain/lanes.h"

namespace pulsetaker::network {
namespace {

constexpr NodeId kUnreachedYet = kNodesMax;

// Up to this many sources are searched from one after the other: with few, most
// lanes of a batch would be idle.
constexpr std::size_t kOneByOneSourcesMax = 16;

// Up to this many nodes, batches of 64 sources fit in the second cache; beyond,
// those of 32.
constexpr NodeId kWideNodesMax = 5'000;
constexpr std::size_t kWideBlocks = 8;
constexpr std::size_t kNarrowBlocks = 4;

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

absl::Status PathCountOverflow() {
  return MakeError(absl::StatusCode::kOutOfRange, "PATH_COUNT_OVERFLOW",
                   "more shortest paths than a double can count");
}

// What to sum, and over which sources.
struct Task {
  const Rows& out;
  const Rows& in;
  absl::Span<const NodeId> sources;
  const std::vector<double>& wanted;  // 1 for targets, 0 for others.
  Isa isa = BestIsa();
};

absl::StatusOr<std::vector<double>> SumOneByOne(const Task& task,
                                                IsCancelled is_cancelled) {
  std::vector<double> sums(task.out.node_count(), 0.0);
  Search search(task.out, task.wanted);
  for (const NodeId source : task.sources) {
    if (is_cancelled()) return absl::CancelledError("betweenness");
    if (!search.Run(source, sums)) return PathCountOverflow();
  }
  return sums;
}

// All nodes, the tied ones near each other: breadth first, directions ignored.
std::vector<NodeId> NearbyOrder(const Rows& out, const Rows& in) {
  std::vector<NodeId> order;
  order.reserve(out.node_count());
  std::vector<bool> is_placed(out.node_count(), false);
  const auto place = [&](NodeId u) {
    if (is_placed[u]) return;
    is_placed[u] = true;
    order.push_back(u);
  };
  for (NodeId root = 0; root < out.node_count(); ++root) {
    std::size_t head = order.size();
    place(root);
    for (; head < order.size(); ++head) {
      const NodeId u = order[head];
      for (const NodeId v : out.row(u)) place(v);
      for (const NodeId v : in.row(u)) place(v);
    }
  }
  return order;
}

// The rows with node order[i] called i; without weights, which have no say.
Rows Reordered(const Rows& rows, const std::vector<NodeId>& order,
               const std::vector<NodeId>& position) {
  std::vector<std::size_t> begins{0};
  std::vector<NodeId> targets;
  begins.reserve(order.size() + 1);
  targets.reserve(rows.entry_count());
  for (const NodeId u : order) {
    for (const NodeId v : rows.row(u)) targets.push_back(position[v]);
    std::sort(targets.begin() + static_cast<std::ptrdiff_t>(begins.back()),
              targets.end());
    begins.push_back(targets.size());
  }
  return Rows(std::move(begins), std::move(targets), {});
}

template <std::size_t Blocks, std::size_t Width>
absl::StatusOr<std::vector<double>> SumInBatches(const Task& task,
                                                 IsCancelled is_cancelled) {
  using Batch = BrandesBatch<Blocks, Width>;
  Batch batch(task.out, task.in, task.wanted);
  std::vector<double> sums(task.out.node_count(), 0.0);
  for (std::size_t i = 0; i < task.sources.size(); i += Batch::kSourcesMax) {
    if (is_cancelled()) return absl::CancelledError("betweenness");
    const auto sources = task.sources.subspan(i, Batch::kSourcesMax);
    if (!RunOn(task.isa, [&] { return batch.Run(sources, sums); })) {
      return PathCountOverflow();
    }
  }
  return sums;
}

// With registers as wide as the instruction set has.
template <std::size_t Blocks>
absl::StatusOr<std::vector<double>> SumInRegisters(const Task& task,
                                                   IsCancelled is_cancelled) {
  switch (task.isa) {
    case Isa::kAvx512:
      return SumInBatches<Blocks, 8>(task, is_cancelled);
    case Isa::kAvx2:
      return SumInBatches<Blocks, 4>(task, is_cancelled);
    default:
      return SumInBatches<Blocks, 2>(task, is_cancelled);
  }
}

// Batches of sources that are near each other have more arcs in common.
absl::StatusOr<std::vector<double>> SumNearby(const Task& task,
                                              IsCancelled is_cancelled) {
  const NodeId nodes = task.out.node_count();
  const std::vector<NodeId> order = NearbyOrder(task.out, task.in);
  std::vector<NodeId> position(nodes);
  for (NodeId i = 0; i < nodes; ++i) position[order[i]] = i;
  const Rows out = Reordered(task.out, order, position);
  const Rows in = Reordered(task.in, order, position);
  std::vector<NodeId> sources;
  for (const NodeId source : task.sources) sources.push_back(position[source]);
  std::sort(sources.begin(), sources.end());
  std::vector<double> wanted(nodes);
  for (NodeId i = 0; i < nodes; ++i) wanted[i] = task.wanted[order[i]];

  const Task nearby{out, in, sources, wanted, task.isa};
  PT_ASSIGN_OR_RETURN(
      const std::vector<double> placed,
      nodes <= kWideNodesMax
          ? SumInRegisters<kWideBlocks>(nearby, is_cancelled)
          : SumInRegisters<kNarrowBlocks>(nearby, is_cancelled));
  std::vector<double> sums(nodes);
  for (NodeId i = 0; i < nodes; ++i) sums[order[i]] = placed[i];
  return sums;
}

absl::StatusOr<std::vector<double>> SumOverSources(const Task& task,
                                                   IsCancelled is_cancelled) {
  if (task.out.node_count() < 3) {
    return std::vector<double>(task.out.node_count(), 0.0);
  }
  if (task.sources.size() <= kOneByOneSourcesMax) {
    return SumOneByOne(task, is_cancelled);
  }
  // All in one batch: it does not matter who is near whom.
  if (task.sources.size() <= kLanes * kNarrowBlocks) {
    return SumInRegisters<kNarrowBlocks>(task, is_cancelled);
  }
  return SumNearby(task, is_cancelled);
}

absl::StatusOr<std::vector<double>> OverAllPairs(const Rows& out,
                                                 const Rows& in,
                                                 IsCancelled is_cancelled,
                                                 Isa isa) {
  std::vector<NodeId> sources(out.node_count());
  std::iota(sources.begin(), sources.end(), NodeId{0});
  const std::vector<double> wanted(out.node_count(), 1.0);
  return SumOverSources({out, in, sources, wanted, isa}, is_cancelled);
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
                                                IsCancelled is_cancelled,
                                                Isa isa) {
  return OverAllPairs(graph.out_rows(), graph.in_rows(), is_cancelled, isa);
}

absl::StatusOr<std::vector<double>> Betweenness(const Graph& graph,
                                                IsCancelled is_cancelled,
                                                Isa isa) {
  PT_ASSIGN_OR_RETURN(
      std::vector<double> sums,
      OverAllPairs(graph.rows(), graph.rows(), is_cancelled, isa));
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
  return SumOverSources({graph.out_rows(), graph.in_rows(), starts, wanted},
                        is_cancelled);
}

}  // namespace pulsetaker::network
