#include "services/network/domain/leiden.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "absl/status/status.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/components.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/modularity.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Communities Found(const Graph& graph, const LeidenOptions& options = {}) {
  const auto found = LeidenCommunities(graph, options, kNeverCancelled);
  EXPECT_TRUE(found.ok()) << found.status();
  return found.ok() ? *found : Communities();
}

Graph RandomGraph(Random& random, NodeId nodes_max) {
  return Graph::Symmetrized(RandomDigraph(random, nodes_max, 5),
                            Symmetrization::kMean);
}

// Cliques of `members`, each tied to the next by one tie, in a ring.
Graph RingOfCliques(NodeId cliques, NodeId members) {
  std::vector<Arc> edges;
  for (NodeId c = 0; c < cliques; ++c) {
    const NodeId first = c * members;
    for (NodeId u = 0; u < members; ++u) {
      for (NodeId v = u + 1; v < members; ++v) {
        edges.push_back({first + u, first + v});
      }
    }
    edges.push_back({first, (first + members + 1) % (cliques * members)});
  }
  return GraphOf(cliques * members, edges);
}

// The best of all partitions: each node joins a group of those before it, or
// opens the next.
double BestOfAll(const Graph& graph, double resolution) {
  double best = -std::numeric_limits<double>::infinity();
  std::vector<NodeId> group;
  const auto extend = [&](const auto& self, NodeId groups) -> void {
    if (group.size() == graph.node_count()) {
      best = std::max(best, Modularity(graph, group, resolution).value());
      return;
    }
    for (NodeId g = 0; g <= groups; ++g) {
      group.push_back(g);
      self(self, std::max(groups, g + 1));
      group.pop_back();
    }
  };
  extend(extend, 0);
  return best;
}

// Numbered by smallest member, connected, and as large as they are said to be.
void ExpectWellFormed(const Graph& graph, const Communities& communities) {
  ASSERT_EQ(communities.id.size(), graph.node_count());
  std::vector<NodeId> size;
  std::vector<Arc> within;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    ASSERT_LE(communities.id[u], size.size());
    if (communities.id[u] == size.size()) size.push_back(0);
    ++size[communities.id[u]];
    for (const NodeId v : graph.neighbors(u)) {
      if (u < v && communities.id[u] == communities.id[v]) {
        within.push_back({u, v});
      }
    }
  }
  EXPECT_EQ(communities.size, size);
  const Components pieces =
      ConnectedComponents(GraphOf(graph.node_count(), within));
  EXPECT_EQ(communities.id, pieces.id);
}

TEST(LeidenTest, MatchesClosedForms) {
  EXPECT_THAT(Found(Graph()).id, IsEmpty());
  const Communities alone = Found(GraphOf(3, {}));
  EXPECT_THAT(alone.id, ElementsAre(0, 1, 2));
  EXPECT_THAT(alone.size, ElementsAre(1, 1, 1));
  EXPECT_EQ(alone.modularity, std::nullopt);
  EXPECT_THAT(Found(Complete(6)).size, ElementsAre(6));
  // Two triangles and a tie between them, and someone apart.
  const Communities barbell = Found(
      GraphOf(7, {{0, 2}, {2, 4}, {4, 0}, {4, 5}, {1, 3}, {3, 5}, {5, 1}}));
  EXPECT_THAT(barbell.id, ElementsAre(0, 1, 0, 1, 0, 1, 2));
  EXPECT_DOUBLE_EQ(barbell.modularity.value(), 5.0 / 14);
}

// The largest modularity that there is (U. Brandes and others, 2008), of four
// communities.
TEST(LeidenTest, FindsTheBestPartitionOfTheKarateClub) {
  const Communities communities = Found(Karate());
  EXPECT_NEAR(communities.modularity.value(), 0.4198, 5e-5);
  EXPECT_EQ(communities.size.size(), 4);
}

// S. Fortunato and M. Barthelemy, "Resolution limit in community detection"
// (2007): pairs of cliques, 0.888, beat the cliques themselves, 0.876; a higher
// resolution tells these apart.
TEST(LeidenTest, ShowsTheResolutionLimit) {
  const Graph ring = RingOfCliques(30, 5);
  const Communities pairs = Found(ring);
  EXPECT_NEAR(pairs.modularity.value(), 0.888, 2e-3);
  EXPECT_LE(pairs.size.size(), 17);
  LeidenOptions options;
  options.resolution = 4;
  const Communities cliques = Found(ring, options);
  EXPECT_EQ(cliques.size, std::vector<NodeId>(30, 5));
  EXPECT_NEAR(Modularity(ring, cliques.id).value(), 0.876, 5e-4);
}

TEST(LeidenTest, FollowsTheWeights) {
  // A square is cut across its weak sides.
  const Communities communities =
      Found(GraphOf(4, {{0, 1, 1}, {1, 2, 9}, {2, 3, 1}, {3, 0, 9}}));
  EXPECT_THAT(communities.id, ElementsAre(0, 1, 1, 0));
}

TEST(LeidenTest, GoesFromComponentsToSingleNodesWithTheResolution) {
  const Graph graph = GraphOf(7, {{0, 1}, {1, 2}, {2, 3}, {4, 5}});
  LeidenOptions options;
  options.resolution = 1e-6;
  EXPECT_EQ(Found(graph, options).id, ConnectedComponents(graph).id);
  options.resolution = kLeidenResolutionMax;
  EXPECT_THAT(Found(graph, options).id, ElementsAre(0, 1, 2, 3, 4, 5, 6));
}

TEST(LeidenTest, ComesCloseToTheBestOfAllPartitions) {
  int best = 0;
  int graphs = 0;
  for (unsigned seed = 0; seed < 120; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph = RandomGraph(random, 7);
    if (graph.edge_count() == 0) continue;
    LeidenOptions options;
    options.resolution = 0.5 + random.UnitDouble();
    options.seed = seed;
    const double got = Found(graph, options).modularity.value();
    const double want = BestOfAll(graph, options.resolution);
    EXPECT_LE(got, want + 1e-12);
    EXPECT_GE(got, want - 0.02);
    ++graphs;
    if (got >= want - 1e-12) ++best;
  }
  EXPECT_GE(best, graphs * 95 / 100);
}

TEST(LeidenTest, GivesConnectedCommunitiesThatNoMergeImproves) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph = RandomGraph(random, 60);
    LeidenOptions options;
    options.resolution = 0.2 + 2 * random.UnitDouble();
    options.seed = seed;
    options.starts = 1 + seed % 3;
    options.iterations_max = 1 + seed % 5;
    const Communities communities = Found(graph, options);
    ExpectWellFormed(graph, communities);
    EXPECT_EQ(communities.modularity,
              Modularity(graph, communities.id, options.resolution));
    if (graph.edge_count() == 0) continue;
    for (NodeId kept = 0; kept < communities.size.size(); ++kept) {
      for (NodeId gone = kept + 1; gone < communities.size.size(); ++gone) {
        std::vector<NodeId> merged = communities.id;
        std::replace(merged.begin(), merged.end(), gone, kept);
        EXPECT_LE(Modularity(graph, merged, options.resolution).value(),
                  communities.modularity.value() + 1e-9);
      }
    }
  }
}

TEST(LeidenTest, DependsOnTheGraphAndTheOptionsAlone) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph = RandomGraph(random, 40);
    std::vector<Arc> edges;
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      for (std::size_t i = 0; i < graph.neighbors(u).size(); ++i) {
        if (graph.neighbors(u)[i] < u) continue;
        edges.push_back({u, graph.neighbors(u)[i], graph.weights(u)[i]});
      }
    }
    random.Shuffle(absl::MakeSpan(edges));
    EXPECT_EQ(Found(GraphOf(graph.node_count(), edges)), Found(graph));
  }
}

// More starts and iterations begin with what fewer do.
TEST(LeidenTest, IsNoWorseWithMoreIterations) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph = RandomGraph(random, 60);
    LeidenOptions options;
    options.starts = 3;
    options.iterations_max = 2;
    const Communities fewer = Found(graph, options);
    options.iterations_max = 8;
    EXPECT_GE(Found(graph, options).modularity, fewer.modularity);
  }
}

TEST(LeidenTest, RefusesWhatItCannotDo) {
  struct Case {
    double resolution;
    int starts;
    int iterations_max;
    const char* reason;
  };
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const Case& c : std::vector<Case>{
           {1, 1, 1, ""},
           {kLeidenResolutionMax, kLeidenStartsMax, kLeidenIterationsMax, ""},
           {0, 0, 0, "RESOLUTION_OUT_OF_RANGE"},
           {-1, 1, 1, "RESOLUTION_OUT_OF_RANGE"},
           {kNan, 1, 1, "RESOLUTION_OUT_OF_RANGE"},
           {2 * kLeidenResolutionMax, 1, 1, "RESOLUTION_OUT_OF_RANGE"},
           {1, 0, 0, "STARTS_OUT_OF_RANGE"},
           {1, -1, 1, "STARTS_OUT_OF_RANGE"},
           {1, kLeidenStartsMax + 1, 1, "STARTS_OUT_OF_RANGE"},
           {1, 1, 0, "ITERATIONS_OUT_OF_RANGE"},
           {1, 1, -1, "ITERATIONS_OUT_OF_RANGE"},
           {1, 1, kLeidenIterationsMax + 1, "ITERATIONS_OUT_OF_RANGE"}}) {
    LeidenOptions options;
    options.resolution = c.resolution;
    options.starts = c.starts;
    options.iterations_max = c.iterations_max;
    const auto found = LeidenCommunities(Path(3), options, kNeverCancelled);
    EXPECT_EQ(ReasonOf(found.status()), c.reason);
    EXPECT_EQ(found.status().code(), *c.reason == '\0'
                                         ? absl::StatusCode::kOk
                                         : absl::StatusCode::kInvalidArgument);
  }
  const double large = std::numeric_limits<double>::max();
  const auto found =
      LeidenCommunities(GraphOf(2, {{0, 1, large}}), {}, kNeverCancelled);
  EXPECT_EQ(found.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(found.status()), "WEIGHTS_TOO_LARGE");
}

TEST(LeidenTest, StopsWhenCancelled) {
  const auto at_once = LeidenCommunities(Karate(), {}, [] { return true; });
  EXPECT_EQ(at_once.status().code(), absl::StatusCode::kCancelled);
  int questions = 0;
  const auto later =
      LeidenCommunities(Karate(), {}, [&] { return ++questions > 3; });
  EXPECT_EQ(later.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::network
