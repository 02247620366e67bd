#include "services/network/domain/force_layout.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace pulsetaker::network {
namespace {

constexpr int kRounds = 100;
// The longest step of the first round, in ties; it falls to 0 with the rounds.
constexpr double kColdStep = 1.0;
constexpr double kWarmStep = 0.2;
constexpr double kAnchoringShare = 0.4;
constexpr double kFarAway = 0.9;  // Width over distance.
constexpr std::size_t kLeafSize = 8;
constexpr int kDepthMax = 24;
// Nearer than this, two nodes push no harder.
constexpr double kNearestSquare = 1e-4;

// The points in squares within squares, made anew for every round.
class QuadTree {
 public:
  explicit QuadTree(const std::vector<Point>& points)
      : points_(points), order_(points.size()), spare_(points.size()) {
    Point low = points[0];
    Point high = points[0];
    for (NodeId u = 0; u < points.size(); ++u) {
      order_[u] = u;
      low = {std::min(low.x, points[u].x), std::min(low.y, points[u].y)};
      high = {std::max(high.x, points[u].x), std::max(high.y, points[u].y)};
    }
    const double width = std::max({high.x - low.x, high.y - low.y, 1e-9});
    Build({0, points.size()}, {low, width}, 0);
  }

  // The push of all others on the node.
  Point PushOn(NodeId node) const {
    Point push;
    Collect(0, node, push);
    return push;
  }

 private:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  struct Square {
    Point low;
    double width = 0;
  };
  struct Cell {
    Range range;  // Of order_.
    Point center;
    double width = 0;
    std::array<std::uint32_t, 4> children = {};  // 0 for none.
    bool is_leaf = true;
  };

  std::uint32_t Build(Range range, Square square, int depth) {
    const auto index = static_cast<std::uint32_t>(cells_.size());
    Cell cell{.range = range, .center = {}, .width = square.width};
    for (std::size_t i = range.begin; i < range.end; ++i) {
      cell.center.x += points_[order_[i]].x;
      cell.center.y += points_[order_[i]].y;
    }
    const auto count = static_cast<double>(range.end - range.begin);
    cell.center = {cell.center.x / count, cell.center.y / count};
    cell.is_leaf = range.end - range.begin <= kLeafSize || depth == kDepthMax;
    cells_.push_back(cell);
    if (cell.is_leaf) return index;

    const double half = square.width / 2;
    const Point middle = {square.low.x + half, square.low.y + half};
    const std::array<std::size_t, 5> ends = Split(range, middle);
    for (std::size_t q = 0; q < 4; ++q) {
      if (ends[q] == ends[q + 1]) continue;
      const Point low = {q % 2 == 0 ? square.low.x : middle.x,
                         q / 2 == 0 ? square.low.y : middle.y};
      const std::uint32_t child =
          Build({ends[q], ends[q + 1]}, {low, half}, depth + 1);
      cells_[index].children[q] = child;
    }
    return index;
  }

  // Sorts the range by quarter, in order within each.
  std::array<std::size_t, 5> Split(Range range, Point middle) {
    const auto quarter = [&](NodeId u) {
      return static_cast<std::size_t>(points_[u].x >= middle.x) +
             2 * static_cast<std::size_t>(points_[u].y >= middle.y);
    };
    std::array<std::size_t, 5> ends = {};
    for (std::size_t i = range.begin; i < range.end; ++i) {
      ++ends[quarter(order_[i]) + 1];
    }
    ends[0] = range.begin;
    for (std::size_t q = 0; q < 4; ++q) ends[q + 1] += ends[q];
    std::array<std::size_t, 5> next = ends;
    for (std::size_t i = range.begin; i < range.end; ++i) {
      spare_[next[quarter(order_[i])]++] = order_[i];
    }
    std::copy(spare_.begin() + static_cast<std::ptrdiff_t>(range.begin),
              spare_.begin() + static_cast<std::ptrdiff_t>(range.end),
              order_.begin() + static_cast<std::ptrdiff_t>(range.begin));
    return ends;
  }

  static void Push(Point on, Point from, double strength, Point& push) {
    const double x = on.x - from.x;
    const double y = on.y - from.y;
    const double square = std::max(x * x + y * y, kNearestSquare);
    push.x += strength * x / square;
    push.y += strength * y / square;
  }

  void Collect(std::uint32_t index, NodeId node, Point& push) const {
    const Cell& cell = cells_[index];
    if (cell.is_leaf) {
      for (std::size_t i = cell.range.begin; i < cell.range.end; ++i) {
        if (order_[i] != node) {
          Push(points_[node], points_[order_[i]], 1, push);
        }
      }
      return;
    }
    const double distance = Distance(points_[node], cell.center);
    if (cell.width < kFarAway * distance) {
      Push(points_[node], cell.center,
           static_cast<double>(cell.range.end - cell.range.begin), push);
      return;
    }
    for (const std::uint32_t child : cell.children) {
      if (child != 0) Collect(child, node, push);
    }
  }

  const std::vector<Point>& points_;
  std::vector<NodeId> order_;
  std::vector<NodeId> spare_;
  std::vector<Cell> cells_;
};

// The strength of the push with which a drawing keeps its size. At rest, forces
// times places sum to zero: each pair of nodes adds the strength, whatever its
// distance, and each tie takes the cube of its length.
double PushStrength(const Graph& graph, const std::vector<Point>& points) {
  double cubes = 0;
  for (NodeId u = 0; u < points.size(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      const double length = Distance(points[u], points[v]);
      cubes += length * length * length;  // Each tie is seen twice.
    }
  }
  const auto nodes = static_cast<double>(points.size());
  return cubes / (nodes * (nodes - 1));
}

struct Step {
  double push_strength = 1;
  double length_max = 0;
};

// One step of every node.
void Round(const Graph& graph, Step step, std::vector<Point>& points) {
  const QuadTree tree(points);
  std::vector<Point> moved(points.size());
  for (NodeId u = 0; u < points.size(); ++u) {
    const Point push = tree.PushOn(u);
    Point force = {push.x * step.push_strength, push.y * step.push_strength};
    for (const NodeId v : graph.neighbors(u)) {
      const double distance = Distance(points[u], points[v]);
      force.x += (points[v].x - points[u].x) * distance;
      force.y += (points[v].y - points[u].y) * distance;
    }
    const double length = Distance(force, {});
    const double share =
        length > step.length_max ? step.length_max / length : 1;
    moved[u] = {points[u].x + force.x * share, points[u].y + force.y * share};
  }
  points = std::move(moved);
}

}  // namespace

absl::StatusOr<std::vector<Point>> ForceLayout(const Graph& graph,
                                               Anchors anchors,
                                               double anchoring,
                                               IsCancelled is_cancelled) {
  const double unit = anchors.empty() ? 0 : MeanTieLength(graph, anchors);
  const bool is_warm = unit > 0;
  std::vector<Point> points =
      is_warm ? WarmStart(graph, anchors, unit) : ColdStart(graph);
  const std::vector<Point> start = points;
  const double first_step = is_warm ? kWarmStep : kColdStep;
  const double push_strength = PushStrength(graph, points);
  for (int round = 0; round < kRounds; ++round) {
    if (is_cancelled()) return absl::CancelledError("the drawing is cancelled");
    Round(graph, {push_strength, first_step * (kRounds - round) / kRounds},
          points);
    for (NodeId u = 0; is_warm && u < points.size(); ++u) {
      if (!anchors[u].has_value()) continue;
      const double back = std::min(anchoring * kAnchoringShare, 1.0);
      points[u].x += back * (start[u].x - points[u].x);
      points[u].y += back * (start[u].y - points[u].y);
    }
  }
  const std::vector<std::optional<Point>> all(points.begin(), points.end());
  const double length = MeanTieLength(graph, all);
  for (Point& point : points) point = {point.x / length, point.y / length};
  return points;
}

}  // namespace pulsetaker::network
