#include "services/network/domain/hierarchy.h"

#include <optional>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

// In the order of the header.
struct Dimensions {
  std::optional<double> connectedness;
  std::optional<double> hierarchy;
  std::optional<double> efficiency;
  std::optional<double> least_upper_boundedness;
};

Dimensions DimensionsOf(const Digraph& graph) {
  Dimensions dimensions;
  dimensions.connectedness = KrackhardtConnectedness(graph);
  dimensions.hierarchy = KrackhardtHierarchy(graph, kNeverCancelled).value();
  dimensions.efficiency = KrackhardtEfficiency(graph);
  dimensions.least_upper_boundedness =
      KrackhardtLeastUpperBoundedness(graph, kNeverCancelled).value();
  return dimensions;
}

void ExpectNear(const Dimensions& got, const Dimensions& want) {
  const auto near = [](const char* what, std::optional<double> a,
                       std::optional<double> b) {
    SCOPED_TRACE(what);
    ASSERT_EQ(a.has_value(), b.has_value());
    if (a.has_value()) {
      EXPECT_NEAR(*a, *b, 1e-12);
    }
  };
  near("connectedness", got.connectedness, want.connectedness);
  near("hierarchy", got.hierarchy, want.hierarchy);
  near("efficiency", got.efficiency, want.efficiency);
  near("least upper boundedness", got.least_upper_boundedness,
       want.least_upper_boundedness);
}

using Matrix = std::vector<std::vector<bool>>;

// Who reaches whom, everybody reaching themselves (S. Warshall).
Matrix Closure(const Digraph& graph, bool directed) {
  const NodeId n = graph.node_count();
  Matrix reaches(n, std::vector<bool>(n));
  for (NodeId i = 0; i < n; ++i) {
    for (NodeId j = 0; j < n; ++j) {
      reaches[i][j] =
          i == j || graph.has_arc(i, j) || (!directed && graph.has_arc(j, i));
    }
  }
  for (NodeId k = 0; k < n; ++k) {
    for (NodeId i = 0; i < n; ++i) {
      for (NodeId j = 0; j < n; ++j) {
        if (reaches[i][k] && reaches[k][j]) reaches[i][j] = true;
      }
    }
  }
  return reaches;
}

bool HaveLeastUpperBound(const Matrix& reaches, NodeId i, NodeId j) {
  const auto n = static_cast<NodeId>(reaches.size());
  for (NodeId l = 0; l < n; ++l) {
    bool is_least = reaches[l][i] && reaches[l][j];
    for (NodeId k = 0; k < n; ++k) {
      if (reaches[k][i] && reaches[k][j] && !reaches[k][l]) is_least = false;
    }
    if (is_least) return true;
  }
  return false;
}

std::optional<double> Ratio(double part, double whole) {
  if (whole == 0) return std::nullopt;
  return part / whole;
}

// Krackhardt's definitions over all pairs.
Dimensions ByDefinition(const Digraph& graph) {
  const Matrix reaches = Closure(graph, true);
  const Matrix joined = Closure(graph, false);
  double pairs = 0;
  double connected = 0;
  double one_way = 0;
  double some_way = 0;
  double unbounded = 0;
  double needed = 0;
  double possible = 0;
  double most_unbounded = 0;
  for (NodeId i = 0; i < graph.node_count(); ++i) {
    double size = 0;
    for (NodeId j = 0; j < graph.node_count(); ++j) {
      if (joined[i][j]) ++size;
      if (j <= i) continue;
      ++pairs;
      if (joined[i][j]) ++connected;
      if (reaches[i][j] != reaches[j][i]) ++one_way;
      if (reaches[i][j] || reaches[j][i]) ++some_way;
      if (joined[i][j] && !HaveLeastUpperBound(reaches, i, j)) ++unbounded;
    }
    // Each member's share of what is said of its component.
    needed += (size - 1) / size;
    possible += size - 1;
    most_unbounded += (size - 1) * (size - 2) / 2 / size;
  }
  Dimensions dimensions;
  dimensions.connectedness = Ratio(connected, pairs);
  dimensions.hierarchy = Ratio(one_way, some_way);
  if (graph.arc_count() > 0) {
    dimensions.efficiency =
        1 -
        (static_cast<double>(graph.arc_count()) - needed) / (possible - needed);
  }
  if (most_unbounded > 1e-9) {
    dimensions.least_upper_boundedness = 1 - unbounded / most_unbounded;
  }
  return dimensions;
}

TEST(HierarchyTest, IsOneForOutTreesAlone) {
  const Digraph tree =
      DigraphOf(7, {{3, 0}, {3, 1}, {0, 2}, {0, 4}, {1, 5}, {5, 6}});
  ExpectNear(DimensionsOf(tree), {1, 1, 1, 1});
  // Turned round, nobody is above two people who both are at the end.
  ExpectNear(DimensionsOf(DigraphOf(3, {{0, 1}, {2, 1}})), {1, 1, 1, 0});
}

TEST(HierarchyTest, MatchesAnswersByHand) {
  struct Case {
    const char* what;
    Digraph graph;
    Dimensions want;
  };
  const std::vector<Case> cases = {
      {"nobody", Digraph(), {{}, {}, {}, {}}},
      {"one person", DigraphOf(1, {}), {{}, {}, {}, {}}},
      {"nobody tied", DigraphOf(3, {}), {0, {}, {}, {}}},
      {"a pair", DigraphOf(2, {{0, 1}}), {1, 1, 1, {}}},
      {"a mutual pair", DigraphOf(2, {{0, 1}, {1, 0}}), {1, 0, 0, {}}},
      {"two pairs", DigraphOf(4, {{0, 1}, {2, 3}}), {1.0 / 3, 1, 1, {}}},
      {"a circle", DigraphOf(3, {{0, 1}, {1, 2}, {2, 0}}), {1, 0, 0.75, 1}},
      {"everybody", Complete(5).ToDigraph(), {1, 0, 0, 1}},
      {"two superiors",
       DigraphOf(4, {{0, 2}, {0, 3}, {1, 2}, {1, 3}}),
       {1, 1, 1 - 1.0 / 9, 1 - 2.0 / 3}},
      // They have somebody above them, but the two at the end have two
      // superiors, neither of whom is nearer.
      {"two superiors of one",
       DigraphOf(5, {{0, 1}, {0, 2}, {1, 3}, {1, 4}, {2, 3}, {2, 4}}),
       {1, 1, 1 - 2.0 / 16, 1 - 1.0 / 6}},
      // Superiors of each other count as one.
      {"two superiors, mutual",
       DigraphOf(4, {{0, 1}, {1, 0}, {0, 2}, {0, 3}, {1, 2}, {1, 3}}),
       {1, 1 - 1.0 / 5, 1 - 3.0 / 9, 1}},
      {"a tree, and two apart",
       DigraphOf(5, {{0, 1}, {0, 2}, {4, 3}}),
       {8.0 / 20, 1, 1, 1}},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.what);
    ExpectNear(DimensionsOf(c.graph), c.want);
    ExpectNear(ByDefinition(c.graph), c.want);
  }
}

TEST(HierarchyTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 16, 3);
    ExpectNear(DimensionsOf(graph), ByDefinition(graph));
  }
}

// With arcs from lower to higher numbers only, every node is a strong component
// of its own, and rows of bits have several words.
TEST(HierarchyTest, AgreesWithTheDefinitionWhereThereAreManyComponents) {
  for (unsigned seed = 0; seed < 2; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const NodeId nodes = 100;
    std::vector<Arc> arcs;
    for (NodeId u = 0; u < nodes; ++u) {
      for (NodeId v = u + 1; v < nodes; ++v) {
        if (random.Uniform(100) < 2 + seed) arcs.push_back({u, v});
      }
    }
    if (seed % 2 == 1) arcs.push_back({80, 70});
    const Digraph graph =
        Relabeled(DigraphOf(nodes, arcs), RandomPermutation(nodes, random));
    ExpectNear(DimensionsOf(graph), ByDefinition(graph));
  }
}

// More strong components than one pass has sources.
TEST(HierarchyTest, CountsPathsFromAllPasses) {
  constexpr NodeId kNodes = 1300;
  std::vector<Arc> arcs;
  for (NodeId u = 1; u < kNodes; ++u) arcs.push_back({u - 1, u});
  ExpectNear(DimensionsOf(DigraphOf(kNodes, arcs)), {1, 1, 1, 1});
  // One pair in the middle is mutual.
  arcs.push_back({600, 599});
  const double pairs = kNodes * (kNodes - 1) / 2.0;
  EXPECT_NEAR(
      *KrackhardtHierarchy(DigraphOf(kNodes, arcs), kNeverCancelled).value(),
      1 - 1 / pairs, 1e-12);
}

// The first three as R's sna 2.7 has them. Managers 7 and 9 name nobody, so
// nobody is above the two of them along the flow.
TEST(HierarchyTest, MatchesTheManagers) {
  Dimensions want{1, 2.0 / 11, 0.795, 1};
  ExpectNear(DimensionsOf(ManagersFriendship()), want);
  want.least_upper_boundedness = 1 - 1.0 / 190;
  ExpectNear(DimensionsOf(ManagersFriendship().Transposed()), want);
}

TEST(HierarchyTest, OnlyBoundsDependOnTheDirection) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 20);
    Dimensions turned = DimensionsOf(graph.Transposed());
    turned.least_upper_boundedness =
        DimensionsOf(graph).least_upper_boundedness;
    ExpectNear(DimensionsOf(graph), turned);
    ExpectNear(DimensionsOf(Relabeled(
                   graph, RandomPermutation(graph.node_count(), random))),
               DimensionsOf(graph));
  }
}

TEST(HierarchyTest, StopsWhenToldTo) {
  const Digraph graph = ManagersFriendship();
  const auto cancelled = [] { return true; };
  EXPECT_EQ(KrackhardtHierarchy(graph, cancelled).status().code(),
            absl::StatusCode::kCancelled);
  EXPECT_EQ(KrackhardtLeastUpperBoundedness(graph, cancelled).status().code(),
            absl::StatusCode::kCancelled);
}

TEST(HierarchyTest, RefusesBoundsOfTooManyStrongComponents) {
  std::vector<Arc> arcs;
  for (NodeId u = 1; u <= kLeastUpperBoundsMax; ++u) arcs.push_back({0, u});
  const auto bounds = KrackhardtLeastUpperBoundedness(
      DigraphOf(kLeastUpperBoundsMax + 1, arcs), kNeverCancelled);
  EXPECT_EQ(bounds.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(bounds.status()), "GRAPH_TOO_LARGE");
}

}  // namespace
}  // namespace pulsetaker::network
