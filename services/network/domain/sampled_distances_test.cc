#include "services/network/domain/sampled_distances.h"

#include <atomic>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/estimate_testing.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

SampledDistances Sampled(const Digraph& graph, NodeId sources,
                         unsigned seed = 1, int threads = 1) {
  const auto sampled = SampledDistancesIn(
      graph, {.source_count = sources, .thread_count = threads}, Random(seed),
      kNeverCancelled);
  EXPECT_TRUE(sampled.ok()) << sampled.status();
  return sampled.ok() ? *sampled : SampledDistances();
}

InDistances Exact(const Digraph& graph) {
  const auto exact = DistancesIn(graph, kNeverCancelled);
  EXPECT_TRUE(exact.ok()) << exact.status();
  return exact.ok() ? *exact : InDistances();
}

// `arcs` random ones, the last tenth of the nodes with none, and the tenth
// before it an island.
Digraph ScatteredDigraph(NodeId nodes, std::size_t arcs, unsigned seed) {
  Random random(seed);
  const NodeId island = nodes * 8 / 10;
  const NodeId end = nodes * 9 / 10;
  std::vector<Arc> list;
  while (list.size() < arcs) {
    const auto u = static_cast<NodeId>(random.Uniform(end));
    const auto v = static_cast<NodeId>(random.Uniform(end));
    if (u != v && (u < island) == (v < island)) list.push_back({u, v});
  }
  return DigraphOf(nodes, list);
}

std::vector<double> Doubles(const std::vector<NodeId>& counts) {
  return {counts.begin(), counts.end()};
}

TEST(SampledDistancesInTest, AllSourcesGiveTheExactBits) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Digraph graph = RandomDigraph(random, seed % 10 == 0 ? 700 : 80);
    const InDistances exact = Exact(graph);
    const SampledDistances sampled = Sampled(graph, 700, seed);
    EXPECT_EQ(sampled.harmonic, exact.harmonic);
    EXPECT_EQ(sampled.reached, Doubles(exact.reached));
    EXPECT_THAT(sampled.harmonic_error, Each(0));
    EXPECT_THAT(sampled.reached_error, Each(0));
  }
}

TEST(SampledDistancesInTest, IsRightButForChanceAndSaysHowLarge) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    const NodeId nodes = 200 + 100 * seed;
    const Digraph graph = ScatteredDigraph(nodes, nodes * 2, seed);
    const InDistances exact = Exact(graph);
    EstimateTrials harmonic(exact.harmonic);
    EstimateTrials reached(Doubles(exact.reached));
    for (unsigned trial = 0; trial < 400; ++trial) {
      const SampledDistances sampled = Sampled(graph, 100, 1'000 + trial);
      harmonic.Add(sampled.harmonic, sampled.harmonic_error);
      reached.Add(sampled.reached, sampled.reached_error);
    }
    EXPECT_LT(harmonic.LargestBias(), 5);
    EXPECT_LT(reached.LargestBias(), 5);
    EXPECT_GT(harmonic.intervals(), 400 * nodes / 2);
    EXPECT_GT(harmonic.covered(), 0.93);
    EXPECT_LT(harmonic.covered(), 0.97);
    EXPECT_GT(reached.covered(), 0.93);
    EXPECT_LT(reached.covered(), 0.98);
    EXPECT_NEAR(harmonic.ErrorRatio(), 1, 0.2);
    EXPECT_NEAR(reached.ErrorRatio(), 1, 0.2);
    EXPECT_LE(harmonic.wrongly_exact(), 1e-15);
    EXPECT_LE(reached.wrongly_exact(), 1e-15);
  }
}

// Whom no source reaches would seem to be reached by nobody.
TEST(SampledDistancesInTest, IsExactForThoseWhomFewReach) {
  std::vector<Arc> arcs;
  for (NodeId u = 0; u < 5'000; ++u) {
    arcs.push_back({u, (u + 1) % 5'000});
    arcs.push_back({u, (u * 7 + 3) % 5'000});
  }
  for (NodeId u = 5'000; u < 5'500; ++u) arcs.push_back({u, u + 1});
  std::erase_if(arcs, [](const Arc& arc) { return arc.from == arc.to; });
  const Digraph graph = DigraphOf(6'000, arcs);
  const InDistances exact = Exact(graph);
  const SampledDistances sampled = Sampled(graph, 256);
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    SCOPED_TRACE(u);
    const bool few = exact.reached[u] <= 16 * 6'000 / 256;
    EXPECT_EQ(sampled.reached_error[u] == 0, few);
    EXPECT_EQ(sampled.harmonic_error[u] == 0, few);
    if (!few) continue;
    EXPECT_EQ(sampled.harmonic[u], exact.harmonic[u]);
    EXPECT_EQ(sampled.reached[u], exact.reached[u]);
  }
}

TEST(SampledDistancesInTest, IsTheSameForAnyNumberOfThreads) {
  const Digraph graph = ScatteredDigraph(4'000, 12'000, 1);
  const SampledDistances one = Sampled(graph, 1'500, 3, 1);
  for (const int threads : {2, 8}) {
    const SampledDistances more = Sampled(graph, 1'500, 3, threads);
    EXPECT_EQ(more.harmonic, one.harmonic);
    EXPECT_EQ(more.harmonic_error, one.harmonic_error);
    EXPECT_EQ(more.reached, one.reached);
    EXPECT_EQ(more.reached_error, one.reached_error);
  }
  EXPECT_NE(Sampled(graph, 1'500, 4).harmonic, one.harmonic);
}

TEST(SampledDistancesInTest, TakesSmallGraphs) {
  EXPECT_THAT(Sampled(Digraph(), 64).harmonic, IsEmpty());
  EXPECT_THAT(Sampled(DigraphOf(1, {}), 64).harmonic, ElementsAre(0));
  EXPECT_THAT(Sampled(DigraphOf(1, {}), 64).reached_error, ElementsAre(0));
  EXPECT_THAT(Sampled(DigraphOf(2, {}), 64).harmonic, ElementsAre(0, 0));
  const SampledDistances two = Sampled(DigraphOf(2, {{0, 1}}), 64);
  EXPECT_THAT(two.harmonic, ElementsAre(0, 1));
  EXPECT_THAT(two.reached, ElementsAre(0, 1));
  const SampledDistances none = Sampled(DigraphOf(500, {}), 64);
  EXPECT_THAT(none.harmonic, Each(0));
  EXPECT_THAT(none.harmonic_error, Each(0));
  EXPECT_THAT(none.reached_error, Each(0));
}

TEST(SampledDistancesInTest, WantsEnoughSources) {
  for (const NodeId sources : {0u, 63u}) {
    const auto refused = SampledDistancesIn(
        Digraph(), {.source_count = sources}, Random(1), kNeverCancelled);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(refused.status()), "SOURCES_OUT_OF_RANGE");
  }
}

TEST(SampledDistancesInTest, StopsWhenCancelled) {
  // The second time is asked in the searches of one's own.
  for (const int last : {1, 2}) {
    for (const int threads : {1, 2}) {
      std::atomic<int> asked{0};
      const auto result = SampledDistancesIn(
          DigraphOf(500, {{0, 1}}), {.thread_count = threads}, Random(1),
          [&] { return ++asked >= last; });
      EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
    }
  }
}

}  // namespace
}  // namespace pulsetaker::network
