#include "services/network/domain/strong_components.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace pulsetaker::network {
namespace {

constexpr NodeId kNone = std::numeric_limits<NodeId>::max();

class StrongSearch {
 public:
  explicit StrongSearch(const Rows& rows)
      : rows_(rows),
        entered_(rows.node_count(), kNone),
        lowest_(rows.node_count(), kNone) {
    parts_.id.assign(rows.node_count(), kNone);
    parts_.nodes.reserve(rows.node_count());
  }

  StrongComponents Run() {
    for (NodeId root = 0; root < rows_.node_count(); ++root) {
      if (entered_[root] == kNone) Search(root);
    }
    return std::move(parts_);
  }

 private:
  struct Frame {
    NodeId node;
    std::size_t next = 0;  // The entry of its row to look at next.
  };

  void Enter(NodeId node) {
    entered_[node] = lowest_[node] = clock_++;
    open_.push_back(node);
    stack_.push_back({node});
  }

  void Search(NodeId root) {
    Enter(root);
    while (!stack_.empty()) {
      Frame& frame = stack_.back();
      const NodeId u = frame.node;
      if (frame.next == rows_.row_size(u)) {
        stack_.pop_back();
        if (lowest_[u] == entered_[u]) ClosePart(u);
        if (!stack_.empty()) {
          NodeId& above = lowest_[stack_.back().node];
          above = std::min(above, lowest_[u]);
        }
        continue;
      }
      const NodeId v = rows_.row(u)[frame.next++];
      if (entered_[v] == kNone) {
        Enter(v);
      } else if (parts_.id[v] == kNone) {
        lowest_[u] = std::min(lowest_[u], entered_[v]);
      }
    }
  }

  // What was entered since `first` and is open is one part. All that it leads
  // to is closed.
  void ClosePart(NodeId first) {
    const NodeId number = parts_.part_count();
    for (NodeId node = kNone; node != first;) {
      node = open_.back();
      open_.pop_back();
      parts_.id[node] = number;
      parts_.nodes.push_back(node);
    }
    std::sort(parts_.nodes.begin() +
                  static_cast<std::ptrdiff_t>(parts_.begins.back()),
              parts_.nodes.end());
    parts_.begins.push_back(parts_.nodes.size());
  }

  const Rows& rows_;
  std::vector<NodeId> entered_;  // In order of the search.
  std::vector<NodeId> lowest_;   // Earliest entered and open that a subtree
                                 // leads to.
  std::vector<NodeId> open_;     // Entered, but not in a part yet.
  std::vector<Frame> stack_;
  StrongComponents parts_;
  NodeId clock_ = 0;
};

}  // namespace

StrongComponents StrongComponentsOf(const Rows& rows) {
  return StrongSearch(rows).Run();
}

}  // namespace pulsetaker::network
