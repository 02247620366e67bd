#include "services/network/domain/probed_information.h"

#include <atomic>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/estimate_testing.h"
#include "services/network/domain/graph_testing.h"
#include "services/network/domain/information.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Gt;
using ::testing::IsEmpty;

ProbedInformation Probed(const Graph& graph, int probes, unsigned seed = 1,
                         int threads = 1) {
  const auto probed =
      ProbeInformation(graph, {.probe_count = probes, .thread_count = threads},
                       Random(seed), kNeverCancelled);
  EXPECT_TRUE(probed.ok()) << probed.status();
  return probed.ok() ? *probed : ProbedInformation();
}

std::vector<double> Exact(const Graph& graph) {
  const auto exact = InformationCentrality(graph, kNeverCancelled);
  EXPECT_TRUE(exact.ok()) << exact.status();
  return exact.ok() ? exact->value : std::vector<double>();
}

// Two components to probe of about 150 and 200 nodes, one that is small, and
// three isolated nodes; ties of strength 1 to `weight_max`. Some in the large
// ones have one tie alone.
Graph Scattered(unsigned seed, std::size_t ties_each, NodeId weight_max) {
  Random random(seed);
  std::vector<Arc> edges;
  NodeId begin = 0;
  for (const NodeId size : {150u, 200u, 20u}) {
    for (NodeId i = 1; i < size; ++i) {
      for (std::size_t k = 0; k < (i % 3 == 0 ? 1 : ties_each); ++k) {
        edges.push_back({begin + i,
                         begin + static_cast<NodeId>(random.Uniform(i)),
                         static_cast<double>(1 + random.Uniform(weight_max))});
      }
    }
    begin += size;
  }
  return GraphOf(begin + 3, edges);
}

TEST(ProbeInformationTest, IsRightButForChanceAndSaysHowLarge) {
  for (const unsigned seed : {1u, 2u, 3u}) {
    SCOPED_TRACE(seed);
    const Graph graph = Scattered(seed, 2 * seed, seed == 1 ? 1 : 5);
    EstimateTrials trials(Exact(graph));
    for (unsigned trial = 0; trial < 250; ++trial) {
      const ProbedInformation probed = Probed(graph, 64, trial);
      trials.Add(probed.value, probed.error);
    }
    EXPECT_EQ(trials.intervals(), 250u * 350u);
    EXPECT_GT(trials.covered(), 0.93);
    EXPECT_LT(trials.covered(), 0.97);
    EXPECT_NEAR(trials.ErrorRatio(), 1, 0.1);
    EXPECT_LT(trials.wrongly_exact(), 1e-12);
  }
}

// 1 / value, unlike value, is a mean of what the probes find.
TEST(ProbeInformationTest, HasAnUnbiasedReciprocal) {
  const Graph graph = Scattered(4, 4, 3);
  std::vector<double> exact = Exact(graph);
  for (double& value : exact) value = value > 0 ? 1 / value : 0;
  EstimateTrials trials(exact);
  for (unsigned trial = 0; trial < 400; ++trial) {
    ProbedInformation probed = Probed(graph, 16, trial);
    for (double& value : probed.value) value = value > 0 ? 1 / value : 0;
    trials.Add(probed.value, probed.error);
  }
  EXPECT_LT(trials.LargestBias(), 5);
}

TEST(ProbeInformationTest, ComesNearerWithMoreProbes) {
  const Graph graph = Scattered(5, 6, 1);
  const std::vector<double> exact = Exact(graph);
  const ProbedInformation few = Probed(graph, 64);
  const ProbedInformation many = Probed(graph, 4'096);
  double error_few = 0;
  double error_many = 0;
  for (NodeId u = 0; u < graph.node_count(); ++u) {
    EXPECT_NEAR(many.value[u], exact[u], 5 * many.error[u] + 1e-12);
    error_few += few.error[u];
    error_many += many.error[u];
  }
  EXPECT_NEAR(error_few / error_many, 8, 1);
}

TEST(ProbeInformationTest, IsExactInSmallComponents) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const Graph graph = Graph::Symmetrized(
        RandomDigraph(random, kProbedComponentMin, 4), Symmetrization::kMean);
    const std::vector<double> exact = Exact(graph);
    const ProbedInformation probed = Probed(graph, 16);
    for (NodeId u = 0; u < graph.node_count(); ++u) {
      EXPECT_NEAR(probed.value[u], exact[u], 1e-12 * exact[u]);
      EXPECT_EQ(probed.error[u], 0);
    }
    EXPECT_EQ(probed.components, ConnectedComponents(graph));
  }
}

TEST(ProbeInformationTest, IsTheSameForAnyNumberOfThreads) {
  const Graph graph = Scattered(6, 4, 5);
  const ProbedInformation one = Probed(graph, 68, 9, 1);
  for (const int threads : {2, 8}) {
    const ProbedInformation more = Probed(graph, 68, 9, threads);
    EXPECT_EQ(more.value, one.value);
    EXPECT_EQ(more.error, one.error);
  }
  EXPECT_NE(Probed(graph, 68, 10).value, one.value);
}

// A probe of a chain says next to nothing of one node.
TEST(ProbeInformationTest, SaysWhereProbesAreTooFew) {
  for (const NodeId nodes : {300u, 2'000u}) {
    const Graph chain = Path(nodes);
    EstimateTrials trials(Exact(chain));
    for (unsigned trial = 0; trial < 5; ++trial) {
      const ProbedInformation probed = Probed(chain, 64, trial);
      trials.Add(probed.value, probed.error);
      EXPECT_THAT(probed.value, Each(Gt(0)));
    }
    EXPECT_GT(trials.covered(), 0.95);
    EXPECT_GT(trials.ErrorRatio(), 2);
  }
}

TEST(ProbeInformationTest, ComesNearChainsWithManyProbes) {
  const Graph chain = Path(300);
  const std::vector<double> exact = Exact(chain);
  const ProbedInformation probed = Probed(chain, 4'096);
  for (NodeId u = 0; u < 300; ++u) {
    EXPECT_NEAR(probed.value[u], exact[u], 4 * probed.error[u]);
    EXPECT_LT(probed.error[u], exact[u] / 3);
  }
}

TEST(ProbeInformationTest, TakesSmallGraphs) {
  EXPECT_THAT(Probed(Graph(), 16).value, IsEmpty());
  EXPECT_THAT(Probed(GraphOf(1, {}), 16).value, ElementsAre(0));
  EXPECT_THAT(Probed(GraphOf(2, {}), 16).value, ElementsAre(0, 0));
  EXPECT_THAT(Probed(GraphOf(2, {{0, 1}}), 16).error, ElementsAre(0, 0));
  EXPECT_EQ(Probed(GraphOf(2, {{0, 1}}), 16).value,
            Exact(GraphOf(2, {{0, 1}})));
  EXPECT_EQ(Probed(GraphOf(500, {}), 16).value, std::vector<double>(500, 0.0));
}

TEST(ProbeInformationTest, WantsANumberOfProbes) {
  for (const int probes : {-1, 0, kProbesMin - 1, kProbesMax + 1}) {
    const auto refused = ProbeInformation(Path(3), {.probe_count = probes},
                                          Random(1), kNeverCancelled);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(refused.status()), "PROBES_OUT_OF_RANGE");
  }
}

TEST(ProbeInformationTest, RefusesUnevenWeights) {
  for (const NodeId nodes : {10u, 200u}) {
    std::vector<Arc> edges{{0, 1, 1e7}};
    for (NodeId u = 2; u < nodes; ++u) edges.push_back({u - 1, u});
    const auto refused =
        ProbeInformation(GraphOf(nodes, edges), {}, Random(1), kNeverCancelled);
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kOutOfRange);
    EXPECT_EQ(ReasonOf(refused.status()), "WEIGHTS_TOO_UNEVEN");
  }
}

TEST(ProbeInformationTest, StopsWhenCancelled) {
  for (const int threads : {1, 2}) {
    std::atomic<int> asked{0};
    const auto result =
        ProbeInformation(Path(500), {.thread_count = threads}, Random(1),
                         [&] { return ++asked >= 20; });
    EXPECT_EQ(result.status().code(), absl::StatusCode::kCancelled);
    EXPECT_LT(asked, 30);
  }
}

}  // namespace
}  // namespace pulsetaker::network
