#include "services/network/domain/vertex_cut.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

constexpr NodeId kNone = std::numeric_limits<NodeId>::max();

// Arcs that are looked at between two questions whether to go on.
constexpr std::size_t kArcsPerQuestion = 1'000'000;

absl::Status CheckCap(NodeId cap) {
  if (cap <= kVertexCutCapMax) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kInvalidArgument, "CAP_OUT_OF_RANGE",
      absl::StrCat("cap of ", cap, ", want at most ", kVertexCutCapMax));
}

absl::Status CheckNodes(absl::Span<const NodeId> nodes, NodeId node_count) {
  for (const NodeId node : nodes) {
    if (node < node_count) continue;
    return MakeError(absl::StatusCode::kInvalidArgument, "NODE_OUT_OF_RANGE",
                     absl::StrCat("node ", node, " of a set, want nodes below ",
                                  node_count));
  }
  return absl::OkStatus();
}

// Paths that share no node, as a flow: each node is a pair of an entry and an
// exit with an arc of capacity 1 between them. Arcs between nodes have no
// bound, so a smallest cut consists of nodes.
class DisjointPaths {
 public:
  DisjointPaths(const Rows& out, absl::Span<const NodeId> from,
                absl::Span<const NodeId> to, IsCancelled is_cancelled)
      : out_(out),
        from_(from),
        is_cancelled_(is_cancelled),
        is_target_(out.node_count(), 0),
        is_used_(out.node_count(), 0),
        previous_(out.node_count(), kNone),
        came_from_(2 * std::size_t{out.node_count()}, kNone) {
    for (const NodeId node : to) is_target_[node] = 1;
  }

  // Finds one more path, by moving those that are there if it must be. False
  // if there is none.
  absl::StatusOr<bool> Augment() {
    PT_ASSIGN_OR_RETURN(const Half end, Search());
    if (end == kNone) return false;
    Apply(end);
    return true;
  }

  // After Augment has found none: nodes that can be entered and not left.
  std::vector<NodeId> Cut() const {
    std::vector<NodeId> cut;
    for (NodeId u = 0; u < out_.node_count(); ++u) {
      if (came_from_[Entry(u)] != kNone && came_from_[Exit(u)] == kNone) {
        cut.push_back(u);
      }
    }
    return cut;
  }

 private:
  // The entry of node u is 2 * u, the exit 2 * u + 1.
  using Half = std::uint32_t;

  static Half Entry(NodeId node) { return 2 * node; }
  static Half Exit(NodeId node) { return 2 * node + 1; }
  static NodeId NodeOf(Half half) { return half / 2; }
  static bool IsExit(Half half) { return half % 2 != 0; }

  // Asks before the first arcs, and then now and then.
  absl::Status CheckGoesOn(std::size_t arcs) {
    if (arcs < arcs_left_) {
      arcs_left_ -= arcs;
      return absl::OkStatus();
    }
    arcs_left_ = kArcsPerQuestion;
    return is_cancelled_() ? absl::CancelledError("vertex cut")
                           : absl::OkStatus();
  }

  // Breadth first over what capacity is left. The exit of a target that is
  // reached, or kNone.
  absl::StatusOr<Half> Search() {
    std::fill(came_from_.begin(), came_from_.end(), kNone);
    queue_.clear();
    for (const NodeId node : from_) Reach(Entry(node), Entry(node));
    for (std::size_t head = 0; head < queue_.size(); ++head) {
      const Half half = queue_[head];
      const NodeId u = NodeOf(half);
      if (IsExit(half)) {
        if (is_target_[u] != 0) return half;
        PT_RETURN_IF_ERROR(CheckGoesOn(out_.row(u).size() + 1));
        if (is_used_[u] != 0) Reach(Entry(u), half);
        for (const NodeId v : out_.row(u)) Reach(Entry(v), half);
      } else if (is_used_[u] == 0) {
        Reach(Exit(u), half);
      } else if (previous_[u] != kNone) {
        Reach(Exit(previous_[u]), half);
      }
    }
    return kNone;
  }

  void Reach(Half half, Half before) {
    if (came_from_[half] != kNone) return;
    came_from_[half] = before;
    queue_.push_back(half);
  }

  // Undoes all that the new path takes back before it does what it adds: an
  // entry that loses its arc may get another.
  void Apply(Half end) {
    for (Half half = end; came_from_[half] != half; half = came_from_[half]) {
      const Half before = came_from_[half];
      const NodeId u = NodeOf(before);
      const NodeId v = NodeOf(half);
      if (IsExit(before) && u == v) is_used_[u] = 0;
      if (!IsExit(before) && u != v) previous_[u] = kNone;
    }
    for (Half half = end; came_from_[half] != half; half = came_from_[half]) {
      const Half before = came_from_[half];
      const NodeId u = NodeOf(before);
      const NodeId v = NodeOf(half);
      if (!IsExit(before) && u == v) is_used_[u] = 1;
      if (IsExit(before) && u != v) previous_[v] = u;
    }
  }

  const Rows& out_;
  absl::Span<const NodeId> from_;
  IsCancelled is_cancelled_;
  std::size_t arcs_left_ = 0;  // Until the next question.
  std::vector<char> is_target_;
  std::vector<char> is_used_;     // By a path.
  std::vector<NodeId> previous_;  // On that path, or kNone.
  std::vector<Half> came_from_;   // Of each half; itself where a path begins.
  std::vector<Half> queue_;
};

absl::StatusOr<VertexCut> MinimumCut(const Rows& out,
                                     absl::Span<const NodeId> from,
                                     absl::Span<const NodeId> to, NodeId cap,
                                     IsCancelled is_cancelled) {
  PT_RETURN_IF_ERROR(CheckCap(cap));
  PT_RETURN_IF_ERROR(CheckNodes(from, out.node_count()));
  PT_RETURN_IF_ERROR(CheckNodes(to, out.node_count()));
  DisjointPaths paths(out, from, to, is_cancelled);
  VertexCut cut;
  for (;;) {
    PT_ASSIGN_OR_RETURN(const bool has_one_more, paths.Augment());
    if (!has_one_more) break;
    if (cut.size == cap) {
      cut.capped = true;
      return cut;
    }
    ++cut.size;
  }
  cut.nodes = paths.Cut();
  return cut;
}

}  // namespace

absl::StatusOr<VertexCut> MinimumVertexCut(const Digraph& graph,
                                           absl::Span<const NodeId> from,
                                           absl::Span<const NodeId> to,
                                           NodeId cap,
                                           IsCancelled is_cancelled) {
  return MinimumCut(graph.out_rows(), from, to, cap, is_cancelled);
}

absl::StatusOr<VertexCut> MinimumVertexCut(const Graph& graph,
                                           absl::Span<const NodeId> from,
                                           absl::Span<const NodeId> to,
                                           NodeId cap,
                                           IsCancelled is_cancelled) {
  return MinimumCut(graph.rows(), from, to, cap, is_cancelled);
}

}  // namespace pulsetaker::network
