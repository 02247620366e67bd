#include "services/assessment/domain/strata.h"

#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::Always;
using testing::CornerItem;
using testing::Group;
using testing::MakeWave;

constexpr Layer kSystemic = Layer::kSystemic;
constexpr Layer kSectoral = Layer::kSectoral;
constexpr Layer kFrontline = Layer::kFrontline;
constexpr Layer kPublic = Layer::kPublic;

// Groups in the order of layers and sectors, so that person numbers follow.
WaveData WaveOf(const std::vector<Group>& groups) {
  WaveData wave =
      MakeWave({CornerItem("a", Corner::kValue)}, groups, Always(3));
  EXPECT_TRUE(Canonicalize(wave).ok());
  return wave;
}

std::vector<std::size_t> Sizes(const Strata& strata) {
  std::vector<std::size_t> sizes;
  for (const auto& members : strata.members) sizes.push_back(members.size());
  return sizes;
}

Strata StrataOf(const std::vector<Group>& groups) {
  const WaveData wave = WaveOf(groups);
  return MakeStrata(wave, RatingTable(wave), 5);
}

TEST(MakeStrataTest, MergesSmallCells) {
  const struct {
    std::string name;
    std::vector<Group> groups;
    std::vector<std::size_t> sizes;
    std::vector<double> weights;
  } cases[] = {
      {"large cells stay",
       {{kSystemic, "x", 10, 5}, {kSectoral, "x", 30, 6}},
       {5, 6},
       {0.25, 0.75}},
      {"small ones of a layer together are large",
       {{kSystemic, "x", 10, 4},
        {kSystemic, "y", 10, 1},
        {kSystemic, "z", 20, 9}},
       {9, 5},
       {0.5, 0.5}},
      {"small ones join the smallest large cell of their layer",
       {{kSystemic, "x", 10, 4},
        {kSystemic, "y", 10, 7},
        {kSystemic, "z", 20, 6}},
       {7, 10},
       {0.25, 0.75}},
      {"small layers join each other",
       {{kSystemic, "x", 10, 3},
        {kSectoral, "x", 20, 8},
        {kFrontline, "x", 10, 2}},
       {8, 5},
       {0.5, 0.5}},
      {"what is still small joins the largest stratum",
       {{kSystemic, "x", 10, 3},
        {kSectoral, "x", 10, 8},
        {kFrontline, "x", 20, 6}},
       {11, 6},
       {0.5, 0.5}},
      {"all are small",
       {{kSystemic, "x", 10, 1}, {kSectoral, "x", 20, 2}},
       {3},
       {1}},
      {"cells without respondents go with the small ones of their layer",
       {{kSystemic, "x", 10, 5},
        {kSystemic, "y", 10, 0},
        {kSectoral, "x", 20, 5}},
       {5, 5},
       {0.5, 0.5}},
      {"layers without respondents have no weight",
       {{kSystemic, "x", 10, 5},
        {kSectoral, "x", 30, 5},
        {kPublic, "x", 960, 0}},
       {5, 5},
       {0.25, 0.75}},
      {"nobody", {{kSystemic, "x", 10, 0}}, {}, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Strata strata = StrataOf(c.groups);
    EXPECT_EQ(Sizes(strata), c.sizes);
    EXPECT_EQ(strata.weights, c.weights);
  }
}

// 5 people of a stratum of weight 1/4 score 0, 5 of weight 3/4 score 100.
TEST(PostStratifyTest, WeightsByTheRoster) {
  const Strata strata =
      StrataOf({{kSystemic, "x", 10, 5}, {kSectoral, "x", 30, 5}});
  Scores scores(10, 0.0);
  for (std::size_t i = 5; i < 10; ++i) scores[i] = 100;
  EXPECT_EQ(PostStratify(strata, scores), 75);
  // Only those with a score count, within their stratum.
  scores[5] = scores[6] = std::nullopt;
  EXPECT_EQ(PostStratify(strata, scores), 75);
  // A stratum without scores has no weight.
  for (std::size_t i = 0; i < 5; ++i) scores[i] = std::nullopt;
  EXPECT_EQ(PostStratify(strata, scores), 100);
  EXPECT_EQ(PostStratify(strata, Scores(10)), std::nullopt);
}

TEST(BootstrapIntervalsTest, HasTheErrorOfAMean) {
  // 100 people, half 0 and half 100: the standard error of the mean is 5.
  const Strata strata = StrataOf({{kSystemic, "x", 100, 100}});
  Scores scores(100, 0.0);
  for (std::size_t i = 0; i < 100; i += 2) scores[i] = 100;
  const std::vector<Interval> intervals =
      BootstrapIntervals(strata, {scores}, 4000, 1);
  EXPECT_NEAR(intervals[0].standard_error, 5, 0.2);
  EXPECT_NEAR(intervals[0].low, 50 - 1.96 * 5, 1);
  EXPECT_NEAR(intervals[0].high, 50 + 1.96 * 5, 1);
}

// Resampling within strata: what differs only between strata has no error.
TEST(BootstrapIntervalsTest, KeepsTheStrata) {
  const Strata strata =
      StrataOf({{kSystemic, "x", 10, 5}, {kSectoral, "x", 30, 5}});
  Scores scores(10, 0.0);
  for (std::size_t i = 5; i < 10; ++i) scores[i] = 100;
  const Interval interval = BootstrapIntervals(strata, {scores}, 200, 1)[0];
  EXPECT_EQ(interval.low, 75);
  EXPECT_EQ(interval.high, 75);
  EXPECT_EQ(interval.standard_error, 0);
}

TEST(BootstrapIntervalsTest, DependsOnTheSeedAlone) {
  const Strata strata = StrataOf({{kSystemic, "x", 20, 20}});
  Scores scores(20);
  for (std::size_t i = 0; i < 20; ++i) scores[i] = 5.0 * static_cast<double>(i);
  const Interval first = BootstrapIntervals(strata, {scores}, 200, 1)[0];
  const Interval again = BootstrapIntervals(strata, {scores}, 200, 1)[0];
  const Interval other = BootstrapIntervals(strata, {scores}, 200, 2)[0];
  EXPECT_EQ(first.low, again.low);
  EXPECT_EQ(first.standard_error, again.standard_error);
  EXPECT_NE(first.standard_error, other.standard_error);
  // A column does not change what is drawn for its neighbour.
  const Interval beside =
      BootstrapIntervals(strata, {Scores(20), scores}, 200, 1)[1];
  EXPECT_EQ(beside.standard_error, first.standard_error);
}

// Surveys of a place whose levels are known: an interval of 95 % holds the true
// level in 95 % of them, within four standard deviations of a binomial count.
TEST(BootstrapIntervalsTest, CoversTheTrueLevelAsOftenAsItSays) {
  constexpr int kSurveys = 1'000;
  const std::vector<double> chances = {0.3, 0.5, 0.8};
  const Strata strata = StrataOf({{kSystemic, "x", 100, 40},
                                  {kFrontline, "x", 300, 60},
                                  {kPublic, "x", 100, 30}});
  const double truth = 0.2 * 30 + 0.6 * 50 + 0.2 * 80;
  int covered = 0;
  for (int survey = 0; survey < kSurveys; ++survey) {
    Random random = Random(1).Fork(static_cast<std::uint64_t>(survey));
    Scores scores(130);
    for (std::size_t s = 0; s < strata.members.size(); ++s) {
      for (const std::size_t person : strata.members[s]) {
        // Of four questions, each a yes by the chance of the stratum.
        double score = 0;
        for (int question = 0; question < 4; ++question) {
          if (random.UnitDouble() < chances[s]) score += 25;
        }
        scores[person] = score;
      }
    }
    const Interval interval =
        BootstrapIntervals(strata, {scores}, 1'000, random.Next())[0];
    if (interval.low <= truth && truth <= interval.high) ++covered;
  }
  const double deviation = std::sqrt(0.95 * 0.05 / kSurveys);
  EXPECT_NEAR(static_cast<double>(covered) / kSurveys, 0.95, 4 * deviation);
}

TEST(BootstrapIntervalsTest, OfNothingIsEmpty) {
  const Strata strata = StrataOf({{kSystemic, "x", 10, 0}});
  EXPECT_TRUE(BootstrapIntervals(strata, {}, 100, 1).empty());
  EXPECT_EQ(BootstrapIntervals(strata, {Scores()}, 100, 1)[0].high, 0);
}

}  // namespace
}  // namespace pulsetaker::assessment
