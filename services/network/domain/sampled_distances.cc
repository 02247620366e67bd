#include "services/network/domain/sampled_distances.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status.h"
#include "services/network/domain/isa.h"
#include "services/network/domain/multi_source.h"
#include "services/network/domain/parallel.h"
#include "services/network/domain/reciprocal_sums.h"
#include "services/network/domain/strong_components.h"

namespace pulsetaker::network {
namespace {

constexpr std::size_t kWords = 8;
using Search = MultiSourceSearch<kWords>;

// Who is reached by fewer is searched for: of so many times n / k, a sample of
// k meets about as many, enough for its mean to be near to normal.
constexpr std::uint64_t kExpectedHitsMin = 16;

// What is known of each node: sums over sources other than itself.
struct Sums {
  explicit Sums(NodeId nodes)
      : nearness(nodes), squares(nodes), reached(nodes, 0) {}

  void operator()(NodeId node, NodeId distance, std::uint64_t count) {
    nearness.Add(node, distance, count);
    squares.Add(node, std::uint64_t{distance} * distance, count);
    reached[node] += static_cast<NodeId>(count);
  }

  void Add(const Sums& other) {
    nearness.Add(other.nearness);
    squares.Add(other.squares);
    for (std::size_t u = 0; u < reached.size(); ++u) {
      reached[u] += other.reached[u];
    }
  }

  ReciprocalSums nearness;  // Of 1 / d.
  ReciprocalSums squares;   // Of 1 / d^2.
  std::vector<NodeId> reached;
};

// `count` of the nodes, each set as likely, ascending.
std::vector<NodeId> DrawSources(NodeId nodes, NodeId count, Random random) {
  std::vector<NodeId> drawn(nodes);
  std::iota(drawn.begin(), drawn.end(), NodeId{0});
  for (NodeId i = 0; i < count; ++i) {
    std::swap(drawn[i], drawn[i + random.Uniform(nodes - i)]);
  }
  drawn.resize(count);
  std::sort(drawn.begin(), drawn.end());
  return drawn;
}

// Sums are integers, so it makes no difference who adds what, and when.
absl::StatusOr<Sums> SearchFrom(const Digraph& graph,
                                absl::Span<const NodeId> sources,
                                int thread_count, IsCancelled is_cancelled) {
  const std::size_t batches =
      (sources.size() + Search::kSourcesMax - 1) / Search::kSourcesMax;
  const std::size_t workers =
      std::clamp<std::size_t>(static_cast<std::size_t>(thread_count), 1,
                              std::max<std::size_t>(batches, 1));
  std::vector<Sums> sums(workers, Sums(graph.node_count()));
  PT_RETURN_IF_ERROR(
      ParallelFor(workers, thread_count, [&](std::size_t worker) {
        Search search(graph.in_rows());
        for (std::size_t i = worker; i < batches; i += workers) {
          if (is_cancelled()) return absl::CancelledError("sampled distances");
          const auto batch =
              sources.subspan(i * Search::kSourcesMax, Search::kSourcesMax);
          RunOn(BestIsa(), [&] { search.Run(batch, {}, sums[worker]); });
        }
        return absl::OkStatus();
      }));
  for (std::size_t i = 1; i < workers; ++i) sums.front().Add(sums[i]);
  return std::move(sums.front());
}

// The nodes of which it takes a search to know whether more than `few` reach
// them: the others are in a strong part, or come after a chain of such, that
// has more. Ascending.
std::vector<NodeId> PerhapsReachedByFew(const Digraph& graph,
                                        std::uint64_t few) {
  const StrongComponents parts = StrongComponentsOf(graph.in_rows());
  std::vector<std::uint64_t> at_least(parts.part_count(), 0);
  for (NodeId part = 0; part < parts.part_count(); ++part) {
    for (const NodeId u : parts.part(part)) {
      for (const NodeId v : graph.in(u)) {
        if (parts.id[v] == part) continue;
        at_least[part] = std::max(at_least[part], at_least[parts.id[v]]);
      }
    }
    at_least[part] += parts.part(part).size();
  }
  std::vector<NodeId> perhaps;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    if (at_least[parts.id[u]] - 1 <= few) perhaps.push_back(u);
  }
  return perhaps;
}

// Breadth-first search against the arcs, from one node after the other.
class BackwardSearch {
 public:
  explicit BackwardSearch(const Digraph& graph)
      : graph_(graph), distance_(graph.node_count(), kNodesMax) {}

  // False, and calls nothing, if more than `few` others reach `node`. Else
  // calls visit(node, distance, 1) for each of them.
  template <typename Visit>
  bool Run(NodeId node, std::uint64_t few, Visit& visit) {
    found_.assign(1, node);
    distance_[node] = 0;
    for (std::size_t head = 0; head < found_.size(); ++head) {
      const NodeId u = found_[head];
      for (const NodeId v : graph_.in(u)) {
        if (distance_[v] != kNodesMax) continue;
        distance_[v] = distance_[u] + 1;
        found_.push_back(v);
      }
      if (found_.size() - 1 > few) break;
    }
    const bool is_few = found_.size() - 1 <= few;
    for (const NodeId u : found_) {
      if (is_few && u != node) visit(node, distance_[u], 1);
      distance_[u] = kNodesMax;
    }
    return is_few;
  }

 private:
  const Digraph& graph_;
  std::vector<NodeId> distance_;  // kNodesMax where not found.
  std::vector<NodeId> found_;
};

// The nodes that at most `few` others reach, and sums over all of those.
struct Few {
  std::vector<std::uint8_t> is_few;
  Sums sums;
};

absl::StatusOr<Few> SearchForFew(const Digraph& graph, std::uint64_t few,
                                 int thread_count, IsCancelled is_cancelled) {
  const std::vector<NodeId> perhaps = PerhapsReachedByFew(graph, few);
  Few result{.is_few = std::vector<std::uint8_t>(graph.node_count(), 0),
             .sums = Sums(graph.node_count())};
  const auto workers = static_cast<std::size_t>(std::max(thread_count, 1));
  PT_RETURN_IF_ERROR(
      ParallelFor(workers, thread_count, [&](std::size_t worker) {
        BackwardSearch search(graph);
        for (std::size_t i = worker; i < perhaps.size(); i += workers) {
          if (is_cancelled()) return absl::CancelledError("sampled distances");
          const NodeId u = perhaps[i];
          result.is_few[u] = search.Run(u, few, result.sums) ? 1 : 0;
        }
        return absl::OkStatus();
      }));
  return result;
}

struct Sample {
  double others;  // N
  double size;    // m
  // The variance of a mean of the sample, from that of its values.
  double VarianceOfMean(double variance) const {
    return std::max(0.0, (1 - size / others) * variance / size);
  }
};

// Fills in node `u` of the result.
void Estimate(NodeId u, const Sums& sums, const Sample& sample,
              SampledDistances& result) {
  const double sum = sums.nearness.at(u);
  const double reached = sums.reached[u];
  result.harmonic[u] = sum / sample.size;
  result.reached[u] = sample.others * reached / sample.size;
  if (sample.size >= sample.others) {
    result.reached[u] = reached;
    return;
  }
  const double variance =
      (sums.squares.at(u) - sum * sum / sample.size) / (sample.size - 1);
  result.harmonic_error[u] = std::sqrt(sample.VarianceOfMean(variance));
  const double share = (reached + 2) / (sample.size + 4);
  result.reached_error[u] =
      sample.others * std::sqrt(sample.VarianceOfMean(share * (1 - share)));
}

}  // namespace

absl::StatusOr<SampledDistances> SampledDistancesIn(
    const Digraph& graph, const DistanceSampling& sampling,
    const Random& random, IsCancelled is_cancelled) {
  if (sampling.source_count < kSampledSourcesMin) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "SOURCES_OUT_OF_RANGE",
        absl::StrCat(sampling.source_count, " sources, want at least ",
                     kSampledSourcesMin));
  }
  const NodeId nodes = graph.node_count();
  SampledDistances result{.harmonic = std::vector<double>(nodes, 0.0),
                          .harmonic_error = std::vector<double>(nodes, 0.0),
                          .reached = std::vector<double>(nodes, 0.0),
                          .reached_error = std::vector<double>(nodes, 0.0)};
  if (nodes < 2) return result;
  const NodeId count = std::min(sampling.source_count, nodes);
  const std::vector<NodeId> sources = DrawSources(nodes, count, random);
  PT_ASSIGN_OR_RETURN(
      const Sums sums,
      SearchFrom(graph, sources, sampling.thread_count, is_cancelled));
  // Where all are sources, there is nothing left to search for.
  const std::uint64_t few =
      count == nodes ? 0 : kExpectedHitsMin * nodes / count;
  PT_ASSIGN_OR_RETURN(
      const Few exact,
      SearchForFew(graph, few, sampling.thread_count, is_cancelled));
  std::vector<bool> is_source(nodes, false);
  for (const NodeId source : sources) is_source[source] = true;
  const double others = static_cast<double>(nodes) - 1;
  for (NodeId u = 0; u < nodes; ++u) {
    if (exact.is_few[u] != 0) {
      Estimate(u, exact.sums, {.others = others, .size = others}, result);
    } else {
      const double size = static_cast<double>(count) - (is_source[u] ? 1 : 0);
      Estimate(u, sums, {.others = others, .size = size}, result);
    }
  }
  return result;
}

}  // namespace pulsetaker::network
