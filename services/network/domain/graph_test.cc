#include "services/network/domain/graph.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(DigraphTest, KeepsBothDirectionsSorted) {
  const Digraph graph = DigraphOf(4, {{3, 1, 2.5}, {0, 2}, {3, 0, 4}, {1, 0}});
  EXPECT_EQ(graph.node_count(), 4u);
  EXPECT_EQ(graph.arc_count(), 4u);
  EXPECT_THAT(graph.out(3), ElementsAre(0, 1));
  EXPECT_THAT(graph.out_weights(3), ElementsAre(4, 2.5));
  EXPECT_THAT(graph.in(0), ElementsAre(1, 3));
  EXPECT_THAT(graph.in_weights(0), ElementsAre(1, 4));
  EXPECT_THAT(graph.out(2), IsEmpty());
  EXPECT_TRUE(graph.has_arc(3, 1));
  EXPECT_FALSE(graph.has_arc(1, 3));
  EXPECT_EQ(graph.weight(3, 1), 2.5);
  EXPECT_EQ(graph.weight(2, 3), 0);
  EXPECT_THAT(graph.Arcs(),
              ElementsAre(Arc{0, 2}, Arc{1, 0}, Arc{3, 0, 4}, Arc{3, 1, 2.5}));
}

TEST(DigraphTest, HasNoNodesByDefault) {
  EXPECT_EQ(Digraph().node_count(), 0u);
  EXPECT_EQ(Digraph(), DigraphOf(0, {}));
  EXPECT_EQ(Graph(), GraphOf(0, {}));
}

TEST(DigraphTest, SumsOrCollapsesRepeats) {
  const std::vector<Arc> arcs = {{0, 1, 2}, {1, 0, 3}, {0, 1, 0.5}};
  const auto summed = Digraph::FromArcs(2, arcs, Repeats::kSum);
  const auto collapsed = Digraph::FromArcs(2, arcs, Repeats::kCollapse);
  ASSERT_TRUE(summed.ok() && collapsed.ok());
  EXPECT_EQ(summed->weight(0, 1), 2.5);
  EXPECT_EQ(summed->weight(1, 0), 3);
  EXPECT_EQ(collapsed->weight(0, 1), 1);
  EXPECT_EQ(collapsed->weight(1, 0), 1);
  EXPECT_EQ(collapsed->arc_count(), 2u);
}

TEST(DigraphTest, ReportsTheFirstArcAtFault) {
  const struct {
    std::string name;
    std::vector<Arc> arcs;
    std::string reason;
  } cases[] = {
      {"from", {{2, 0}}, "NODE_OUT_OF_RANGE"},
      {"to", {{0, 2}}, "NODE_OUT_OF_RANGE"},
      {"loop", {{0, 1}, {1, 1}, {5, 5}}, "SELF_LOOP"},
      {"out of range before a loop", {{2, 2}}, "NODE_OUT_OF_RANGE"},
      {"zero", {{0, 1, 0}}, "INVALID_WEIGHT"},
      {"negative", {{0, 1, -1}}, "INVALID_WEIGHT"},
      {"infinite", {{0, 1, kInfinity}}, "INVALID_WEIGHT"},
      {"not a number", {{0, 1, kInfinity - kInfinity}}, "INVALID_WEIGHT"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto digraph = Digraph::FromArcs(2, c.arcs);
    EXPECT_EQ(digraph.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(digraph.status()), c.reason);
    EXPECT_EQ(ReasonOf(Graph::FromEdges(2, c.arcs).status()), c.reason);
  }
}

TEST(DigraphTest, RefusesMoreNodesThanTheLimit) {
  EXPECT_TRUE(Digraph::FromArcs(kNodesMax, {}).ok());
  const auto digraph = Digraph::FromArcs(kNodesMax + 1, {});
  EXPECT_EQ(digraph.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(digraph.status()), "GRAPH_TOO_LARGE");
  EXPECT_EQ(ReasonOf(Graph::FromEdges(kNodesMax + 1, {}).status()),
            "GRAPH_TOO_LARGE");
}

TEST(DigraphTest, DoesNotDependOnTheOrderOfArcs) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<Arc> arcs;
    for (int i = 0; i < 60; ++i) {
      const auto u = static_cast<NodeId>(random.Uniform(6));
      const auto v = static_cast<NodeId>(random.Uniform(6));
      if (u != v) arcs.push_back({u, v, random.UnitDouble() + 0.1});
    }
    const Digraph digraph = DigraphOf(6, arcs);
    const Graph graph = GraphOf(6, arcs);
    random.Shuffle(absl::MakeSpan(arcs));
    EXPECT_EQ(DigraphOf(6, arcs), digraph);
    for (Arc& arc : arcs) std::swap(arc.from, arc.to);
    EXPECT_EQ(DigraphOf(6, arcs), digraph.Transposed());
    EXPECT_EQ(GraphOf(6, arcs), graph);
  }
}

TEST(GraphTest, SymmetrizesByHand) {
  const Digraph digraph = DigraphOf(3, {{0, 1, 4}, {1, 0, 2}, {2, 1, 5}});
  const Graph either = Graph::Symmetrized(digraph, Symmetrization::kOr);
  EXPECT_EQ(either, GraphOf(3, {{0, 1, 4}, {1, 2, 5}}));
  EXPECT_EQ(either.edge_count(), 2u);
  EXPECT_EQ(Graph::Symmetrized(digraph, Symmetrization::kAnd),
            GraphOf(3, {{0, 1, 2}}));
  EXPECT_EQ(Graph::Symmetrized(digraph, Symmetrization::kMean),
            GraphOf(3, {{0, 1, 3}, {1, 2, 2.5}}));
}

TEST(GraphTest, SymmetrizesAsPairByPair) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph digraph = RandomDigraph(random, 12, 5);
    const Graph either = Graph::Symmetrized(digraph, Symmetrization::kOr);
    const Graph both = Graph::Symmetrized(digraph, Symmetrization::kAnd);
    const Graph mean = Graph::Symmetrized(digraph, Symmetrization::kMean);
    for (NodeId u = 0; u < digraph.node_count(); ++u) {
      for (NodeId v = 0; v < digraph.node_count(); ++v) {
        const double forth = digraph.weight(u, v);
        const double back = digraph.weight(v, u);
        EXPECT_EQ(either.weight(u, v), std::max(forth, back));
        EXPECT_EQ(both.weight(u, v), std::min(forth, back));
        EXPECT_EQ(mean.weight(u, v), (forth + back) / 2);
      }
    }
    EXPECT_EQ(Graph::Symmetrized(either.ToDigraph(), Symmetrization::kAnd),
              either);
    EXPECT_EQ(digraph.Transposed().Transposed(), digraph);
  }
}

}  // namespace
}  // namespace pulsetaker::network
