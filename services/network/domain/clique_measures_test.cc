#include "services/network/domain/clique_measures.h"

#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;

Digraph Directed(NodeId nodes,
                 const std::vector<std::pair<NodeId, NodeId>>& pairs) {
  std::vector<Arc> arcs;
  for (const auto& [from, to] : pairs) arcs.push_back({from, to});
  return *Digraph::FromArcs(nodes, arcs);
}

TEST(RecurrenceTest, FiveSeventhsOfTheNetworksRoundedUp) {
  std::vector<int> thresholds;
  for (int networks = 1; networks <= 12; ++networks) {
    thresholds.push_back(RecurrenceThreshold(networks));
  }
  EXPECT_THAT(thresholds, ElementsAre(1, 2, 3, 3, 4, 5, 5, 6, 7, 8, 8, 9));
}

TEST(RecurrenceTest, CountsAllSevenAndFiveOfSeven) {
  const std::vector<std::vector<NodeId>> cores = {
      {0, 1, 2}, {0, 1, 2}, {0, 1, 2}, {0, 1, 2},
      {0, 1, 3}, {0, 3, 4}, {0, 3, 4}};
  const Recurrence r = RecurrenceOf(cores, 10, RecurrenceThreshold(7));
  EXPECT_THAT(r.core_counts, ElementsAre(7, 5, 4, 3, 2, 0, 0, 0, 0, 0));
  EXPECT_THAT(r.histogram, ElementsAre(5, 0, 1, 1, 1, 1, 0, 1));
  EXPECT_EQ(r.any_count, 5);
  EXPECT_EQ(r.all_count, 1);
  EXPECT_EQ(r.recurrent_count, 2);
  EXPECT_DOUBLE_EQ(r.all_share, 1.0 / 3);
  EXPECT_DOUBLE_EQ(r.recurrent_share, 2.0 / 3);
  EXPECT_DOUBLE_EQ(r.concentration, 21.0 / 5 / 7);
  // 012 with itself 6 pairs of 1, with 013 4 of 1/2, with 034 8 of 1/5; 013
  // with 034 2 of 1/2; 034 with itself 1.
  EXPECT_DOUBLE_EQ(*r.mean_jaccard, (6 + 2 + 1.6 + 1 + 1) / 21);
  EXPECT_DOUBLE_EQ(*r.raw_score(), (2.0 / 3 + *r.mean_jaccard) / 2);
}

TEST(RecurrenceTest, TheSameCoreEverywhereIsAll) {
  const std::vector<std::vector<NodeId>> cores(7, {1, 4, 5});
  const Recurrence r = RecurrenceOf(cores, 8, 5);
  EXPECT_DOUBLE_EQ(*r.mean_jaccard, 1);
  EXPECT_DOUBLE_EQ(r.all_share, 1);
  EXPECT_DOUBLE_EQ(*r.raw_score(), 1);
  EXPECT_DOUBLE_EQ(r.concentration, 1);
}

TEST(RecurrenceTest, OneNetworkHasNothingToRecurIn) {
  const Recurrence r =
      RecurrenceOf(std::vector<std::vector<NodeId>>{{0, 1}}, 4, 1);
  EXPECT_FALSE(r.mean_jaccard.has_value());
  EXPECT_FALSE(r.raw_score().has_value());
}

// Core 0 and 1; they name each other, 0 also 2.
const std::vector<std::pair<NodeId, NodeId>> kScene = {
    {0, 1}, {1, 0}, {0, 2}, {2, 0}, {3, 1}, {3, 4}, {4, 2}};
const NodeFlags kSceneCore = {1, 1, 0, 0, 0};

TEST(ListeningTest, ByHand) {
  const Digraph graph = Directed(5, kScene);
  const CoreView view{&graph, &kSceneCore, true};
  const Listening l = ListeningOf(absl::MakeConstSpan(&view, 1));
  EXPECT_DOUBLE_EQ(*l.external_internal, (1.0 - 2) / 3);
  EXPECT_DOUBLE_EQ(*l.core_share_of_periphery, 0.5);
  EXPECT_DOUBLE_EQ(*l.periphery_share_of_core, 1.0 / 3);
  EXPECT_DOUBLE_EQ(*l.asymmetry, 0.5 / 0.4 - 1.0 / 3 / 0.6);
  EXPECT_DOUBLE_EQ(*l.inwardness, 1 - 1.0 / 3 / 0.6);
}

TEST(ListeningTest, LookingOutMoreNeverLooksMoreClosed) {
  auto pairs = kScene;
  Digraph graph = Directed(5, pairs);
  CoreView view{&graph, &kSceneCore, true};
  Listening before = ListeningOf(absl::MakeConstSpan(&view, 1));
  for (const auto& tie :
       {std::pair<NodeId, NodeId>{0, 3}, {1, 4}, {1, 2}, {0, 4}}) {
    pairs.push_back(tie);
    graph = Directed(5, pairs);
    const Listening after = ListeningOf(absl::MakeConstSpan(&view, 1));
    EXPECT_GT(*after.external_internal, *before.external_internal);
    EXPECT_LT(*after.asymmetry, *before.asymmetry);
    EXPECT_LE(*after.inwardness, *before.inwardness);
    before = after;
  }
}

TEST(ListeningTest, WithoutDirectionNobodyListensMore) {
  const Digraph graph = Directed(5, kScene);
  const CoreView view{&graph, &kSceneCore, false};
  const Listening l = ListeningOf(absl::MakeConstSpan(&view, 1));
  EXPECT_TRUE(l.external_internal.has_value());
  EXPECT_FALSE(l.asymmetry.has_value());
  EXPECT_FALSE(l.inwardness.has_value());
}

TEST(ListeningTest, ASilentCoreHasNoIndex) {
  const Digraph graph = Directed(5, {{3, 1}});
  const CoreView view{&graph, &kSceneCore, true};
  const Listening l = ListeningOf(absl::MakeConstSpan(&view, 1));
  EXPECT_FALSE(l.external_internal.has_value());
  EXPECT_DOUBLE_EQ(*l.core_share_of_periphery, 1);
  EXPECT_FALSE(l.asymmetry.has_value());
}

TEST(LossTest, TheCentreOfAStarTakesItAll) {
  const Digraph graph = Directed(4, {{1, 0}, {2, 0}, {3, 0}});
  const NodeFlags centre = {1, 0, 0, 0};
  const CoreView view{&graph, &centre, true};
  const auto loss = LossOf(absl::MakeConstSpan(&view, 1), kNeverCancelled);
  ASSERT_TRUE(loss.ok());
  // Before: 6 ordered pairs at 1, 6 at 2, of 12. After: none.
  EXPECT_DOUBLE_EQ(loss->reach, 0.75);
  EXPECT_DOUBLE_EQ(loss->fragmentation, 1);
}

TEST(DiversityTest, ByHand) {
  Wave wave;
  wave.sectors = {"a", "b", "c"};
  wave.sector = {0, 0, 1, 2, 0, kNoGroup};
  const NodeFlags members = {1, 1, 1, 1, 0, 1};
  EXPECT_DOUBLE_EQ(*Blau(members, wave.sector), 0.625);
  EXPECT_DOUBLE_EQ(*RaoStirling(members, wave, {}), 0.625);
  const std::vector<SectorDistance> distances = {{"a", "b", 0.5}};
  EXPECT_DOUBLE_EQ(*RaoStirling(members, wave, distances), 0.5);
  EXPECT_FALSE(Blau(NodeFlags{0, 0, 0, 0, 0, 1}, wave.sector).has_value());
}

TEST(ConnectedDifferenceTest, ByHand) {
  // 0 - 1 - 2 - 3 - 4 of sectors a a b c c.
  const std::vector<GroupId> sector = {0, 0, 1, 2, 2};
  const std::vector<Graph> path = {Graph::Symmetrized(
      Directed(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}}), Symmetrization::kOr)};
  EXPECT_DOUBLE_EQ(*CrossSectorShare(path, sector), 0.5);
  EXPECT_DOUBLE_EQ(*SectorReach(path, sector, 3), (1 + 2 + 2 + 2 + 1) / 10.0);
  EXPECT_FALSE(SectorReach(path, sector, 1).has_value());
  EXPECT_FALSE(
      CrossSectorShare(path, std::vector<GroupId>(5, kNoGroup)).has_value());
}

// Against all ways there are, told apart by who has which label.
TEST(CrossSectorShareTest, ExpectedIsTheMeanOverAllDeals) {
  const std::vector<Graph> tied = {
      Graph::Symmetrized(Directed(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {0, 5}}),
                         Symmetrization::kOr),
      Graph::Symmetrized(Directed(6, {{0, 3}, {4, 5}}), Symmetrization::kOr)};
  const std::vector<std::uint32_t> strata = {1, 1, 1, 0, 0, 0};
  for (const GroupId last : {GroupId{2}, kNoGroup}) {
    const std::vector<GroupId> sector = {0, 0, 1, 1, 2, last};
    double cross = 0;
    double known = 0;
    std::vector<int> first = {0, 1, 2};
    do {
      std::vector<int> second = {3, 4, 5};
      do {
        std::vector<GroupId> dealt;
        for (const int from : first) dealt.push_back(sector[from]);
        for (const int from : second) dealt.push_back(sector[from]);
        for (const Graph& graph : tied) {
          for (NodeId a = 0; a < 6; ++a) {
            for (const NodeId b : graph.neighbors(a)) {
              if (b < a || dealt[a] == kNoGroup || dealt[b] == kNoGroup) {
                continue;
              }
              ++known;
              if (dealt[a] != dealt[b]) ++cross;
            }
          }
        }
      } while (std::next_permutation(second.begin(), second.end()));
    } while (std::next_permutation(first.begin(), first.end()));
    EXPECT_NEAR(*ExpectedCrossSectorShare(tied, sector, strata), cross / known,
                1e-12);
  }
}

TEST(CrossSectorShareTest, ExpectsNothingWithoutTiesOfKnownEnds) {
  const std::vector<Graph> tied = {
      Graph::Symmetrized(Directed(3, {{0, 1}}), Symmetrization::kOr)};
  const std::vector<std::uint32_t> strata(3, 0);
  EXPECT_FALSE(ExpectedCrossSectorShare({}, {0, 1, 1}, strata).has_value());
  EXPECT_FALSE(ExpectedCrossSectorShare(tied, {kNoGroup, kNoGroup, 1}, strata)
                   .has_value());
  // One person of a stratum is paired with nobody of it.
  EXPECT_EQ(ExpectedCrossSectorShare(tied, {0, 1, 1}, {0, 1, 1}), 1.0);
}

TEST(HypergeometricTest, ByHand) {
  const Hypergeometric none = HypergeometricTails(10, 4, 3, 0);
  EXPECT_NEAR(none.p_low, 20.0 / 120, 1e-15);
  EXPECT_DOUBLE_EQ(none.p_high, 1);
  const Hypergeometric all = HypergeometricTails(10, 4, 3, 3);
  EXPECT_DOUBLE_EQ(all.p_low, 1);
  EXPECT_NEAR(all.p_high, 4.0 / 120, 1e-15);
  // Marked and drawn so many that two at least are seen.
  EXPECT_NEAR(HypergeometricTails(5, 4, 3, 2).p_low, 6.0 / 10, 1e-15);
}

TEST(HypergeometricTest, LargeRostersNeitherOverflowNorVanish) {
  const Hypergeometric mean = HypergeometricTails(5'000, 1'000, 500, 100);
  EXPECT_NEAR(mean.p_low, 0.5, 0.05);
  EXPECT_NEAR(mean.p_high, 0.5, 0.05);
  EXPECT_GT(HypergeometricTails(5'000, 1'000, 500, 60).p_low, 0);
}

TEST(MostNamedTest, OrdersByInDegreeThenOutDegree) {
  const Digraph graph = Directed(5, {{0, 1}, {2, 1}, {1, 2}, {3, 4}, {4, 0}});
  EXPECT_THAT(MostNamedPeople(graph, 1), ElementsAre(1));
  // 0, 2 and 4 are named once and name one each.
  EXPECT_THAT(MostNamedPeople(graph, 3), ElementsAre(0, 1, 2));
}

TEST(MostOftenTest, OrdersByCoresThenDegree) {
  const std::vector<Digraph> graphs = {Directed(4, {{0, 3}, {1, 3}, {1, 2}})};
  EXPECT_THAT(MostOftenInCore(std::vector<int>{1, 2, 1, 1}, graphs, 2),
              ElementsAre(1, 3));
}

}  // namespace
}  // namespace pulsetaker::network
