#include "services/network/domain/components.h"

#include <algorithm>
#include <cstddef>
#include <functional>
#include <limits>
#include <utility>

namespace pulsetaker::network {
namespace {

constexpr NodeId kNone = std::numeric_limits<NodeId>::max();

// Marks with `part` what can be reached from `start` over nodes without a part.
// `next(u, visit)` calls visit(v) for each node v that u is tied to.
template <typename Next>
NodeId Flood(NodeId start, NodeId part, std::vector<NodeId>& id, Next next) {
  std::vector<NodeId> stack{start};
  id[start] = part;
  NodeId size = 0;
  while (!stack.empty()) {
    const NodeId u = stack.back();
    stack.pop_back();
    ++size;
    next(u, [&](NodeId v) {
      if (id[v] != kNone) return;
      id[v] = part;
      stack.push_back(v);
    });
  }
  return size;
}

template <typename Next>
Components ComponentsBy(NodeId nodes, Next next) {
  Components components;
  components.id.assign(nodes, kNone);
  for (NodeId u = 0; u < nodes; ++u) {
    if (components.id[u] != kNone) continue;
    const auto part = static_cast<NodeId>(components.size.size());
    components.size.push_back(Flood(u, part, components.id, next));
  }
  return components;
}

// The depth-first search of one component after the other.
class CutSearch {
 public:
  explicit CutSearch(const Graph& graph)
      : graph_(graph),
        entered_(graph.node_count(), kNone),
        lowest_(graph.node_count(), kNone),
        subtree_(graph.node_count(), 0),
        parts_(graph.node_count()) {}

  std::vector<ArticulationPoint> Run() {
    std::vector<ArticulationPoint> points;
    for (NodeId root = 0; root < graph_.node_count(); ++root) {
      if (entered_[root] != kNone) continue;
      component_.clear();
      Search(root);
      Collect(root, points);
    }
    std::sort(points.begin(), points.end(),
              [](const ArticulationPoint& a, const ArticulationPoint& b) {
                return a.node < b.node;
              });
    return points;
  }

 private:
  struct Frame {
    NodeId node;
    NodeId parent;
    std::size_t next = 0;  // The neighbor to look at next.
  };

  void Enter(NodeId node, NodeId parent) {
    entered_[node] = lowest_[node] = clock_++;
    subtree_[node] = 1;
    component_.push_back(node);
    stack_.push_back({node, parent});
  }

  void Search(NodeId root) {
    Enter(root, kNone);
    while (!stack_.empty()) {
      Frame& frame = stack_.back();
      const NodeId u = frame.node;
      if (frame.next == graph_.neighbors(u).size()) {
        const NodeId parent = frame.parent;
        stack_.pop_back();
        if (parent != kNone) Leave(u, parent);
        continue;
      }
      const NodeId v = graph_.neighbors(u)[frame.next++];
      if (entered_[v] == kNone) {
        Enter(v, u);
      } else if (v != frame.parent) {
        lowest_[u] = std::min(lowest_[u], entered_[v]);
      }
    }
  }

  // Below `child` no edge goes above `parent`, so the two are parted without
  // it. For the root that holds of every child.
  void Leave(NodeId child, NodeId parent) {
    lowest_[parent] = std::min(lowest_[parent], lowest_[child]);
    subtree_[parent] += subtree_[child];
    if (lowest_[child] >= entered_[parent]) {
      parts_[parent].push_back(subtree_[child]);
    }
  }

  void Collect(NodeId root, std::vector<ArticulationPoint>& points) {
    const auto size = static_cast<NodeId>(component_.size());
    for (const NodeId u : component_) {
      std::vector<NodeId>& parts = parts_[u];
      NodeId rest = size - 1;
      for (const NodeId part : parts) rest -= part;
      if (u != root && !parts.empty()) parts.push_back(rest);
      if (parts.size() < 2) continue;
      std::sort(parts.begin(), parts.end(), std::greater<>());
      points.push_back({u, std::move(parts)});
    }
  }

  const Graph& graph_;
  std::vector<NodeId> entered_;  // In order of the search.
  std::vector<NodeId> lowest_;   // Earliest entered that a subtree has an edge
                                 // to.
  std::vector<NodeId> subtree_;  // Its size.
  std::vector<std::vector<NodeId>> parts_;
  std::vector<NodeId> component_;
  std::vector<Frame> stack_;
  NodeId clock_ = 0;
};

}  // namespace

Components ConnectedComponents(const Graph& graph) {
  return ComponentsBy(graph.node_count(), [&](NodeId u, auto visit) {
    for (const NodeId v : graph.neighbors(u)) visit(v);
  });
}

Components WeakComponents(const Digraph& graph) {
  return ComponentsBy(graph.node_count(), [&](NodeId u, auto visit) {
    for (const NodeId v : graph.out(u)) visit(v);
    for (const NodeId v : graph.in(u)) visit(v);
  });
}

std::vector<ArticulationPoint> ArticulationPoints(const Graph& graph) {
  return CutSearch(graph).Run();
}

std::vector<std::vector<NodeId>> PartsWithout(const Graph& graph, NodeId node) {
  const auto next = [&](NodeId u, auto visit) {
    for (const NodeId v : graph.neighbors(u)) visit(v);
  };
  std::vector<NodeId> id(graph.node_count(), kNone);
  id[node] = graph.node_count();  // A part of its own: the flood stops there.
  NodeId part_count = 0;
  for (const NodeId v : graph.neighbors(node)) {
    if (id[v] == kNone) Flood(v, part_count++, id, next);
  }
  std::vector<std::vector<NodeId>> parts(part_count);
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    if (id[u] < part_count) parts[id[u]].push_back(u);
  }
  std::sort(parts.begin(), parts.end(), [](const auto& a, const auto& b) {
    return a.size() != b.size() ? a.size() > b.size() : a.front() < b.front();
  });
  return parts;
}

}  // namespace pulsetaker::network
