#include "services/network/domain/core_periphery.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/canonical_order.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::optional<Core> CoreOf(const Digraph& graph) {
  const auto core = FindCore(graph, kNeverCancelled);
  EXPECT_TRUE(core.ok()) << core.status();
  return core.ok() ? *core : std::nullopt;
}

// Pearson's correlation over a list of all the pairs that count.
std::optional<double> CorrelationByDefinition(const Digraph& graph,
                                              const std::vector<bool>& core) {
  std::vector<double> arcs;
  std::vector<double> ideal;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    for (NodeId v = 0; v < graph.node_count(); ++v) {
      if (u == v || core[u] != core[v]) continue;
      arcs.push_back(graph.has_arc(u, v) ? 1 : 0);
      ideal.push_back(core[u] ? 1 : 0);
    }
  }
  return PearsonCorrelation(arcs, ideal);
}

// The best of all partitions.
std::optional<double> BestCorrelation(const Digraph& graph) {
  std::optional<double> best;
  for (unsigned set = 0; set < 1u << graph.node_count(); ++set) {
    std::vector<bool> core(graph.node_count());
    for (NodeId u = 0; u < graph.node_count(); ++u) core[u] = (set >> u) & 1u;
    const std::optional<double> value = CorrelationByDefinition(graph, core);
    if (value.has_value() && (!best.has_value() || *value > *best)) {
      best = value;
    }
  }
  return best;
}

// A clique of `core` nodes, each of whom also has `fringe` followers.
Graph CliqueWithFollowers(NodeId core, NodeId fringe) {
  std::vector<Arc> edges;
  for (NodeId u = 0; u < core; ++u) {
    for (NodeId v = u + 1; v < core; ++v) edges.push_back({u, v});
    for (NodeId f = 0; f < fringe; ++f) {
      edges.push_back({u, core + u * fringe + f});
    }
  }
  return GraphOf(core * (1 + fringe), edges);
}

TEST(FindCoreTest, FindsAnIdealCore) {
  const auto core = CoreOf(CliqueWithFollowers(4, 3).ToDigraph());
  ASSERT_TRUE(core.has_value());
  EXPECT_THAT(core->members, ElementsAre(0, 1, 2, 3));
  EXPECT_DOUBLE_EQ(core->correlation, 1);
  EXPECT_DOUBLE_EQ(core->core_density, 1);
  EXPECT_DOUBLE_EQ(core->periphery_density, 0);
  EXPECT_DOUBLE_EQ(core->between_density, 12.0 / (4 * 12));
  EXPECT_DOUBLE_EQ(core->overall_density, 2.0 * 18 / (16 * 15));
}

TEST(FindCoreTest, HasNoneWhereNoPartitionHasACorrelation) {
  EXPECT_EQ(CoreOf(Digraph()), std::nullopt);
  EXPECT_EQ(CoreOf(Path(2).ToDigraph()), std::nullopt);
  EXPECT_EQ(CoreOf(Path(3).ToDigraph()), std::nullopt);
  EXPECT_EQ(CoreOf(DigraphOf(6, {})), std::nullopt);
  EXPECT_EQ(CoreOf(Complete(6).ToDigraph()), std::nullopt);
}

TEST(FindCoreTest, IsNeverWorseThanHalfWayToTheBestOfAll) {
  int exact = 0;
  int graphs = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 9);
    const auto core = CoreOf(graph);
    const std::optional<double> best = BestCorrelation(graph);
    ASSERT_EQ(core.has_value(), best.has_value());
    if (!core.has_value()) continue;
    EXPECT_LE(core->correlation, *best + 1e-12);
    EXPECT_GE(core->correlation, *best / 2);
    ++graphs;
    exact += core->correlation > *best - 1e-9 ? 1 : 0;
  }
  EXPECT_GE(exact, graphs * 8 / 10);
}

TEST(FindCoreTest, ReportsWhatItsMembersHave) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 40);
    const auto core = CoreOf(graph);
    if (!core.has_value()) continue;
    EXPECT_EQ(MeasureCore(graph, core->members), core);
    std::vector<bool> is_member(graph.node_count(), false);
    for (const NodeId u : core->members) is_member[u] = true;
    const auto want = CorrelationByDefinition(graph, is_member);
    ASSERT_TRUE(want.has_value());
    EXPECT_NEAR(core->correlation, *want, 1e-12);
    // No one in, out or exchanged makes it better.
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      is_member[u] = !is_member[u];
      const auto other = CorrelationByDefinition(graph, is_member);
      is_member[u] = !is_member[u];
      EXPECT_LE(other.value_or(-1), core->correlation + 1e-9);
    }
  }
}

TEST(FindCoreTest, DoesNotDependOnTheNumberingOfNodes) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 30);
    const std::vector<NodeId> names =
        RandomPermutation(graph.node_count(), random);
    const auto one = CoreOf(graph);
    const auto other = CoreOf(Relabeled(graph, names));
    ASSERT_EQ(one.has_value(), other.has_value());
    if (!one.has_value()) continue;
    EXPECT_NEAR(other->correlation, one->correlation, 1e-12);
    EXPECT_EQ(other->members.size(), one->members.size());
  }
}

TEST(MeasureCoreTest, IgnoresOrderAndRepeats) {
  const Digraph graph = CliqueWithFollowers(3, 2).ToDigraph();
  EXPECT_EQ(MeasureCore(graph, {2, 0, 1, 0}), CoreOf(graph));
  EXPECT_EQ(MeasureCore(graph, {}), std::nullopt);
  EXPECT_EQ(MeasureCore(graph, {4}), std::nullopt);
}

TEST(FindCoreTest, StopsWhenCancelled) {
  const auto core = FindCore(Kite().ToDigraph(), [] { return true; });
  EXPECT_EQ(core.status().code(), absl::StatusCode::kCancelled);
}

TEST(CanonicalOrderTest, PutsTheMostTiedFirst) {
  EXPECT_THAT(CanonicalOrder(Digraph()), IsEmpty());
  // 2 has four ties; 0 and 3 two, of which 3 receives both; 1 and 4 one.
  const Digraph graph = DigraphOf(5, {{0, 2}, {0, 3}, {2, 3}, {1, 2}, {2, 4}});
  EXPECT_THAT(CanonicalOrder(graph), ElementsAre(2, 3, 0, 4, 1));
}

TEST(CanonicalOrderTest, FollowsTheNumberingOfNodesThatDiffer) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 40);
    const std::vector<NodeId> names =
        RandomPermutation(graph.node_count(), random);
    const Digraph renamed = Relabeled(graph, names);
    const std::vector<NodeId> one = CanonicalOrder(graph);
    const std::vector<NodeId> other = CanonicalOrder(renamed);
    for (std::size_t i = 0; i < one.size(); ++i) {
      EXPECT_EQ(graph.in(one[i]).size(), renamed.in(other[i]).size());
      EXPECT_EQ(graph.out(one[i]).size(), renamed.out(other[i]).size());
    }
  }
  // The tail of the kite is told apart end from end, though 9 and 2 or 4 have
  // no namesakes by degree alone.
  const std::vector<NodeId> order = CanonicalOrder(Kite().ToDigraph());
  EXPECT_EQ(order.front(), 3u);
  EXPECT_EQ(order.back(), 9u);
}

}  // namespace
}  // namespace pulsetaker::network
