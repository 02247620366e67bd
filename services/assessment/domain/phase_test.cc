#include "services/assessment/domain/phase.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

using Features = std::array<double, kFeatureCount>;

Level LevelAt(double value, double standard_error = 0) {
  Level level;
  level.absence = Absence::kNone;
  level.raw = level.post_stratified = value;
  level.standard_error = standard_error;
  level.respondent_count = 50;
  return level;
}

Triangle TriangleAt(const Features& values, double standard_error = 0) {
  Triangle triangle;
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    Level& level = f < kCornerCount ? triangle.corners[f].level
                                    : triangle.arrows[f - kCornerCount];
    level = LevelAt(values[f], standard_error);
  }
  return triangle;
}

// `share` of the way from the profile of one phase to that of another.
Features Between(int from, int to, double share) {
  Features values{};
  for (std::size_t f = 0; f < kFeatureCount; ++f) {
    const double a = PhaseProfiles()[static_cast<std::size_t>(from)][f];
    const double b = PhaseProfiles()[static_cast<std::size_t>(to)][f];
    values[f] = a + share * (b - a);
  }
  return values;
}

PhaseResult Classify(const Features& values, double standard_error = 0) {
  return ClassifyPhase(TriangleAt(values, standard_error), std::nullopt);
}

double Sum(const PhaseDistribution& values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

TEST(ClassifyPhaseTest, KnowsEachProfileAndItsRuleAgrees) {
  for (int p = 0; p < kPhaseCount; ++p) {
    SCOPED_TRACE(p);
    const PhaseResult result = Classify(Between(p, p, 0));
    EXPECT_EQ(result.verdict, PhaseVerdict::kPhase);
    EXPECT_EQ(result.phase, static_cast<Phase>(p));
    EXPECT_GT(result.posterior[static_cast<std::size_t>(p)], 0.95);
    EXPECT_EQ(result.rule_tree_phase, static_cast<Phase>(p));
    EXPECT_FALSE(result.rule_tree_disagrees);
    EXPECT_TRUE(result.unused_features.empty());
  }
}

TEST(ClassifyPhaseTest, PosteriorSumsToOne) {
  for (double a = 0; a <= 100; a += 20) {
    for (double b = 0; b <= 100; b += 25) {
      const PhaseResult result =
          Classify({a, b, 100 - a, b, a, b, a, 50, 100 - b}, a / 10);
      EXPECT_NEAR(Sum(result.posterior), 1, 1e-12);
      EXPECT_NEAR(Sum(result.likelihood), 1, 1e-12);
      EXPECT_NEAR(Sum(result.prior), 1, 1e-12);
    }
  }
}

// Worked by hand: two features apart by d each have a log ratio of
// d^2 / (2 * 144) at either profile.
TEST(ClassifyPhaseTest, LogLikelihoodRatioByHand) {
  Triangle triangle = TriangleAt(Between(3, 3, 0));
  for (Level& arrow : triangle.arrows) arrow.absence = Absence::kNotAsked;
  const PhaseResult result = ClassifyPhase(triangle, std::nullopt);
  EXPECT_EQ(result.unused_features.size(), 6u);
  EXPECT_EQ(result.phase, Phase::kMainstreaming);
  // Against embedding: A 20 apart, C equal, V 10 apart: (400 + 100) / 288.
  EXPECT_EQ(result.second_phase, Phase::kEmbedding);
  EXPECT_NEAR(std::log(result.posterior[3] / result.posterior[4]), 500.0 / 288,
              1e-12);
  ASSERT_EQ(result.evidence.size(), 3u);
  EXPECT_EQ(result.evidence[0].feature, "corner.authority");
  EXPECT_NEAR(result.evidence[0].log_likelihood_ratio, 400.0 / 288, 1e-12);
  EXPECT_EQ(result.evidence[0].sentence,
            "authority 45 fits mainstreaming (45) better than embedding (65)");
  EXPECT_EQ(result.evidence[2].sentence,
            "capacity 70 fits mainstreaming (70) and embedding (70) equally");
}

TEST(ClassifyPhaseTest, EvidenceAddsUpToTheLogOdds) {
  const PhaseResult result =
      ClassifyPhase(TriangleAt({50, 66, 52, 50, 50, 35, 40, 60, 45}, 4),
                    PhaseDistribution{0.1, 0.2, 0.5, 0.1, 0.1});
  double sum = 0;
  bool has_prior = false;
  for (const FeatureEvidence& evidence : result.evidence) {
    sum += evidence.log_likelihood_ratio;
    has_prior = has_prior || evidence.feature == "prior";
    EXPECT_FALSE(evidence.sentence.empty());
  }
  const auto first = static_cast<std::size_t>(result.phase);
  const auto second = static_cast<std::size_t>(result.second_phase);
  EXPECT_TRUE(has_prior);
  EXPECT_NEAR(sum, std::log(result.posterior[first] / result.posterior[second]),
              1e-9);
  for (std::size_t i = 1; i < result.evidence.size(); ++i) {
    EXPECT_GE(std::abs(result.evidence[i - 1].log_likelihood_ratio),
              std::abs(result.evidence[i].log_likelihood_ratio));
  }
}

// Along the line from one profile to another the odds of the two only move one
// way, and so does a posterior that has no third phase to lose to.
TEST(ClassifyPhaseTest, IsMonotoneAlongTheLineBetweenTwoProfiles) {
  for (int from = 0; from < kPhaseCount; ++from) {
    for (int to = 0; to < kPhaseCount; ++to) {
      if (from == to) continue;
      double before = -1e300;
      for (int step = 0; step <= 50; ++step) {
        const PhaseResult result = Classify(Between(from, to, step / 50.0), 3);
        const double odds =
            std::log(result.likelihood[static_cast<std::size_t>(to)] /
                     result.likelihood[static_cast<std::size_t>(from)]);
        EXPECT_GT(odds, before) << from << " to " << to << " at " << step;
        before = odds;
      }
    }
  }
}

// How near a walk came to a threshold, from both sides.
struct Sides {
  explicit Sides(double at) : threshold(at) {}

  void See(double value, bool accepted) {
    EXPECT_EQ(value >= threshold, accepted);
    (accepted ? above : below) =
        accepted ? std::min(above, value) : std::max(below, value);
  }

  void ExpectTight() const {
    EXPECT_LT(above - threshold, 0.01);
    EXPECT_LT(threshold - below, 0.01);
  }

  double threshold;
  double above = 1;
  double below = 0;
};

// Walks along the profiles with precise and with vague levels and meets each
// threshold from both sides.
TEST(ClassifyPhaseTest, AbstainsBelowItsThresholds) {
  Sides posterior(0.55);
  Sides margin(0.15);
  Sides together(0.80);
  for (const double standard_error : {0.0, 10.0, 20.0, 30.0, 40.0, 60.0}) {
    for (int step = 0; step <= 4000; ++step) {
      const double share = step / 1000.0;
      const int from = std::min(3, static_cast<int>(share));
      const PhaseResult result =
          Classify(Between(from, from + 1, share - from), standard_error);
      const auto first = static_cast<std::size_t>(result.phase);
      const auto second = static_cast<std::size_t>(result.second_phase);
      const double best = result.posterior[first];
      EXPECT_NEAR(result.margin, best - result.posterior[second], 1e-15);
      const bool sure = result.verdict == PhaseVerdict::kPhase;
      if (result.margin >= 0.15) posterior.See(best, sure);
      if (best >= 0.55) margin.See(result.margin, sure);
      if (sure) continue;
      if (first + 1 == second || second + 1 == first) {
        together.See(best + result.posterior[second],
                     result.verdict == PhaseVerdict::kBetween);
      } else {
        EXPECT_EQ(result.verdict, PhaseVerdict::kIndeterminate);
      }
    }
  }
  posterior.ExpectTight();
  margin.ExpectTight();
  together.ExpectTight();
}

TEST(ClassifyPhaseTest, SaysBetweenHalfWayBetweenNeighbours) {
  for (int p = 0; p + 1 < kPhaseCount; ++p) {
    SCOPED_TRACE(p);
    const PhaseResult result = Classify(Between(p, p + 1, 0.5));
    EXPECT_EQ(result.verdict, PhaseVerdict::kBetween);
    EXPECT_LT(result.margin, kMarginMin);
  }
}

TEST(ClassifyPhaseTest, IsIndeterminateWhenNothingIsSure) {
  const PhaseResult result = Classify(Between(0, 4, 0.5), 500);
  EXPECT_EQ(result.verdict, PhaseVerdict::kIndeterminate);
}

TEST(ClassifyPhaseTest, TheSmallestFlipDrawsLevel) {
  const Features values = {52, 66, 55, 50, 50, 35, 40, 62, 45};
  const PhaseResult result = Classify(values, 3);
  ASSERT_TRUE(result.smallest_flip.has_value());
  const Flip& flip = *result.smallest_flip;
  EXPECT_NE(flip.phase, result.phase);
  std::size_t feature = 0;
  while (FeatureNames()[feature] != flip.feature) ++feature;
  EXPECT_EQ(flip.from, values[feature]);
  Features moved = values;
  moved[feature] = flip.to;
  const PhaseResult level = Classify(moved, 3);
  EXPECT_NEAR(level.posterior[static_cast<std::size_t>(flip.phase)],
              level.posterior[static_cast<std::size_t>(result.phase)], 1e-9);
  const double sign = flip.to > flip.from ? 1 : -1;
  moved[feature] = flip.to + sign * 0.01;
  EXPECT_EQ(Classify(moved, 3).phase, flip.phase);
  moved[feature] = flip.to - sign * 0.01;
  EXPECT_EQ(Classify(moved, 3).phase, result.phase);
}

TEST(ClassifyPhaseTest, HasNoFlipWhereNoSingleFeatureCanDoIt) {
  EXPECT_FALSE(Classify({0, 0, 0, 0, 0, 0, 0, 0, 0}).smallest_flip);
}

TEST(ClassifyPhaseTest, IsNotMeasuredWithoutACorner) {
  for (std::size_t c = 0; c < kCornerCount; ++c) {
    Triangle triangle = TriangleAt(Between(2, 2, 0));
    triangle.corners[c].level.absence = Absence::kTooFewAnswers;
    const PhaseResult result = ClassifyPhase(triangle, std::nullopt);
    EXPECT_EQ(result.verdict, PhaseVerdict::kNotMeasured);
    EXPECT_EQ(result.absence, Absence::kTooFewAnswers);
    EXPECT_EQ(result.unused_features,
              (std::vector<std::string>{std::string(FeatureNames()[c])}));
    EXPECT_TRUE(result.evidence.empty());
    EXPECT_EQ(Sum(result.posterior), 0);
  }
}

TEST(ClassifyPhaseTest, ReportsTheRuleTreesDisagreement) {
  // Corners of mainstreaming, arrows of latent: 6 arrows outvote 3 corners.
  Features values = Between(3, 3, 0);
  for (std::size_t f = kCornerCount; f < kFeatureCount; ++f) values[f] = 5;
  const PhaseResult result = Classify(values);
  EXPECT_EQ(result.rule_tree_phase, Phase::kMainstreaming);
  EXPECT_NE(result.phase, Phase::kMainstreaming);
  EXPECT_TRUE(result.rule_tree_disagrees);

  const PhaseResult none = Classify({45, 40, 45, 50, 50, 50, 50, 50, 50});
  EXPECT_FALSE(none.rule_tree_phase.has_value());
  EXPECT_FALSE(none.rule_tree_disagrees);
  EXPECT_EQ(none.rule_tree_reason, "no rule applies");
}

TEST(CornerImportanceTest, IsTheWeightOfThePhaseWhereThatIsSure) {
  const std::array<std::array<double, 3>, 5> weights = {
      {{0.4, 0.3, 0.3},
       {0.6, 0.25, 0.15},
       {0.35, 0.45, 0.2},
       {0.2, 0.5, 0.3},
       {1 / 3.0, 1 / 3.0, 1 / 3.0}}};
  for (std::size_t p = 0; p < weights.size(); ++p) {
    PhaseResult phase = Classify(Between(static_cast<int>(p), 0, 0));
    phase.posterior = {};
    phase.posterior[p] = 1;
    double sum = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      const Reading found = CornerImportance(phase, static_cast<Corner>(c));
      ASSERT_TRUE(found.measured());
      EXPECT_NEAR(found.value, weights[p][c], 1e-12);
      sum += found.value;
    }
    EXPECT_NEAR(sum, 1, 1e-12);
  }
}

TEST(CornerImportanceTest, AveragesByThePosterior) {
  PhaseResult phase = Classify(Between(1, 2, 0.5));
  phase.posterior = {0, 0.25, 0.75, 0, 0};
  // 0.25 * 0.6 + 0.75 * 0.35
  EXPECT_NEAR(CornerImportance(phase, Corner::kAuthority).value, 0.4125, 1e-12);
}

TEST(CornerImportanceTest, IsMissingAsThePhaseIs) {
  Triangle triangle = TriangleAt(Between(2, 2, 0));
  triangle.corners[1].level.absence = Absence::kWithheld;
  const PhaseResult phase = ClassifyPhase(triangle, std::nullopt);
  EXPECT_EQ(CornerImportance(phase, Corner::kValue).absence,
            Absence::kWithheld);
}

TEST(PhaseTransitionsTest, AreTheDocumentedShares) {
  const auto& rows = PhaseTransitions();
  for (const PhaseDistribution& row : rows) EXPECT_NEAR(Sum(row), 1, 1e-12);
  EXPECT_NEAR(rows[2][2], 0.60, 1e-12);
  EXPECT_NEAR(rows[2][3], 0.25, 1e-12);
  EXPECT_NEAR(rows[2][1], 0.12, 1e-12);
  EXPECT_NEAR(rows[2][0], 0.015, 1e-12);
  EXPECT_NEAR(rows[0][0], 0.60 / 0.88, 1e-12);
  EXPECT_NEAR(rows[4][3], 0.12 / 0.75, 1e-12);
}

TEST(ClassifyPhaseTest, ThePriorComesFromTheWaveBefore) {
  const PhaseResult result = ClassifyPhase(TriangleAt(Between(2, 2, 0)),
                                           PhaseDistribution{0, 0, 1, 0, 0});
  EXPECT_NEAR(result.prior[2], 0.60, 1e-12);
  EXPECT_NEAR(result.prior[3], 0.25, 1e-12);
}

TEST(ReverseProbabilityTest, ByHand) {
  // From mobilisation: back .12 + .015, with equal likelihoods.
  const PhaseDistribution even = {0.2, 0.2, 0.2, 0.2, 0.2};
  EXPECT_NEAR(ReverseProbability({0, 0, 1, 0, 0}, even), 0.135, 1e-12);
  EXPECT_EQ(ReverseProbability({1, 0, 0, 0, 0}, even), 0);
  EXPECT_NEAR(ReverseProbability({0, 0, 1, 0, 0}, {0, 1, 0, 0, 0}), 1, 1e-12);
}

}  // namespace
}  // namespace pulsetaker::assessment
