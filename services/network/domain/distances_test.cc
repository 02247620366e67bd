#include "services/network/domain/distances.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/components.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/isa.h"
#include "services/network/domain/multi_source.h"

namespace pulsetaker::network {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

constexpr int kFar = 1'000'000;

// All distances by repeated relaxation (Floyd and Warshall).
std::vector<std::vector<int>> AllDistances(const Digraph& graph) {
  const NodeId nodes = graph.node_count();
  std::vector<std::vector<int>> d(nodes, std::vector<int>(nodes, kFar));
  for (NodeId u = 0; u < nodes; ++u) {
    d[u][u] = 0;
    for (const NodeId v : graph.out(u)) d[u][v] = 1;
  }
  for (NodeId k = 0; k < nodes; ++k) {
    for (NodeId u = 0; u < nodes; ++u) {
      for (NodeId v = 0; v < nodes; ++v) {
        d[u][v] = std::min(d[u][v], d[u][k] + d[k][v]);
      }
    }
  }
  return d;
}

InDistances DistancesOf(const Digraph& graph) {
  const auto distances = DistancesIn(graph, kNeverCancelled);
  EXPECT_TRUE(distances.ok()) << distances.status();
  return distances.ok() ? *distances : InDistances();
}

Fragmentation FragmentationOf(const Graph& graph,
                              const std::vector<NodeId>& removed) {
  const auto result = FragmentationWithout(graph, removed, kNeverCancelled);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *result : Fragmentation();
}

TEST(DistancesInTest, MatchesClosedForms) {
  const InDistances path = DistancesOf(DigraphOf(4, {{0, 1}, {1, 2}, {2, 3}}));
  EXPECT_THAT(path.harmonic,
              ElementsAre(0, 1.0 / 3, 1.5 / 3, (1 + 0.5 + 1.0 / 3) / 3));
  EXPECT_THAT(path.reached, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(path.within_two, ElementsAre(0, 1, 2, 2));
  EXPECT_THAT(path.within_three, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(path.closeness,
              ElementsAre(0, 1.0 / 3, 2.0 / 3 * (2.0 / 3), 3.0 / 6));
  EXPECT_THAT(DistancesOf(Complete(5).ToDigraph()).closeness, Each(1));
  EXPECT_THAT(DistancesOf(DigraphOf(1, {})).closeness, ElementsAre(0));
  EXPECT_THAT(DistancesOf(Complete(5).ToDigraph()).harmonic, Each(1));
  EXPECT_THAT(DistancesOf(Star(5).ToDigraph()).harmonic,
              ElementsAre(1, 2.5 / 4, 2.5 / 4, 2.5 / 4, 2.5 / 4));
  EXPECT_THAT(DistancesOf(Digraph()).harmonic, IsEmpty());
  EXPECT_THAT(DistancesOf(DigraphOf(1, {})).harmonic, ElementsAre(0));
  EXPECT_THAT(DistancesOf(DigraphOf(2, {{0, 1}})).harmonic, ElementsAre(0, 1));
}

TEST(DistancesInTest, MatchesFlorence) {
  const InDistances distances = DistancesOf(Florence().ToDigraph());
  EXPECT_NEAR(14 * distances.harmonic[kMedici], 9.5, 1e-12);
  EXPECT_NEAR(14 * distances.harmonic[kGuadagni], 8.083, 5e-4);
  EXPECT_NEAR(14 * distances.harmonic[kRidolfi], 8.0, 1e-12);
}

TEST(DistancesInTest, AgreesWithAllPairs) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    // Some beyond one batch of 64 sources, and some beyond the narrow search.
    const NodeId nodes_max = seed % 20 == 0 ? 300 : seed % 20 == 1 ? 150 : 20;
    const Digraph graph = RandomDigraph(random, nodes_max);
    const std::vector<std::vector<int>> d = AllDistances(graph);
    const InDistances got = DistancesOf(graph);
    for (NodeId i = 0; i < graph.node_count(); ++i) {
      double harmonic = 0;
      double lengths = 0;
      NodeId reached = 0;
      NodeId two = 0;
      NodeId three = 0;
      for (NodeId j = 0; j < graph.node_count(); ++j) {
        if (j == i || d[j][i] == kFar) continue;
        harmonic += 1.0 / d[j][i];
        lengths += d[j][i];
        ++reached;
        two += d[j][i] <= 2 ? 1 : 0;
        three += d[j][i] <= 3 ? 1 : 0;
      }
      if (graph.node_count() > 1) harmonic /= graph.node_count() - 1.0;
      EXPECT_NEAR(got.harmonic[i], harmonic, 1e-14);
      const double closeness =
          lengths == 0
              ? 0
              : reached / (graph.node_count() - 1.0) * (reached / lengths);
      EXPECT_NEAR(got.closeness[i], closeness, 1e-14);
      EXPECT_EQ(got.reached[i], reached);
      EXPECT_EQ(got.within_two[i], two);
      EXPECT_EQ(got.within_three[i], three);
    }
  }
}

TEST(DistancesInTest, GivesTheSameBitsUnderAnyNumbering) {
  for (unsigned seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 250);
    const std::vector<NodeId> names =
        RandomPermutation(graph.node_count(), random);
    const InDistances one = DistancesOf(graph);
    const InDistances other = DistancesOf(Relabeled(graph, names));
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      EXPECT_EQ(other.harmonic[names[u]], one.harmonic[u]);
      EXPECT_EQ(other.closeness[names[u]], one.closeness[u]);
      EXPECT_EQ(other.reached[names[u]], one.reached[u]);
    }
  }
}

TEST(DistancesInTest, StopsWhenCancelled) {
  const auto result = DistancesIn(Path(3).ToDigraph(), [] { return true; });
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
}

struct Visits {
  std::vector<std::vector<std::uint64_t>> seen;

  void operator()(NodeId node, NodeId distance, std::uint64_t count) {
    seen.push_back({node, distance, count});
  }
};

TEST(MultiSourceSearchTest, VisitsTheSameOnEveryInstructionSet) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 100);
    std::vector<bool> is_removed(graph.node_count());
    std::vector<NodeId> sources;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      is_removed[u] = random.Uniform(10) == 0;
      if (!is_removed[u]) sources.push_back(u);
    }
    MultiSourceSearch<8> search(graph.in_rows());
    Visits want;
    search.Run(sources, is_removed, want);
    for (const Isa isa : RunnableIsas()) {
      Visits got;
      RunOn(isa, [&] { search.Run(sources, is_removed, got); });
      EXPECT_EQ(got.seen, want.seen) << static_cast<int>(isa);
    }
  }
}

TEST(DistancesFromTest, TakesTheNearestSource) {
  const Digraph path = DigraphOf(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}});
  EXPECT_THAT(DistancesFrom(path, {0, 3, 0}),
              ElementsAre(0, 1, 2, 0, 1, kUnreached));
  EXPECT_THAT(DistancesFrom(path, {}), Each(kUnreached));
}

TEST(NodesWithinTest, AgreesWithAllPairs) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 30);
    const std::vector<std::vector<int>> d = AllDistances(graph);
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      const std::vector<NodeId> from = DistancesFrom(graph, {u});
      for (NodeId v = 0; v < graph.node_count(); ++v) {
        EXPECT_EQ(from[v],
                  d[u][v] == kFar ? kUnreached : static_cast<NodeId>(d[u][v]));
      }
      for (const NodeId steps : {0u, 1u, 2u, 50u}) {
        std::vector<NodeId> want;
        for (NodeId v = 0; v < graph.node_count(); ++v) {
          if (v != u && d[u][v] <= static_cast<int>(steps)) want.push_back(v);
        }
        EXPECT_EQ(NodesWithin(graph, u, steps), want);
      }
    }
  }
}

TEST(FragmentationTest, MatchesClosedForms) {
  EXPECT_EQ(FragmentationOf(Graph(), {}), (Fragmentation{0, 0}));
  EXPECT_EQ(FragmentationOf(GraphOf(1, {}), {}), (Fragmentation{0, 0}));
  EXPECT_EQ(FragmentationOf(GraphOf(4, {}), {}), (Fragmentation{1, 1}));
  EXPECT_EQ(FragmentationOf(Complete(4), {}), (Fragmentation{0, 0}));
  EXPECT_EQ(FragmentationOf(Complete(4), {1, 1}), (Fragmentation{0, 0}));
  EXPECT_EQ(FragmentationOf(Star(5), {0}), (Fragmentation{1, 1}));
  EXPECT_EQ(FragmentationOf(Path(2), {0}), (Fragmentation{0, 0}));
  const Fragmentation star = FragmentationOf(Star(5), {});
  EXPECT_EQ(star.by_component, 0);
  EXPECT_DOUBLE_EQ(star.by_distance, 1 - (8 + 12 * 0.5) / 20);
}

TEST(FragmentationTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph = Graph::Symmetrized(
        RandomDigraph(random, seed % 10 == 0 ? 250 : 25), Symmetrization::kOr);
    std::vector<NodeId> removed;
    std::vector<NodeId> kept;
    std::vector<NodeId> name(graph.node_count());
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      name[u] = static_cast<NodeId>(kept.size());
      (random.Uniform(4) == 0 ? removed : kept).push_back(u);
    }
    std::vector<Arc> edges;
    for (const NodeId u : kept) {
      for (const NodeId v : kept) {
        if (u < v && graph.weight(u, v) > 0)
          edges.push_back({name[u], name[v]});
      }
    }
    const auto n = static_cast<NodeId>(kept.size());
    const Graph left = GraphOf(n, edges);
    const Fragmentation got = FragmentationOf(graph, removed);
    EXPECT_EQ(got, FragmentationOf(left, {}));
    if (n < 2) continue;
    const double pairs = static_cast<double>(n) * (n - 1.0);
    double connected = 0;
    for (const NodeId size : ConnectedComponents(left).size) {
      connected += static_cast<double>(size) * (size - 1.0);
    }
    double nearness = 0;
    for (const auto& row : AllDistances(left.ToDigraph())) {
      for (const int d : row) nearness += d > 0 && d < kFar ? 1.0 / d : 0;
    }
    EXPECT_NEAR(got.by_component, 1 - connected / pairs, 1e-13);
    EXPECT_NEAR(got.by_distance, 1 - nearness / pairs, 1e-13);
  }
}

TEST(FragmentationWithoutTest, TiesEitherWayWithoutATiedGraph) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, seed % 2 == 0 ? 30 : 200);
    std::vector<NodeId> removed;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      if (random.Uniform(4) == 0) removed.push_back(u);
    }
    const auto got = FragmentationWithout(graph, removed, kNeverCancelled);
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_EQ(*got,
              FragmentationOf(Graph::Symmetrized(graph, Symmetrization::kOr),
                              removed));
  }
}

TEST(FragmentationGainsTest, AgreesWithOneRemovalAfterTheOther) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph =
        Graph::Symmetrized(RandomDigraph(random, 30), Symmetrization::kOr);
    std::vector<double> want;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      want.push_back(FragmentationOf(graph, {u}).by_distance -
                     FragmentationOf(graph, {}).by_distance);
    }
    const auto got = FragmentationGains(graph, kNeverCancelled);
    ASSERT_TRUE(got.ok());
    EXPECT_THAT(*got, Pointwise(DoubleNear(1e-12), want));
  }
}

TEST(FragmentationGainsTest, StopsWhenCancelled) {
  int asked = 0;
  const auto result =
      FragmentationGains(Cycle(100), [&] { return ++asked == 20; });
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::network
