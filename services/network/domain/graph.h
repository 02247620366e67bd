#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace pulsetaker::network {

// A node is its index, 0 to node_count - 1. What it stands for -- a person, an
// organisation -- is known to the caller alone.
using NodeId = std::uint32_t;

// Limits of every graph: FromArcs and FromEdges refuse more.
inline constexpr NodeId kNodesMax = 1'000'000;
inline constexpr std::size_t kArcsMax = 50'000'000;

// What kernels that may run long ask now and then. Once it says true, they
// return CANCELLED. It may be called thousands of times a second.
using IsCancelled = absl::FunctionRef<bool()>;

// For callers that never cancel.
inline constexpr auto kNeverCancelled = [] { return false; };

// `from` names `to`. The weight is a strength, finite and above 0; kernels that
// count ties without their strength say so.
struct Arc {
  NodeId from = 0;
  NodeId to = 0;
  double weight = 1.0;

  friend bool operator==(const Arc&, const Arc&) = default;
};

// What to do with an arc that is given more than once.
enum class Repeats : std::uint8_t {
  kSum,       // One arc, with the sum of the weights.
  kCollapse,  // One arc of weight 1, whatever the weights.
};

// Compressed sparse rows: for each node a list of nodes, ascending, and the
// weight of each. The shape that all kernels read.
class Rows {
 public:
  Rows() : begins_(1, 0) {}
  // Row u is targets[begins[u]..begins[u + 1]), with as many weights as
  // targets.
  Rows(std::vector<std::size_t> begins, std::vector<NodeId> targets,
       std::vector<double> weights)
      : begins_(std::move(begins)),
        targets_(std::move(targets)),
        weights_(std::move(weights)) {}

  NodeId node_count() const { return static_cast<NodeId>(begins_.size() - 1); }
  std::size_t entry_count() const { return targets_.size(); }

  // `node` must be below node_count().
  absl::Span<const NodeId> row(NodeId node) const {
    return {targets_.data() + begins_[node], row_size(node)};
  }
  absl::Span<const double> weights(NodeId node) const {
    return {weights_.data() + begins_[node], row_size(node)};
  }
  std::size_t row_size(NodeId node) const {
    return begins_[node + 1] - begins_[node];
  }

  // 0 if `to` is not in the row of `from`. O(log(row)).
  double weight(NodeId from, NodeId to) const;

  friend bool operator==(const Rows&, const Rows&) = default;

 private:
  std::vector<std::size_t> begins_;  // node_count + 1; row u is at begins_[u].
  std::vector<NodeId> targets_;
  std::vector<double> weights_;
};

// A directed simple graph that never changes. Equal arcs give equal graphs, in
// whatever order they come. Memory: 16 bytes a node and 24 an arc.
class Digraph {
 public:
  Digraph() = default;

  // INVALID_ARGUMENT, of the first arc at fault: NODE_OUT_OF_RANGE, SELF_LOOP,
  // INVALID_WEIGHT (not finite or not above 0). RESOURCE_EXHAUSTED,
  // GRAPH_TOO_LARGE: over kNodesMax or kArcsMax. O(nodes + arcs * log(row)).
  static absl::StatusOr<Digraph> FromArcs(NodeId node_count,
                                          absl::Span<const Arc> arcs,
                                          Repeats repeats = Repeats::kSum);

  NodeId node_count() const { return out_.node_count(); }
  std::size_t arc_count() const { return out_.entry_count(); }

  // Ascending; `node` must be below node_count().
  absl::Span<const NodeId> out(NodeId node) const { return out_.row(node); }
  absl::Span<const NodeId> in(NodeId node) const { return in_.row(node); }
  absl::Span<const double> out_weights(NodeId node) const {
    return out_.weights(node);
  }
  absl::Span<const double> in_weights(NodeId node) const {
    return in_.weights(node);
  }

  bool has_arc(NodeId from, NodeId to) const { return weight(from, to) > 0; }
  // 0 without an arc. O(log(out-degree)).
  double weight(NodeId from, NodeId to) const { return out_.weight(from, to); }

  const Rows& out_rows() const { return out_; }
  const Rows& in_rows() const { return in_; }

  // Ordered by from, then to.
  std::vector<Arc> Arcs() const;

  // The same arcs turned round. O(nodes + arcs), a plain copy.
  Digraph Transposed() const;

  friend bool operator==(const Digraph&, const Digraph&) = default;

 private:
  friend class Graph;

  Digraph(Rows out, Rows in) : out_(std::move(out)), in_(std::move(in)) {}

  Rows out_;
  Rows in_;
};

// How two directed weights w_ij and w_ji become one undirected weight.
enum class Symmetrization : std::uint8_t {
  kOr,    // Tied if either names the other: max(w_ij, w_ji).
  kAnd,   // Tied if both do: min(w_ij, w_ji).
  kMean,  // Tied if either does: (w_ij + w_ji) / 2; one-sided ties are halved.
};

// An undirected simple graph that never changes, with weights.
class Graph {
 public:
  Graph() = default;

  // Edges in any direction; each pair once or more. Errors as Digraph's.
  static absl::StatusOr<Graph> FromEdges(NodeId node_count,
                                         absl::Span<const Arc> edges,
                                         Repeats repeats = Repeats::kSum);

  static Graph Symmetrized(const Digraph& digraph, Symmetrization how);

  NodeId node_count() const { return rows_.node_count(); }
  std::size_t edge_count() const { return rows_.entry_count() / 2; }

  // Ascending; `node` must be below node_count().
  absl::Span<const NodeId> neighbors(NodeId node) const {
    return rows_.row(node);
  }
  absl::Span<const double> weights(NodeId node) const {
    return rows_.weights(node);
  }
  // 0 without an edge. O(log(degree)).
  double weight(NodeId a, NodeId b) const { return rows_.weight(a, b); }

  const Rows& rows() const { return rows_; }

  // Both arcs of each edge.
  Digraph ToDigraph() const;

  friend bool operator==(const Graph&, const Graph&) = default;

 private:
  Rows rows_;
};

}  // namespace pulsetaker::network
