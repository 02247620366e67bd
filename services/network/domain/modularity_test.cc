#include "services/network/domain/modularity.h"

#include <limits>
#include <optional>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

// Over all ordered pairs, each node with itself too.
double ByDefinition(const Graph& graph, const std::vector<NodeId>& group,
                    double resolution) {
  const NodeId nodes = graph.node_count();
  std::vector<double> strength(nodes, 0);
  double total = 0;
  for (NodeId i = 0; i < nodes; ++i) {
    for (NodeId j = 0; j < nodes; ++j) strength[i] += graph.weight(i, j);
    total += strength[i];
  }
  double sum = 0;
  for (NodeId i = 0; i < nodes; ++i) {
    for (NodeId j = 0; j < nodes; ++j) {
      if (group[i] != group[j]) continue;
      sum +=
          graph.weight(i, j) - resolution * strength[i] * strength[j] / total;
    }
  }
  return sum / total;
}

TEST(ModularityTest, MatchesClosedForms) {
  EXPECT_EQ(Modularity(Complete(5), {7, 7, 7, 7, 7}), 0.0);
  // Each node alone: -sum of (k / 2W)^2.
  EXPECT_DOUBLE_EQ(Modularity(Cycle(4), {0, 1, 2, 3}).value(), -0.25);
  // The worst there is: all ties between two groups.
  EXPECT_DOUBLE_EQ(Modularity(Path(2), {0, 1}).value(), -0.5);
  // Two triangles and a tie between them, as in the manual of networkx.
  const Graph barbell =
      GraphOf(6, {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}, {4, 5}, {5, 3}});
  EXPECT_DOUBLE_EQ(Modularity(barbell, {0, 0, 0, 1, 1, 1}).value(), 5.0 / 14);
  EXPECT_DOUBLE_EQ(Modularity(barbell, {0, 0, 0, 1, 1, 1}, 0).value(), 6.0 / 7);
  EXPECT_DOUBLE_EQ(Modularity(barbell, {0, 0, 0, 1, 1, 1}, 2).value(),
                   6.0 / 7 - 1);
}

// The two clubs after the split, as networkx and igraph have it.
TEST(ModularityTest, MatchesPeersOnTheKarateClub) {
  std::vector<NodeId> club(34, 1);
  for (const NodeId u :
       {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21}) {
    club[u] = 0;
  }
  EXPECT_NEAR(Modularity(Karate(), club).value(), 0.3582347140039448, 1e-15);
}

TEST(ModularityTest, HasNoValueWithoutEdges) {
  EXPECT_EQ(Modularity(Graph(), {}), std::nullopt);
  EXPECT_EQ(Modularity(GraphOf(2, {}), {0, 1}), std::nullopt);
  const double large = std::numeric_limits<double>::max();
  EXPECT_EQ(Modularity(GraphOf(2, {{0, 1, large}}), {0, 1}), std::nullopt);
}

TEST(ModularityTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph =
        Graph::Symmetrized(RandomDigraph(random, 25, 5), Symmetrization::kMean);
    if (graph.edge_count() == 0) continue;
    const std::uint64_t groups = 1 + random.Uniform(6);
    std::vector<NodeId> group;
    std::vector<NodeId> renamed;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      group.push_back(static_cast<NodeId>(random.Uniform(groups)));
      renamed.push_back(~NodeId{0} - group.back() * 1'000);
    }
    const double resolution = 2 * random.UnitDouble();
    const double want = ByDefinition(graph, group, resolution);
    EXPECT_NEAR(Modularity(graph, group, resolution).value(), want, 1e-12);
    EXPECT_NEAR(Modularity(graph, renamed, resolution).value(), want, 1e-12);
  }
}

}  // namespace
}  // namespace pulsetaker::network
