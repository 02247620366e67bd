#include "services/network/domain/sampled_betweenness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/parallel.h"

namespace pulsetaker::network {
namespace {

constexpr std::uint64_t kBlock = 256;

constexpr NodeId kUnreachedYet = kNodesMax;

enum class Outcome : std::uint8_t { kJoined, kApart, kOverflow };

// Scratch space of one thread, sized once and reused for every sample.
class PathSampler {
 public:
  PathSampler(const Rows& out, const Rows& in)
      : places_(out.node_count()), sides_{Side{out, in}, Side{in, out}} {}

  // Draws one of the shortest paths from `source` to `target`, each as likely,
  // and adds 1 to `passed` for each node between them.
  Outcome Sample(NodeId source, NodeId target, Random& random,
                 std::vector<std::uint32_t>& passed) {
    Start(0, source);
    Start(1, target);
    while (met_.empty() && GrowLighterSide()) {
    }
    const Outcome outcome = met_.empty() ? Outcome::kApart : Weigh();
    if (outcome == Outcome::kJoined) {
      const NodeId middle = DrawMiddle(random);
      if (middle != source && middle != target) ++passed[middle];
      WalkBack(0, middle, random, passed);
      WalkBack(1, middle, random, passed);
    }
    Clear();
    return outcome;
  }

 private:
  // What a search from the source and one from the target know of a node. Side
  // by side, as most nodes that one search comes to are far from those before.
  struct Place {
    std::array<double, 2> paths{};  // Shortest ones from the search's start.
    std::array<NodeId, 2> distance{kUnreachedYet, kUnreachedYet};
  };

  struct Side {
    Side(const Rows& forward, const Rows& backward)
        : onward(forward), back(backward) {}

    const Rows& onward;  // Away from the start of this search.
    const Rows& back;
    std::vector<NodeId> found;   // Nearest first.
    std::size_t front = 0;       // In `found`: where the last level begins.
    std::size_t front_arcs = 0;  // To look at for the next level.
    NodeId level = 0;            // Distance of the last level.
  };

  void Start(std::size_t s, NodeId node) {
    Side& side = sides_[s];
    side.found.assign(1, node);
    side.front = 0;
    side.front_arcs = side.onward.row_size(node);
    side.level = 0;
    places_[node].paths[s] = 1;
    places_[node].distance[s] = 0;
  }

  // False if the search with fewer arcs to look at has none left: then there is
  // no path.
  bool GrowLighterSide() {
    const std::size_t s = sides_[1].front_arcs < sides_[0].front_arcs ? 1 : 0;
    if (sides_[s].front_arcs == 0) return false;
    Grow(s);
    return true;
  }

  // One level more. Where it meets the last level of the other search, the
  // shortest paths pass, each in just one such node. It meets no earlier level:
  // then the searches would have met before.
  void Grow(std::size_t s) {
    Side& side = sides_[s];
    const std::size_t end = side.found.size();
    ++side.level;
    side.front_arcs = 0;
    for (std::size_t i = side.front; i < end; ++i) {
      const NodeId u = side.found[i];
      const double paths = places_[u].paths[s];
      for (const NodeId v : side.onward.row(u)) {
        Place& place = places_[v];
        if (place.distance[s] == side.level) {
          place.paths[s] += paths;
        } else if (place.distance[s] == kUnreachedYet) {
          place.distance[s] = side.level;
          place.paths[s] = paths;
          side.found.push_back(v);
          side.front_arcs += side.onward.row_size(v);
          if (place.distance[1 - s] != kUnreachedYet) met_.push_back(v);
        }
      }
    }
    side.front = end;
  }

  // How many shortest paths pass each place where the searches met, in
  // proportion to the most from either end, so that products do not overflow.
  Outcome Weigh() {
    std::array<double, 2> most{};
    for (const NodeId v : met_) {
      for (std::size_t s = 0; s < 2; ++s) {
        most[s] = std::max(most[s], places_[v].paths[s]);
      }
    }
    if (!std::isfinite(most[0]) || !std::isfinite(most[1])) {
      return Outcome::kOverflow;
    }
    weights_.clear();
    for (const NodeId v : met_) {
      const std::array<double, 2>& paths = places_[v].paths;
      weights_.push_back((paths[0] / most[0]) * (paths[1] / most[1]));
    }
    return Outcome::kJoined;
  }

  NodeId DrawMiddle(Random& random) const {
    double sum = 0;
    for (const double weight : weights_) sum += weight;
    double left = random.UnitDouble() * sum;
    std::size_t i = 0;
    while (i + 1 < met_.size() && left >= weights_[i]) left -= weights_[i++];
    return met_[i];
  }

  // From `node` to the start of a search, by one of the shortest paths.
  void WalkBack(std::size_t s, NodeId node, Random& random,
                std::vector<std::uint32_t>& passed) const {
    while (places_[node].distance[s] > 1) {
      node = DrawPrevious(s, node, random);
      ++passed[node];
    }
  }

  // Who comes before `node` on a shortest path, as likely as paths lead there.
  NodeId DrawPrevious(std::size_t s, NodeId node, Random& random) const {
    const NodeId before = places_[node].distance[s] - 1;
    double left = random.UnitDouble() * places_[node].paths[s];
    NodeId drawn = node;
    for (const NodeId v : sides_[s].back.row(node)) {
      if (places_[v].distance[s] != before) continue;
      drawn = v;
      left -= places_[v].paths[s];
      if (left < 0) break;
    }
    return drawn;
  }

  void Clear() {
    for (const Side& side : sides_) {
      for (const NodeId v : side.found) places_[v] = Place();
    }
    met_.clear();
  }

  std::vector<Place> places_;
  std::array<Side, 2> sides_;    // From the source, from the target.
  std::vector<NodeId> met_;      // Where the searches met.
  std::vector<double> weights_;  // Of these.
};

absl::Status PathCountOverflow() {
  return MakeError(absl::StatusCode::kOutOfRange, "PATH_COUNT_OVERFLOW",
                   "more shortest paths than a double can count");
}

// What one thread has counted.
struct Counts {
  std::vector<std::uint32_t> passed;
  std::uint64_t joined = 0;
};

// `count` samples of stream `block`.
absl::Status SampleBlock(PathSampler& sampler, std::uint64_t count,
                         Random random, Counts& counts) {
  const auto nodes = static_cast<std::uint64_t>(counts.passed.size());
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto source = static_cast<NodeId>(random.Uniform(nodes));
    auto target = static_cast<NodeId>(random.Uniform(nodes - 1));
    if (target >= source) ++target;
    const Outcome outcome =
        sampler.Sample(source, target, random, counts.passed);
    if (outcome == Outcome::kOverflow) return PathCountOverflow();
    if (outcome == Outcome::kJoined) ++counts.joined;
  }
  return absl::OkStatus();
}

// Whose paths to draw.
struct Network {
  const Rows& out;
  const Rows& in;
  double pairs = 0.0;  // What betweenness.h sums over.
};

absl::StatusOr<Counts> CountPaths(const Network& network,
                                  const PathSampling& sampling,
                                  const Random& random,
                                  IsCancelled is_cancelled) {
  const NodeId nodes = network.out.node_count();
  const std::uint64_t samples = sampling.sample_count;
  const std::uint64_t blocks = (samples + kBlock - 1) / kBlock;
  const auto workers = static_cast<std::size_t>(std::min<std::uint64_t>(
      blocks, static_cast<std::uint64_t>(std::max(sampling.thread_count, 1))));
  std::vector<Counts> counts(workers);
  const auto count = [&](std::size_t worker) -> absl::Status {
    counts[worker].passed.assign(nodes, 0);
    PathSampler sampler(network.out, network.in);
    for (std::uint64_t block = worker; block < blocks; block += workers) {
      if (is_cancelled()) return absl::CancelledError("sampled betweenness");
      PT_RETURN_IF_ERROR(SampleBlock(sampler,
                                     std::min(kBlock, samples - block * kBlock),
                                     random.Fork(block), counts[worker]));
    }
    return absl::OkStatus();
  };
  PT_RETURN_IF_ERROR(ParallelFor(workers, sampling.thread_count, count));
  Counts& sum = counts.front();
  for (std::size_t i = 1; i < workers; ++i) {
    sum.joined += counts[i].joined;
    for (NodeId u = 0; u < nodes; ++u) {
      sum.passed[u] += counts[i].passed[u];
    }
  }
  return std::move(sum);
}

// Whether somebody may be passed on the way from one person to another.
bool MayBePassed(const Rows& out, const Rows& in, NodeId node) {
  if (out.row_size(node) == 0 || in.row_size(node) == 0) return false;
  return out.row_size(node) > 1 || in.row_size(node) > 1 ||
         out.row(node).front() != in.row(node).front();
}

absl::StatusOr<SampledBetweenness> SampleOver(const Network& network,
                                              const PathSampling& sampling,
                                              const Random& random,
                                              IsCancelled is_cancelled) {
  if (sampling.sample_count < 1 || sampling.sample_count > kPathSamplesMax) {
    return MakeError(absl::StatusCode::kInvalidArgument, "SAMPLES_OUT_OF_RANGE",
                     absl::StrCat(sampling.sample_count, " samples, want 1 to ",
                                  kPathSamplesMax));
  }
  const NodeId nodes = network.out.node_count();
  SampledBetweenness result{.value = std::vector<double>(nodes, 0.0),
                            .error = std::vector<double>(nodes, 0.0)};
  if (nodes < 2) return result;
  PT_ASSIGN_OR_RETURN(const Counts counts,
                      CountPaths(network, sampling, random, is_cancelled));
  result.joined_count = counts.joined;
  const auto samples = static_cast<double>(sampling.sample_count);
  for (NodeId u = 0; u < nodes; ++u) {
    if (!MayBePassed(network.out, network.in, u)) continue;
    const double passed = counts.passed[u];
    const double share = (passed + 2) / (samples + 4);
    result.value[u] = network.pairs * (passed / samples);
    result.error[u] = network.pairs * std::sqrt(share * (1 - share) / samples);
  }
  return result;
}

double OrderedPairs(NodeId nodes) {
  return static_cast<double>(nodes) * (static_cast<double>(nodes) - 1);
}

}  // namespace

absl::StatusOr<SampledBetweenness> SampleBetweenness(
    const Digraph& graph, const PathSampling& sampling, const Random& random,
    IsCancelled is_cancelled) {
  return SampleOver({.out = graph.out_rows(),
                     .in = graph.in_rows(),
                     .pairs = OrderedPairs(graph.node_count())},
                    sampling, random, is_cancelled);
}

absl::StatusOr<SampledBetweenness> SampleBetweenness(
    const Graph& graph, const PathSampling& sampling, const Random& random,
    IsCancelled is_cancelled) {
  return SampleOver({.out = graph.rows(),
                     .in = graph.rows(),
                     .pairs = OrderedPairs(graph.node_count()) / 2},
                    sampling, random, is_cancelled);
}

}  // namespace pulsetaker::network
