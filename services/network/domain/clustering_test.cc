#include "services/network/domain/clustering.h"

#include <cstdint>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename AnyGraph>
Clustering Of(const AnyGraph& graph) {
  auto result = ClusteringOf(graph, kNeverCancelled);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *std::move(result) : Clustering();
}

TEST(ClusteringTest, MatchesClosedForms) {
  EXPECT_THAT(Of(Graph()).local, IsEmpty());
  EXPECT_EQ(Of(Graph()).mean, 0);
  EXPECT_EQ(Of(Graph()).transitivity, std::nullopt);
  EXPECT_EQ(Of(GraphOf(4, {{0, 1}, {2, 3}})).transitivity, std::nullopt);
  EXPECT_THAT(Of(Star(6)).local, Each(0));
  EXPECT_EQ(Of(Star(6)).transitivity, 0);
  EXPECT_THAT(Of(Complete(6)).triangles, Each(10));
  EXPECT_THAT(Of(Complete(6)).local, Each(1));
  EXPECT_EQ(Of(Complete(6)).mean, 1);
  EXPECT_EQ(Of(Complete(6)).transitivity, 1);
}

TEST(ClusteringTest, CountsWhoHasNoPairsAsZero) {
  // A triangle with a tail, and someone apart.
  const Clustering clustering =
      Of(GraphOf(5, {{0, 1}, {1, 2}, {2, 0}, {2, 3}}));
  EXPECT_THAT(clustering.triangles, ElementsAre(1, 1, 1, 0, 0));
  EXPECT_THAT(clustering.local, ElementsAre(1, 1, 1.0 / 3, 0, 0));
  EXPECT_DOUBLE_EQ(clustering.mean, 7.0 / 15);
  EXPECT_DOUBLE_EQ(clustering.transitivity.value(), 3.0 / 5);
}

TEST(ClusteringTest, MatchesPublishedValues) {
  const Clustering karate = Of(Karate());
  EXPECT_EQ(karate.triangles[0], 18);
  EXPECT_EQ(std::accumulate(karate.triangles.begin(), karate.triangles.end(),
                            std::uint64_t{0}),
            3 * 45);
  EXPECT_NEAR(karate.local[0], 0.15, 1e-15);
  EXPECT_NEAR(karate.mean, 0.5706384782076823, 1e-15);
  EXPECT_NEAR(karate.transitivity.value(), 0.2556818181818182, 1e-15);
  const Clustering florence = Of(Florence());
  EXPECT_NEAR(florence.mean, 0.16, 1e-15);
  EXPECT_NEAR(florence.transitivity.value(), 0.1914893617021277, 1e-15);
}

TEST(ClusteringTest, IgnoresDirectionsAndWeights) {
  const Clustering clustering =
      Of(DigraphOf(3, {{0, 1, 7}, {1, 0, 2}, {2, 1}, {2, 0, 3}}));
  EXPECT_THAT(clustering.local, Each(1));
  EXPECT_THAT(clustering.triangles, Each(1));
}

TEST(ClusteringTest, StopsWhenCancelled) {
  EXPECT_EQ(ClusteringOf(Karate(), [] { return true; }).status().code(),
            absl::StatusCode::kCancelled);
  int asked = 0;
  EXPECT_EQ(
      ClusteringOf(Complete(400), [&] { return ++asked == 3; }).status().code(),
      absl::StatusCode::kCancelled);
  EXPECT_EQ(asked, 3);
}

TEST(ClusteringTest, AgreesWithAllTriples) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph digraph = RandomDigraph(random, 20, 5);
    const NodeId n = digraph.node_count();
    const Clustering got = Of(digraph);
    const auto tied = [&](NodeId a, NodeId b) {
      return digraph.has_arc(a, b) || digraph.has_arc(b, a);
    };
    double mean = 0;
    std::uint64_t all_pairs = 0;
    std::uint64_t all_closed = 0;
    for (NodeId u = 0; u < n; ++u) {
      std::uint64_t pairs = 0;
      std::uint64_t closed = 0;
      for (NodeId a = 0; a < n; ++a) {
        for (NodeId b = 0; b < a; ++b) {
          if (!tied(u, a) || !tied(u, b)) continue;
          ++pairs;
          closed += tied(a, b) ? 1 : 0;
        }
      }
      const double local =
          pairs == 0 ? 0
                     : static_cast<double>(closed) / static_cast<double>(pairs);
      EXPECT_EQ(got.triangles[u], closed);
      EXPECT_DOUBLE_EQ(got.local[u], local);
      mean += local / n;
      all_pairs += pairs;
      all_closed += closed;
    }
    EXPECT_NEAR(got.mean, mean, 1e-14);
    ASSERT_EQ(got.transitivity.has_value(), all_pairs > 0);
    if (all_pairs == 0) continue;
    EXPECT_DOUBLE_EQ(*got.transitivity, static_cast<double>(all_closed) /
                                            static_cast<double>(all_pairs));
  }
}

TEST(ClusteringTest, DoesNotDependOnTheNumbersOfNodes) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph =
        Graph::Symmetrized(RandomDigraph(random, 30), Symmetrization::kOr);
    std::vector<NodeId> permutation(graph.node_count());
    std::iota(permutation.begin(), permutation.end(), NodeId{0});
    random.Shuffle(absl::MakeSpan(permutation));
    const Clustering want = Of(graph);
    const Clustering got = Of(Relabeled(graph, permutation));
    EXPECT_EQ(got.transitivity, want.transitivity);
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      EXPECT_EQ(got.triangles[permutation[u]], want.triangles[u]);
      EXPECT_EQ(got.local[permutation[u]], want.local[u]);
    }
  }
}

}  // namespace
}  // namespace pulsetaker::network
