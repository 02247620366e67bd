#include "services/assessment/domain/change.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/assessment/domain/testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::Group;
using testing::MakeWave;
using testing::Rater;
using testing::StandardItems;

// 3 levels of answers, so that people differ and alpha is defined.
Rater Around(int rating) {
  return [rating](std::size_t person, const Item&) {
    return std::clamp(rating + static_cast<int>(person % 3) - 1, 1, 5);
  };
}

std::vector<Group> FullGroups() {
  return {{Layer::kSystemic, "council", 15, 12},
          {Layer::kSectoral, "health", 30, 24},
          {Layer::kFrontline, "health", 45, 36}};
}

WaveData WaveOf(const Rater& rater,
                const std::vector<Group>& groups = FullGroups()) {
  WaveData wave = MakeWave(StandardItems(), groups, rater);
  EXPECT_TRUE(Canonicalize(wave).ok());
  return wave;
}

struct Side {
  WaveData wave;
  NetworkFindings network;
};

constexpr PhaseDistribution kEmbedding = {0, 0, 0, 0, 1};

Change Compare(const Side& before, const Side& now,
               const std::optional<PhaseDistribution>& posterior = kEmbedding) {
  const Parameters parameters;
  const Triangle triangle_before = ScoreTriangle(before.wave, parameters);
  const Triangle triangle_now = ScoreTriangle(now.wave, parameters);
  const PhaseResult phase = ClassifyPhase(triangle_now, posterior);
  return CompareWaves({before.wave, triangle_before, before.network},
                      {now.wave, triangle_now, now.network}, posterior, phase,
                      parameters);
}

TEST(CompareWavesTest, AWaveAgainstItselfDidNotRegress) {
  for (const int rating : {1, 2, 3, 4, 5}) {
    SCOPED_TRACE(rating);
    const Side side = {WaveOf(Around(rating)), {}};
    const Triangle triangle = ScoreTriangle(side.wave, Parameters());
    const PhaseResult phase = ClassifyPhase(triangle, std::nullopt);
    const Change change = Compare(side, side, phase.posterior);
    EXPECT_EQ(change.status, ChangeStatus::kNoRegression);
    EXPECT_TRUE(change.warnings.empty());
    EXPECT_FALSE(change.phase_reversed.holds);
    EXPECT_EQ(change.level_falls.value, Reading::Of(0));
    EXPECT_EQ(change.comparable_mix.value, Reading::Of(0));
    EXPECT_TRUE(change.comparable_mix.holds);
    for (const FeatureChange& feature : change.features) {
      EXPECT_EQ(feature.difference, Reading::Of(0));
      EXPECT_EQ(feature.panel_count, 72);
      EXPECT_EQ(feature.panel_p_value, Reading::Of(1));
      EXPECT_FALSE(feature.falls_reliably);
    }
  }
}

TEST(CompareWavesTest, DeclaresRegressionWhenAllThreeHold) {
  const Change change =
      Compare({WaveOf(Around(4)), {}}, {WaveOf(Around(2)), {}});
  EXPECT_EQ(change.status, ChangeStatus::kRegression);
  EXPECT_TRUE(change.phase_reversed.holds);
  EXPECT_GE(change.phase_reversed.value.value, 0.8);
  EXPECT_EQ(change.level_falls.value, Reading::Of(9));
  EXPECT_TRUE(change.comparable_mix.holds);
  EXPECT_EQ(change.warnings.size(), 9u);
  // Everyone fell by 50 points.
  const FeatureChange& authority = change.features[0];
  EXPECT_NEAR(authority.panel_difference.value, -50, 1e-9);
  EXPECT_NEAR(authority.difference.value, -50, 1e-9);
  EXPECT_EQ(change.warnings[0], "authority fell from 75 to 25");
}

// By hand: scores 50, 75, 100 in equal parts, alpha of identical items 1. The
// standard error of a person's change is 0, so the index is undefined.
TEST(CompareWavesTest, ReliableChangeIndexIsUndefinedWithoutError) {
  const Change change =
      Compare({WaveOf(Around(4)), {}}, {WaveOf(Around(2)), {}});
  EXPECT_EQ(change.features[0].panel_reliable_fall_share.absence,
            Absence::kUndefined);
}

TEST(CompareWavesTest, CountsReliableFallsOfPersons) {
  // Items disagree a little, so alpha is below 1; half of the people fall by
  // two options and half stay.
  const auto before = [](std::size_t person, const Item& item) {
    const int wobble = item.id.back() == '1' && person % 4 == 0 ? 1 : 0;
    return std::clamp(4 + static_cast<int>(person % 3) - 1 - wobble, 1, 5);
  };
  const auto now = [&before](std::size_t person, const Item& item) {
    return std::max(1, before(person, item) - (person % 2 == 0 ? 2 : 0));
  };
  const Change change = Compare({WaveOf(before), {}}, {WaveOf(now), {}});
  const FeatureChange& value = change.features[2];
  ASSERT_TRUE(value.panel_reliable_fall_share.measured());
  EXPECT_EQ(value.panel_reliable_fall_share.value, 0.5);
  EXPECT_TRUE(value.falls_reliably);
}

TEST(CompareWavesTest, NeedsThePhaseToHaveGoneBack) {
  // The wave before was already latent: levels fall, the phase does not.
  const Change change =
      Compare({WaveOf(Around(4)), {}}, {WaveOf(Around(2)), {}},
              PhaseDistribution{1, 0, 0, 0, 0});
  EXPECT_FALSE(change.phase_reversed.holds);
  EXPECT_EQ(change.status, ChangeStatus::kWatch);
  // And without a phase before there is nothing to go back from.
  const Change unknown =
      Compare({WaveOf(Around(4)), {}}, {WaveOf(Around(2)), {}}, std::nullopt);
  EXPECT_EQ(unknown.phase_reversed.value.absence, Absence::kNoPreviousWave);
  EXPECT_EQ(unknown.status, ChangeStatus::kWatch);
}

TEST(CompareWavesTest, NeedsTheSameInstrument) {
  Side now = {WaveOf(Around(2)), {}};
  now.wave.instrument_digest = std::string(64, 'c');
  const Change change = Compare({WaveOf(Around(4)), {}}, now);
  EXPECT_FALSE(change.same_instrument);
  EXPECT_FALSE(change.comparable_mix.holds);
  EXPECT_EQ(change.features[0].panel_count, 0);
  EXPECT_EQ(change.status, ChangeStatus::kNotComparable);
}

TEST(CompareWavesTest, NeedsTheLevelsOfBothWaves) {
  // 44 of 90 is below the response gate.
  const std::vector<Group> few = {{Layer::kSystemic, "council", 15, 12},
                                  {Layer::kSectoral, "health", 30, 20},
                                  {Layer::kFrontline, "health", 45, 12}};
  const Change change =
      Compare({WaveOf(Around(4)), {}}, {WaveOf(Around(2), few), {}});
  EXPECT_EQ(change.status, ChangeStatus::kNotComparable);
  EXPECT_EQ(change.level_falls.value.absence, Absence::kWithheld);
  EXPECT_EQ(change.features[0].difference.absence, Absence::kWithheld);
}

// Person numbers run on, so the second wave's people can be made others.
WaveData WithOtherPeople(WaveData wave, std::size_t first) {
  for (std::size_t i = first; i < wave.respondents.size(); ++i) {
    wave.respondents[i].person += "x";
  }
  EXPECT_TRUE(Canonicalize(wave).ok());
  return wave;
}

TEST(CompareWavesTest, CallsAFallOfOtherPeopleAShift) {
  // 12 systemic people stay and answer as before; the others are new and rate
  // lower.
  const auto now = [](std::size_t person, const Item& item) {
    return *Around(person < 12 ? 4 : 2)(person, item);
  };
  const Change change =
      Compare({WaveOf(Around(4)), {}}, {WithOtherPeople(WaveOf(now), 12), {}});
  EXPECT_EQ(change.features[0].panel_count, 12);
  EXPECT_LT(change.features[0].difference.value, -30);
  EXPECT_EQ(change.features[0].panel_difference, Reading::Of(0));
  EXPECT_FALSE(change.level_falls.holds);
  EXPECT_EQ(change.status, ChangeStatus::kCompositionShift);
}

TEST(CompareWavesTest, CallsAFallInAnotherMixAShift) {
  // Nobody of the frontline answers any more: half of the respondents moved.
  const std::vector<Group> other = {{Layer::kSystemic, "council", 15, 15},
                                    {Layer::kSectoral, "health", 30, 30},
                                    {Layer::kFrontline, "health", 45, 5}};
  const Change change =
      Compare({WaveOf(Around(4)), {}}, {WaveOf(Around(2), other), {}});
  EXPECT_TRUE(change.level_falls.holds);
  EXPECT_TRUE(change.phase_reversed.holds);
  EXPECT_GT(change.comparable_mix.value.value, kMixDistanceMax);
  EXPECT_EQ(change.status, ChangeStatus::kCompositionShift);
}

TEST(CompareWavesTest, UsesAllRespondentsWithoutAPanel) {
  const Change change = Compare({WaveOf(Around(4)), {}},
                                {WithOtherPeople(WaveOf(Around(2)), 0), {}});
  EXPECT_EQ(change.features[0].panel_p_value.absence, Absence::kTooFewAnswers);
  EXPECT_TRUE(change.features[0].falls_reliably);
  EXPECT_EQ(change.status, ChangeStatus::kRegression);
}

TEST(CompareWavesTest, WatchesTheNetwork) {
  const Side before = {WaveOf(Around(4)), {}};
  Side now = before;
  const PhaseDistribution latent = {1, 0, 0, 0, 0};

  now.network.core_turnover = Reading::Of(0.49);
  EXPECT_EQ(Compare(before, now, latent).status, ChangeStatus::kNoRegression);
  now.network.core_turnover = Reading::Of(0.5);
  const Change turnover = Compare(before, now, latent);
  EXPECT_EQ(turnover.status, ChangeStatus::kWatch);
  EXPECT_EQ(turnover.warnings,
            (std::vector<std::string>{"50 % of the core is no longer in it"}));
}

TEST(CompareWavesTest, WatchesTheLinksBetweenLayersFromEitherEnd) {
  Side before = {WaveOf(Around(4)), {}};
  Side now = before;
  LayerLink link;
  link.low = Layer::kSystemic;
  link.high = Layer::kFrontline;
  link.low_coverage = Reading::Of(0.9);
  link.high_coverage = Reading::Of(0.50);
  before.network.layer_links = {link};
  // Named from the other end.
  std::swap(link.low, link.high);
  link.low_coverage = Reading::Of(0.36);
  link.high_coverage = Reading::Of(0.9);
  now.network.layer_links = {link};
  EXPECT_EQ(Compare(before, now).status, ChangeStatus::kNoRegression);
  now.network.layer_links[0].low_coverage = Reading::Of(0.35);
  const Change change = Compare(before, now);
  EXPECT_EQ(change.status, ChangeStatus::kWatch);
  EXPECT_EQ(change.warnings,
            (std::vector<std::string>{"the frontline people with a tie to a "
                                      "systemic person fell from 50 % to "
                                      "35 %"}));
}

}  // namespace
}  // namespace pulsetaker::assessment
