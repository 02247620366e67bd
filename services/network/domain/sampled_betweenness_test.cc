#include "services/network/domain/sampled_betweenness.h"

#include <atomic>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/estimate_testing.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <typename AnyGraph>
SampledBetweenness Sampled(const AnyGraph& graph, std::uint64_t samples,
                           unsigned seed = 1, int threads = 1) {
  const auto sampled = SampleBetweenness(
      graph, {.sample_count = samples, .thread_count = threads}, Random(seed),
      kNeverCancelled);
  EXPECT_TRUE(sampled.ok()) << sampled.status();
  return sampled.ok() ? *sampled : SampledBetweenness();
}

template <typename AnyGraph>
std::vector<double> Exact(const AnyGraph& graph) {
  const auto exact = Betweenness(graph, kNeverCancelled);
  EXPECT_TRUE(exact.ok()) << exact.status();
  return exact.ok() ? *exact : std::vector<double>();
}

template <typename AnyGraph>
void ExpectHonest(const AnyGraph& graph) {
  EstimateTrials trials(Exact(graph));
  for (unsigned trial = 0; trial < 300; ++trial) {
    const SampledBetweenness sampled = Sampled(graph, 1'000, trial);
    trials.Add(sampled.value, sampled.error);
  }
  EXPECT_LT(trials.LargestBias(), 5);
  EXPECT_GT(trials.intervals(), 1'000);
  EXPECT_GT(trials.covered(), 0.94);
  // Intervals of what is hardly ever passed are too wide rather than narrow.
  EXPECT_LT(trials.covered(), 0.985);
  EXPECT_GT(trials.ErrorRatio(), 0.85);
  EXPECT_LT(trials.ErrorRatio(), 1.4);
  EXPECT_EQ(trials.wrongly_exact(), 0);
}

// Two random digraphs side by side, and some isolates.
Digraph TwoParts(unsigned seed, NodeId nodes, std::size_t arcs) {
  Random random(seed);
  std::vector<Arc> list;
  while (list.size() < arcs) {
    const auto u = static_cast<NodeId>(random.Uniform(nodes));
    const auto v = static_cast<NodeId>(random.Uniform(nodes));
    if (u != v && (u < nodes / 3) == (v < nodes / 3)) list.push_back({u, v});
  }
  return DigraphOf(nodes + 3, list);
}

TEST(SampleBetweennessTest, IsRightButForChanceAndSaysHowLarge) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    const Digraph digraph = TwoParts(seed, 30 + 10 * seed, 100 * seed);
    ExpectHonest(digraph);
    ExpectHonest(Graph::Symmetrized(digraph, Symmetrization::kOr));
  }
}

TEST(SampleBetweennessTest, IsRightButForChanceOnKnownGraphs) {
  ExpectHonest(Florence());
  ExpectHonest(Karate());
  ExpectHonest(ManagersFriendship());
  ExpectHonest(Cycle(9));
  ExpectHonest(Path(7));
}

// Many shortest paths between the same two, of which some share their first
// steps: each must be as likely, not each step.
TEST(SampleBetweennessTest, DrawsEachPathAsOften) {
  // From 0 by 1 to 9 there are three paths, by 2 one.
  const Digraph graph = DigraphOf(10, {{0, 1},
                                       {0, 2},
                                       {1, 3},
                                       {1, 4},
                                       {1, 5},
                                       {2, 6},
                                       {3, 7},
                                       {4, 7},
                                       {5, 8},
                                       {6, 8},
                                       {7, 9},
                                       {8, 9}});
  ExpectHonest(graph);
  ExpectHonest(graph.Transposed());
}

TEST(SampleBetweennessTest, IsTheSameForAnyNumberOfThreads) {
  const Digraph graph = TwoParts(5, 300, 1'200);
  const SampledBetweenness one = Sampled(graph, 5'001, 7, 1);
  for (const int threads : {2, 8}) {
    const SampledBetweenness more = Sampled(graph, 5'001, 7, threads);
    EXPECT_EQ(more.value, one.value);
    EXPECT_EQ(more.error, one.error);
    EXPECT_EQ(more.joined_count, one.joined_count);
  }
  EXPECT_NE(Sampled(graph, 5'001, 8).value, one.value);
}

TEST(SampleBetweennessTest, CountsPairsWithAPath) {
  const SampledBetweenness apart = Sampled(GraphOf(4, {{0, 1}, {2, 3}}), 9'000);
  EXPECT_NEAR(static_cast<double>(apart.joined_count), 3'000, 250);
  EXPECT_EQ(Sampled(Complete(5), 100).joined_count, 100u);
}

TEST(SampleBetweennessTest, KnowsWhoIsNeverPassed) {
  const SampledBetweenness star = Sampled(Star(5), 100);
  EXPECT_GT(star.error[0], 0);
  for (NodeId u = 1; u < 5; ++u) {
    EXPECT_EQ(star.value[u], 0);
    EXPECT_EQ(star.error[u], 0);
  }
  // All are passed by nobody, but that takes more than counting arcs.
  const SampledBetweenness complete = Sampled(Complete(4), 100);
  EXPECT_THAT(complete.value, Each(0));
  EXPECT_THAT(complete.error, Each(testing::Gt(0)));
}

TEST(SampleBetweennessTest, TakesSmallGraphs) {
  EXPECT_THAT(Sampled(Digraph(), 10).value, IsEmpty());
  EXPECT_THAT(Sampled(GraphOf(1, {}), 10).value, ElementsAre(0));
  EXPECT_THAT(Sampled(GraphOf(1, {}), 10).error, ElementsAre(0));
  EXPECT_THAT(Sampled(GraphOf(2, {{0, 1}}), 10).value, ElementsAre(0, 0));
  EXPECT_THAT(Sampled(DigraphOf(2, {}), 10).error, ElementsAre(0, 0));
  EXPECT_THAT(Sampled(DigraphOf(50, {}), 10).value, Each(0));
  EXPECT_THAT(Sampled(DigraphOf(50, {}), 10).error, Each(0));
  EXPECT_EQ(Sampled(DigraphOf(50, {}), 10).joined_count, 0u);
}

TEST(SampleBetweennessTest, WantsANumberOfSamples) {
  for (const std::uint64_t samples : {std::uint64_t{0}, kPathSamplesMax + 1}) {
    const auto refused = SampleBetweenness(Path(3), {.sample_count = samples},
                                           Random(1), kNeverCancelled);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(refused.status()), "SAMPLES_OUT_OF_RANGE");
  }
}

TEST(SampleBetweennessTest, RefusesWhatADoubleCannotCount) {
  std::vector<Arc> arcs;
  constexpr NodeId kPairs = 6'000;
  for (NodeId i = 0; i + 1 < kPairs; ++i) {
    for (const NodeId u : {2 * i, 2 * i + 1}) {
      arcs.push_back({u, 2 * i + 2});
      arcs.push_back({u, 2 * i + 3});
    }
  }
  const auto refused =
      SampleBetweenness(DigraphOf(2 * kPairs, arcs), {.sample_count = 200},
                        Random(1), kNeverCancelled);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(refused.status()), "PATH_COUNT_OVERFLOW");
}

TEST(SampleBetweennessTest, StopsWhenCancelled) {
  for (const int threads : {1, 2}) {
    std::atomic<int> asked{0};
    const auto result =
        SampleBetweenness(Path(9), {.thread_count = threads}, Random(1),
                          [&] { return ++asked >= 20; });
    EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
    EXPECT_LT(asked, 30);
  }
}

}  // namespace
}  // namespace pulsetaker::network
