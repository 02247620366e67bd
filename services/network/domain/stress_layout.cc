#include "services/network/domain/stress_layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/status/status.h"

namespace pulsetaker::network {
namespace {

constexpr int kRoundsMax = 100;
// Rounds that gain less of the stress than this are not worth their time.
constexpr double kGainMin = 2e-4;
// Nearer than this, two nodes have no direction from each other.
constexpr double kTouching = 1e-9;

class Majorization {
 public:
  explicit Majorization(const Graph& graph)
      : nodes_(graph.node_count()), hops_(nodes_ * nodes_) {
    std::uint32_t farthest = 0;
    for (NodeId u = 0; u < nodes_; ++u) {
      HopsFrom(graph, u, absl::MakeSpan(&hops_[u * nodes_], nodes_));
      for (NodeId v = 0; v < u; ++v) farthest = std::max(farthest, hop(u, v));
    }
    weights_.assign(farthest + 1, 0.0);
    for (std::uint32_t d = 1; d <= farthest; ++d) {
      weights_[d] = 1 / (static_cast<double>(d) * d);
    }
  }

  // How long a tie is among the anchors, by the stress of them; nullopt if they
  // do not say.
  std::optional<double> Unit(Anchors anchors) const {
    double hops = 0;
    double lengths = 0;
    for (NodeId u = 0; u < nodes_; ++u) {
      if (!anchors[u].has_value()) continue;
      for (NodeId v = 0; v < u; ++v) {
        if (!anchors[v].has_value()) continue;
        const double length = Distance(*anchors[u], *anchors[v]);
        const double weight = weights_[hop(u, v)];
        hops += weight * length * hop(u, v);
        lengths += weight * length * length;
      }
    }
    if (hops <= 0 || lengths <= 0) return std::nullopt;
    return lengths / hops;
  }

  // Moves each node to where the bound on its part of the stress is least.
  // Returns the stress before the moves, about.
  double Round(const std::vector<std::optional<Point>>& anchors,
               double anchoring, std::vector<Point>& points) const {
    double stress = 0;
    for (NodeId u = 0; u < nodes_; ++u) {
      const Point at = points[u];
      Point sum;
      double total = 0;
      const std::uint32_t* const hops = &hops_[u * nodes_];
      for (NodeId v = 0; v < nodes_; ++v) {
        const double weight = weights_[hops[v]];  // 0 for itself.
        const double x = at.x - points[v].x;
        const double y = at.y - points[v].y;
        const double length = std::sqrt(x * x + y * y);
        const double wanted = hops[v];
        const double stretch = length > kTouching ? wanted / length : 0;
        sum.x += weight * (points[v].x + x * stretch);
        sum.y += weight * (points[v].y + y * stretch);
        total += weight;
        stress += weight * (length - wanted) * (length - wanted);
      }
      if (!anchors.empty() && anchors[u].has_value()) {
        const double pull = anchoring * total;
        stress += pull * Distance(at, *anchors[u]) * Distance(at, *anchors[u]);
        sum.x += pull * anchors[u]->x;
        sum.y += pull * anchors[u]->y;
        total += pull;
      }
      if (total > 0) points[u] = {sum.x / total, sum.y / total};
    }
    return stress;
  }

 private:
  std::uint32_t hop(NodeId u, NodeId v) const { return hops_[u * nodes_ + v]; }

  std::size_t nodes_;
  std::vector<std::uint32_t> hops_;  // Row after row.
  std::vector<double> weights_;      // By hops; 0 for none.
};

}  // namespace

absl::StatusOr<std::vector<Point>> StressLayout(const Graph& graph,
                                                Anchors anchors,
                                                double anchoring,
                                                IsCancelled is_cancelled) {
  const Majorization majorization(graph);
  std::optional<double> unit;
  if (!anchors.empty()) unit = majorization.Unit(anchors);
  std::vector<std::optional<Point>> scaled;
  std::vector<Point> points;
  if (unit.has_value()) {
    points = WarmStart(graph, anchors, *unit);
    scaled.resize(points.size());
    for (std::size_t u = 0; u < points.size(); ++u) {
      if (anchors[u].has_value()) scaled[u] = points[u];
    }
  } else {
    points = ColdStart(graph);
  }
  double last = 0;
  for (int round = 0; round < kRoundsMax; ++round) {
    if (is_cancelled()) return absl::CancelledError("the drawing is cancelled");
    const double stress = majorization.Round(scaled, anchoring, points);
    if (round > 0 && last - stress < kGainMin * last) break;
    last = stress;
  }
  return points;
}

}  // namespace pulsetaker::network
