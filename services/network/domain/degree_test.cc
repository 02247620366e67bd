#include "services/network/domain/degree.h"

#include <optional>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(DegreeTest, CountsByHand) {
  const Digraph digraph = DigraphOf(4, {{0, 1, 9}, {1, 0}, {0, 2, 2}, {1, 2}});
  EXPECT_THAT(OutDegrees(digraph), ElementsAre(2, 2, 0, 0));
  EXPECT_THAT(InDegrees(digraph), ElementsAre(1, 1, 2, 0));
  EXPECT_DOUBLE_EQ(Density(digraph), 4.0 / 12);
  EXPECT_DOUBLE_EQ(ArcReciprocity(digraph).value(), 2.0 / 4);
  EXPECT_DOUBLE_EQ(DyadReciprocity(digraph).value(), 1.0 / 3);
  const Graph graph = Graph::Symmetrized(digraph, Symmetrization::kMean);
  EXPECT_THAT(Degrees(graph), ElementsAre(2, 2, 2, 0));
  EXPECT_THAT(Strengths(graph), ElementsAre(6, 5.5, 1.5, 0));
  EXPECT_DOUBLE_EQ(Density(graph), 3.0 / 6);
}

TEST(DegreeTest, TakesGraphsWithoutTies) {
  EXPECT_THAT(InDegrees(Digraph()), IsEmpty());
  EXPECT_EQ(Density(Digraph()), 0);
  EXPECT_EQ(Density(DigraphOf(1, {})), 0);
  EXPECT_EQ(Density(GraphOf(2, {})), 0);
  EXPECT_EQ(ArcReciprocity(DigraphOf(2, {})), std::nullopt);
  EXPECT_EQ(DyadReciprocity(DigraphOf(2, {})), std::nullopt);
}

TEST(DegreeTest, GivesOneForCompleteGraphs) {
  EXPECT_EQ(Density(Complete(5)), 1);
  EXPECT_EQ(Density(Complete(5).ToDigraph()), 1);
  EXPECT_EQ(ArcReciprocity(Complete(5).ToDigraph()), 1);
  EXPECT_EQ(DyadReciprocity(Complete(5).ToDigraph()), 1);
}

TEST(DegreeTest, AgreesWithPairByPair) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 15);
    int arcs = 0;
    int mutual = 0;
    int asymmetric = 0;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      for (NodeId v = u + 1; v < graph.node_count(); ++v) {
        const bool forth = graph.has_arc(u, v);
        const bool back = graph.has_arc(v, u);
        arcs += (forth ? 1 : 0) + (back ? 1 : 0);
        mutual += forth && back ? 1 : 0;
        asymmetric += forth != back ? 1 : 0;
      }
    }
    EXPECT_EQ(graph.arc_count(), static_cast<std::size_t>(arcs));
    if (arcs == 0) continue;
    EXPECT_DOUBLE_EQ(ArcReciprocity(graph).value(), 2.0 * mutual / arcs);
    EXPECT_DOUBLE_EQ(DyadReciprocity(graph).value(),
                     1.0 * mutual / (mutual + asymmetric));
    EXPECT_LE(*DyadReciprocity(graph), *ArcReciprocity(graph));
  }
}

}  // namespace
}  // namespace pulsetaker::network
