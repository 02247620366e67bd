#include "services/network/domain/pagerank.h"

#include <cmath>
#include <cstddef>
#include <numeric>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/dense_testing.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::DoubleNear;
using ::testing::IsEmpty;
using ::testing::Pointwise;

template <typename AnyGraph>
std::vector<double> Of(const AnyGraph& graph, double damping = 0.85) {
  auto result = PageRank(graph, kNeverCancelled, {.damping = damping});
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : std::vector<double>();
}

auto Near(const std::vector<double>& values, double tolerance = 1e-12) {
  return Pointwise(DoubleNear(tolerance), values);
}

// Of the chain of all transitions, written out, with dangling nodes and all.
std::vector<double> ByDefinition(const Digraph& graph, double damping) {
  const std::size_t n = graph.node_count();
  DenseMatrix system(n, std::vector<double>(n, 0));
  for (NodeId j = 0; j < n; ++j) {
    double sum = 0;
    for (const double weight : graph.out_weights(j)) sum += weight;
    for (NodeId i = 0; i < n; ++i) {
      const double chance =
          sum > 0 ? graph.weight(j, i) / sum : 1 / static_cast<double>(n);
      system[i][j] = (i == j ? 1 : 0) - damping * chance;
    }
  }
  return Solved(system,
                std::vector<double>(n, (1 - damping) / static_cast<double>(n)));
}

TEST(PageRankTest, MatchesClosedForms) {
  EXPECT_THAT(Of(Digraph()), IsEmpty());
  EXPECT_THAT(Of(DigraphOf(1, {})), Near({1}));
  EXPECT_THAT(Of(DigraphOf(4, {})), Near(std::vector<double>(4, 0.25)));
  EXPECT_THAT(Of(Cycle(5)), Near(std::vector<double>(5, 0.2)));
  // x_0 = a, x_1 = a + d * a, and both sum to 1.
  EXPECT_THAT(Of(DigraphOf(2, {{0, 1}}), 0.5), Near({0.4, 0.6}));
  EXPECT_THAT(Of(Karate(), 0), Near(std::vector<double>(34, 1.0 / 34)));
  // What follows the arcs of a star is at the hub every second time.
  const double hub = (0.15 / 5 + 0.85 * 0.15 * 4 / 5) / (1 - 0.85 * 0.85);
  EXPECT_NEAR(Of(Star(5))[0], hub, 1e-12);
}

TEST(PageRankTest, MatchesAPublishedExample) {
  // A. Langville and C. Meyer, "A survey of eigenvector methods of web
  // information retrieval" (2005). Node 1 names nobody.
  EXPECT_THAT(Of(DigraphOf(6, {{0, 1},
                               {0, 2},
                               {2, 0},
                               {2, 1},
                               {2, 4},
                               {3, 4},
                               {3, 5},
                               {4, 3},
                               {4, 5},
                               {5, 3}}),
                 0.9),
              Near({0.03721197, 0.05395735, 0.04150565, 0.37508082, 0.20599833,
                    0.28624589},
                   1e-8));
}

TEST(PageRankTest, MatchesIgraphOnTheKarateClub) {
  const std::vector<double> karate = Of(Karate());
  EXPECT_NEAR(karate[0], 0.096997285, 1e-9);
  EXPECT_NEAR(karate[33], 0.100919182, 1e-9);
  EXPECT_NEAR(karate[11], 0.009564745, 1e-9);
}

TEST(PageRankTest, ReportsWhatItCannotDo) {
  const auto reason = [](const Graph& graph, const PageRankOptions& options) {
    return ReasonOf(PageRank(graph, kNeverCancelled, options).status());
  };
  EXPECT_EQ(reason(Path(3), {.damping = -0.01}), "INVALID_DAMPING");
  EXPECT_EQ(reason(Path(3), {.damping = 0.9991}), "INVALID_DAMPING");
  EXPECT_EQ(reason(Path(3), {.damping = std::nan("")}), "INVALID_DAMPING");
  EXPECT_EQ(reason(Path(3), {.damping = kPageRankDampingMax}), "");
  EXPECT_EQ(reason(Karate(), {.tolerance = -1}), "NOT_CONVERGED");
  EXPECT_EQ(reason(GraphOf(3, {{0, 1, 1e308}, {0, 2, 1e308}}), {}),
            "WEIGHTS_TOO_LARGE");
  EXPECT_EQ(PageRank(Karate(), [] { return true; }).status().code(),
            absl::StatusCode::kCancelled);
}

TEST(PageRankTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 20, seed % 2 == 0 ? 1 : 5);
    if (graph.node_count() == 0) continue;
    for (const double damping : {0.5, 0.85, 0.99}) {
      const std::vector<double> got = Of(graph, damping);
      EXPECT_THAT(got, Near(ByDefinition(graph, damping)));
      EXPECT_NEAR(std::accumulate(got.begin(), got.end(), 0.0), 1, 1e-14);
    }
  }
}

TEST(PageRankTest, DoesNotDependOnTheNumbersOfNodes) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 25, 5);
    std::vector<NodeId> permutation(graph.node_count());
    std::iota(permutation.begin(), permutation.end(), NodeId{0});
    random.Shuffle(absl::MakeSpan(permutation));
    const std::vector<double> want = Of(graph);
    const std::vector<double> got = Of(Relabeled(graph, permutation));
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      EXPECT_NEAR(got[permutation[u]], want[u], 1e-12);
    }
    const Graph undirected = Graph::Symmetrized(graph, Symmetrization::kMean);
    EXPECT_EQ(Of(undirected), Of(undirected.ToDigraph()));
  }
}

}  // namespace
}  // namespace pulsetaker::network
