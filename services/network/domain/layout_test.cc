#include "services/network/domain/layout.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/components.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/layout_packing.h"

namespace pulsetaker::network {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> IdsFor(NodeId nodes) {
  std::vector<std::string> ids;
  for (NodeId u = 0; u < nodes; ++u) {
    // Not in the order of the numbers.
    ids.push_back(absl::StrCat("p", (u * 7919) % 1'000'003));
  }
  return ids;
}

std::vector<Point> Drawn(const Graph& graph,
                         const std::vector<std::string>& ids,
                         const LayoutOptions& options = {}) {
  const std::vector<absl::string_view> views(ids.begin(), ids.end());
  auto points = LayOut(graph, views, options, kNeverCancelled);
  EXPECT_TRUE(points.ok()) << points.status();
  return points.ok() ? *std::move(points) : std::vector<Point>();
}

std::vector<Point> Drawn(const Graph& graph,
                         const LayoutOptions& options = {}) {
  return Drawn(graph, IdsFor(graph.node_count()), options);
}

std::vector<std::optional<Point>> AnchorsOf(const std::vector<Point>& points) {
  return {points.begin(), points.end()};
}

// Each new node is tied to some of those that have many ties already.
Graph GrownGraph(NodeId nodes, NodeId ties_each, unsigned seed) {
  Random random(seed);
  std::vector<NodeId> ends = {0};
  std::vector<Arc> edges;
  for (NodeId u = 1; u < nodes; ++u) {
    std::vector<NodeId> to;
    for (NodeId i = 0; i < ties_each; ++i) {
      to.push_back(ends[random.Uniform(ends.size())]);
    }
    for (const NodeId v : to) {
      edges.push_back({u, v});
      ends.push_back(v);
      ends.push_back(u);
    }
  }
  auto graph = Graph::FromEdges(nodes, edges, Repeats::kCollapse);
  return *std::move(graph);
}

Graph RandomGraph(unsigned seed) {
  Random random(seed);
  return Graph::Symmetrized(RandomDigraph(random, 40), Symmetrization::kOr);
}

// The mean distance of neighbors over that of all other pairs.
double NeighborRatio(const Graph& graph, const std::vector<Point>& points) {
  double near = 0;
  double near_count = 0;
  double far = 0;
  double far_count = 0;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (NodeId v = 0; v < u; ++v) {
      const bool tied = graph.weight(u, v) > 0;
      (tied ? near : far) += Distance(points[u], points[v]);
      ++(tied ? near_count : far_count);
    }
  }
  return (near / near_count) / (far / far_count);
}

double MeanShift(const std::vector<Point>& a, const std::vector<Point>& b) {
  double sum = 0;
  const std::size_t count = std::min(a.size(), b.size());
  for (std::size_t u = 0; u < count; ++u) sum += Distance(a[u], b[u]);
  return sum / static_cast<double>(count);
}

void ExpectInUnitSquare(const std::vector<Point>& points) {
  for (const Point& point : points) {
    EXPECT_TRUE(point.x >= 0 && point.x <= 1) << point.x;
    EXPECT_TRUE(point.y >= 0 && point.y <= 1) << point.y;
  }
}

// No two components' boxes overlap.
void ExpectComponentsApart(const Graph& graph,
                           const std::vector<Point>& points) {
  const Components components = ConnectedComponents(graph);
  struct Box {
    double left = 2, right = -1, low = 2, high = -1;
  };
  std::vector<Box> boxes(components.size.size());
  for (NodeId u = 0; u < points.size(); ++u) {
    Box& box = boxes[components.id[u]];
    box = {std::min(box.left, points[u].x), std::max(box.right, points[u].x),
           std::min(box.low, points[u].y), std::max(box.high, points[u].y)};
  }
  for (std::size_t a = 0; a < boxes.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_TRUE(boxes[a].right < boxes[b].left ||
                  boxes[b].right < boxes[a].left ||
                  boxes[a].high < boxes[b].low || boxes[b].high < boxes[a].low)
          << "components " << a << " and " << b;
    }
  }
}

TEST(LayoutTest, DrawsTheSmallest) {
  EXPECT_THAT(Drawn(Graph()), IsEmpty());
  EXPECT_THAT(Drawn(GraphOf(1, {})), ElementsAre(Point{0.5, 0.5}));
  const std::vector<Point> pair = Drawn(Path(2));
  EXPECT_GT(Distance(pair[0], pair[1]), 0.4);
}

TEST(LayoutTest, DrawsPathsStraightAndCyclesRound) {
  const std::vector<Point> path = Drawn(Path(6));
  const double length = Distance(path[0], path[5]);
  for (NodeId u = 1; u < 6; ++u) {
    EXPECT_THAT(Distance(path[u - 1], path[u]),
                DoubleNear(length / 5, 0.01 * length));
  }
  const std::vector<Point> cycle = Drawn(Cycle(12));
  Point middle;
  for (const Point& point : cycle) {
    middle = {middle.x + point.x / 12, middle.y + point.y / 12};
  }
  const double radius = Distance(cycle[0], middle);
  for (NodeId u = 0; u < 12; ++u) {
    EXPECT_THAT(Distance(cycle[u], middle), DoubleNear(radius, 0.02 * radius));
    EXPECT_THAT(Distance(cycle[u], cycle[(u + 1) % 12]),
                DoubleNear(0.518 * radius, 0.05 * radius));
  }
}

TEST(LayoutTest, KeepsEveryoneApartInTheUnitSquare) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph = RandomGraph(seed);
    const std::vector<Point> points = Drawn(graph);
    ExpectInUnitSquare(points);
    ExpectComponentsApart(graph, points);
    for (NodeId u = 0; u < points.size(); ++u) {
      for (NodeId v = 0; v < u; ++v) {
        EXPECT_GT(Distance(points[u], points[v]), 1e-4) << u << " " << v;
      }
    }
  }
}

TEST(LayoutTest, PlacesIsolatedNodes) {
  const Graph graph = GraphOf(30, {{0, 1}, {1, 2}, {2, 0}, {3, 4}});
  const std::vector<Point> points = Drawn(graph);
  ExpectInUnitSquare(points);
  ExpectComponentsApart(graph, points);
  ExpectComponentsApart(GraphOf(50, {}), Drawn(GraphOf(50, {})));
}

TEST(LayoutTest, PutsNeighborsNearerThanOthers) {
  EXPECT_LT(NeighborRatio(Karate(), Drawn(Karate())), 0.6);
  EXPECT_LT(NeighborRatio(Florence(), Drawn(Florence())), 0.6);
  EXPECT_LT(NeighborRatio(Kite(), Drawn(Kite())), 0.7);
  for (unsigned seed = 0; seed < 5; ++seed) {
    const Graph grown = GrownGraph(200, 2, seed);
    EXPECT_LT(NeighborRatio(grown, Drawn(grown)), 0.7) << seed;
  }
  const Graph large = GrownGraph(kStressNodesMax + 500, 2, 1);
  const std::vector<Point> points = Drawn(large);
  ExpectInUnitSquare(points);
  EXPECT_LT(NeighborRatio(large, points), 0.7);
}

// A grid, drawn well, is a grid: sides of squares are shorter than diagonals.
TEST(LayoutTest, UnfoldsGrids) {
  constexpr NodeId kSide = 35;  // More nodes than kStressNodesMax.
  for (const NodeId side : {NodeId{8}, kSide}) {
    std::vector<Arc> edges;
    for (NodeId u = 0; u < side * side; ++u) {
      if (u % side + 1 < side) edges.push_back({u, u + 1});
      if (u + side < side * side) edges.push_back({u, u + side});
    }
    const std::vector<Point> points = Drawn(GraphOf(side * side, edges));
    int well = 0;
    int squares = 0;
    for (NodeId u = 0; u + side < side * side; ++u) {
      if (u % side + 1 == side) continue;
      ++squares;
      const double edge = std::max(Distance(points[u], points[u + 1]),
                                   Distance(points[u], points[u + side]));
      well += edge < Distance(points[u], points[u + side + 1]) ? 1 : 0;
    }
    EXPECT_GT(well, squares * 8 / 10) << side;
  }
}

TEST(LayoutTest, DoesNotDependOnTheOrderOfNodes) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph =
        seed == 0 ? GrownGraph(kStressNodesMax + 50, 2, 3) : RandomGraph(seed);
    const NodeId nodes = graph.node_count();
    const std::vector<std::string> ids = IdsFor(nodes);
    std::vector<NodeId> permutation(nodes);
    std::iota(permutation.begin(), permutation.end(), NodeId{0});
    Random(seed).Shuffle(absl::MakeSpan(permutation));
    std::vector<std::string> moved_ids(nodes);
    for (NodeId u = 0; u < nodes; ++u) moved_ids[permutation[u]] = ids[u];
    const Graph moved_graph = Relabeled(graph, permutation);

    const std::vector<Point> points = Drawn(graph, ids);
    const std::vector<Point> moved = Drawn(moved_graph, moved_ids);
    // Likewise with anchors, some of them.
    std::vector<std::optional<Point>> anchors(nodes);
    std::vector<std::optional<Point>> moved_anchors(nodes);
    for (NodeId u = 0; u < nodes; ++u) {
      EXPECT_EQ(points[u], moved[permutation[u]]);
      if (u % 3 != 0) anchors[u] = moved_anchors[permutation[u]] = points[u];
    }
    const std::vector<Point> again = Drawn(graph, ids, {.anchors = anchors});
    const std::vector<Point> moved_again =
        Drawn(moved_graph, moved_ids, {.anchors = moved_anchors});
    for (NodeId u = 0; u < nodes; ++u) {
      EXPECT_EQ(again[u], moved_again[permutation[u]]);
    }
  }
}

TEST(LayoutTest, IgnoresWeights) {
  std::vector<Arc> edges = Karate().ToDigraph().Arcs();
  for (Arc& edge : edges) edge.weight = 1 + edge.from + edge.to;
  EXPECT_EQ(Drawn(GraphOf(34, edges)), Drawn(Karate()));
}

TEST(LayoutTest, StaysWhereItIsWithoutChanges) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    const Graph graph =
        seed == 0 ? GrownGraph(kStressNodesMax + 50, 2, 3) : RandomGraph(seed);
    if (graph.node_count() == 0) continue;
    const std::vector<Point> before = Drawn(graph);
    const auto anchors = AnchorsOf(before);
    const std::vector<Point> after = Drawn(graph, {.anchors = anchors});
    EXPECT_LT(MeanShift(before, after), 0.02);
    ExpectComponentsApart(graph, after);
  }
}

TEST(LayoutTest, StaysNearWithSmallChanges) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    const NodeId nodes = seed == 0 ? kStressNodesMax + 50 : 100;
    const Graph graph = GrownGraph(nodes, 2, seed);
    const std::vector<Point> before = Drawn(graph);
    // Two ties go, three come; somebody new is tied, somebody else is not.
    std::vector<Arc> edges = graph.ToDigraph().Arcs();
    std::erase_if(edges, [](const Arc& a) { return a.from > a.to; });
    Random random(seed);
    for (int i = 0; i < 2; ++i) {
      edges.erase(edges.begin() +
                  static_cast<std::ptrdiff_t>(random.Uniform(edges.size())));
    }
    for (int i = 0; i < 3; ++i) {
      const auto a = static_cast<NodeId>(random.Uniform(nodes));
      edges.push_back({a, (a + 1) % nodes});
    }
    edges.push_back({nodes, 5});
    const Graph changed = GraphOf(nodes + 2, edges);
    auto anchors = AnchorsOf(before);
    anchors.resize(nodes + 2);
    const std::vector<Point> warm = Drawn(changed, {.anchors = anchors});
    const std::vector<Point> cold = Drawn(changed);
    ExpectInUnitSquare(warm);
    ExpectComponentsApart(changed, warm);
    EXPECT_LT(MeanShift(before, warm), 0.08);
    EXPECT_LT(MeanShift(before, warm), MeanShift(before, cold) + 0.02);
    EXPECT_LT(NeighborRatio(changed, warm), 0.75);
  }
}

TEST(LayoutTest, StaysNearerWithMoreAnchoring) {
  const Graph graph = GrownGraph(80, 2, 4);
  const std::vector<Point> before = Drawn(graph);
  std::vector<Arc> edges = graph.ToDigraph().Arcs();
  for (NodeId u = 0; u < 40; ++u) edges.push_back({u, 79 - u});
  const Graph changed = GraphOf(80, edges);
  const auto anchors = AnchorsOf(before);
  double last = std::numeric_limits<double>::infinity();
  for (const double anchoring : {0.0, 0.5, 4.0}) {
    const double shift = MeanShift(
        before, Drawn(changed, {.anchors = anchors, .anchoring = anchoring}));
    EXPECT_LT(shift, last) << anchoring;
    last = shift;
  }
}

TEST(LayoutTest, CopesWithAnchorsThatSayNothing) {
  const Graph graph = GraphOf(6, {{0, 1}, {1, 2}, {3, 4}});
  const std::vector<std::vector<std::optional<Point>>> cases = {
      {Point{.5, .5}, Point{.5, .5}, Point{.5, .5}, Point{.5, .5},
       Point{.5, .5}, Point{.5, .5}},
      {Point{0, 0}, {}, {}, {}, {}, {}},
      {Point{0, 0}, {}, Point{1, 1}, {}, {}, Point{0, 1}},
      {{}, {}, {}, {}, {}, Point{1, 1}},
      {{}, {}, {}, {}, {}, {}}};
  for (const auto& anchors : cases) {
    const std::vector<Point> points = Drawn(graph, {.anchors = anchors});
    ExpectInUnitSquare(points);
    ExpectComponentsApart(graph, points);
  }
  EXPECT_EQ(Drawn(graph, {.anchors = cases.back()}), Drawn(graph));
}

TEST(LayoutTest, DoesNotShrinkWithTheYears) {
  Graph graph = GrownGraph(60, 2, 9);
  std::vector<Point> points = Drawn(graph);
  const auto spread = [&] {
    double far = 0;
    for (const Point& a : points) {
      for (const Point& b : points) far = std::max(far, Distance(a, b));
    }
    return far;
  };
  const double before = spread();
  for (unsigned year = 0; year < 20; ++year) {
    std::vector<Arc> edges = graph.ToDigraph().Arcs();
    edges.push_back({year, 59 - year});
    edges.erase(edges.begin() + 7 * year);
    graph = GraphOf(60, edges);
    const auto anchors = AnchorsOf(points);
    points = Drawn(graph, {.anchors = anchors});
  }
  EXPECT_GT(spread(), 0.6 * before);
}

TEST(LayoutTest, RefusesWhatItCannotDraw) {
  const std::vector<absl::string_view> ids = {"a", "b"};
  const Graph graph = Path(2);
  const auto reason = [&](absl::Span<const absl::string_view> names,
                          const LayoutOptions& options) {
    const auto points = LayOut(graph, names, options, kNeverCancelled);
    EXPECT_EQ(points.status().code(), absl::StatusCode::kInvalidArgument);
    return ReasonOf(points.status());
  };
  const std::vector<std::optional<Point>> few(1);
  const std::vector<std::optional<Point>> outside = {Point{0, 1.5}, {}};
  const std::vector<std::optional<Point>> nan = {Point{std::nan(""), 0}, {}};
  EXPECT_EQ(reason({"a"}, {}), "PARAMETER_OUT_OF_RANGE");
  EXPECT_EQ(reason({"a", "a"}, {}), "PARAMETER_OUT_OF_RANGE");
  EXPECT_EQ(reason(ids, {.anchors = few}), "PARAMETER_OUT_OF_RANGE");
  EXPECT_EQ(reason(ids, {.anchors = outside}), "PARAMETER_OUT_OF_RANGE");
  EXPECT_EQ(reason(ids, {.anchors = nan}), "PARAMETER_OUT_OF_RANGE");
  EXPECT_EQ(reason(ids, {.anchoring = -1}), "PARAMETER_OUT_OF_RANGE");
  EXPECT_EQ(reason(ids, {.anchoring = std::nan("")}), "PARAMETER_OUT_OF_RANGE");

  const Graph large = GraphOf(kLayoutNodesMax + 1, {});
  const absl::Status status = LayOut(large, {}, {}, kNeverCancelled).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(status), "GRAPH_TOO_LARGE");
}

// Each search for a spot looks at all parts, so many parts get few searches.
TEST(LayoutTest, SearchesLittleAmongManyParts) {
  constexpr int kSide = 30;
  constexpr double kMargin = 0.14;  // No spot is as far from all in the grid.
  std::vector<LayoutPart> parts;
  for (int i = 0; i < kSide * kSide; ++i) {
    const double column = i % kSide;
    const double row = i / kSide;
    parts.push_back({{{column / (kSide - 1), row / (kSide - 1)}}, true});
  }
  const std::vector<LayoutPart> grid = parts;
  parts.resize(4'000, {{{0, 0}}, false});
  int asked = 0;
  const auto count = [&] {
    ++asked;
    return false;
  };
  EXPECT_TRUE(PackParts(kMargin, count, parts).ok());
  EXPECT_LT(asked, 10);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i < grid.size()) {
      EXPECT_EQ(parts[i].points, grid[i].points);
    } else {
      EXPECT_GE(parts[i].points[0].y, 1 + kMargin) << "below all others";
    }
  }
}

TEST(LayoutTest, StopsWhenItIsCancelled) {
  for (const NodeId nodes : {NodeId{20}, kStressNodesMax + 1}) {
    const std::vector<std::string> ids = IdsFor(nodes);
    const std::vector<absl::string_view> views(ids.begin(), ids.end());
    const auto points = LayOut(Path(nodes), views, {}, [] { return true; });
    EXPECT_EQ(points.status().code(), absl::StatusCode::kCancelled);
  }
  // While it puts components apart.
  EXPECT_EQ(LayOut(GraphOf(2, {}), {"a", "b"}, {}, [] { return true; })
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::network
