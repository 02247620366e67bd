#include "services/network/domain/perron.h"

#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "absl/status/status.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

PerronPair PairOf(const Graph& graph) {
  auto pair = PerronPairOf(graph.rows(), {}, kNeverCancelled);
  EXPECT_TRUE(pair.ok()) << pair.status();
  return pair.ok() ? *std::move(pair) : PerronPair();
}

TEST(PerronTest, MatchesClosedForms) {
  EXPECT_NEAR(PairOf(Complete(7)).root, 6, 1e-12);
  EXPECT_NEAR(PairOf(Cycle(9)).root, 2, 1e-12);
  // Bipartite: -5 is an eigenvalue too.
  EXPECT_NEAR(PairOf(Star(26)).root, 5, 1e-12);
  EXPECT_NEAR(PairOf(Star(26)).vector[0], 1 / std::numbers::sqrt2, 1e-11);
}

// The next eigenvalue of a path is nearer the longer it is.
TEST(PerronTest, ConvergesOnLongPaths) {
  constexpr NodeId kNodes = 200;
  const PerronPair pair = PairOf(Path(kNodes));
  const double angle = std::numbers::pi / (kNodes + 1);
  EXPECT_NEAR(pair.root, 2 * std::cos(angle), 1e-12);
  const double scale = std::sqrt(2.0 / (kNodes + 1));
  for (NodeId u = 0; u < kNodes; ++u) {
    EXPECT_NEAR(pair.vector[u], scale * std::sin((u + 1) * angle), 1e-9);
  }
}

TEST(PerronTest, GivesUpAtTheLimit) {
  const auto pair =
      PerronPairOf(Path(200).rows(), {.products_max = 32}, kNeverCancelled);
  EXPECT_EQ(pair.status().code(), absl::StatusCode::kOutOfRange);
  EXPECT_EQ(ReasonOf(pair.status()), "NOT_CONVERGED");
}

TEST(PerronTest, StopsWhenCancelled) {
  int asked = 0;
  const auto pair =
      PerronPairOf(Path(200).rows(), {}, [&] { return ++asked == 3; });
  EXPECT_EQ(pair.status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(asked, 3);
}

TEST(ConvergenceTestTest, ForeseesWhatSteadyStepsAddUpTo) {
  ConvergenceTest halving(1e-3);
  EXPECT_FALSE(halving.HasArrived(4e-3));
  EXPECT_FALSE(halving.HasArrived(2e-3));
  EXPECT_TRUE(halving.HasArrived(1e-3));  // 5e-4 + 2.5e-4 + ... to go.
  ConvergenceTest slow(1e-3);
  EXPECT_FALSE(slow.HasArrived(1.0e-3));
  EXPECT_FALSE(slow.HasArrived(0.9e-3));  // 9 times that to go.
  ConvergenceTest lost(1e-3);
  EXPECT_FALSE(lost.HasArrived(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(lost.HasArrived(std::numeric_limits<double>::quiet_NaN()));
  EXPECT_TRUE(ConvergenceTest(1e-3).HasArrived(0));
}

}  // namespace
}  // namespace pulsetaker::network
