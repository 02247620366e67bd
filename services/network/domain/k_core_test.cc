#include "services/network/domain/k_core.h"

#include <algorithm>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// For each k, takes off whoever has fewer than k neighbors, until no one is
// left to take.
std::vector<NodeId> ByDefinition(const Graph& graph) {
  std::vector<NodeId> cores(graph.node_count(), 0);
  for (NodeId k = 1; k <= graph.node_count(); ++k) {
    std::vector<bool> is_left(graph.node_count(), true);
    for (bool changed = true; changed;) {
      changed = false;
      for (NodeId u = 0; u < graph.node_count(); ++u) {
        const auto neighbors =
            std::count_if(graph.neighbors(u).begin(), graph.neighbors(u).end(),
                          [&](NodeId v) { return is_left[v]; });
        if (!is_left[u] || neighbors >= static_cast<std::ptrdiff_t>(k)) {
          continue;
        }
        is_left[u] = false;
        changed = true;
      }
    }
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      if (is_left[u]) cores[u] = k;
    }
  }
  return cores;
}

TEST(CoreNumbersTest, MatchesClosedForms) {
  EXPECT_THAT(CoreNumbers(Graph()), IsEmpty());
  EXPECT_THAT(CoreNumbers(GraphOf(2, {})), ElementsAre(0, 0));
  EXPECT_THAT(CoreNumbers(Path(4)), Each(1));
  EXPECT_THAT(CoreNumbers(Star(6)), Each(1));
  EXPECT_THAT(CoreNumbers(Cycle(6)), Each(2));
  EXPECT_THAT(CoreNumbers(Complete(6)), Each(5));
  // A triangle with a tail, and someone apart.
  EXPECT_THAT(CoreNumbers(GraphOf(6, {{0, 1}, {1, 2}, {2, 0}, {2, 3}, {3, 4}})),
              ElementsAre(2, 2, 2, 1, 1, 0));
}

TEST(CoreNumbersTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph =
        Graph::Symmetrized(RandomDigraph(random, 25), Symmetrization::kOr);
    EXPECT_EQ(CoreNumbers(graph), ByDefinition(graph));
  }
}

}  // namespace
}  // namespace pulsetaker::network
