#include "services/network/domain/layout_start.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "common/base/random.h"

namespace pulsetaker::network {
namespace {

constexpr NodeId kPivotsMax = 50;
constexpr int kPowerSteps = 60;
// Of a tie. Keeps nodes that look the same from all pivots out of one place.
constexpr double kJitter = 0.05;
constexpr std::uint32_t kUnreached = std::numeric_limits<std::uint32_t>::max();

// A small shift that depends on nothing but the node.
Point JitterOf(NodeId node) {
  Random random(node);
  const double x = random.UnitDouble() - 0.5;
  const double y = random.UnitDouble() - 0.5;
  return {kJitter * x, kJitter * y};
}

// Distances of all nodes (rows) to the pivots (columns).
struct PivotDistances {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> entries;

  double& at(std::size_t row, std::size_t column) {
    return entries[row * columns + column];
  }
  double at(std::size_t row, std::size_t column) const {
    return entries[row * columns + column];
  }
};

// Each pivot is the node farthest from those before it, the first of equals.
PivotDistances ToPivots(const Graph& graph) {
  const NodeId nodes = graph.node_count();
  PivotDistances distances;
  distances.rows = nodes;
  distances.columns = std::min(nodes, kPivotsMax);
  distances.entries.resize(distances.rows * distances.columns);
  std::vector<std::uint32_t> hops(nodes);
  std::vector<std::uint32_t> nearest(nodes, kUnreached);
  NodeId pivot = 0;
  for (std::size_t k = 0; k < distances.columns; ++k) {
    HopsFrom(graph, pivot, absl::MakeSpan(hops));
    for (NodeId u = 0; u < nodes; ++u) {
      distances.at(u, k) = hops[u];
      nearest[u] = std::min(nearest[u], hops[u]);
    }
    pivot = static_cast<NodeId>(
        std::max_element(nearest.begin(), nearest.end()) - nearest.begin());
  }
  return distances;
}

// -1/2 of the squares, less the means of rows and columns, plus that of all.
PivotDistances DoublyCentered(const PivotDistances& distances) {
  PivotDistances centered = distances;
  std::vector<double> row_means(distances.rows, 0.0);
  std::vector<double> column_means(distances.columns, 0.0);
  double mean = 0;
  const auto rows = static_cast<double>(distances.rows);
  const auto columns = static_cast<double>(distances.columns);
  for (std::size_t i = 0; i < distances.rows; ++i) {
    for (std::size_t k = 0; k < distances.columns; ++k) {
      const double square = distances.at(i, k) * distances.at(i, k);
      centered.at(i, k) = square;
      row_means[i] += square / columns;
      column_means[k] += square / rows;
      mean += square / (rows * columns);
    }
  }
  for (std::size_t i = 0; i < distances.rows; ++i) {
    for (std::size_t k = 0; k < distances.columns; ++k) {
      double& entry = centered.at(i, k);
      entry = -0.5 * (entry - row_means[i] - column_means[k] + mean);
    }
  }
  return centered;
}

std::vector<double> Times(const PivotDistances& matrix,
                          const std::vector<double>& vector) {
  std::vector<double> product(matrix.rows, 0.0);
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    for (std::size_t k = 0; k < matrix.columns; ++k) {
      product[i] += matrix.at(i, k) * vector[k];
    }
  }
  return product;
}

double Dot(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

// All zero if `vector` is.
void Normalize(std::vector<double>& vector) {
  const double length = std::sqrt(Dot(vector, vector));
  for (double& entry : vector) entry = length > 0 ? entry / length : 0;
}

// The products of all pairs of columns.
PivotDistances Gram(const PivotDistances& matrix) {
  PivotDistances gram;
  gram.rows = gram.columns = matrix.columns;
  gram.entries.assign(gram.rows * gram.columns, 0.0);
  for (std::size_t i = 0; i < matrix.rows; ++i) {
    for (std::size_t a = 0; a < matrix.columns; ++a) {
      for (std::size_t b = 0; b < matrix.columns; ++b) {
        gram.at(a, b) += matrix.at(i, a) * matrix.at(i, b);
      }
    }
  }
  return gram;
}

// The leading eigenvector of `gram` at a right angle to `first`, about.
std::vector<double> Eigenvector(const PivotDistances& gram,
                                const std::vector<double>& first) {
  std::vector<double> vector(gram.rows);
  for (std::size_t k = 0; k < vector.size(); ++k) {
    // Without symmetries that an eigenvector might have.
    vector[k] = 1.0 / static_cast<double>(k + 1 + first.size() % 2);
  }
  for (int step = 0; step < kPowerSteps; ++step) {
    if (!first.empty()) {
      const double along = Dot(vector, first);
      for (std::size_t k = 0; k < vector.size(); ++k) {
        vector[k] -= along * first[k];
      }
    }
    vector = Times(gram, vector);
    Normalize(vector);
  }
  return vector;
}

}  // namespace

double Distance(Point a, Point b) {
  const double x = a.x - b.x;
  const double y = a.y - b.y;
  return std::sqrt(x * x + y * y);
}

void HopsFrom(const Graph& graph, NodeId source,
              absl::Span<std::uint32_t> hops) {
  std::vector<bool> seen(graph.node_count(), false);
  std::vector<NodeId> queue = {source};
  queue.reserve(graph.node_count());
  seen[source] = true;
  hops[source] = 0;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const NodeId u = queue[next];
    for (const NodeId v : graph.neighbors(u)) {
      if (seen[v]) continue;
      seen[v] = true;
      hops[v] = hops[u] + 1;
      queue.push_back(v);
    }
  }
}

std::vector<Point> ColdStart(const Graph& graph) {
  const PivotDistances distances = ToPivots(graph);
  const PivotDistances centered = DoublyCentered(distances);
  const PivotDistances gram = Gram(centered);
  const std::vector<double> first = Eigenvector(gram, {});
  const std::vector<double> second = Eigenvector(gram, first);
  const std::vector<double> x = Times(centered, first);
  const std::vector<double> y = Times(centered, second);
  // Axes are as long as their eigenvalues; square roots of them are wanted.
  const double x_scale = 1 / std::sqrt(std::max(std::sqrt(Dot(x, x)), 1e-12));
  const double y_scale = 1 / std::sqrt(std::max(std::sqrt(Dot(y, y)), 1e-12));
  std::vector<Point> points(graph.node_count());
  for (std::size_t u = 0; u < points.size(); ++u) {
    points[u] = {x[u] * x_scale, y[u] * y_scale};
  }
  double length = 0;
  for (NodeId u = 0; u < points.size(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      length += Distance(points[u], points[v]);
    }
  }
  const double unit =
      length > 0 ? length / static_cast<double>(2 * graph.edge_count()) : 1;
  for (NodeId u = 0; u < points.size(); ++u) {
    const Point jitter = JitterOf(u);
    points[u] = {points[u].x / unit + jitter.x, points[u].y / unit + jitter.y};
  }
  return points;
}

std::vector<Point> WarmStart(const Graph& graph, Anchors anchors, double unit) {
  const NodeId nodes = graph.node_count();
  std::vector<Point> points(nodes);
  std::vector<bool> placed(nodes, false);
  std::vector<NodeId> queue;
  for (NodeId u = 0; u < nodes; ++u) {
    if (!anchors[u].has_value()) continue;
    points[u] = {anchors[u]->x / unit, anchors[u]->y / unit};
    placed[u] = true;
    queue.push_back(u);
  }
  std::vector<bool> waiting = placed;
  for (std::size_t next = 0; next < queue.size(); ++next) {
    const NodeId u = queue[next];
    if (!placed[u]) {
      Point sum;
      double count = 0;
      for (const NodeId v : graph.neighbors(u)) {
        if (!placed[v]) continue;
        sum = {sum.x + points[v].x, sum.y + points[v].y};
        ++count;
      }
      const Point jitter = JitterOf(u);
      points[u] = {sum.x / count + jitter.x, sum.y / count + jitter.y};
      placed[u] = true;
    }
    for (const NodeId v : graph.neighbors(u)) {
      if (waiting[v]) continue;
      waiting[v] = true;
      queue.push_back(v);
    }
  }
  return points;
}

double MeanTieLength(const Graph& graph, Anchors anchors) {
  double sum = 0;
  double count = 0;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (const NodeId v : graph.neighbors(u)) {
      if (!anchors[u].has_value() || !anchors[v].has_value()) continue;
      sum += Distance(*anchors[u], *anchors[v]);
      ++count;
    }
  }
  return count > 0 ? sum / count : 0;
}

}  // namespace pulsetaker::network
