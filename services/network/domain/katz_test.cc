#include "services/network/domain/katz.h"

#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
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
Katz Of(const AnyGraph& graph, std::optional<double> alpha = std::nullopt) {
  auto result = KatzCentrality(graph, alpha, kNeverCancelled);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : Katz();
}

auto Near(const std::vector<double>& values, double tolerance = 1e-10) {
  return Pointwise(DoubleNear(tolerance), values);
}

// (I - alpha * A) * x = 1.
std::vector<double> ByDefinition(const Digraph& graph, double alpha) {
  DenseMatrix matrix = InMatrix(graph);
  for (std::size_t i = 0; i < matrix.size(); ++i) {
    for (double& entry : matrix[i]) entry *= -alpha;
    matrix[i][i] += 1;
  }
  return Solved(matrix, std::vector<double>(matrix.size(), 1));
}

TEST(KatzTest, MatchesClosedForms) {
  EXPECT_THAT(Of(Graph()).value, IsEmpty());
  EXPECT_THAT(Of(DigraphOf(3, {{0, 1}, {1, 2}}), 0.5).value,
              Near({1, 1.5, 1.75}));
  EXPECT_THAT(Of(DigraphOf(3, {{0, 1, 2}, {1, 2, 3}}), 0.5).value,
              Near({1, 2, 4}));
  EXPECT_THAT(Of(Complete(5), 0.2).value, Near(std::vector<double>(5, 5)));
  EXPECT_THAT(Of(Complete(5)).value, Near(std::vector<double>(5, 10)));
  EXPECT_THAT(Of(Star(5), 0.25).value,
              Near({8.0 / 3, 5.0 / 3, 5.0 / 3, 5.0 / 3, 5.0 / 3}));
  EXPECT_THAT(Of(Star(5), 0).value, Each(1));
}

TEST(KatzTest, MatchesPublishedDirectedValues) {
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
  std::vector<double> value = Of(graph, 0.1).value;
  double length = 0;
  for (const double x : value) length += x * x;
  for (double& x : value) x /= std::sqrt(length);
  EXPECT_THAT(value,
              Near({0.3289589783189635, 0.2832077296243516, 0.3425906003685471,
                    0.3970420865198392, 0.41074871061646284, 0.272257430756461,
                    0.4201989685435462, 0.34229059218038554},
                   1e-7));
}

TEST(KatzTest, ChoosesAlphaByTheLargestEigenvalue) {
  EXPECT_NEAR(Of(Complete(5)).alpha, 0.9 / 4, 1e-12);
  EXPECT_NEAR(Of(Complete(5)).eigenvalue, 4, 1e-11);
  // Without cycles: by the largest weight. Without arcs: none is needed.
  EXPECT_DOUBLE_EQ(Of(DigraphOf(3, {{0, 1, 2}, {1, 2, 3}})).alpha, 0.3);
  EXPECT_EQ(Of(DigraphOf(3, {})).alpha, 0);
  EXPECT_THAT(Of(DigraphOf(3, {})).value, Each(1));
}

TEST(KatzTest, RefusesAlphaThatHasNoMeaning) {
  const auto reason = [](const Graph& graph, double alpha) {
    return ReasonOf(KatzCentrality(graph, alpha, kNeverCancelled).status());
  };
  EXPECT_EQ(reason(Complete(5), 0.25), "ALPHA_TOO_LARGE");
  EXPECT_EQ(reason(Complete(5), 1e9), "ALPHA_TOO_LARGE");
  EXPECT_EQ(reason(Complete(5), 0.2499), "NOT_CONVERGED");
  EXPECT_EQ(reason(Complete(5), 0.2495), "");
  EXPECT_EQ(reason(Complete(5), -0.1), "INVALID_ALPHA");
  EXPECT_EQ(reason(Complete(5), std::nan("")), "INVALID_ALPHA");
  EXPECT_EQ(reason(Complete(5), std::numeric_limits<double>::infinity()),
            "INVALID_ALPHA");
  EXPECT_EQ(KatzCentrality(Complete(5), 0.25, kNeverCancelled).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(KatzTest, ReportsWhatItCannotDo) {
  EXPECT_EQ(ReasonOf(KatzCentrality(DigraphOf(4, {{0, 1}, {1, 2}, {2, 3}}),
                                    1e200, kNeverCancelled)
                         .status()),
            "WEIGHTS_TOO_LARGE");
  EXPECT_EQ(ReasonOf(KatzCentrality(Path(99), 0.4, kNeverCancelled,
                                    {.products_max = 16})
                         .status()),
            "NOT_CONVERGED");
  EXPECT_EQ(KatzCentrality(Karate(), std::nullopt, [] { return true; })
                .status()
                .code(),
            absl::StatusCode::kCancelled);
}

TEST(KatzTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 20, 5);
    const Katz by_default = Of(graph);
    EXPECT_THAT(by_default.value,
                Near(ByDefinition(graph, by_default.alpha), 1e-8));
    const double small = by_default.alpha / 3;
    EXPECT_THAT(Of(graph, small).value, Near(ByDefinition(graph, small), 1e-9));
  }
}

TEST(KatzTest, DoesNotDependOnTheNumbersOfNodes) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 25, 5);
    std::vector<NodeId> permutation(graph.node_count());
    std::iota(permutation.begin(), permutation.end(), NodeId{0});
    random.Shuffle(absl::MakeSpan(permutation));
    const Katz want = Of(graph);
    const Katz got = Of(Relabeled(graph, permutation));
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      EXPECT_NEAR(got.value[permutation[u]], want.value[u],
                  1e-9 * want.value[u]);
    }
  }
}

}  // namespace
}  // namespace pulsetaker::network
