#include "services/network/domain/stability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/graph_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::IsEmpty;

CorrelationStability StabilityFor(const NodeFlags& answered,
                                  const StabilitySettings& settings,
                                  CaseDroppedScores scores) {
  const absl::StatusOr<CorrelationStability> stability =
      CorrelationStabilityOf(answered, settings, Random(1), scores);
  EXPECT_TRUE(stability.ok()) << stability.status();
  return stability.ok() ? *stability : CorrelationStability();
}

int CountOf(const NodeFlags& flags) {
  return static_cast<int>(std::count(flags.begin(), flags.end(), char{1}));
}

// Node i has score i.
PersonScores Rising(std::size_t nodes) {
  PersonScores scores;
  for (std::size_t i = 0; i < nodes; ++i) {
    scores.push_back(static_cast<double>(i));
  }
  return scores;
}

PersonScores Falling(std::size_t nodes) {
  PersonScores scores = Rising(nodes);
  std::reverse(scores.begin(), scores.end());
  return scores;
}

// How many each person is named by, without the rows of `dropped`.
PersonScores NamedWithout(const Digraph& graph, const NodeFlags& dropped) {
  PersonScores scores;
  for (NodeId node = 0; node < graph.node_count(); ++node) {
    double count = 0;
    for (const NodeId namer : graph.in(node)) {
      count += dropped[namer] == 0 ? 1 : 0;
    }
    scores.push_back(count);
  }
  return scores;
}

// Ranks by counting, then the textbook's formula.
std::optional<double> RhoByDefinition(const PersonScores& x,
                                      const PersonScores& y) {
  const auto ranks = [](const PersonScores& scores) {
    std::vector<double> result;
    for (const auto& score : scores) {
      double rank = 0.5;
      for (const auto& other : scores) {
        rank += *other < *score ? 1.0 : *other == *score ? 0.5 : 0.0;
      }
      result.push_back(rank);
    }
    return result;
  };
  const std::vector<double> a = ranks(x);
  const std::vector<double> b = ranks(y);
  const double mean = (static_cast<double>(a.size()) + 1) / 2;
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ab += (a[i] - mean) * (b[i] - mean);
    aa += (a[i] - mean) * (a[i] - mean);
    bb += (b[i] - mean) * (b[i] - mean);
  }
  if (aa == 0 || bb == 0) return std::nullopt;
  return ab / std::sqrt(aa * bb);
}

TEST(SpearmanCorrelationTest, MatchesPublishedAndHandWorkedNumbers) {
  // The example of scipy.stats.spearmanr.
  EXPECT_NEAR(SpearmanCorrelation({1, 2, 3, 4, 5}, {5, 6, 7, 8, 7}).value(),
              0.82078268166812329, 1e-15);
  EXPECT_DOUBLE_EQ(SpearmanCorrelation({1, 2, 3}, {1, 10, 1e9}).value(), 1);
  EXPECT_DOUBLE_EQ(SpearmanCorrelation({1, 2, 3}, {3, 2, 1}).value(), -1);
  EXPECT_EQ(SpearmanCorrelation({1, 2}, {3, 3}), std::nullopt);
  EXPECT_EQ(SpearmanCorrelation({}, {}), std::nullopt);
}

TEST(CorrelationStabilityTest, IsFullForWhatDoesNotDependOnAnswers) {
  const NodeFlags answered(20, 1);
  const CorrelationStability stability = StabilityFor(
      answered, {},
      [](const NodeFlags& dropped) { return Rising(dropped.size()); });
  EXPECT_EQ(stability.coefficient, 0.75);
  ASSERT_EQ(stability.levels.size(), 15u);
  EXPECT_EQ(stability.levels.front(), (StabilityLevel{1, 0.05, 1}));
  EXPECT_EQ(stability.levels[4], (StabilityLevel{5, 0.25, 1}));
  EXPECT_EQ(stability.levels.back(), (StabilityLevel{15, 0.75, 1}));
}

TEST(CorrelationStabilityTest, IsTheLargestShareThatIsStable) {
  const NodeFlags answered(40, 1);
  for (const int stable_max : {0, 2, 9, 10, 11, 29, 30}) {
    const CorrelationStability stability =
        StabilityFor(answered, {}, [&](const NodeFlags& dropped) {
          return CountOf(dropped) <= stable_max ? Rising(dropped.size())
                                                : Falling(dropped.size());
        });
    EXPECT_EQ(stability.coefficient, stable_max / 2 * 2 / 40.0);
  }
}

TEST(CorrelationStabilityTest, CountsLevelsOfFewRespondentsOnce) {
  NodeFlags answered(30, 0);
  std::fill_n(answered.begin(), 10, char{1});
  const CorrelationStability stability = StabilityFor(
      answered, {},
      [](const NodeFlags& dropped) { return Rising(dropped.size()); });
  // 5 % of ten are half a person, which is rounded up; so are 75 %.
  ASSERT_EQ(stability.levels.size(), 8u);
  for (int level = 0; level < 8; ++level) {
    EXPECT_EQ(stability.levels[static_cast<std::size_t>(level)].dropped_count,
              level + 1);
  }
  EXPECT_EQ(stability.coefficient, 0.8);
}

// Watches what is asked for, and works the answer out anew.
TEST(CorrelationStabilityTest, AgreesWithTheDefinition) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const NodeId nodes = 15 + static_cast<NodeId>(random.Uniform(30));
    NodeFlags answered(nodes);
    for (char& flag : answered) flag = random.Uniform(5) > 0 ? 1 : 0;
    std::vector<Arc> arcs;
    for (NodeId u = 0; u < nodes; ++u) {
      if (answered[u] == 0) continue;
      for (NodeId v = 0; v < nodes; ++v) {
        if (u != v && random.Uniform(nodes) < 2 + v / 4) arcs.push_back({u, v});
      }
    }
    const Digraph graph = DigraphOf(nodes, arcs);
    const PersonScores all = NamedWithout(graph, NodeFlags(nodes));
    std::map<int, std::vector<bool>> stable;
    const CorrelationStability stability = StabilityFor(
        answered, {.draw_count = 40}, [&](const NodeFlags& dropped) {
          const PersonScores scores = NamedWithout(graph, dropped);
          for (NodeId node = 0; node < nodes; ++node) {
            EXPECT_LE(dropped[node], answered[node]);
          }
          if (CountOf(dropped) > 0) {
            stable[CountOf(dropped)].push_back(
                RhoByDefinition(all, scores).value_or(0) >= 0.7 - 1e-12);
          }
          return scores;
        });
    double coefficient = 0;
    ASSERT_EQ(stability.levels.size(), stable.size());
    for (std::size_t level = 0; level < stable.size(); ++level) {
      const StabilityLevel& got = stability.levels[level];
      const std::vector<bool>& want = stable[got.dropped_count];
      ASSERT_EQ(want.size(), 40u);
      const double share =
          static_cast<double>(std::count(want.begin(), want.end(), true)) / 40;
      EXPECT_EQ(got.stable_share, share);
      EXPECT_EQ(got.dropped_share,
                static_cast<double>(got.dropped_count) / CountOf(answered));
      if (share >= 0.95) coefficient = got.dropped_share;
    }
    EXPECT_EQ(stability.coefficient, coefficient);
  }
}

TEST(CorrelationStabilityTest, DropsEachRespondentAsOften) {
  NodeFlags answered(25, 1);
  answered[3] = 0;
  std::vector<int> dropped_times(25, 0);
  int dropped_all = 0;
  StabilityFor(answered, {.draw_count = 1'000}, [&](const NodeFlags& dropped) {
    for (std::size_t node = 0; node < dropped.size(); ++node) {
      dropped_times[node] += dropped[node];
      dropped_all += dropped[node];
    }
    return Rising(dropped.size());
  });
  EXPECT_EQ(dropped_times[3], 0);
  for (std::size_t node = 0; node < 25; ++node) {
    // 15,000 draws of about two fifths: 60 is a standard deviation.
    if (node == 3) continue;
    EXPECT_NEAR(dropped_times[node], dropped_all / 24.0, 300);
  }
}

TEST(CorrelationStabilityTest, IsTheSameForAnyNumberOfThreads) {
  const Digraph graph = ManagersFriendship();
  const auto scores = [&](const NodeFlags& dropped) {
    return NamedWithout(graph, dropped);
  };
  const NodeFlags answered(21, 1);
  const CorrelationStability one = StabilityFor(answered, {}, scores);
  EXPECT_EQ(StabilityFor(answered, {.thread_count = 4}, scores), one);
  EXPECT_GT(one.coefficient.value(), 0);
  EXPECT_LT(one.coefficient.value(), 0.75);
}

TEST(CorrelationStabilityTest, IsNotMeasuredWhereThereIsNothingToRank) {
  const auto rising = [](const NodeFlags& dropped) {
    return Rising(dropped.size());
  };
  const auto equal = [](const NodeFlags& dropped) {
    return PersonScores(dropped.size(), 1.0);
  };
  const auto undefined = [](const NodeFlags& dropped) {
    return PersonScores(dropped.size());
  };
  EXPECT_EQ(StabilityFor(NodeFlags(9, 1), {}, rising), CorrelationStability());
  EXPECT_TRUE(
      StabilityFor(NodeFlags(10, 1), {}, rising).coefficient.has_value());
  EXPECT_EQ(StabilityFor(NodeFlags(20, 1), {}, equal), CorrelationStability());
  EXPECT_EQ(StabilityFor(NodeFlags(20, 1), {}, undefined),
            CorrelationStability());
  EXPECT_THAT(StabilityFor({}, {}, rising).levels, IsEmpty());
}

TEST(CorrelationStabilityTest, LeavesOutWhoHasNoScoreInADraw) {
  // The five people without a score would have spoilt the order.
  const CorrelationStability stability =
      StabilityFor(NodeFlags(20, 1), {}, [](const NodeFlags& dropped) {
        PersonScores scores = Rising(dropped.size());
        if (CountOf(dropped) > 0) std::fill_n(scores.begin(), 5, std::nullopt);
        return scores;
      });
  EXPECT_EQ(stability.coefficient, 0.75);
  // Nobody left to compare: not stable.
  EXPECT_EQ(StabilityFor(NodeFlags(20, 1), {},
                         [](const NodeFlags& dropped) {
                           return CountOf(dropped) > 0
                                      ? PersonScores(dropped.size())
                                      : Rising(dropped.size());
                         })
                .coefficient,
            0.0);
}

TEST(CorrelationStabilityTest, RefusesToMakeNoDraws) {
  const auto status = [](const NodeFlags& answered, int draw_count) {
    return CorrelationStabilityOf(
               answered, {.draw_count = draw_count}, Random(1),
               [](const NodeFlags& dropped) { return Rising(dropped.size()); })
        .status();
  };
  for (const int draw_count : {0, -1, std::numeric_limits<int>::min()}) {
    for (const std::size_t respondents : {0, 9, 20}) {
      const absl::Status refused =
          status(NodeFlags(respondents, 1), draw_count);
      EXPECT_EQ(refused.code(), absl::StatusCode::kInvalidArgument);
      EXPECT_EQ(ReasonOf(refused), "DRAWS_OUT_OF_RANGE");
    }
  }
  EXPECT_EQ(status(NodeFlags(20, 1), 1), absl::OkStatus());
}

TEST(CorrelationStabilityTest, ReportsErrors) {
  const NodeFlags answered(20, 1);
  const auto error = [&](CaseDroppedScores scores) {
    return CorrelationStabilityOf(answered, {}, Random(1), scores).status();
  };
  EXPECT_EQ(ReasonOf(error([](const NodeFlags&) { return Rising(19); })),
            "SCORES_MISMATCH");
  EXPECT_EQ(ReasonOf(error([](const NodeFlags& dropped) {
              PersonScores scores = Rising(20);
              scores[7] = std::numeric_limits<double>::infinity();
              return CountOf(dropped) > 10 ? scores : Rising(20);
            })),
            "SCORE_NOT_FINITE");
  EXPECT_EQ(error([](const NodeFlags& dropped) -> absl::StatusOr<PersonScores> {
              if (CountOf(dropped) > 10) return absl::CancelledError("enough");
              return Rising(20);
            }).code(),
            absl::StatusCode::kCancelled);
}

// Sooner, and the same.
TEST(StabilityCoefficientTest, IsThatOfAllTheLevels) {
  std::set<double> seen;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Random random(seed);
    const auto nodes = static_cast<NodeId>(8 + random.Uniform(30));
    const double density = 0.05 + 0.5 * random.UnitDouble();
    std::vector<Arc> arcs;
    for (NodeId u = 0; u < nodes; ++u) {
      for (NodeId v = 0; v < nodes; ++v) {
        // Those of large number are named more often.
        const double chance = density * (0.3 + 1.4 * v / nodes);
        if (u != v && random.UnitDouble() < chance) arcs.push_back({u, v});
      }
    }
    const Digraph graph = DigraphOf(nodes, arcs);
    NodeFlags answered(nodes);
    for (char& flag : answered) flag = random.Uniform(10) > 0 ? 1 : 0;
    const int draws = static_cast<int>(1 + random.Uniform(60));
    const auto scores = [&](const NodeFlags& dropped) {
      return absl::StatusOr<PersonScores>(NamedWithout(graph, dropped));
    };
    const auto all = CorrelationStabilityOf(answered, {.draw_count = draws},
                                            Random(seed), scores);
    const auto alone =
        StabilityCoefficientOf(answered, draws, Random(seed), scores);
    ASSERT_TRUE(all.ok() && alone.ok());
    EXPECT_EQ(*alone, all->coefficient) << seed;
    if (alone->has_value()) seen.insert(**alone);
  }
  EXPECT_GT(seen.size(), 8u);
}

TEST(StabilityCoefficientTest, RefusesWhatTheOtherRefuses) {
  const NodeFlags answered(12, 1);
  const auto rising = [](const NodeFlags& dropped) {
    return absl::StatusOr<PersonScores>(Rising(dropped.size()));
  };
  EXPECT_EQ(
      ReasonOf(StabilityCoefficientOf(answered, 0, Random(1), rising).status()),
      "DRAWS_OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(StabilityCoefficientOf(
                         answered, 5, Random(1),
                         [](const NodeFlags&) {
                           return absl::StatusOr<PersonScores>(Rising(3));
                         })
                         .status()),
            "SCORES_MISMATCH");
  EXPECT_EQ(
      StabilityCoefficientOf(NodeFlags(9, 1), 5, Random(1), rising).value(),
      std::nullopt);
}

}  // namespace
}  // namespace pulsetaker::network
