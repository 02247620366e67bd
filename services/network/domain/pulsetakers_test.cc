#include "services/network/domain/pulsetakers.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/network_measures.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr NodeId kPeople = 20;

// 0 to 4 are the near quarter; 0 is a hub; 1 meets every condition.
struct Scene {
  Scene() {
    scores.harmonic.assign(kPeople, 0.1);
    scores.residual.assign(kPeople, -0.1);
    scores.connector_count.assign(kPeople, 5);
    scores.connectors.assign(kPeople, 0);
    for (NodeId node = 0; node < 5; ++node) {
      scores.harmonic[node] = 0.9 - 0.1 * node;
    }
    scores.near = TopShareOf(scores.harmonic, NodeFlags(kPeople, 1),
                             TargetCount(kNearShare, kPeople));
    scores.residual[0] = scores.residual[1] = scores.residual[10] = 0.2;
    hubs.top.members = {0};
  }

  std::vector<NodeId> Candidates(RoleRule rule = RoleRule::kConnectorNamed) {
    return PulsetakerCandidates(scores, hubs, {0.05, rule}).members;
  }

  PulsetakerScores scores;
  HubScores hubs;
};

TEST(PulsetakerTest, MeetsEveryCondition) {
  Scene scene;
  EXPECT_THAT(scene.Candidates(), ElementsAre(1))
      << "0 is a hub, 10 is not near, 2 to 4 are where their ties put them";
}

TEST(PulsetakerTest, IsNamedByTwoConnectorsAtLeast) {
  Scene scene;
  scene.scores.connector_count[1] = 2;
  EXPECT_THAT(scene.Candidates(), ElementsAre(1));
  scene.scores.connector_count[1] = 1;
  EXPECT_THAT(scene.Candidates(), IsEmpty());
}

TEST(PulsetakerTest, HasMoreInformationThanTiesExplain) {
  Scene scene;
  scene.scores.residual[1] = 0;
  EXPECT_THAT(scene.Candidates(), IsEmpty());
}

TEST(PulsetakerTest, OtherRulesAskForLess) {
  Scene scene;
  EXPECT_THAT(scene.Candidates(RoleRule::kCloseness), ElementsAre(1));
  scene.scores.connector_count.assign(kPeople, 0);
  EXPECT_THAT(scene.Candidates(RoleRule::kResidualInformation), ElementsAre(1));
  EXPECT_THAT(scene.Candidates(), IsEmpty());
}

TEST(PulsetakerTest, NobodyWhereClosenessBlurs) {
  Scene scene;
  scene.scores.near.separated = false;
  EXPECT_FALSE(PulsetakerCandidates(scene.scores, scene.hubs, {}).separated);
}

TEST(PulsetakerTest, CountsConnectorsOfCandidates) {
  const std::vector<Arc> arcs = {{0, 3}, {1, 3}, {2, 3}, {0, 4}, {1, 5}};
  EXPECT_THAT(
      ConnectorCounts(arcs, {1, 1, 0, 0, 0, 0}, std::vector<NodeId>{3, 5}),
      ElementsAre(2, 1));
}

TEST(PulsetakerTest, IsNamedMoreOftenThanPopularityExplains) {
  NetworkMeasures measures;
  measures.candidates.members = {3, 5};
  measures.pulsetakers.connector_count = {0, 0, 0, 4, 0, 4};
  std::vector<std::vector<int>> draws(19, {3, 3});
  draws[0] = {3, 4};  // One of 19 as high: p = 2 / 20, which is not below .1.
  DecidePulsetakers(draws, {}, measures);
  EXPECT_THAT(measures.connector_p, ElementsAre(0.05, 0.1));
  EXPECT_THAT(measures.pulsetaker_members, ElementsAre(3));
}

// 0 and 1 name 2, who is named by nobody else; 3 and 4 are isolated.
TEST(PulsetakerTest, ScoresByHand) {
  const std::vector<Arc> arcs = {{0, 2}, {1, 2}};
  const Digraph graph = *Digraph::FromArcs(5, arcs);
  HubScores hubs;
  hubs.top.members = {0};
  GatekeeperScores gatekeepers;
  gatekeepers.members = {1};
  const auto scores =
      ScorePulsetakers(graph, {hubs, gatekeepers}, kNeverCancelled);
  ASSERT_TRUE(scores.ok());
  EXPECT_THAT(scores->harmonic, ElementsAre(0, 0, 0.5, 0, 0));
  EXPECT_THAT(scores->connector_count, ElementsAre(0, 0, 2, 0, 0));
  EXPECT_THAT(scores->near.members, ElementsAre(2));
  EXPECT_EQ(scores->information[3], 0);
  EXPECT_GT(scores->information[2], scores->information[0]);
}

}  // namespace
}  // namespace pulsetaker::network
