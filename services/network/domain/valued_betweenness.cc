#include "services/network/domain/valued_betweenness.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// A path of kNodesMax ties of the least value has a length of 2.52e9.
using Length = std::uint32_t;
constexpr Length kUnreachedYet = std::numeric_limits<Length>::max();

struct Tie {
  NodeId to = 0;
  Length length = 0;
};

// The rows of a graph with lengths in place of strengths.
struct Ties {
  std::vector<std::size_t> begins{0};  // Row u is at begins[u].
  std::vector<Tie> ties;
  Length longest = 1;

  NodeId node_count() const { return static_cast<NodeId>(begins.size() - 1); }
  absl::Span<const Tie> of(NodeId node) const {
    return absl::MakeConstSpan(ties).subspan(
        begins[node], begins[std::size_t{node} + 1] - begins[node]);
  }
};

absl::Status CheckValue(NodeId from, NodeId to, double weight) {
  if (weight >= 1 && weight <= kTieValueMax && weight == std::floor(weight)) {
    return absl::OkStatus();
  }
  return MakeError(
      absl::StatusCode::kInvalidArgument, "TIE_VALUE_OUT_OF_RANGE",
      absl::StrCat("tie from node ", from, " to ", to, " has the weight ",
                   weight, ", want a whole number from 1 to ", kTieValueMax));
}

absl::StatusOr<Ties> WithLengths(const Rows& rows) {
  Length multiple = 1;
  for (NodeId u = 0; u < rows.node_count(); ++u) {
    for (std::size_t i = 0; i < rows.row_size(u); ++i) {
      const double weight = rows.weights(u)[i];
      PT_RETURN_IF_ERROR(CheckValue(u, rows.row(u)[i], weight));
      multiple = std::lcm(multiple, static_cast<Length>(weight));
    }
  }
  Ties ties;
  ties.begins.reserve(std::size_t{rows.node_count()} + 1);
  ties.ties.reserve(rows.entry_count());
  for (NodeId u = 0; u < rows.node_count(); ++u) {
    for (std::size_t i = 0; i < rows.row_size(u); ++i) {
      const Length length = multiple / static_cast<Length>(rows.weights(u)[i]);
      ties.ties.push_back({rows.row(u)[i], length});
      ties.longest = std::max(ties.longest, length);
    }
    ties.begins.push_back(ties.ties.size());
  }
  return ties;
}

// Nodes by distance. No two in it are farther apart than the longest tie, so a
// ring of more buckets than that has a place for each distance.
class BucketQueue {
 public:
  explicit BucketQueue(Length longest)
      : buckets_(std::bit_ceil(std::size_t{longest} + 1)) {}

  void Push(NodeId node, Length distance) {
    At(distance).push_back(node);
    ++count_;
  }

  bool is_empty() const { return count_ == 0; }

  // The nodes at `distance`, which are no longer in the queue then. They stay
  // until the next call; nobody may be pushed to the same distance meanwhile.
  const std::vector<NodeId>& Take(Length distance) {
    taken_.clear();
    taken_.swap(At(distance));
    count_ -= taken_.size();
    return taken_;
  }

 private:
  std::vector<NodeId>& At(Length distance) {
    return buckets_[distance & (buckets_.size() - 1)];
  }

  std::vector<std::vector<NodeId>> buckets_;  // A power of two.
  std::vector<NodeId> taken_;
  std::size_t count_ = 0;
};

// Scratch space of one source, sized once and reused for every source.
class Search {
 public:
  explicit Search(const Ties& ties)
      : ties_(ties),
        queue_(ties.longest),
        distance_(ties.node_count(), kUnreachedYet),
        paths_(ties.node_count(), 0.0),
        share_(ties.node_count(), 0.0) {
    order_.reserve(ties.node_count());
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
      paths_[u] = share_[u] = 0;
    }
    return counted;
  }

 private:
  void CountPaths(NodeId source) {
    order_.clear();
    distance_[source] = 0;
    paths_[source] = 1;
    queue_.Push(source, 0);
    for (Length distance = 0; !queue_.is_empty(); ++distance) {
      for (const NodeId u : queue_.Take(distance)) {
        // It may have been reached by a shorter way since.
        if (distance_[u] == distance) Settle(u);
      }
    }
  }

  void Settle(NodeId u) {
    order_.push_back(u);
    const Length here = distance_[u];
    const double paths = paths_[u];
    for (const Tie& tie : ties_.of(u)) {
      const Length distance = here + tie.length;
      if (distance > distance_[tie.to]) continue;
      if (distance < distance_[tie.to]) {
        distance_[tie.to] = distance;
        paths_[tie.to] = paths;
        queue_.Push(tie.to, distance);
      } else {
        paths_[tie.to] += paths;
      }
    }
  }

  // From the farthest back, each node gathers what passes on through it.
  void SumBack(std::vector<double>& sums) {
    for (std::size_t i = order_.size(); i-- > 1;) {
      const NodeId u = order_[i];
      double passed_on = 0;
      for (const Tie& tie : ties_.of(u)) {
        // Without a branch: who is next on a path is not to be foreseen.
        const bool is_next = distance_[tie.to] == distance_[u] + tie.length;
        passed_on += is_next ? share_[tie.to] : 0.0;
      }
      const double through = passed_on * paths_[u];
      sums[u] += through;
      share_[u] = (1 + through) / paths_[u];
    }
  }

  const Ties& ties_;
  BucketQueue queue_;
  std::vector<NodeId> order_;     // Reached nodes, nearest first.
  std::vector<Length> distance_;  // From the source.
  std::vector<double> paths_;     // Shortest ones.
  std::vector<double> share_;  // What each of them carries: that which ends in
                               // the node, and that which passes on.
};

absl::StatusOr<std::vector<double>> OverAllPairs(const Rows& rows,
                                                 IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(const Ties ties, WithLengths(rows));
  std::vector<double> sums(ties.node_count(), 0.0);
  Search search(ties);
  for (NodeId source = 0; source < ties.node_count(); ++source) {
    if (is_cancelled()) return absl::CancelledError("valued betweenness");
    if (!search.Run(source, sums)) {
      return MakeError(absl::StatusCode::kOutOfRange, "PATH_COUNT_OVERFLOW",
                       "more shortest paths than a double can count");
    }
  }
  return sums;
}

}  // namespace

absl::StatusOr<std::vector<double>> ValuedBetweenness(
    const Digraph& graph, IsCancelled is_cancelled) {
  return OverAllPairs(graph.out_rows(), is_cancelled);
}

absl::StatusOr<std::vector<double>> ValuedBetweenness(
    const Graph& graph, IsCancelled is_cancelled) {
  PT_ASSIGN_OR_RETURN(std::vector<double> sums,
                      OverAllPairs(graph.rows(), is_cancelled));
  for (double& sum : sums) sum /= 2;  // Every pair was met from both ends.
  return sums;
}

}  // namespace pulsetaker::network
