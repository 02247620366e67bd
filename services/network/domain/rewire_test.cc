#include "services/network/domain/rewire.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(RewirerTest, KeepsDegreesAndWeights) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 40, 5);
    Rewirer rewirer(graph);
    for (int round = 0; round < 2; ++round) {
      ASSERT_TRUE(rewirer.Shuffle(random, kNeverCancelled).ok());
      const Digraph rewired = rewirer.graph();
      EXPECT_EQ(rewired.arc_count(), graph.arc_count());
      EXPECT_EQ(InDegrees(rewired), InDegrees(graph));
      EXPECT_EQ(OutDegrees(rewired), OutDegrees(graph));
      for (NodeId u = 0; u < graph.node_count(); ++u) {
        std::multiset<double> want(graph.out_weights(u).begin(),
                                   graph.out_weights(u).end());
        std::multiset<double> got(rewired.out_weights(u).begin(),
                                  rewired.out_weights(u).end());
        EXPECT_EQ(got, want);
      }
    }
  }
}

// Arcs of many nodes are kept in another set than those of few.
TEST(RewirerTest, KeepsTheDegreesOfManyNodes) {
  constexpr NodeId kNodes = 2'500;
  Random random(4);
  std::set<std::pair<NodeId, NodeId>> pairs;
  while (pairs.size() < 8'000) {
    // A few are named by many, so that arcs are often there already.
    const auto from = static_cast<NodeId>(random.Uniform(kNodes));
    const auto to = static_cast<NodeId>(
        random.Uniform(1 + random.Uniform(1 + random.Uniform(kNodes))));
    if (from != to) pairs.emplace(from, to);
  }
  std::vector<Arc> arcs;
  for (const auto& [from, to] : pairs) arcs.push_back({from, to});
  const Digraph graph = DigraphOf(kNodes, arcs);
  Rewirer rewirer(graph);
  ASSERT_TRUE(rewirer.Shuffle(random, kNeverCancelled).ok());
  const Digraph rewired = rewirer.graph();
  EXPECT_EQ(rewired.arc_count(), graph.arc_count());
  EXPECT_EQ(InDegrees(rewired), InDegrees(graph));
  EXPECT_EQ(OutDegrees(rewired), OutDegrees(graph));
  std::size_t kept = 0;
  for (const Arc& arc : graph.Arcs()) {
    kept += rewired.has_arc(arc.from, arc.to) ? 1 : 0;
  }
  EXPECT_LT(kept, graph.arc_count() / 4);
}

TEST(RewirerTest, ChangesGraphsThatCanBeChanged) {
  Random random(3);
  Rewirer rewirer(ManagersFriendship());
  ASSERT_TRUE(rewirer.Shuffle(random, kNeverCancelled).ok());
  std::size_t kept = 0;
  for (const Arc& arc : rewirer.graph().Arcs()) {
    kept += ManagersFriendship().has_arc(arc.from, arc.to) ? 1 : 0;
  }
  EXPECT_LT(kept, rewirer.arcs().size() * 3 / 4);
}

TEST(RewirerTest, LeavesWhatCannotBeChanged) {
  const std::vector<Digraph> graphs = {Digraph(), DigraphOf(3, {{0, 1}}),
                                       Complete(5).ToDigraph(),
                                       Star(5).ToDigraph()};
  for (const Digraph& graph : graphs) {
    Random random(1);
    Rewirer rewirer(graph);
    ASSERT_TRUE(rewirer.Shuffle(random, kNeverCancelled).ok());
    EXPECT_EQ(rewirer.graph(), graph);
  }
}

TEST(RewirerTest, GivesTheSameGraphForTheSameSeed) {
  Random one(11);
  Random other(11);
  Rewirer first(ManagersFriendship());
  Rewirer second(ManagersFriendship());
  ASSERT_TRUE(first.Shuffle(one, kNeverCancelled).ok());
  ASSERT_TRUE(second.Shuffle(other, kNeverCancelled).ok());
  EXPECT_EQ(first.graph(), second.graph());
}

// Two arcs to each of 3 nodes from 3 others: 0-2 name two of 3-5 each. With
// degrees fixed, who leaves out whom is one of 6 permutations, all as likely.
TEST(RewirerTest, DrawsAllGraphsAsOften) {
  const Digraph graph =
      DigraphOf(6, {{0, 3}, {0, 4}, {1, 4}, {1, 5}, {2, 5}, {2, 3}});
  std::map<std::vector<bool>, int> drawn;
  Random random(5);
  Rewirer rewirer(graph);
  constexpr int kDraws = 6'000;
  for (int i = 0; i < kDraws; ++i) {
    ASSERT_TRUE(rewirer.Shuffle(random, kNeverCancelled).ok());
    std::vector<bool> pattern(9, false);
    for (const Arc& arc : rewirer.arcs()) {
      pattern[3 * arc.from + (arc.to - 3)] = true;
    }
    ++drawn[pattern];
  }
  ASSERT_EQ(drawn.size(), 6u);
  // Five standard deviations of a count of 1000.
  for (const auto& [pattern, count] : drawn) EXPECT_NEAR(count, 1'000, 145);
}

TEST(RewirerTest, StopsWhenCancelled) {
  Random random(1);
  Rewirer rewirer(ManagersFriendship());
  const absl::Status status = rewirer.Shuffle(random, [] { return true; });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(rewirer.graph(), ManagersFriendship());
}

TEST(RelabeledTest, RenamesBothEnds) {
  const Digraph graph = DigraphOf(3, {{0, 1, 2}, {1, 2, 3}});
  EXPECT_EQ(Relabeled(graph, {2, 0, 1}), DigraphOf(3, {{2, 0, 2}, {0, 1, 3}}));
}

TEST(RandomPermutationTest, HasEveryNodeOnce) {
  Random random(1);
  std::vector<NodeId> nodes = RandomPermutation(100, random);
  EXPECT_FALSE(std::is_sorted(nodes.begin(), nodes.end()));
  std::sort(nodes.begin(), nodes.end());
  for (NodeId u = 0; u < 100; ++u) EXPECT_EQ(nodes[u], u);
  EXPECT_THAT(RandomPermutation(0, random), IsEmpty());
}

TEST(ShuffleLabelsTest, ExchangesWithinStrataOnly) {
  const std::vector<std::uint32_t> strata = {7, 2, 7, 2, 7, 9};
  const std::vector<std::uint32_t> before = {1, 2, 3, 4, 5, 6};
  std::set<std::vector<std::uint32_t>> drawn;
  Random random(1);
  for (int i = 0; i < 400; ++i) {
    std::vector<std::uint32_t> labels = before;
    ShuffleLabels(strata, random, absl::MakeSpan(labels));
    for (const std::uint32_t stratum : {2u, 7u, 9u}) {
      std::multiset<std::uint32_t> got;
      std::multiset<std::uint32_t> want;
      for (std::size_t u = 0; u < strata.size(); ++u) {
        if (strata[u] != stratum) continue;
        got.insert(labels[u]);
        want.insert(before[u]);
      }
      EXPECT_EQ(got, want);
    }
    drawn.insert(labels);
  }
  EXPECT_EQ(drawn.size(), 6u * 2u);  // 3! orders of one, 2! of the other.
}

TEST(ShuffleLabelsTest, TakesOneStratumForAll) {
  Random random(2);
  std::set<std::vector<std::uint32_t>> drawn;
  for (int i = 0; i < 400; ++i) {
    std::vector<std::uint32_t> labels = {1, 2, 2, 3};
    ShuffleLabels({}, random, absl::MakeSpan(labels));
    drawn.insert(labels);
  }
  EXPECT_EQ(drawn.size(), 12u);
}

}  // namespace
}  // namespace pulsetaker::network
