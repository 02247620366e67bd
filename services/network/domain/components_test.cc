#include "services/network/domain/components.h"

#include <algorithm>
#include <functional>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Graph Without(const Graph& graph, NodeId node) {
  std::vector<Arc> arcs = graph.ToDigraph().Arcs();
  std::erase_if(arcs, [&](const Arc& arc) {
    return arc.from == node || arc.to == node || arc.from > arc.to;
  });
  return GraphOf(graph.node_count(), arcs);
}

// Sizes of what is left of the component of `node`, largest first, by taking
// the node out and looking at all the others.
std::vector<NodeId> PartSizesByDefinition(const Graph& graph, NodeId node) {
  const Components before = ConnectedComponents(graph);
  const Components after = ConnectedComponents(Without(graph, node));
  std::vector<NodeId> sizes;
  std::vector<bool> is_counted(after.size.size(), false);
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    if (u == node || before.id[u] != before.id[node]) continue;
    if (is_counted[after.id[u]]) continue;
    is_counted[after.id[u]] = true;
    sizes.push_back(after.size[after.id[u]]);
  }
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  return sizes;
}

TEST(ComponentsTest, NumbersPartsBySmallestNode) {
  const Components parts =
      ConnectedComponents(GraphOf(6, {{5, 1}, {4, 2}, {2, 3}}));
  EXPECT_THAT(parts.id, ElementsAre(0, 1, 2, 2, 2, 1));
  EXPECT_THAT(parts.size, ElementsAre(1, 2, 3));
  EXPECT_THAT(ConnectedComponents(Graph()).size, IsEmpty());
}

TEST(ComponentsTest, IgnoresDirections) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 30);
    const Components weak = WeakComponents(graph);
    EXPECT_EQ(weak, ConnectedComponents(
                        Graph::Symmetrized(graph, Symmetrization::kOr)));
    NodeId total = 0;
    for (const NodeId size : weak.size) total += size;
    EXPECT_EQ(total, graph.node_count());
    for (const Arc& arc : graph.Arcs()) {
      EXPECT_EQ(weak.id[arc.from], weak.id[arc.to]);
    }
  }
}

TEST(ArticulationPointsTest, MatchesClosedForms) {
  EXPECT_THAT(ArticulationPoints(Graph()), IsEmpty());
  EXPECT_THAT(ArticulationPoints(Path(2)), IsEmpty());
  EXPECT_THAT(ArticulationPoints(Cycle(5)), IsEmpty());
  EXPECT_THAT(ArticulationPoints(Complete(5)), IsEmpty());
  EXPECT_THAT(ArticulationPoints(Star(4)),
              ElementsAre(ArticulationPoint{0, {1, 1, 1}}));
  EXPECT_THAT(
      ArticulationPoints(Path(5)),
      ElementsAre(ArticulationPoint{1, {3, 1}}, ArticulationPoint{2, {2, 2}},
                  ArticulationPoint{3, {3, 1}}));
}

TEST(ArticulationPointsTest, FindsThoseOfFlorence) {
  EXPECT_THAT(ArticulationPoints(Florence()),
              ElementsAre(ArticulationPoint{kAlbizzi, {13, 1}},
                          ArticulationPoint{kGuadagni, {13, 1}},
                          ArticulationPoint{kMedici, {11, 2, 1}},
                          ArticulationPoint{kSalviati, {13, 1}}));
  const auto parts = PartsWithout(Florence(), kMedici);
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_THAT(parts[1], ElementsAre(kPazzi, kSalviati));
  EXPECT_THAT(parts[2], ElementsAre(kAcciaiuoli));
}

TEST(ArticulationPointsTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph =
        Graph::Symmetrized(RandomDigraph(random, 25), Symmetrization::kOr);
    std::vector<ArticulationPoint> want;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      const std::vector<NodeId> sizes = PartSizesByDefinition(graph, u);
      if (sizes.size() >= 2) want.push_back({u, sizes});
      std::vector<NodeId> got;
      for (const auto& part : PartsWithout(graph, u)) {
        got.push_back(static_cast<NodeId>(part.size()));
        EXPECT_TRUE(std::is_sorted(part.begin(), part.end()));
      }
      EXPECT_EQ(got, sizes);
    }
    EXPECT_EQ(ArticulationPoints(graph), want);
  }
}

TEST(ArticulationPointsTest, TakesALongPathWithoutRecursion) {
  const NodeId nodes = 200'000;
  EXPECT_EQ(ArticulationPoints(Path(nodes)).size(), nodes - 2);
}

}  // namespace
}  // namespace pulsetaker::network
