#include "services/network/domain/screened_key_players.h"

#include <algorithm>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

KeyPlayers Find(const Graph& graph, NodeId count) {
  auto players = FindScreenedKeyPlayers(graph, count, kNeverCancelled);
  EXPECT_TRUE(players.ok()) << players.status();
  return *std::move(players);
}

double Without(const Graph& graph, const std::vector<NodeId>& gone) {
  return FragmentationWithout(graph, gone, kNeverCancelled)->by_distance;
}

// Every set of `count` nodes.
double BestOfAll(const Graph& graph, NodeId count) {
  std::vector<char> chosen(graph.node_count(), 0);
  std::fill_n(chosen.begin(), count, 1);
  double best = 0.0;
  do {
    std::vector<NodeId> gone;
    for (NodeId node = 0; node < graph.node_count(); ++node) {
      if (chosen[node] != 0) gone.push_back(node);
    }
    best = std::max(best, Without(graph, gone));
  } while (std::prev_permutation(chosen.begin(), chosen.end()));
  return best;
}

TEST(ScreenedKeyPlayersTest, MatchesClosedForms) {
  EXPECT_THAT(Find(Star(6), 1).members, ElementsAre(0));
  EXPECT_EQ(Find(Star(6), 1).without.by_distance, 1.0);
  EXPECT_THAT(Find(Path(5), 1).members, ElementsAre(2));
  // Ties go to the smallest.
  EXPECT_THAT(Find(Complete(5), 2).members, ElementsAre(0, 1));
  EXPECT_THAT(Find(GraphOf(3, {}), 2).members, ElementsAre(0, 1));
  EXPECT_THAT(Find(Kite(), 0).members, IsEmpty());
  EXPECT_THAT(Find(Kite(), 10).members, SizeIs(10));
}

// The Medici hold Florence together, as ever since J. Padgett and C. Ansell
// (1993).
TEST(ScreenedKeyPlayersTest, FindsTheMedici) {
  EXPECT_THAT(Find(Florence(), 1).members, ElementsAre(kMedici));
  for (const NodeId count : {NodeId{1}, NodeId{2}, NodeId{3}}) {
    EXPECT_EQ(Find(Florence(), count).without.by_distance,
              BestOfAll(Florence(), count));
    EXPECT_EQ(Find(Karate(), count).without.by_distance,
              BestOfAll(Karate(), count));
  }
}

// Greedy alone takes the middle of this path first, and then cannot have both
// of those who cut it in three.
TEST(ScreenedKeyPlayersTest, ExchangesWhomGreedTookFirst) {
  const Graph path = Path(8);
  const KeyPlayers players = Find(path, 2);
  EXPECT_DOUBLE_EQ(players.without.by_distance, BestOfAll(path, 2));
}

TEST(ScreenedKeyPlayersTest, NoExchangeIsBetterAndTheBestIsMostlyFound) {
  int best_found = 0;
  constexpr int kSeeds = 150;
  for (unsigned seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph =
        Graph::Symmetrized(RandomDigraph(random, 11), Symmetrization::kOr);
    const auto count = static_cast<NodeId>(
        random.Uniform(std::min<NodeId>(4, graph.node_count() + 1)));
    const KeyPlayers players = Find(graph, count);
    ASSERT_THAT(players.members, SizeIs(count));
    EXPECT_TRUE(std::is_sorted(players.members.begin(), players.members.end()));
    const double got = players.without.by_distance;
    EXPECT_EQ(got, Without(graph, players.members));
    for (std::size_t i = 0; i < count; ++i) {
      for (NodeId node = 0; node < graph.node_count(); ++node) {
        std::vector<NodeId> members = players.members;
        if (std::count(members.begin(), members.end(), node) > 0) continue;
        members[i] = node;
        EXPECT_LE(Without(graph, members), got + 1e-9);
      }
    }
    const double best = BestOfAll(graph, count);
    EXPECT_LE(got, best + 1e-12);
    best_found += got > best - 1e-9;
  }
  EXPECT_GE(best_found, kSeeds * 95 / 100);
}

// Two dense halves, joined by three people alone, among more people than are
// all tried.
TEST(ScreenedKeyPlayersTest, FindsTheBridgesOfALargeGraph) {
  constexpr NodeId kHalf = 80;
  Random random(1);
  std::vector<Arc> edges;
  for (NodeId half = 0; half < 2; ++half) {
    for (NodeId a = 0; a < kHalf; ++a) {
      for (int i = 0; i < 6; ++i) {
        const auto b = static_cast<NodeId>(random.Uniform(kHalf));
        if (a != b) edges.push_back({half * kHalf + a, half * kHalf + b});
      }
    }
  }
  for (NodeId bridge = 0; bridge < 3; ++bridge) {
    for (NodeId i = 0; i < 4; ++i) {
      edges.push_back({2 * kHalf + bridge, 20 * bridge + i});
      edges.push_back({2 * kHalf + bridge, kHalf + 20 * bridge + i});
    }
  }
  const Graph graph = GraphOf(2 * kHalf + 3, edges);
  ASSERT_GT(graph.node_count(), kAllTriedNodesMax);
  EXPECT_THAT(Find(graph, 3).members,
              ElementsAre(2 * kHalf, 2 * kHalf + 1, 2 * kHalf + 2));
}

TEST(ScreenedKeyPlayersTest, SaysWhenItIsCancelled) {
  const auto players = FindScreenedKeyPlayers(Kite(), 2, [] { return true; });
  EXPECT_EQ(players.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::network
