#include "services/network/domain/strong_components.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;

// Whether each node reaches each, by Warshall's algorithm.
std::vector<std::vector<bool>> Reached(const Digraph& graph) {
  const NodeId n = graph.node_count();
  std::vector<std::vector<bool>> reached(n, std::vector<bool>(n, false));
  for (NodeId u = 0; u < n; ++u) {
    reached[u][u] = true;
    for (const NodeId v : graph.out(u)) reached[u][v] = true;
  }
  for (NodeId k = 0; k < n; ++k) {
    for (NodeId i = 0; i < n; ++i) {
      for (NodeId j = 0; j < n; ++j) {
        if (reached[i][k] && reached[k][j]) reached[i][j] = true;
      }
    }
  }
  return reached;
}

TEST(StrongComponentsTest, FindsPartsInOrder) {
  // 0 <-> 1 -> 2 -> 3 <-> 4, and 5 apart.
  const Digraph graph =
      DigraphOf(6, {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {3, 4}, {4, 3}});
  const StrongComponents parts = StrongComponentsOf(graph.in_rows());
  ASSERT_EQ(parts.part_count(), 4);
  EXPECT_THAT(parts.part(0), ElementsAre(0, 1));
  EXPECT_THAT(parts.part(1), ElementsAre(2));
  EXPECT_THAT(parts.part(2), ElementsAre(3, 4));
  EXPECT_THAT(parts.part(3), ElementsAre(5));
  EXPECT_THAT(parts.id, ElementsAre(0, 0, 1, 2, 2, 3));
  EXPECT_EQ(StrongComponentsOf(Rows()).part_count(), 0);
}

TEST(StrongComponentsTest, DoesNotRecurse) {
  constexpr NodeId kNodes = 300'000;
  EXPECT_EQ(StrongComponentsOf(Path(kNodes).rows()).part_count(), 1);
}

TEST(StrongComponentsTest, AgreesWithWhoReachesWhom) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 25);
    const auto reached = Reached(graph);
    const StrongComponents parts = StrongComponentsOf(graph.in_rows());
    ASSERT_EQ(parts.id.size(), graph.node_count());
    ASSERT_EQ(parts.nodes.size(), graph.node_count());
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      const auto members = parts.part(parts.id[u]);
      EXPECT_TRUE(std::is_sorted(members.begin(), members.end()));
      EXPECT_TRUE(std::binary_search(members.begin(), members.end(), u));
      for (NodeId v = 0; v < graph.node_count(); ++v) {
        EXPECT_EQ(parts.id[u] == parts.id[v], reached[u][v] && reached[v][u]);
        if (reached[u][v]) {
          EXPECT_LE(parts.id[u], parts.id[v]);
        }
      }
    }
  }
}

}  // namespace
}  // namespace pulsetaker::network
