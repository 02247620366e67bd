#include "services/network/domain/eigenvector.h"

#include <algorithm>
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
using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::Pointwise;

template <typename AnyGraph>
Eigenvector Of(const AnyGraph& graph) {
  auto result = EigenvectorCentrality(graph, kNeverCancelled);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : Eigenvector();
}

auto Near(const std::vector<double>& values, double tolerance = 1e-10) {
  return Pointwise(DoubleNear(tolerance), values);
}

TEST(EigenvectorTest, MatchesClosedForms) {
  EXPECT_THAT(Of(Complete(5)).value, Near(std::vector<double>(5, 1)));
  EXPECT_THAT(Of(Cycle(6)).value, Near(std::vector<double>(6, 1)));
  EXPECT_THAT(Of(Star(5)).value, Near({1, 0.5, 0.5, 0.5, 0.5}));
  EXPECT_THAT(Of(Path(3)).value, Near({std::sqrt(0.5), 1, std::sqrt(0.5)}));
  EXPECT_NEAR(Of(Path(3)).eigenvalue, std::sqrt(2), 1e-12);
  EXPECT_TRUE(Of(Path(3)).is_unique);
  // Weights 3 and 4: the leaves have 3 / 5 and 4 / 5 of the hub.
  const Eigenvector uneven = Of(GraphOf(3, {{0, 1, 3}, {0, 2, 4}}));
  EXPECT_THAT(uneven.value, Near({1, 0.6, 0.8}));
  EXPECT_NEAR(uneven.eigenvalue, 5, 1e-11);
}

TEST(EigenvectorTest, MatchesPublishedDirectedValues) {
  // As in the tests of networkx, of Euclidean length 1.
  const Digraph graph = DigraphOf(8, {{1, 0, 2},
                                      {2, 0, 2},
                                      {3, 1, 2},
                                      {1, 2, 2},
                                      {4, 2, 2},
                                      {1, 3, 2},
                                      {4, 3, 2},
                                      {5, 3, 2},
                                      {5, 4, 2},
                                      {6, 4, 2},
                                      {7, 4, 2},
                                      {7, 5, 2},
                                      {0, 6, 2},
                                      {4, 6, 2},
                                      {7, 6, 2},
                                      {5, 7, 2},
                                      {6, 7, 2}});
  std::vector<double> value = Of(graph).value;
  double length = 0;
  for (const double x : value) length += x * x;
  for (double& x : value) x /= std::sqrt(length);
  EXPECT_THAT(value, Near({0.25368793, 0.19576478, 0.32817092, 0.40430835,
                           0.48199885, 0.15724483, 0.51346196, 0.32475403},
                          1e-7));
}

TEST(EigenvectorTest, MatchesIgraphOnKnownNetworks) {
  const std::vector<double> karate = Of(Karate()).value;
  EXPECT_NEAR(karate[33], 1, 1e-12);
  EXPECT_NEAR(karate[0], 0.952132366, 1e-9);
  EXPECT_NEAR(karate[2], 0.849554200, 1e-9);
  EXPECT_NEAR(karate[11], 0.141566333, 1e-9);
  const std::vector<double> florence = Of(Florence()).value;
  EXPECT_NEAR(florence[kMedici], 1, 1e-12);
  EXPECT_NEAR(florence[kStrozzi], 0.827269, 1e-6);
  EXPECT_NEAR(florence[kPazzi], 0.104143, 1e-6);
}

TEST(EigenvectorTest, LeavesAllButTheStrongestComponentAtZero) {
  // A triangle, a complete graph of four, an isolate.
  const Eigenvector result = Of(GraphOf(8, {{0, 1},
                                            {1, 2},
                                            {2, 0},
                                            {3, 4},
                                            {3, 5},
                                            {3, 6},
                                            {4, 5},
                                            {4, 6},
                                            {5, 6}}));
  EXPECT_THAT(result.value, Near({0, 0, 0, 1, 1, 1, 1, 0}));
  EXPECT_NEAR(result.eigenvalue, 3, 1e-12);
  EXPECT_TRUE(result.is_unique);
}

TEST(EigenvectorTest, SaysWhereEqualComponentsHaveNoCommonScale) {
  const Eigenvector result =
      Of(GraphOf(7, {{0, 1}, {1, 2}, {2, 0}, {3, 4}, {4, 5}, {5, 3}}));
  EXPECT_THAT(result.value, Near({1, 1, 1, 1, 1, 1, 0}));
  EXPECT_FALSE(result.is_unique);
}

TEST(EigenvectorTest, FollowsNominationsAlongTheirDirection) {
  // 0 <-> 1 -> 2 -> 3, and 4 names 0: fame goes to who is named by the pair.
  const Eigenvector result =
      Of(DigraphOf(5, {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {4, 0}}));
  EXPECT_THAT(result.value, Near({1, 1, 1, 1, 0}));
  EXPECT_TRUE(result.is_unique);
}

TEST(EigenvectorTest, GivesTheLastOfEqualPartsAll) {
  const Eigenvector chained =
      Of(DigraphOf(4, {{0, 1}, {1, 0}, {1, 2}, {2, 3}, {3, 2}}));
  EXPECT_THAT(chained.value, Near({0, 0, 1, 1}));
  EXPECT_TRUE(chained.is_unique);
  const Eigenvector beside =
      Of(DigraphOf(5, {{0, 1}, {1, 0}, {2, 3}, {3, 2}, {1, 4}, {2, 4}}));
  EXPECT_THAT(beside.value, Near({0.5, 0.5, 0.5, 0.5, 1}));
  EXPECT_FALSE(beside.is_unique);
}

TEST(EigenvectorTest, IsZeroWithoutCycles) {
  EXPECT_THAT(Of(Graph()).value, IsEmpty());
  for (const Digraph& graph :
       {DigraphOf(3, {}), DigraphOf(3, {{0, 1}, {0, 2}, {1, 2}})}) {
    const Eigenvector result = Of(graph);
    EXPECT_THAT(result.value, Each(0));
    EXPECT_EQ(result.eigenvalue, 0);
    EXPECT_FALSE(result.is_unique);
  }
}

TEST(EigenvectorTest, ReportsWhatItCannotDo) {
  const IterationLimits few{.products_max = 16};
  EXPECT_EQ(
      ReasonOf(EigenvectorCentrality(Path(99), kNeverCancelled, few).status()),
      "NOT_CONVERGED");
  EXPECT_EQ(
      EigenvectorCentrality(Karate(), [] { return true; }).status().code(),
      absl::StatusCode::kCancelled);
  EXPECT_EQ(
      ReasonOf(EigenvectorCentrality(GraphOf(3, {{0, 1, 1e308}, {0, 2, 1e308}}),
                                     kNeverCancelled)
                   .status()),
      "WEIGHTS_TOO_LARGE");
  EXPECT_THAT(Of(GraphOf(3, {{0, 1, 3e300}, {0, 2, 4e300}})).value,
              Near({1, 0.6, 0.8}));
}

// That it solves the equation with the largest eigenvalue, is at least 0, and
// is unique exactly where the equation has solutions of one dimension.
TEST(EigenvectorTest, SolvesItsEquation) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 12, 3);
    const Eigenvector result = Of(graph);
    DenseMatrix matrix = InMatrix(graph);
    const double radius = SpectralRadius(matrix);
    EXPECT_NEAR(result.eigenvalue, radius, 1e-9 * radius);
    if (radius == 0) continue;
    EXPECT_EQ(*std::max_element(result.value.begin(), result.value.end()), 1);
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      EXPECT_GE(result.value[u], 0);
      EXPECT_NEAR(std::inner_product(matrix[u].begin(), matrix[u].end(),
                                     result.value.begin(), 0.0),
                  radius * result.value[u], 1e-9 * radius);
    }
    for (NodeId u = 0; u < graph.node_count(); ++u) matrix[u][u] -= radius;
    EXPECT_EQ(result.is_unique,
              Eliminate(matrix, matrix.size(), 1e-7) + 1 == matrix.size());
  }
}

TEST(EigenvectorTest, DoesNotDependOnTheNumbersOfNodes) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 25, 5);
    std::vector<NodeId> permutation(graph.node_count());
    std::iota(permutation.begin(), permutation.end(), NodeId{0});
    random.Shuffle(absl::MakeSpan(permutation));
    const Eigenvector want = Of(graph);
    const Eigenvector got = Of(Relabeled(graph, permutation));
    EXPECT_EQ(got.is_unique, want.is_unique);
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      EXPECT_NEAR(got.value[permutation[u]], want.value[u], 1e-9);
    }
    const Graph undirected = Graph::Symmetrized(graph, Symmetrization::kMean);
    EXPECT_EQ(Of(undirected).value, Of(undirected.ToDigraph()).value);
  }
}

}  // namespace
}  // namespace pulsetaker::network
