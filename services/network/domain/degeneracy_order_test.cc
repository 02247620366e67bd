#include "services/network/domain/degeneracy_order.h"

#include <algorithm>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/k_core.h"

namespace pulsetaker::network {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

NodeId MostLaterNeighbors(const Graph& graph,
                          const std::vector<NodeId>& order) {
  std::vector<bool> is_past(graph.node_count(), false);
  std::ptrdiff_t most = 0;
  for (const NodeId u : order) {
    is_past[u] = true;
    most = std::max(most, std::count_if(graph.neighbors(u).begin(),
                                        graph.neighbors(u).end(),
                                        [&](NodeId v) { return !is_past[v]; }));
  }
  return static_cast<NodeId>(most);
}

TEST(DegeneracyOfTest, MatchesClosedForms) {
  EXPECT_THAT(DegeneracyOf(Graph()).order, IsEmpty());
  EXPECT_EQ(DegeneracyOf(GraphOf(3, {})).value, 0);
  EXPECT_EQ(DegeneracyOf(Path(5)).value, 1);
  EXPECT_EQ(DegeneracyOf(Star(9)).value, 1);
  EXPECT_EQ(DegeneracyOf(Cycle(5)).value, 2);
  EXPECT_EQ(DegeneracyOf(Complete(6)).value, 5);
  EXPECT_EQ(DegeneracyOf(Karate()).value, 4);
}

TEST(DegeneracyOfTest, OrdersAllNodesWithAsFewLaterNeighborsAsCanBe) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph =
        Graph::Symmetrized(RandomDigraph(random, 30), Symmetrization::kOr);
    const Degeneracy degeneracy = DegeneracyOf(graph);
    std::vector<NodeId> nodes(graph.node_count());
    for (NodeId u = 0; u < graph.node_count(); ++u) nodes[u] = u;
    EXPECT_THAT(degeneracy.order, UnorderedElementsAreArray(nodes));
    EXPECT_EQ(MostLaterNeighbors(graph, degeneracy.order), degeneracy.value);
    // CoreNumbers is tested against the definition.
    EXPECT_EQ(degeneracy.core_numbers, CoreNumbers(graph));
    std::vector<NodeId> in_order;
    for (const NodeId u : degeneracy.order) {
      in_order.push_back(degeneracy.core_numbers[u]);
    }
    EXPECT_TRUE(std::is_sorted(in_order.begin(), in_order.end()));
    EXPECT_EQ(degeneracy.value, in_order.empty() ? 0 : in_order.back());
  }
}

}  // namespace
}  // namespace pulsetaker::network
