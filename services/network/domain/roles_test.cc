#include "services/network/domain/roles.h"

#include <utility>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/betweenness.h"

namespace pulsetaker::network {
namespace {

using ::testing::DoubleEq;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Pairs = std::vector<std::pair<NodeId, NodeId>>;

Digraph Directed(NodeId nodes, const Pairs& pairs) {
  std::vector<Arc> arcs;
  for (const auto& [from, to] : pairs) arcs.push_back({from, to});
  return *Digraph::FromArcs(nodes, arcs);
}

Digraph Mutual(NodeId nodes, const Pairs& pairs) {
  Pairs both = pairs;
  for (const auto& [a, b] : pairs) both.emplace_back(b, a);
  return Directed(nodes, both);
}

HubScores HubsOf(const Digraph& graph, const NodeFlags& answered) {
  const std::vector<GroupId> sector(graph.node_count(), kNoGroup);
  return FindHubs({graph, answered, sector}, {});
}

HubScores HubsOf(const Digraph& graph) {
  return HubsOf(graph, NodeFlags(graph.node_count(), 1));
}

GatekeeperScores GatekeepersOf(const Digraph& graph,
                               const std::vector<GroupId>& sector,
                               const RoleSettings& settings) {
  const NodeFlags answered(graph.node_count(), 1);
  const RoleNetwork network{graph, answered, sector};
  const HubScores hubs = FindHubs(network, settings);
  const auto betweenness = Betweenness(graph, kNeverCancelled);
  EXPECT_TRUE(betweenness.ok());
  const auto scores =
      FindGatekeepers(network, settings, {hubs, *betweenness}, kNeverCancelled);
  EXPECT_TRUE(scores.ok()) << scores.status();
  return *scores;
}

TEST(HubTest, NeedsThreePeopleWhoNameThem) {
  EXPECT_THAT(HubsOf(Directed(20, {{1, 0}, {2, 0}})).top.members, IsEmpty());
  EXPECT_THAT(HubsOf(Directed(20, {{1, 0}, {2, 0}, {3, 0}})).top.members,
              ElementsAre(0));
}

TEST(HubTest, AreATwentiethOfThePeopleAndTies) {
  // One in twenty; two who tie are twice the target, three are too many.
  Pairs pairs = {{10, 0}, {11, 0}, {12, 0}, {10, 1}, {11, 1}, {12, 1}};
  EXPECT_THAT(HubsOf(Directed(20, pairs)).top.members, ElementsAre(0, 1));
  pairs.insert(pairs.end(), {{10, 2}, {11, 2}, {12, 2}});
  const HubScores blurred = HubsOf(Directed(20, pairs));
  EXPECT_FALSE(blurred.top.separated);
  EXPECT_EQ(blurred.top.candidate_count, 3);
  pairs.emplace_back(13, 2);
  EXPECT_THAT(HubsOf(Directed(20, pairs)).top.members, ElementsAre(2));
}

TEST(HubTest, SharesAreOfThoseWhoCouldName) {
  // 0 answered, so three others could name it; 4 did not, so four could.
  const Digraph graph =
      Directed(5, {{1, 0}, {2, 0}, {3, 0}, {1, 4}, {2, 4}, {3, 4}});
  const HubScores hubs = HubsOf(graph, {1, 1, 1, 1, 0});
  EXPECT_DOUBLE_EQ(hubs.named_share[0], 1.0);
  EXPECT_DOUBLE_EQ(hubs.named_share[4], 0.75);
  EXPECT_THAT(hubs.top.members, ElementsAre(0));
}

TEST(HubTest, NobodyAnsweredNobodyIsNamed) {
  const HubScores hubs = HubsOf(Directed(4, {}), NodeFlags(4));
  EXPECT_THAT(hubs.named_share, Each(DoubleEq(0)));
  EXPECT_THAT(hubs.top.members, IsEmpty());
}

// Non-response must not deflate H: its mean over random respondents is H.
TEST(HubTest, IsUnbiasedUnderRandomNonResponse) {
  Random random(5);
  Pairs pairs;
  for (NodeId from = 0; from < 20; ++from) {
    for (NodeId to = 0; to < 20; ++to) {
      if (from != to && random.Uniform(20) < to + 1)
        pairs.emplace_back(from, to);
    }
  }
  const HubScores whole = HubsOf(Directed(20, pairs));
  std::vector<double> sums(20, 0.0);
  constexpr int kRuns = 4'000;
  for (int run = 0; run < kRuns; ++run) {
    NodeFlags answered(20);
    for (char& flag : answered) flag = random.Uniform(10) < 7;
    Pairs kept;
    for (const auto& pair : pairs) {
      if (answered[pair.first] != 0) kept.push_back(pair);
    }
    const HubScores hubs = HubsOf(Directed(20, kept), answered);
    for (std::size_t i = 0; i < 20; ++i) sums[i] += hubs.named_share[i];
  }
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_NEAR(sums[i] / kRuns, whole.named_share[i], 0.01) << i;
  }
}

// Two groups of five that know all of their own, and 5 between 4 and 6.
Digraph TwoGroups() {
  Pairs pairs = {{4, 5}, {5, 6}};
  for (NodeId a = 0; a < 5; ++a) {
    for (NodeId b = a + 1; b < 5; ++b) {
      pairs.emplace_back(a, b);
      pairs.emplace_back(6 + a, 6 + b);
    }
  }
  return Mutual(11, pairs);
}

TEST(GatekeeperTest, IsTheOnlyBridge) {
  const GatekeeperScores scores =
      GatekeepersOf(TwoGroups(), std::vector<GroupId>(11, kNoGroup), {});
  EXPECT_EQ(scores.rule, RoleRule::kBetweenness) << "there are two hubs only";
  EXPECT_DOUBLE_EQ(scores.between[5], 50);  // 5 * 5 pairs, both ways.
  EXPECT_EQ(scores.cut_off_count[5], 5u);
  EXPECT_THAT(scores.members, ElementsAre(5));
}

TEST(GatekeeperTest, CutsOffThreePeopleOrMore) {
  // A group of five and a tail 4 - 5 - 6 - 7.
  Pairs pairs = {{4, 5}, {5, 6}, {6, 7}};
  for (NodeId a = 0; a < 5; ++a) {
    for (NodeId b = a + 1; b < 5; ++b) pairs.emplace_back(a, b);
  }
  const Digraph graph = Mutual(8, pairs);
  const GatekeeperScores scores =
      GatekeepersOf(graph, std::vector<GroupId>(8, kNoGroup), {});
  EXPECT_EQ(scores.cut_off_min, 3u);
  EXPECT_EQ(scores.cut_off_count[4], 3u);
  EXPECT_EQ(scores.cut_off_count[5], 0u) << "it cuts off two";
  const Graph tied = Graph::Symmetrized(graph, Symmetrization::kOr);
  EXPECT_THAT(CutOffWithout(tied, 4, 3), ElementsAre(5, 6, 7));
  EXPECT_THAT(CutOffWithout(tied, 5, 3), IsEmpty());
}

TEST(GatekeeperTest, TwoPercentOfManyAreMoreThanThree) {
  EXPECT_EQ(CutOffMin(10), 3u);
  EXPECT_EQ(CutOffMin(150), 3u);
  EXPECT_EQ(CutOffMin(151), 4u);
}

// Hubs 0 to 3 in a ring, 4 to 7 between neighbours, three leaves naming each.
Digraph RingOfHubs() {
  Pairs pairs;
  for (NodeId hub = 0; hub < 4; ++hub) {
    const NodeId between = 4 + hub;
    const NodeId next = (hub + 1) % 4;
    pairs.insert(
        pairs.end(),
        {{hub, between}, {between, hub}, {between, next}, {next, between}});
    for (NodeId leaf = 0; leaf < 3; ++leaf) {
      pairs.emplace_back(8 + 3 * hub + leaf, hub);
    }
  }
  return Directed(20, pairs);
}

TEST(GatekeeperTest, SitsBetweenHubs) {
  std::vector<GroupId> sector(20, kNoGroup);
  const RoleSettings settings{.role_share = 0.2};
  const GatekeeperScores scores = GatekeepersOf(RingOfHubs(), sector, settings);
  EXPECT_EQ(scores.rule, RoleRule::kBetweenHubs);
  // Neighbouring hubs: both ways through 4; two opposite pairs: one path of
  // two, both ways.
  EXPECT_DOUBLE_EQ(scores.between[4], 2 + 1 + 1);
  EXPECT_DOUBLE_EQ(scores.between[0], 1);
  EXPECT_THAT(scores.top.members, ElementsAre(4, 5, 6, 7));
  EXPECT_THAT(scores.members, IsEmpty()) << "no second score agrees";

  // 4 guards sector 1 of hub 1 against hub 0, in and out.
  sector[0] = 0;
  sector[1] = sector[4] = 1;
  const GatekeeperScores gated = GatekeepersOf(RingOfHubs(), sector, settings);
  EXPECT_DOUBLE_EQ(gated.sector_gate[4], 2);
  EXPECT_THAT(gated.members, ElementsAre(4));
}

TEST(GatekeeperTest, CountsGatesOfASectorAsPublished) {
  // Arcs AB AC BC BD CD DA, A and B of one sector: gatekeeper A 1, C 1;
  // representative B 1, D 1.
  const Digraph graph =
      Directed(4, {{0, 1}, {0, 2}, {1, 2}, {1, 3}, {2, 3}, {3, 0}});
  EXPECT_THAT(SectorGateCounts(graph, std::vector<GroupId>{0, 0, 1, 1}),
              ElementsAre(1, 1, 1, 1));
  EXPECT_THAT(SectorGateCounts(graph, std::vector<GroupId>{0, 0, 0, 0}),
              Each(DoubleEq(0)));
  EXPECT_THAT(SectorGateCounts(graph, std::vector<GroupId>(4, kNoGroup)),
              Each(DoubleEq(0)));
}

}  // namespace
}  // namespace pulsetaker::network
