#include "services/network/domain/treatment_bounds.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::SizeIs;

TreatmentBounds BoundsFor(const TreatedFigure& figure) {
  const absl::StatusOr<TreatmentBounds> bounds = BoundsOf(figure);
  EXPECT_TRUE(bounds.ok()) << bounds.status();
  return bounds.ok() ? *bounds : TreatmentBounds();
}

// 200 draws: `above` of them 9, `below` -9, the rest 2.
std::vector<double> Draws(std::size_t below, std::size_t above) {
  std::vector<double> draws(200, 2.0);
  std::fill_n(draws.begin(), above, 9.0);
  std::fill_n(draws.rbegin(), below, -9.0);
  return draws;
}

TEST(BoundsOfTest, CoverAllTreatments) {
  EXPECT_EQ(BoundsFor({1, 3, {}}), (TreatmentBounds{1, 3}));
  EXPECT_EQ(BoundsFor({3, 1, {}}), (TreatmentBounds{1, 3}));
  EXPECT_EQ(BoundsFor({1, 1, {0, 4, 2}}), (TreatmentBounds{0, 4}));
  EXPECT_EQ(BoundsFor({1, 1, {1, 1}}), (TreatmentBounds{1, 1}));
}

TEST(BoundsOfTest, LeaveOffTwoAndAHalfPercentAtEachEnd) {
  EXPECT_EQ(TrimmedDrawCount(0), 0u);
  EXPECT_EQ(TrimmedDrawCount(39), 0u);
  EXPECT_EQ(TrimmedDrawCount(40), 1u);
  EXPECT_EQ(TrimmedDrawCount(200), 5u);
  EXPECT_EQ(BoundsFor({2, 2, Draws(5, 5)}), (TreatmentBounds{2, 2}));
  EXPECT_EQ(BoundsFor({2, 2, Draws(6, 5)}), (TreatmentBounds{-9, 2}));
  EXPECT_EQ(BoundsFor({2, 2, Draws(5, 6)}), (TreatmentBounds{2, 9}));
  // The other two treatments are never left off.
  EXPECT_EQ(BoundsFor({-20, 30, Draws(5, 5)}), (TreatmentBounds{-20, 30}));
}

TEST(BoundsOfTest, RefuseWhatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const auto verdict = [](double) { return 0; };
  for (const TreatedFigure& figure :
       {TreatedFigure{nan, 0, {}}, TreatedFigure{0, infinity, {}},
        TreatedFigure{0, 0, {1, -infinity}}}) {
    EXPECT_EQ(ReasonOf(BoundsOf(figure).status()), "FIGURE_NOT_FINITE");
    EXPECT_EQ(ReasonOf(RobustnessOf(figure, verdict).status()),
              "FIGURE_NOT_FINITE");
  }
}

TEST(RobustnessOfTest, FindsVerdictsThatFlip) {
  const struct {
    TreatedVerdict verdict;
    Robustness want;
  } kCases[] = {
      {{1, 1, {}}, Robustness::kRobust},
      {{1, 2, {}}, Robustness::kNotRobust},
      {{1, 1, {1, 1}}, Robustness::kRobust},
      {{1, 1, {1, 2}}, Robustness::kNotRobust},
      {{1, 2, {1, 1}}, Robustness::kNotRobust},
      {{1, 1, std::vector<int>(200, 1)}, Robustness::kRobust},
      {{1, 1, std::vector<int>(200, 2)}, Robustness::kNotRobust},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(RobustnessOf(test.verdict), test.want);
  }
}

// A verdict by an edge flips if, and only if, the edge is within the bounds;
// and it does not matter whether verdicts or figures are compared.
TEST(RobustnessOfTest, AgreesWithTheBounds) {
  int robust = 0;
  for (unsigned seed = 0; seed < 2'000; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const auto score = [&] { return static_cast<double>(random.Uniform(12)); };
    const double edge = 1;
    TreatedFigure figure{score() + 1, score() + 1, {}};
    figure.random.resize(random.Uniform(100));
    for (double& draw : figure.random) draw = score();
    const auto is_high = [&](double value) { return value >= edge ? 1 : 0; };
    TreatedVerdict verdict{
        is_high(figure.empty), is_high(figure.reciprocated), {}};
    for (const double draw : figure.random) {
      verdict.random.push_back(is_high(draw));
    }
    const TreatmentBounds bounds = BoundsFor(figure);
    const bool flips = bounds.low < edge && bounds.high >= edge;
    const Robustness want =
        flips ? Robustness::kNotRobust : Robustness::kRobust;
    EXPECT_EQ(RobustnessOf(figure, is_high).value(), want);
    EXPECT_EQ(RobustnessOf(verdict), want);
    robust += flips ? 0 : 1;
  }
  EXPECT_GT(robust, 200);
  EXPECT_LT(robust, 1'800);
}

absl::StatusOr<MissingRows> FewRows() {
  const std::vector<Arc> reported = {{0, 1}, {0, 3}, {1, 3}, {2, 0}};
  const std::vector<char> answered = {1, 1, 1, 0, 0};
  return MissingRows::Create(answered, reported);
}

TEST(FigureUnderTreatmentsTest, MeasuresEachTreatment) {
  const MissingRows rows = FewRows().value();
  const auto count = [](absl::Span<const Arc> arcs) -> absl::StatusOr<double> {
    return static_cast<double>(arcs.size());
  };
  const TreatedFigure figure =
      FigureUnderTreatments(rows, 50, Random(1), count).value();
  EXPECT_EQ(figure.empty, 4);
  EXPECT_EQ(figure.reciprocated, 6);
  EXPECT_THAT(figure.random, SizeIs(50));
  EXPECT_THAT(figure.random,
              Each(::testing::AllOf(::testing::Ge(6), ::testing::Le(8))));
  // More draws begin with the same ones.
  TreatedFigure more =
      FigureUnderTreatments(rows, 70, Random(1), count).value();
  more.random.resize(50);
  EXPECT_EQ(more, figure);
}

TEST(FigureUnderTreatmentsTest, PassesErrorsOn) {
  const MissingRows rows = FewRows().value();
  int calls = 0;
  const auto fail_late = [&](absl::Span<const Arc>) -> absl::StatusOr<double> {
    if (++calls == 4) return absl::CancelledError("enough");
    return 0.0;
  };
  EXPECT_EQ(
      FigureUnderTreatments(rows, 50, Random(1), fail_late).status().code(),
      absl::StatusCode::kCancelled);
  EXPECT_EQ(calls, 4);
}

}  // namespace
}  // namespace pulsetaker::network
