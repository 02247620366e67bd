#include "services/network/domain/layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/components.h"
#include "services/network/domain/force_layout.h"
#include "services/network/domain/layout_packing.h"
#include "services/network/domain/stress_layout.h"

namespace pulsetaker::network {
namespace {

absl::Status OutOfRange(absl::string_view field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, "PARAMETER_OUT_OF_RANGE",
                   absl::StrCat(field, " ", problem),
                   {{"field", std::string(field)}});
}

bool IsInUnitSquare(Point point) {
  return point.x >= 0 && point.x <= 1 && point.y >= 0 && point.y <= 1;
}

absl::Status CheckInput(const Graph& graph,
                        absl::Span<const absl::string_view> ids,
                        const LayoutOptions& options) {
  const NodeId nodes = graph.node_count();
  if (nodes > kLayoutNodesMax) {
    return MakeError(absl::StatusCode::kResourceExhausted, "GRAPH_TOO_LARGE",
                     absl::StrCat("there are ", nodes, " nodes to draw, want ",
                                  kLayoutNodesMax, " at most"));
  }
  if (ids.size() != nodes) {
    return OutOfRange(
        "ids", absl::StrCat("has ", ids.size(), " entries, want ", nodes));
  }
  if (!options.anchors.empty() && options.anchors.size() != nodes) {
    return OutOfRange("anchors", absl::StrCat("has ", options.anchors.size(),
                                              " entries, want ", nodes));
  }
  for (const std::optional<Point>& anchor : options.anchors) {
    if (anchor.has_value() && !IsInUnitSquare(*anchor)) {
      return OutOfRange("anchors", "has a place that is not in [0, 1]");
    }
  }
  if (!std::isfinite(options.anchoring) || options.anchoring < 0) {
    return OutOfRange("anchoring", "is not a number of 0 or more");
  }
  return absl::OkStatus();
}

// The nodes by id: what is done in this order does not depend on their numbers.
absl::StatusOr<std::vector<NodeId>> OrderById(
    absl::Span<const absl::string_view> ids) {
  std::vector<NodeId> order(ids.size());
  std::iota(order.begin(), order.end(), NodeId{0});
  std::sort(order.begin(), order.end(),
            [&](NodeId a, NodeId b) { return ids[a] < ids[b]; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (ids[order[i - 1]] == ids[order[i]]) {
      return OutOfRange("ids", absl::StrCat("has one twice: ", ids[order[i]]));
    }
  }
  return order;
}

// A connected component, its nodes numbered by id.
struct Component {
  std::vector<NodeId> members;  // Of the whole graph.
  Graph graph;
  std::vector<std::optional<Point>> anchors;  // Empty if there are none at all.
};

absl::StatusOr<std::vector<Component>> ComponentsOf(
    const Graph& graph, absl::Span<const absl::string_view> ids,
    Anchors anchors) {
  PT_ASSIGN_OR_RETURN(const std::vector<NodeId> order, OrderById(ids));
  const Components found = ConnectedComponents(graph);
  std::vector<Component> components(found.size.size());
  std::vector<NodeId> place(ids.size());
  for (const NodeId u : order) {
    std::vector<NodeId>& members = components[found.id[u]].members;
    place[u] = static_cast<NodeId>(members.size());
    members.push_back(u);
  }
  for (Component& component : components) {
    std::vector<Arc> edges;
    bool has_anchor = false;
    for (const NodeId u : component.members) {
      for (const NodeId v : graph.neighbors(u)) {
        if (u < v) edges.push_back({place[u], place[v]});
      }
      if (!anchors.empty()) {
        component.anchors.push_back(anchors[u]);
        has_anchor = has_anchor || anchors[u].has_value();
      }
    }
    if (!has_anchor) component.anchors.clear();
    PT_ASSIGN_OR_RETURN(
        component.graph,
        Graph::FromEdges(static_cast<NodeId>(component.members.size()), edges));
  }
  std::sort(components.begin(), components.end(),
            [&](const Component& a, const Component& b) {
              if (a.members.size() != b.members.size()) {
                return a.members.size() > b.members.size();
              }
              return ids[a.members[0]] < ids[b.members[0]];
            });
  return components;
}

// The mean length of ties in a drawing, each component counted with its nodes.
class TieLength {
 public:
  void Add(const Component& component, Anchors places) {
    const double length = MeanTieLength(component.graph, places);
    if (length <= 0) return;
    const auto size = static_cast<double>(component.members.size());
    sum_ += size * length;
    weight_ += size;
  }

  double Or(double if_none) const {
    return weight_ > 0 ? sum_ / weight_ : if_none;
  }

 private:
  double sum_ = 0;
  double weight_ = 0;
};

// Moves, turns and scales the points, but does not mirror them, to near their
// anchors: to the same middle and the same spread, at the angle where the sum
// of squared distances is least. (The scale of least squares would make a
// drawing smaller each time that it is less than the same.) If anchors do not
// say how large it is to be, a tie becomes `unit` long.
void Align(Anchors anchors, double unit, std::vector<Point>& points) {
  Point from;
  Point to;
  double count = 0;
  for (std::size_t u = 0; u < points.size(); ++u) {
    if (!anchors[u].has_value()) continue;
    from = {from.x + points[u].x, from.y + points[u].y};
    to = {to.x + anchors[u]->x, to.y + anchors[u]->y};
    ++count;
  }
  from = {from.x / count, from.y / count};
  to = {to.x / count, to.y / count};
  // Sums of products, of cross products, and of squares of each.
  double along = 0;
  double across = 0;
  double from_squares = 0;
  double to_squares = 0;
  for (std::size_t u = 0; u < points.size(); ++u) {
    if (!anchors[u].has_value()) continue;
    const Point p = {points[u].x - from.x, points[u].y - from.y};
    const Point a = {anchors[u]->x - to.x, anchors[u]->y - to.y};
    along += p.x * a.x + p.y * a.y;
    across += p.x * a.y - p.y * a.x;
    from_squares += p.x * p.x + p.y * p.y;
    to_squares += a.x * a.x + a.y * a.y;
  }
  Point turn = {unit, 0};
  const double length = Distance({along, across}, {});
  if (length > 0) {
    const double scale = std::sqrt(to_squares / from_squares) / length;
    turn = {along * scale, across * scale};
  }
  for (Point& point : points) {
    const Point p = {point.x - from.x, point.y - from.y};
    point = {to.x + turn.x * p.x - turn.y * p.y,
             to.y + turn.y * p.x + turn.x * p.y};
  }
}

absl::StatusOr<std::vector<Point>> Drawn(const Component& component,
                                         double anchoring,
                                         IsCancelled is_cancelled) {
  if (component.members.size() == 1) return std::vector<Point>(1);
  if (component.members.size() <= kStressNodesMax) {
    return StressLayout(component.graph, component.anchors, anchoring,
                        is_cancelled);
  }
  return ForceLayout(component.graph, component.anchors, anchoring,
                     is_cancelled);
}

// Draws each component by itself. Those with anchors are where they should be;
// others are in ties of about `unit`.
absl::StatusOr<std::vector<LayoutPart>> DrawnParts(
    const std::vector<Component>& components, double unit, double anchoring,
    IsCancelled is_cancelled) {
  std::vector<LayoutPart> parts;
  for (const Component& component : components) {
    LayoutPart& part = parts.emplace_back();
    PT_ASSIGN_OR_RETURN(part.points, Drawn(component, anchoring, is_cancelled));
    part.is_placed = !component.anchors.empty();
    if (part.is_placed) {
      Align(component.anchors, unit, part.points);
    } else {
      for (Point& point : part.points) {
        point = {point.x * unit, point.y * unit};
      }
    }
  }
  return parts;
}

// About how far nodes are from the next ones in the largest component that is
// placed, or that is drawn if none is placed: for `n` nodes on a side of s,
// s / sqrt(n), but no more than its mean tie. `if_none` if all are isolated.
double SpacingOf(const std::vector<Component>& components,
                 const std::vector<LayoutPart>& parts, double if_none) {
  const bool any_placed =
      std::any_of(parts.begin(), parts.end(),
                  [](const LayoutPart& part) { return part.is_placed; });
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::vector<Point>& points = parts[i].points;
    if (points.size() < 2 || (any_placed && !parts[i].is_placed)) continue;
    const auto [left, right] =
        std::minmax_element(points.begin(), points.end(),
                            [](Point a, Point b) { return a.x < b.x; });
    const auto [low, high] =
        std::minmax_element(points.begin(), points.end(),
                            [](Point a, Point b) { return a.y < b.y; });
    const double side = std::max(right->x - left->x, high->y - low->y);
    const std::vector<std::optional<Point>> places(points.begin(),
                                                   points.end());
    return std::min(side / std::sqrt(static_cast<double>(points.size())),
                    MeanTieLength(components[i].graph, places));
  }
  return if_none;
}

}  // namespace

absl::StatusOr<std::vector<Point>> LayOut(
    const Graph& graph, absl::Span<const absl::string_view> ids,
    const LayoutOptions& options, IsCancelled is_cancelled) {
  PT_RETURN_IF_ERROR(CheckInput(graph, ids, options));
  PT_ASSIGN_OR_RETURN(const std::vector<Component> components,
                      ComponentsOf(graph, ids, options.anchors));
  TieLength before;
  bool is_warm = false;
  for (const Component& component : components) {
    if (component.anchors.empty()) continue;
    is_warm = true;
    before.Add(component, component.anchors);
  }
  const double unit =
      is_warm
          ? before.Or(1 /
                      (1 + std::sqrt(static_cast<double>(graph.node_count()))))
          : 1;
  PT_ASSIGN_OR_RETURN(
      std::vector<LayoutPart> parts,
      DrawnParts(components, unit, options.anchoring, is_cancelled));
  const double margin = SpacingOf(components, parts, unit);
  PT_RETURN_IF_ERROR(PackParts(margin, is_cancelled, parts));
  FitIntoUnitSquare(/*keep=*/is_warm, margin, parts);

  std::vector<Point> points(graph.node_count());
  for (std::size_t i = 0; i < components.size(); ++i) {
    for (std::size_t u = 0; u < components[i].members.size(); ++u) {
      points[components[i].members[u]] = parts[i].points[u];
    }
  }
  return points;
}

}  // namespace pulsetaker::network
