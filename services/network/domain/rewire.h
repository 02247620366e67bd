#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "common/base/random.h"
#include "services/network/domain/graph.h"

// Random counterparts of a graph, for tests of "is this more than chance". The
// same generator state gives the same result on every machine.

namespace pulsetaker::network {

// Random graphs with the in-degree and out-degree of every node held fixed: two
// arcs a->b and c->d become a->d and c->b, unless that makes a self-loop or an
// arc that is there already (J. Roberts, "Simple methods for simulating
// sociomatrices with given marginal totals", 2000). Each arc keeps its source
// and its weight.
//
//   Rewirer rewirer(graph);
//   for (int b = 0; b < replicates; ++b) {
//     PT_RETURN_IF_ERROR(rewirer.Shuffle(random, is_cancelled));
//     Use(rewirer.graph());  // Or rewirer.arcs(), without building rows.
//   }
class Rewirer {
 public:
  // Attempts an arc in one Shuffle.
  static constexpr std::size_t kAttemptsPerArc = 10;

  // Weights of `graph` travel with the arcs. O(nodes + arcs).
  explicit Rewirer(const Digraph& graph);

  // Makes attempts_per_arc * arcs attempts, starting from the result of the
  // last Shuffle. O(arcs). Leaves graphs of under two arcs as they are. With
  // fewer attempts after a Shuffle of kAttemptsPerArc, the graph is one of all
  // that are equally likely too, but not independent of the one before.
  // CANCELLED: `is_cancelled`, asked once in many attempts, said yes; the arcs
  // have the right degrees then too.
  absl::Status Shuffle(Random& random, IsCancelled is_cancelled,
                       std::size_t attempts_per_arc = kAttemptsPerArc);

  // In no useful order.
  absl::Span<const Arc> arcs() const { return arcs_; }

  // O(nodes + arcs * log(row)).
  Digraph graph() const;

 private:
  // A set of arcs: one bit a pair of nodes where these are not many, else open
  // addressing with linear probing.
  class ArcSet {
   public:
    ArcSet(NodeId node_count, std::size_t arc_count);
    bool Contains(NodeId from, NodeId to) const;
    void Insert(NodeId from, NodeId to);
    void Erase(NodeId from, NodeId to);

   private:
    std::size_t Home(std::uint64_t arc) const;

    std::size_t row_words_ = 0;  // Of a bit set's row; 0 without one.
    std::vector<std::uint64_t> slots_;
    std::size_t mask_ = 0;
    int shift_ = 0;
  };

  NodeId node_count_;
  std::vector<Arc> arcs_;
  ArcSet present_;
};

// All nodes in random order, each order equally likely.
std::vector<NodeId> RandomPermutation(NodeId node_count, Random& random);

// The same graph with node u called new_names[u], a permutation of all nodes.
Digraph Relabeled(const Digraph& graph, absl::Span<const NodeId> new_names);

// Exchanges the labels of nodes at random, but only between nodes of the same
// stratum. Strata and labels are small numbers that the caller chooses;
// `strata` is as long as `labels`, or empty for one stratum.
void ShuffleLabels(absl::Span<const std::uint32_t> strata, Random& random,
                   absl::Span<std::uint32_t> labels);

}  // namespace pulsetaker::network
