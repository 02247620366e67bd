#include "services/network/domain/key_player_sets.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;

using Goal = KeyPlayerGoal;
using Nodes = std::vector<NodeId>;

constexpr Goal kGoals[] = {Goal::kFragmentation, Goal::kDistanceFragmentation,
                           Goal::kReach, Goal::kDistanceReach};

template <typename G>
KeyPlayerSet Found(const G& graph, const KeyPlayerQuery& query) {
  absl::StatusOr<KeyPlayerSet> set =
      FindKeyPlayerSet(graph, query, kNeverCancelled);
  EXPECT_TRUE(set.ok()) << set.status();
  return set.ok() ? *std::move(set) : KeyPlayerSet();
}

bool Contains(const Nodes& nodes, NodeId node) {
  return std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

// All distances (R. Floyd), infinite where there is no path, with everyone in
// `gone` left out.
std::vector<std::vector<double>> Distances(const Digraph& graph,
                                           const Nodes& gone) {
  const NodeId n = graph.node_count();
  std::vector<std::vector<double>> d(n, std::vector<double>(n, INFINITY));
  for (NodeId i = 0; i < n; ++i) {
    if (Contains(gone, i)) continue;
    d[i][i] = 0;
    for (const NodeId j : graph.out(i)) {
      if (!Contains(gone, j)) d[i][j] = 1;
    }
  }
  for (NodeId k = 0; k < n; ++k) {
    for (NodeId i = 0; i < n; ++i) {
      for (NodeId j = 0; j < n; ++j) {
        d[i][j] = std::min(d[i][j], d[i][k] + d[k][j]);
      }
    }
  }
  return d;
}

// Borgatti's formulas over all pairs.
double Fragmentation(const Digraph& graph, const Nodes& members,
                     bool by_distance) {
  const auto d = Distances(graph, members);
  double sum = 0;
  for (NodeId i = 0; i < d.size(); ++i) {
    for (NodeId j = 0; j < d.size(); ++j) {
      if (i == j || std::isinf(d[i][j])) continue;
      sum += by_distance ? 1 / d[i][j] : 1;
    }
  }
  const auto left = static_cast<double>(d.size() - members.size());
  return left < 2 ? 0 : 1 - sum / (left * (left - 1));
}

double ReachOf(const Digraph& graph, const Nodes& members,
               const KeyPlayerQuery& query) {
  const auto d = Distances(graph, {});
  double sum = 0;
  for (NodeId j = 0; j < d.size(); ++j) {
    double nearest = INFINITY;
    for (const NodeId member : members) {
      nearest = std::min(nearest, std::max(d[member][j], 1.0));
      if (query.goal == Goal::kReach && member == j) nearest = 0;
    }
    if (query.goal == Goal::kReach) {
      sum += nearest <= query.steps ? 1 : 0;
    } else {
      sum += 1 / nearest;
    }
  }
  return sum / static_cast<double>(d.size());
}

double ValueByDefinition(const Digraph& graph, const Nodes& members,
                         const KeyPlayerQuery& query) {
  switch (query.goal) {
    case Goal::kFragmentation:
      return Fragmentation(graph, members, false);
    case Goal::kDistanceFragmentation:
      return Fragmentation(graph, members, true);
    case Goal::kReach:
    case Goal::kDistanceReach:
      return ReachOf(graph, members, query);
  }
  return 0;
}

// The first of the best sets, by trying all members at all places.
Nodes BestByDefinition(const Digraph& graph, const KeyPlayerQuery& query) {
  Nodes best;
  double best_value = -1;
  const auto try_all = [&](const auto& self, Nodes& members) -> void {
    if (members.size() == query.size) {
      const double value = ValueByDefinition(graph, members, query);
      if (value > best_value + 1e-9) {
        best = members;
        best_value = value;
      }
      return;
    }
    for (NodeId u = members.empty() ? 0 : members.back() + 1;
         u < graph.node_count(); ++u) {
      members.push_back(u);
      self(self, members);
      members.pop_back();
    }
  };
  Nodes members;
  try_all(try_all, members);
  return best;
}

TEST(FindKeyPlayerSetTest, FindsWhoHoldsAKiteTogether) {
  // Only 7 and 8 are cut points; without 7 two people are apart.
  const KeyPlayerSet one = Found(Kite(), {.goal = Goal::kFragmentation});
  EXPECT_THAT(one.members, ElementsAre(7));
  EXPECT_DOUBLE_EQ(one.value, 1 - (7 * 6 + 2 * 1) / (9 * 8.0));
  EXPECT_EQ(one.baseline, 0);
  EXPECT_TRUE(one.exact);
  // 3 is next to everyone before the tail, 8 to the two others on it.
  const KeyPlayerSet two =
      Found(Kite(), {.goal = Goal::kReach, .size = 2, .steps = 1});
  EXPECT_DOUBLE_EQ(two.value, 1.0);
  EXPECT_THAT(two.members, ElementsAre(3, 8));
}

// The two best one by one are of one half; the best two are one of each.
TEST(FindKeyPlayerSetTest, DoesNotTakeTwoForTheSameContacts) {
  std::vector<Arc> edges;
  for (NodeId u = 2; u < 10; ++u) {
    edges.push_back({0, u});
    edges.push_back({1, u});
  }
  for (NodeId u = 11; u < 17; ++u) edges.push_back({10, u});
  const Graph graph = GraphOf(17, edges);
  for (const Goal goal : {Goal::kReach, Goal::kDistanceReach}) {
    EXPECT_THAT(Found(graph, {.goal = goal, .size = 2, .steps = 1}).members,
                ElementsAre(0, 10));
  }
  EXPECT_THAT(Found(graph, {.goal = Goal::kFragmentation, .size = 3}).members,
              ElementsAre(0, 1, 10));
}

TEST(FindKeyPlayerSetTest, MatchesClosedForms) {
  const KeyPlayerSet star = Found(Star(9), {.goal = Goal::kFragmentation});
  EXPECT_EQ(star, (KeyPlayerSet{.members = {0}, .value = 1, .exact = true}));
  EXPECT_THAT(Found(Star(9), {.goal = Goal::kDistanceReach}),
              (KeyPlayerSet{.members = {0}, .value = 1, .exact = true}));
  // A circle of eight without two opposite people is two paths of three.
  const KeyPlayerSet circle =
      Found(Cycle(8), {.goal = Goal::kDistanceFragmentation, .size = 2});
  EXPECT_THAT(circle.members, ElementsAre(0, 4));
  EXPECT_DOUBLE_EQ(circle.value, 1 - 2 * (4 + 2 * 0.5) / 30.0);
  // Of equals the first; nothing falls apart.
  const KeyPlayerSet all_tied =
      Found(Complete(6), {.goal = Goal::kFragmentation, .size = 2});
  EXPECT_EQ(all_tied,
            (KeyPlayerSet{.members = {0, 1}, .value = 0, .exact = true}));
  // Nobody is left, or one person.
  EXPECT_EQ(Found(Path(3), {.goal = Goal::kDistanceFragmentation, .size = 3}),
            (KeyPlayerSet{.members = {0, 1, 2},
                          .value = 0,
                          .baseline = 1 - 5.0 / 6,
                          .exact = true}));
  EXPECT_THAT(Found(Path(1), {.goal = Goal::kDistanceReach}),
              (KeyPlayerSet{.members = {0}, .value = 1, .exact = true}));
}

TEST(FindKeyPlayerSetTest, FollowsArcsFromTheSet) {
  // 0 names everyone, and everyone names 4.
  const Digraph graph =
      DigraphOf(5, {{0, 1}, {0, 2}, {0, 3}, {1, 4}, {2, 4}, {3, 4}});
  const KeyPlayerQuery query{.goal = Goal::kReach, .steps = 1};
  EXPECT_THAT(Found(graph, query).members, ElementsAre(0));
  EXPECT_THAT(Found(graph.Transposed(), query).members, ElementsAre(4));
  for (const Goal goal : {Goal::kFragmentation, Goal::kDistanceFragmentation}) {
    EXPECT_EQ(Found(graph, {.goal = goal, .size = 2}),
              Found(graph.Transposed(), {.goal = goal, .size = 2}));
  }
}

TEST(FindKeyPlayerSetTest, TakesMembersFromTheCandidates) {
  for (const Goal goal : kGoals) {
    const KeyPlayerSet set =
        Found(Star(7), {.goal = goal, .size = 2, .candidates = {6, 3, 5, 3}});
    EXPECT_THAT(set.members, ElementsAre(3, 5));
    EXPECT_TRUE(set.exact);
  }
}

TEST(FindKeyPlayerSetTest, RefusesWhatCannotBe) {
  struct Case {
    KeyPlayerQuery query;
    const char* reason;
  };
  const std::vector<Case> cases = {
      {{.size = 0}, "SET_SIZE_OUT_OF_RANGE"},
      {{.size = 4}, "SET_SIZE_OUT_OF_RANGE"},
      {{.size = 2, .candidates = {1, 1}}, "SET_SIZE_OUT_OF_RANGE"},
      {{.size = 9, .candidates = {3}}, "NODE_OUT_OF_RANGE"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.reason);
    for (const auto& set :
         {FindKeyPlayerSet(Path(3), c.query, kNeverCancelled),
          FindKeyPlayerSet(Path(3).ToDigraph(), c.query, kNeverCancelled)}) {
      EXPECT_EQ(set.status().code(), absl::StatusCode::kInvalidArgument);
      EXPECT_EQ(ReasonOf(set.status()), c.reason);
    }
  }
  EXPECT_FALSE(FindKeyPlayerSet(Graph(), {}, kNeverCancelled).ok());
}

TEST(FindKeyPlayerSetTest, StopsWhenToldTo) {
  const auto cancelled = [] { return true; };
  for (const Goal goal : kGoals) {
    EXPECT_EQ(
        FindKeyPlayerSet(Kite(), {.goal = goal}, cancelled).status().code(),
        absl::StatusCode::kCancelled);
  }
}

TEST(FindKeyPlayerSetTest, AgreesWithTheDefinitionOverAllSets) {
  for (unsigned seed = 0; seed < 80; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph directed = RandomDigraph(random, 9);
    if (directed.node_count() == 0) continue;
    const Graph tied = Graph::Symmetrized(directed, Symmetrization::kOr);
    KeyPlayerQuery query;
    query.size = static_cast<NodeId>(
        1 + random.Uniform(std::min<NodeId>(directed.node_count(), 3)));
    query.steps = static_cast<NodeId>(1 + random.Uniform(3));
    for (const Goal goal : kGoals) {
      query.goal = goal;
      const auto check = [&](const KeyPlayerSet& got, const Digraph& graph) {
        EXPECT_TRUE(got.exact);
        EXPECT_EQ(got.members, BestByDefinition(graph, query));
        EXPECT_NEAR(got.value, ValueByDefinition(graph, got.members, query),
                    1e-12);
        EXPECT_NEAR(got.baseline, ValueByDefinition(graph, {}, query), 1e-12);
      };
      check(Found(directed, query), directed);
      check(Found(tied, query), tied.ToDigraph());
    }
  }
}

// Networks in which there are too many sets to try them all.
class GreedyTest : public ::testing::TestWithParam<Goal> {};

TEST_P(GreedyTest, IsNotImprovedByAnExchange) {
  for (unsigned seed = 0; seed < 2; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<Arc> arcs;
    for (int i = 0; i < 110; ++i) {
      const auto u = static_cast<NodeId>(random.Uniform(60));
      const auto v = static_cast<NodeId>(random.Uniform(60));
      if (u != v) arcs.push_back({u, v});
    }
    const Digraph directed = DigraphOf(60, arcs);
    const Graph tied = Graph::Symmetrized(directed, Symmetrization::kOr);
    const KeyPlayerQuery query{.goal = GetParam(), .size = 5, .steps = 1};
    const auto check = [&](const KeyPlayerSet& got, const Digraph& graph) {
      EXPECT_FALSE(got.exact);
      ASSERT_EQ(got.members.size(), 5);
      EXPECT_TRUE(std::is_sorted(got.members.begin(), got.members.end()));
      EXPECT_NEAR(got.value, ValueByDefinition(graph, got.members, query),
                  1e-12);
      // A few exchanges, as the definition takes its time.
      for (NodeId u = seed; u < 60; u += 30) {
        if (Contains(got.members, u)) continue;
        for (std::size_t i = 0; i < got.members.size(); ++i) {
          Nodes members = got.members;
          members[i] = u;
          EXPECT_LE(ValueByDefinition(graph, members, query), got.value + 1e-9);
        }
      }
    };
    check(Found(directed, query), directed);
    check(Found(tied, query), tied.ToDigraph());
  }
}

TEST_P(GreedyTest, IsWhatAllSetsGiveWhereHubsAreApart) {
  // Four hubs with contacts of their own, in one chain.
  std::vector<Arc> edges;
  for (NodeId hub = 0; hub < 4; ++hub) {
    if (hub > 0) edges.push_back({12 * hub - 1, 12 * hub});
    for (NodeId u = 1; u < 12; ++u) edges.push_back({12 * hub, 12 * hub + u});
  }
  const KeyPlayerSet set =
      Found(GraphOf(48, edges), {.goal = GetParam(), .size = 4, .steps = 1});
  EXPECT_THAT(set.members, ElementsAre(0, 12, 24, 36));
  EXPECT_EQ(set.exact,
            GetParam() == Goal::kFragmentation || GetParam() == Goal::kReach);
}

INSTANTIATE_TEST_SUITE_P(Goals, GreedyTest, ::testing::ValuesIn(kGoals));

TEST(FindKeyPlayerSetTest, SaysWhetherAllSetsWereTried) {
  const KeyPlayerQuery fragmentation{.goal = Goal::kFragmentation, .size = 2};
  const KeyPlayerQuery one{.goal = Goal::kFragmentation};
  EXPECT_TRUE(Found(Path(632), fragmentation).exact);
  EXPECT_FALSE(Found(Path(633), fragmentation).exact);
  EXPECT_TRUE(Found(Path(633), one).exact);
  const Digraph apart = DigraphOf(201, {{0, 1}});
  EXPECT_FALSE(Found(apart, fragmentation).exact);
  EXPECT_FALSE(Found(apart, {.goal = Goal::kDistanceReach, .size = 2}).exact);
  EXPECT_TRUE(Found(apart, {.goal = Goal::kDistanceReach, .size = 200}).exact);
}

TEST(FindKeyPlayerSetTest, HasTheSameValueInAnyOrderOfNodes) {
  for (unsigned seed = 0; seed < 15; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 25);
    if (graph.node_count() < 2) continue;
    const Digraph renamed =
        Relabeled(graph, RandomPermutation(graph.node_count(), random));
    for (const Goal goal : kGoals) {
      const KeyPlayerQuery query{.goal = goal, .size = 2};
      EXPECT_NEAR(Found(graph, query).value, Found(renamed, query).value,
                  1e-12);
    }
  }
}

}  // namespace
}  // namespace pulsetaker::network
