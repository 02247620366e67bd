#include "services/network/domain/maximal_cliques.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "absl/status/status.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Clique = std::vector<NodeId>;

constexpr std::uint64_t kNoLimit = ~std::uint64_t{0};

std::vector<std::uint64_t> Counts(const Graph& graph, NodeId size_min = 0) {
  const auto counts =
      MaximalCliqueCounts(graph, size_min, kNoLimit, kNeverCancelled);
  EXPECT_TRUE(counts.ok()) << counts.status();
  return counts.ok() ? *counts : std::vector<std::uint64_t>();
}

// As they come; that none comes twice is for the tests to see.
std::vector<Clique> Visited(const Graph& graph, NodeId size_min = 0) {
  std::vector<Clique> cliques;
  const absl::Status status = VisitMaximalCliques(
      graph, size_min,
      [&](absl::Span<const NodeId> members) {
        cliques.emplace_back(members.begin(), members.end());
        return true;
      },
      kNeverCancelled);
  EXPECT_TRUE(status.ok()) << status;
  return cliques;
}

bool IsClique(const Graph& graph, const Clique& members) {
  for (const NodeId u : members) {
    for (const NodeId v : members) {
      if (u != v && graph.weight(u, v) == 0) return false;
    }
  }
  return true;
}

// Looks at all subsets of the nodes, and at all who could be added to each.
std::set<Clique> ByDefinition(const Graph& graph) {
  const NodeId nodes = graph.node_count();
  std::set<Clique> cliques;
  for (std::uint32_t subset = 1; subset < (1U << nodes); ++subset) {
    Clique members;
    for (NodeId u = 0; u < nodes; ++u) {
      if ((subset >> u & 1) != 0) members.push_back(u);
    }
    if (!IsClique(graph, members)) continue;
    bool is_maximal = true;
    for (NodeId u = 0; u < nodes && is_maximal; ++u) {
      if ((subset >> u & 1) != 0) continue;
      Clique more = members;
      more.push_back(u);
      is_maximal = !IsClique(graph, more);
    }
    if (is_maximal) cliques.insert(members);
  }
  return cliques;
}

std::vector<std::uint64_t> CountsOf(const std::set<Clique>& cliques,
                                    std::size_t size_min) {
  std::vector<std::uint64_t> counts;
  for (const Clique& clique : cliques) {
    if (clique.size() < size_min) continue;
    counts.resize(std::max(counts.size(), clique.size() + 1), 0);
    ++counts[clique.size()];
  }
  return counts;
}

// Nodes in groups of three, tied to all but those of their own: J. Moon and L.
// Moser's, with most maximal cliques of all graphs of its size.
Graph MoonMoser(NodeId groups) {
  std::vector<Arc> edges;
  for (NodeId u = 0; u < 3 * groups; ++u) {
    for (NodeId v = u + 1; v < 3 * groups; ++v) {
      if (u / 3 != v / 3) edges.push_back({u, v});
    }
  }
  return GraphOf(3 * groups, edges);
}

TEST(MaximalCliquesTest, MatchesClosedForms) {
  EXPECT_THAT(Counts(Graph()), IsEmpty());
  EXPECT_THAT(Counts(GraphOf(3, {})), ElementsAre(0, 3));
  EXPECT_THAT(Counts(Path(5)), ElementsAre(0, 0, 4));
  EXPECT_THAT(Counts(Star(7)), ElementsAre(0, 0, 6));
  EXPECT_THAT(Counts(Cycle(3)), ElementsAre(0, 0, 0, 1));
  EXPECT_THAT(Counts(Cycle(8)), ElementsAre(0, 0, 8));
  EXPECT_THAT(Counts(Complete(5)), ElementsAre(0, 0, 0, 0, 0, 1));
  // 3^6, of one node a group.
  EXPECT_THAT(Counts(MoonMoser(6)), ElementsAre(0, 0, 0, 0, 0, 0, 729));
}

// As networkx and igraph count them.
TEST(MaximalCliquesTest, MatchesPeersOnKnownNetworks) {
  EXPECT_THAT(Counts(Karate()), ElementsAre(0, 0, 11, 21, 2, 2));
  EXPECT_THAT(Counts(Florence()), ElementsAre(0, 0, 12, 3));
  EXPECT_THAT(Counts(Kite()), ElementsAre(0, 0, 2, 3, 2));
}

TEST(MaximalCliquesTest, NamesTheMembersInOrder) {
  // A triangle with a tail, and someone apart.
  const Graph graph = GraphOf(6, {{4, 1}, {1, 2}, {2, 4}, {2, 3}, {3, 0}});
  std::vector<Clique> cliques = Visited(graph);
  std::sort(cliques.begin(), cliques.end());
  EXPECT_THAT(cliques, ElementsAre(ElementsAre(0, 3), ElementsAre(1, 2, 4),
                                   ElementsAre(2, 3), ElementsAre(5)));
  EXPECT_THAT(Visited(graph, 3), ElementsAre(ElementsAre(1, 2, 4)));
  EXPECT_THAT(Visited(graph, 4), IsEmpty());
}

TEST(MaximalCliquesTest, AgreesWithAllSubsets) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph = Graph::Symmetrized(
        RandomDigraph(random, 10 + seed % 3, 5), Symmetrization::kOr);
    const std::set<Clique> want = ByDefinition(graph);
    for (const NodeId size_min : {0U, 1U, 2U, 3U, 5U}) {
      const std::vector<Clique> got = Visited(graph, size_min);
      std::set<Clique> want_of_size;
      for (const Clique& clique : want) {
        if (clique.size() >= size_min) want_of_size.insert(clique);
      }
      EXPECT_EQ(std::set<Clique>(got.begin(), got.end()), want_of_size);
      EXPECT_EQ(got.size(), want_of_size.size());
      EXPECT_EQ(Counts(graph, size_min), CountsOf(want, size_min));
    }
  }
}

// Nodes that are tied to all take part in each clique, and make sets of
// candidates wider than a word.
TEST(MaximalCliquesTest, AgreesWithAllSubsetsWhereManyKnowEveryone) {
  constexpr NodeId kKnown = 131;
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph few =
        Graph::Symmetrized(RandomDigraph(random, 10), Symmetrization::kOr);
    if (few.node_count() == 0) continue;
    std::vector<Arc> edges;
    std::vector<NodeId> names;
    for (NodeId u = 0; u < few.node_count() + kKnown; ++u) names.push_back(u);
    random.Shuffle(absl::MakeSpan(names));
    for (NodeId u = 0; u < names.size(); ++u) {
      for (NodeId v = 0; v < u; ++v) {
        if (u < few.node_count() && few.weight(u, v) == 0) continue;
        edges.push_back({names[u], names[v]});
      }
    }
    std::set<Clique> want;
    for (const Clique& clique : ByDefinition(few)) {
      Clique renamed(names.begin() + few.node_count(), names.end());
      for (const NodeId u : clique) renamed.push_back(names[u]);
      std::sort(renamed.begin(), renamed.end());
      want.insert(renamed);
    }
    const std::vector<Clique> got =
        Visited(GraphOf(static_cast<NodeId>(names.size()), edges));
    EXPECT_EQ(std::set<Clique>(got.begin(), got.end()), want);
    EXPECT_EQ(got.size(), want.size());
  }
}

TEST(MaximalCliquesTest, CountsAreTheSameInAnyOrderOfTheNodes) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph =
        Graph::Symmetrized(RandomDigraph(random, 60), Symmetrization::kOr);
    std::vector<NodeId> names(graph.node_count());
    for (NodeId u = 0; u < graph.node_count(); ++u) names[u] = u;
    random.Shuffle(absl::MakeSpan(names));
    // Sparse, or the cliques of sixty people are many.
    if (graph.edge_count() > 600) continue;
    EXPECT_EQ(Counts(Relabeled(graph, names)), Counts(graph));
    EXPECT_EQ(Visited(graph), Visited(graph));
  }
}

TEST(MaximalCliquesTest, EndsWhenTheVisitorHasSeenEnough) {
  int visits = 0;
  const absl::Status status = VisitMaximalCliques(
      MoonMoser(6), 0, [&](absl::Span<const NodeId>) { return ++visits < 10; },
      kNeverCancelled);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(visits, 10);
}

TEST(MaximalCliquesTest, RefusesToCountMoreThanTheLimit) {
  EXPECT_TRUE(MaximalCliqueCounts(MoonMoser(5), 0, 243, kNeverCancelled).ok());
  const auto result =
      MaximalCliqueCounts(MoonMoser(5), 0, 242, kNeverCancelled);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(result.status()), "TOO_MANY_CLIQUES");
  // Those that are too small do not count.
  EXPECT_TRUE(MaximalCliqueCounts(Path(9), 3, 0, kNeverCancelled).ok());
}

TEST(MaximalCliquesTest, RefusesGraphsThatAreTooDense) {
  const std::vector<std::uint64_t> counts =
      Counts(Complete(kCliqueDegeneracyMax + 1));
  ASSERT_EQ(counts.size(), kCliqueDegeneracyMax + 2);
  EXPECT_EQ(counts.back(), 1);
  const auto result = MaximalCliqueCounts(Complete(kCliqueDegeneracyMax + 2), 0,
                                          kNoLimit, kNeverCancelled);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(result.status()), "GRAPH_TOO_DENSE");
}

TEST(MaximalCliquesTest, StopsWhenCancelled) {
  const auto at_once =
      MaximalCliqueCounts(Path(3), 0, kNoLimit, [] { return true; });
  EXPECT_EQ(at_once.status().code(), absl::StatusCode::kCancelled);
  // 3^30 cliques would take years.
  int questions = 0;
  const auto later = MaximalCliqueCounts(MoonMoser(30), 0, kNoLimit,
                                         [&] { return ++questions > 5; });
  EXPECT_EQ(later.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::network
