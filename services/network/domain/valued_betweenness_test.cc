#include "services/network/domain/valued_betweenness.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pointwise;

template <typename AnyGraph>
std::vector<double> ValuedOf(const AnyGraph& graph) {
  const auto result = ValuedBetweenness(graph, kNeverCancelled);
  EXPECT_TRUE(result.ok()) << result.status();
  return result.ok() ? *result : std::vector<double>();
}

// Straight from the definition, in fractions with the denominator 2,520, which
// every value up to ten divides: distances by R. Floyd's way, then the paths to
// each node from those one tie nearer, nearest first.
std::vector<double> ByDefinition(const Digraph& graph) {
  const NodeId nodes = graph.node_count();
  constexpr std::int64_t kUnit = 2'520;
  constexpr std::int64_t kFar = std::int64_t{1} << 40;
  std::vector<std::vector<std::int64_t>> d(
      nodes, std::vector<std::int64_t>(nodes, kFar));
  for (NodeId u = 0; u < nodes; ++u) d[u][u] = 0;
  for (const Arc& arc : graph.Arcs()) {
    d[arc.from][arc.to] = kUnit / static_cast<std::int64_t>(arc.weight);
  }
  const auto length = d;
  for (NodeId via = 0; via < nodes; ++via) {
    for (NodeId u = 0; u < nodes; ++u) {
      for (NodeId v = 0; v < nodes; ++v) {
        d[u][v] = std::min(d[u][v], d[u][via] + d[via][v]);
      }
    }
  }
  std::vector<std::vector<double>> p(nodes, std::vector<double>(nodes, 0));
  for (NodeId s = 0; s < nodes; ++s) {
    std::vector<NodeId> order(nodes);
    std::iota(order.begin(), order.end(), NodeId{0});
    std::sort(order.begin(), order.end(),
              [&](NodeId a, NodeId b) { return d[s][a] < d[s][b]; });
    p[s][s] = 1;
    for (const NodeId v : order) {
      for (const NodeId u : order) {
        if (u == v || !graph.has_arc(u, v) || d[s][u] >= kFar) continue;
        if (d[s][u] + length[u][v] == d[s][v]) p[s][v] += p[s][u];
      }
    }
  }
  std::vector<double> b(nodes, 0);
  for (NodeId v = 0; v < nodes; ++v) {
    for (NodeId s = 0; s < nodes; ++s) {
      for (NodeId t = 0; t < nodes; ++t) {
        if (s == t || v == s || v == t || d[s][t] >= kFar) continue;
        if (d[s][v] + d[v][t] == d[s][t]) b[v] += p[s][v] * p[v][t] / p[s][t];
      }
    }
  }
  return b;
}

TEST(ValuedBetweennessTest, StrongTiesAreShort) {
  EXPECT_THAT(ValuedOf(Graph()), IsEmpty());
  EXPECT_THAT(ValuedOf(GraphOf(1, {})), ElementsAre(0));
  // Two strong ties are as long as one of half their value, and shorter than a
  // weaker one.
  EXPECT_THAT(ValuedOf(GraphOf(3, {{0, 1, 4}, {1, 2, 4}, {0, 2, 3}})),
              ElementsAre(0, 0, 0));
  EXPECT_THAT(ValuedOf(GraphOf(3, {{0, 1, 4}, {1, 2, 4}, {0, 2, 2}})),
              ElementsAre(0, 0.5, 0));
  EXPECT_THAT(ValuedOf(GraphOf(3, {{0, 1, 4}, {1, 2, 4}, {0, 2, 1}})),
              ElementsAre(0, 1, 0));
  EXPECT_THAT(ValuedOf(DigraphOf(3, {{0, 1, 9}, {1, 2, 9}, {0, 2, 1}})),
              ElementsAre(0, 1, 0));
  EXPECT_THAT(ValuedOf(Star(5)), ElementsAre(6, 0, 0, 0, 0));
}

// 1/3 + 1/6 is 1/2, and 1/3 + 1/3 + 1/3 is 1: not so in doubles of 1 / w.
TEST(ValuedBetweennessTest, EquallyLongIsExact) {
  EXPECT_THAT(ValuedOf(DigraphOf(3, {{0, 1, 3}, {1, 2, 6}, {0, 2, 2}})),
              ElementsAre(0, 0.5, 0));
  EXPECT_THAT(
      ValuedOf(DigraphOf(4, {{0, 1, 3}, {1, 2, 3}, {2, 3, 3}, {0, 3, 1}})),
      ElementsAre(0, 1.5, 1.5, 0));
  EXPECT_THAT(
      ValuedOf(DigraphOf(
          5, {{0, 1, 10}, {1, 4, 10}, {0, 2, 7}, {2, 4, 7}, {0, 4, 5}})),
      ElementsAre(0, 0.5, 0, 0, 0));
}

TEST(ValuedBetweennessTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph =
        RandomDigraph(random, 25, seed % 2 == 0 ? 5 : kTieValueMax);
    EXPECT_THAT(ValuedOf(graph),
                Pointwise(DoubleNear(1e-9), ByDefinition(graph)));
    const Graph either = Graph::Symmetrized(graph, Symmetrization::kOr);
    std::vector<double> want = ByDefinition(either.ToDigraph());
    for (double& value : want) value /= 2;
    EXPECT_THAT(ValuedOf(either), Pointwise(DoubleNear(1e-9), want));
  }
}

TEST(ValuedBetweennessTest, IsBetweennessWhereAllTiesAreAlike) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, 100);
    std::vector<Arc> arcs = graph.Arcs();
    for (Arc& arc : arcs) arc.weight = 1 + seed % kTieValueMax;
    const auto want = Betweenness(graph, kNeverCancelled);
    ASSERT_TRUE(want.ok());
    EXPECT_THAT(ValuedOf(DigraphOf(graph.node_count(), arcs)),
                Pointwise(DoubleNear(1e-9), *want));
  }
}

TEST(ValuedBetweennessTest, RefusesWhatIsNoValue) {
  for (const double weight : {0.5, 1.5, 10.5, 11.0, 1e300,
                              std::numeric_limits<double>::denorm_min()}) {
    SCOPED_TRACE(weight);
    const absl::Status status =
        ValuedBetweenness(DigraphOf(3, {{0, 1, 10}, {1, 2, weight}}),
                          kNeverCancelled)
            .status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), "TIE_VALUE_OUT_OF_RANGE");
    EXPECT_THAT(std::string(status.message()), HasSubstr("from node 1 to 2"));
  }
}

TEST(ValuedBetweennessTest, RefusesMorePathsThanCanBeCounted) {
  // Each diamond doubles the paths.
  std::vector<Arc> arcs;
  constexpr NodeId kDiamonds = 1'100;
  for (NodeId i = 0; i < kDiamonds; ++i) {
    const NodeId first = 3 * i;
    arcs.push_back({first, first + 1, 2});
    arcs.push_back({first, first + 2, 2});
    arcs.push_back({first + 1, first + 3, 2});
    arcs.push_back({first + 2, first + 3, 2});
  }
  const auto result =
      ValuedBetweenness(DigraphOf(3 * kDiamonds + 1, arcs), kNeverCancelled);
  EXPECT_EQ(result.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(result.status()), "PATH_COUNT_OVERFLOW");
}

TEST(ValuedBetweennessTest, StopsWhenCancelled) {
  EXPECT_EQ(ValuedBetweenness(Complete(9), [] { return true; }).status().code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::network
