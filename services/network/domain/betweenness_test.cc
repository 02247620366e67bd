#include "services/network/domain/betweenness.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/brandes_batch.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/isa.h"

namespace pulsetaker::network {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pointwise;

template <typename AnyGraph>
std::vector<double> BetweennessOf(const AnyGraph& graph) {
  const auto result = Betweenness(graph, kNeverCancelled);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *result : std::vector<double>();
}

std::vector<double> SubsetOf(const Digraph& graph,
                             const std::vector<NodeId>& sources,
                             const std::vector<NodeId>& targets) {
  const auto result =
      SubsetBetweenness(graph, sources, targets, kNeverCancelled);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *result : std::vector<double>();
}

// Straight from the definition: with d and p the distances and path counts of
// all pairs, s-t paths through v number p[s][v] * p[v][t] if v is on the way.
std::vector<double> ByDefinition(const Digraph& graph,
                                 const std::vector<NodeId>& sources,
                                 const std::vector<NodeId>& targets) {
  const NodeId nodes = graph.node_count();
  constexpr int kFar = 1'000'000;
  std::vector<std::vector<int>> d(nodes, std::vector<int>(nodes, kFar));
  std::vector<std::vector<double>> p(nodes, std::vector<double>(nodes, 0));
  for (NodeId s = 0; s < nodes; ++s) {
    d[s][s] = 0;
    p[s][s] = 1;
    for (int near = 0; near < static_cast<int>(nodes); ++near) {
      for (NodeId u = 0; u < nodes; ++u) {
        if (d[s][u] != near) continue;
        for (NodeId v = 0; v < nodes; ++v) {
          if (!graph.has_arc(u, v) || d[s][v] <= near) continue;
          d[s][v] = near + 1;
          p[s][v] += p[s][u];
        }
      }
    }
  }
  std::vector<double> b(nodes, 0);
  for (NodeId v = 0; v < nodes; ++v) {
    for (const NodeId s : sources) {
      for (const NodeId t : targets) {
        if (s == t || v == s || v == t || d[s][t] == kFar) continue;
        if (d[s][v] + d[v][t] == d[s][t]) b[v] += p[s][v] * p[v][t] / p[s][t];
      }
    }
  }
  return b;
}

std::vector<NodeId> AllNodes(const Digraph& graph) {
  std::vector<NodeId> nodes(graph.node_count());
  std::iota(nodes.begin(), nodes.end(), NodeId{0});
  return nodes;
}

TEST(BetweennessTest, MatchesClosedForms) {
  EXPECT_THAT(BetweennessOf(Graph()), IsEmpty());
  EXPECT_THAT(BetweennessOf(GraphOf(1, {})), ElementsAre(0));
  EXPECT_THAT(BetweennessOf(Path(2)), ElementsAre(0, 0));
  EXPECT_THAT(BetweennessOf(Path(4)), ElementsAre(0, 2, 2, 0));
  EXPECT_THAT(BetweennessOf(Star(5)), ElementsAre(6, 0, 0, 0, 0));
  EXPECT_THAT(BetweennessOf(Cycle(4)), ElementsAre(0.5, 0.5, 0.5, 0.5));
  EXPECT_THAT(BetweennessOf(Complete(4)), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(BetweennessOf(GraphOf(4, {{0, 1}, {2, 3}})),
              ElementsAre(0, 0, 0, 0));
}

TEST(BetweennessTest, CountsOrderedPairsOfDirectedGraphs) {
  EXPECT_THAT(BetweennessOf(DigraphOf(3, {{0, 1}, {1, 2}})),
              ElementsAre(0, 1, 0));
  EXPECT_THAT(BetweennessOf(Path(3).ToDigraph()), ElementsAre(0, 2, 0));
  EXPECT_THAT(BetweennessOf(DigraphOf(3, {{0, 1}, {1, 2}, {2, 0}})),
              ElementsAre(1, 1, 1));
  // Weights are no lengths.
  EXPECT_THAT(BetweennessOf(DigraphOf(3, {{0, 1, 9}, {1, 2, 9}, {0, 2, 1}})),
              ElementsAre(0, 0, 0));
}

TEST(BetweennessTest, MatchesTheKite) {
  EXPECT_THAT(
      BetweennessOf(Kite()),
      Pointwise(DoubleNear(5e-4), std::vector<double>{0.833, 0.833, 0, 3.667, 0,
                                                      8.333, 8.333, 14, 8, 0}));
}

TEST(BetweennessTest, MatchesFlorence) {
  std::vector<double> want(kFamilies, 0);
  want[kMedici] = 0.522;
  want[kGuadagni] = 0.255;
  want[kAlbizzi] = 0.212;
  want[kSalviati] = 0.143;
  want[kRidolfi] = 0.114;
  want[kBischeri] = 0.104;
  want[kStrozzi] = 0.103;
  want[kBarbadori] = 0.093;
  want[kTornabuoni] = 0.092;
  want[kCastellani] = 0.055;
  want[kPeruzzi] = 0.022;
  std::vector<double> got = BetweennessOf(Florence());
  EXPECT_DOUBLE_EQ(got[kMedici], 47.5);
  for (double& value : got) value /= 14.0 * 13 / 2;
  EXPECT_THAT(got, Pointwise(DoubleNear(5.1e-4), want));
}

TEST(BetweennessTest, MatchesTheKarateClub) {
  const std::vector<double> got = BetweennessOf(Karate());
  EXPECT_NEAR(got[0], 231.0714, 5e-5);
  EXPECT_NEAR(got[33], 160.5516, 5e-5);
}

// As networkx tests them.
TEST(BetweennessTest, MatchesTheLadder) {
  const Graph ladder =
      GraphOf(6, {{0, 1}, {0, 2}, {1, 3}, {2, 3}, {2, 4}, {4, 5}, {3, 5}});
  EXPECT_THAT(
      BetweennessOf(ladder),
      Pointwise(DoubleNear(5e-4), std::vector<double>{0.8333, 0.8333, 3.3333,
                                                      3.3333, 0.8333, 0.8333}));
}

TEST(BetweennessTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    // Some of more nodes than a batch has sources.
    const Digraph graph = RandomDigraph(random, seed % 30 == 0 ? 150 : 25);
    const std::vector<NodeId> all = AllNodes(graph);
    EXPECT_THAT(BetweennessOf(graph),
                Pointwise(DoubleNear(1e-9), ByDefinition(graph, all, all)));
    const Graph either = Graph::Symmetrized(graph, Symmetrization::kOr);
    std::vector<double> want = ByDefinition(either.ToDigraph(), all, all);
    for (double& value : want) value /= 2;
    EXPECT_THAT(BetweennessOf(either), Pointwise(DoubleNear(1e-9), want));
  }
}

// From each instruction set twice, as the rows of a batch are to be as new
// after it.
template <std::size_t Width>
void ExpectOfBatches(const Digraph& graph, const std::vector<double>& wanted,
                     const std::vector<NodeId>& sources,
                     const std::vector<double>& want,
                     std::vector<double>& first) {
  BrandesBatch<4, Width> batch(graph.out_rows(), graph.in_rows(), wanted);
  for (const Isa isa : RunnableIsas()) {
    for (int round = 0; round < 2; ++round) {
      std::vector<double> sums(graph.node_count(), 0);
      EXPECT_TRUE(RunOn(isa, [&] { return batch.Run(sources, sums); }));
      EXPECT_THAT(sums, Pointwise(DoubleNear(1e-9), want));
      if (first.empty()) first = sums;
      EXPECT_EQ(sums, first) << Width << " " << static_cast<int>(isa);
    }
  }
}

TEST(BrandesBatchTest, GivesTheSameBitsOnEveryInstructionSet) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 90);
    std::vector<double> wanted(graph.node_count(), 0);
    for (double& value : wanted) {
      value = static_cast<double>(random.Uniform(2));
    }
    std::vector<NodeId> sources = RandomPermutation(graph.node_count(), random);
    sources.resize(std::min<std::size_t>(sources.size(), 30));
    std::vector<NodeId> targets;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      if (wanted[u] != 0) targets.push_back(u);
    }
    const std::vector<double> want = ByDefinition(graph, sources, targets);

    std::vector<double> first;
    ExpectOfBatches<2>(graph, wanted, sources, want, first);
    ExpectOfBatches<4>(graph, wanted, sources, want, first);
    ExpectOfBatches<8>(graph, wanted, sources, want, first);
  }
}

TEST(BetweennessTest, GivesTheSameBitsOnEveryInstructionSet) {
  for (unsigned seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 150);
    const auto want = Betweenness(graph, kNeverCancelled, Isa::kPortable);
    ASSERT_TRUE(want.ok());
    for (const Isa isa : RunnableIsas()) {
      const auto got = Betweenness(graph, kNeverCancelled, isa);
      ASSERT_TRUE(got.ok());
      EXPECT_EQ(*got, *want) << static_cast<int>(isa);
    }
  }
}

TEST(BetweennessTest, DoesNotDependOnTheNumberingOfNodes) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 80);
    const std::vector<NodeId> names =
        RandomPermutation(graph.node_count(), random);
    const std::vector<double> one = BetweennessOf(graph);
    const std::vector<double> other = BetweennessOf(Relabeled(graph, names));
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      EXPECT_NEAR(other[names[u]], one[u], 1e-9);
    }
  }
}

// Beyond kWideNodesMax, where batches are narrower: a closed form.
TEST(BetweennessTest, MatchesALargeStar) {
  const NodeId nodes = 5'100;
  const std::vector<double> got = BetweennessOf(Star(nodes));
  EXPECT_DOUBLE_EQ(got[0], (nodes - 1.0) * (nodes - 2.0) / 2);
  for (NodeId u = 1; u < nodes; ++u) ASSERT_EQ(got[u], 0);
}

TEST(SubsetBetweennessTest, CountsOnlyPathsBetweenTheSets) {
  const Digraph path = Path(5).ToDigraph();
  EXPECT_THAT(SubsetOf(path, {0}, {4}), ElementsAre(0, 1, 1, 1, 0));
  EXPECT_THAT(SubsetOf(path, {0, 4, 0}, {4, 0}), ElementsAre(0, 2, 2, 2, 0));
  EXPECT_THAT(SubsetOf(path, {0, 2, 4}, {0, 2, 4}), ElementsAre(0, 4, 2, 4, 0));
  EXPECT_THAT(SubsetOf(path, {}, {1}), ElementsAre(0, 0, 0, 0, 0));
  EXPECT_THAT(SubsetOf(path, {2}, {2}), ElementsAre(0, 0, 0, 0, 0));
}

TEST(SubsetBetweennessTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, seed % 10 == 0 ? 120 : 20);
    std::vector<NodeId> sources;
    std::vector<NodeId> targets;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      if (random.Uniform(3) == 0) sources.push_back(u);
      if (random.Uniform(3) == 0) targets.push_back(u);
    }
    EXPECT_THAT(
        SubsetOf(graph, sources, targets),
        Pointwise(DoubleNear(1e-9), ByDefinition(graph, sources, targets)));
  }
}

TEST(SubsetBetweennessTest, RefusesNodesThatAreNotThere) {
  const Digraph path = Path(3).ToDigraph();
  const auto source = SubsetBetweenness(path, {3}, {0}, kNeverCancelled);
  EXPECT_EQ(ReasonOf(source.status()), "NODE_OUT_OF_RANGE");
  const auto target = SubsetBetweenness(path, {0}, {7}, kNeverCancelled);
  EXPECT_EQ(ReasonOf(target.status()), "NODE_OUT_OF_RANGE");
}

// k diamonds in a row: 2^k shortest paths from end to end.
Digraph Diamonds(NodeId count) {
  std::vector<Arc> arcs;
  for (NodeId i = 0; i < count; ++i) {
    const NodeId u = 3 * i;
    arcs.insert(arcs.end(),
                {{u, u + 1}, {u, u + 2}, {u + 1, u + 3}, {u + 2, u + 3}});
  }
  return DigraphOf(3 * count + 1, arcs);
}

TEST(BetweennessTest, TakesMorePathsThanAnIntegerCounts) {
  const std::vector<double> got = BetweennessOf(Diamonds(1'000));
  // Between the halves, 1500 nodes before pass to 1500 after.
  EXPECT_DOUBLE_EQ(got[1'500], 1'500.0 * 1'500.0);
}

TEST(BetweennessTest, ReportsMorePathsThanADoubleCounts) {
  const auto result = Betweenness(Diamonds(1'030), kNeverCancelled);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(result.status()), "PATH_COUNT_OVERFLOW");
}

TEST(BetweennessTest, StopsWhenCancelled) {
  const auto result = Betweenness(Path(3), [] { return true; });
  EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
  int asked = 0;
  const auto later = Betweenness(Cycle(1'000), [&] { return ++asked == 3; });
  EXPECT_EQ(later.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(asked, 3);
}

}  // namespace
}  // namespace pulsetaker::network
