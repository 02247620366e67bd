#include "services/assessment/domain/national.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/intraclass.h"
#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

constexpr char kTenant[] = "tenants/north";

std::string Locality(const std::string& id) {
  return absl::StrCat(kTenant, "/localities/", id);
}

NationalPlace Open(const std::string& locality) {
  NationalPlace place;
  place.locality = Locality(locality);
  place.survey = place.locality + "/surveys/s";
  return place;
}

NationalPlace Assessed(const std::string& locality, ChangeStatus change,
                       std::vector<double> fall_p_values) {
  NationalPlace place = Open(locality);
  place.wave = place.survey + "/waves/2";
  PlaceAssessment summary;
  summary.assessment = place.wave + "/assessments/a";
  summary.verdict = PhaseVerdict::kPhase;
  summary.absence = Absence::kNone;
  summary.phase = Phase::kDesign;
  summary.change = change;
  summary.fall_p_values = std::move(fall_p_values);
  SetAssessed(std::move(summary), place);
  return place;
}

NationalAssessment Put(std::vector<NationalPlace> places) {
  return Aggregate({.tenant = kTenant,
                    .scope = {},
                    .parameters = {},
                    .places = std::move(places)});
}

TEST(PlacesOfTest, KeepsTheSurveysOfTheScope) {
  const ListedLocality locality{Locality("a"), "west"};
  const std::vector<std::string> surveys = {Locality("a") + "/surveys/care",
                                            Locality("a") + "/surveys/care-2"};
  const auto all = PlacesOf(locality, surveys, {});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].survey, surveys[0]);
  EXPECT_EQ(all[1].survey, surveys[1]);

  const auto one = PlacesOf(locality, surveys, {.survey_id = "care"});
  ASSERT_EQ(one.size(), 1u);
  EXPECT_EQ(one[0].survey, surveys[0]);
  EXPECT_NE(one[0].outcome, PlaceOutcome::kNoSurvey);

  // A locality without any is not forgotten.
  for (const auto& none : {PlacesOf(locality, surveys, {.survey_id = "car"}),
                           PlacesOf(locality, {}, {})}) {
    ASSERT_EQ(none.size(), 1u);
    EXPECT_EQ(none[0].locality, locality.name);
    EXPECT_EQ(none[0].survey, "");
    EXPECT_EQ(none[0].outcome, PlaceOutcome::kNoSurvey);
  }
}

TEST(InScopeTest, ComparesTheWholeRegion) {
  EXPECT_TRUE(InScope({Locality("a"), "west"}, {}));
  EXPECT_TRUE(InScope({Locality("a"), "west"}, {.region = "west"}));
  EXPECT_FALSE(InScope({Locality("a"), "west"}, {.region = "wes"}));
  EXPECT_FALSE(InScope({Locality("a"), ""}, {.region = "west"}));
}

TEST(SetFailedTest, KeepsCodeAndReasonAndClipsTheMessage) {
  NationalPlace place = Open("a");
  SetFailed(MakeError(absl::StatusCode::kUnavailable, "SNAPSHOT_CHANGED",
                      std::string(499, 'x') + "\xc3\xa9" + "y"),
            place);
  EXPECT_EQ(place.outcome, PlaceOutcome::kFailed);
  EXPECT_EQ(place.failure.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(place.failure), "SNAPSHOT_CHANGED");
  // The letter of two bytes would have been cut in half.
  EXPECT_EQ(place.failure.message(), std::string(499, 'x'));

  SetFailed(absl::DeadlineExceededError("late"), place);
  EXPECT_EQ(place.failure, absl::DeadlineExceededError("late"));
}

TEST(SetAssessedTest, TellsWhetherThePhaseIsMeasured) {
  NationalPlace place = Open("a");
  SetAssessed({.verdict = PhaseVerdict::kIndeterminate}, place);
  EXPECT_EQ(place.outcome, PlaceOutcome::kAssessed);
  SetAssessed({.verdict = PhaseVerdict::kNotMeasured,
               .absence = Absence::kTooFewAnswers},
              place);
  EXPECT_EQ(place.outcome, PlaceOutcome::kNotMeasured);
}

TEST(FallPValueTest, IsOfComparablePlacesOnly) {
  PlaceAssessment summary;
  summary.fall_p_values = {0.3, 0.009, 0.001, 0.03, 0.002};
  for (const ChangeStatus status :
       {ChangeStatus::kRegression, ChangeStatus::kNoRegression,
        ChangeStatus::kCompositionShift, ChangeStatus::kWatch}) {
    summary.change = status;
    ASSERT_TRUE(FallPValue(summary).has_value());
    EXPECT_DOUBLE_EQ(*FallPValue(summary), 0.005);
  }
  for (const ChangeStatus status :
       {ChangeStatus::kNotComparable, ChangeStatus::kNoPreviousWave}) {
    summary.change = status;
    EXPECT_FALSE(FallPValue(summary).has_value());
  }
}

// A place whose people scored so in capacity, with a standard error of 3.
NationalPlace Scored(const std::string& locality,
                     const std::vector<double>& scores) {
  NationalPlace place = Assessed(locality, ChangeStatus::kNoPreviousWave, {});
  PlaceCorner corner;
  corner.raw = Mean(scores);
  corner.post_stratified = Mean(scores) + 1;
  corner.standard_error = 3;
  corner.respondent_count = static_cast<std::int32_t>(scores.size());
  corner.score_deviation = Reading::Of(std::sqrt(Variance(scores)));
  place.summary->corners[1] = corner;
  return place;
}

const std::vector<std::vector<double>> kScores = {{20, 30, 40, 50, 60},
                                                  {70, 80, 75, 90, 85, 80},
                                                  {10, 20, 10, 40, 20},
                                                  {50, 50, 55, 45, 65}};

TEST(AggregateTest, PoolsLevelsAndTellsHowAlikePeopleOfAPlaceAre) {
  std::vector<NationalPlace> places;
  std::vector<PlaceLevel> levels;
  for (std::size_t i = 0; i < kScores.size(); ++i) {
    places.push_back(
        Scored(std::string(1, static_cast<char>('a' + i)), kScores[i]));
    levels.push_back({Mean(kScores[i]) + 1, 3});
  }
  places.push_back(Assessed("e", ChangeStatus::kNoPreviousWave, {}));
  const NationalAssessment national = Put(places);
  const Pooling pooling = PoolLevels(levels);
  const Intraclass alike = IntraclassCorrelation(absl::MakeConstSpan(kScores));
  const NationalCorner& capacity = national.corners[1];
  EXPECT_EQ(capacity.place_count, 4);
  EXPECT_EQ(capacity.mean, pooling.national_mean);
  EXPECT_DOUBLE_EQ(capacity.between_deviation.value,
                   std::sqrt(pooling.between_variance.value));
  EXPECT_NEAR(capacity.icc1.value, alike.icc1.value, 1e-12);
  EXPECT_NEAR(capacity.icc2.value, alike.icc2.value, 1e-12);
  for (std::size_t i = 0; i < kScores.size(); ++i) {
    EXPECT_EQ(national.places[i].pooled[1], pooling.places[i]);
    // Between what it is and the mean.
    EXPECT_LT(
        std::abs(national.places[i].pooled[1]->pooled - capacity.mean.value),
        std::abs(levels[i].level - capacity.mean.value));
  }
  EXPECT_FALSE(national.places[4].pooled[1].has_value());
  // Of the others nothing is known.
  EXPECT_EQ(national.corners[0].place_count, 0);
  EXPECT_EQ(national.corners[0].mean.absence, Absence::kTooFewAnswers);
  EXPECT_EQ(national.corners[0].icc1.absence, Absence::kTooFewAnswers);
}

TEST(AggregateTest, PoolsNothingOfFewPlaces) {
  const NationalAssessment national =
      Put({Scored("a", kScores[0]), Scored("b", kScores[1]),
           Scored("c", kScores[2])});
  EXPECT_EQ(national.corners[1].place_count, 3);
  EXPECT_EQ(national.corners[1].mean.absence, Absence::kTooFewAnswers);
  EXPECT_EQ(national.corners[1].between_deviation.absence,
            Absence::kTooFewAnswers);
  EXPECT_TRUE(national.corners[1].icc1.measured());
  EXPECT_FALSE(national.places[0].pooled[1].has_value());
}

// Assessments of older engines have no deviation.
TEST(AggregateTest, LeavesOutOfIntraclassWhatHasNoDeviation) {
  std::vector<NationalPlace> places;
  for (std::size_t i = 0; i < kScores.size(); ++i) {
    places.push_back(
        Scored(std::string(1, static_cast<char>('a' + i)), kScores[i]));
  }
  places[3].summary->corners[1]->score_deviation =
      Reading::Missing(Absence::kNoSource);
  const NationalAssessment national = Put(places);
  EXPECT_EQ(national.corners[1].place_count, 4);
  EXPECT_TRUE(national.corners[1].mean.measured());
  EXPECT_NEAR(national.corners[1].icc1.value,
              IntraclassCorrelation(absl::MakeConstSpan(kScores).subspan(0, 3))
                  .icc1.value,
              1e-12);
}

// Q-values of R's p.adjust(c(.04, .2, .04, .001, .9, .2), "BH"); the rate is
// .1.
TEST(AggregateTest, ClaimsRegressionOnlyWhereItSurvivesTheNation) {
  const NationalAssessment national = Put({
      Assessed("a", ChangeStatus::kRegression, {0.04}),
      Assessed("b", ChangeStatus::kRegression, {0.2}),
      Assessed("c", ChangeStatus::kWatch, {0.04, 0.04}),
      Assessed("d", ChangeStatus::kRegression, {0.001}),
      Assessed("e", ChangeStatus::kNoRegression, {0.9}),
      Assessed("f", ChangeStatus::kCompositionShift, {0.2}),
      Assessed("g", ChangeStatus::kNoPreviousWave, {}),
      Assessed("h", ChangeStatus::kNotComparable, {0.00001}),
  });
  const std::vector<double> q_values = {0.08, 0.24, 0.08, 0.006, 0.9, 0.24};
  for (std::size_t i = 0; i < q_values.size(); ++i) {
    SCOPED_TRACE(national.places[i].locality);
    ASSERT_TRUE(national.places[i].fall_q_value.has_value());
    EXPECT_NEAR(*national.places[i].fall_q_value, q_values[i], 1e-12);
  }
  for (std::size_t i = q_values.size(); i < national.places.size(); ++i) {
    EXPECT_FALSE(national.places[i].fall_p_value.has_value());
    EXPECT_FALSE(national.places[i].fall_q_value.has_value());
  }
  // `b` falls only by itself; `c` falls and did not go into reverse.
  std::string claimed;
  for (const NationalPlace& place : national.places) {
    if (place.national_regression) claimed += place.locality.back();
  }
  EXPECT_EQ(claimed, "ad");
  EXPECT_EQ(national.falls, (NationalFalls{.tested_count = 6,
                                           .falling_count = 3,
                                           .regression_count = 2,
                                           .local_regression_count = 3}));
}

TEST(AggregateTest, ALoneAlarmAmongManyDoesNotSurvive) {
  std::vector<NationalPlace> places = {
      Assessed("x", ChangeStatus::kRegression, {0.01})};
  for (int i = 0; i < 19; ++i) {
    places.push_back(Assessed(absl::StrCat("p", i), ChangeStatus::kNoRegression,
                              {0.5 + 0.02 * i}));
  }
  // .01 * 20 / 1 = .2, above .1.
  const NationalAssessment alone = Put(places);
  EXPECT_EQ(alone.falls.local_regression_count, 1);
  EXPECT_EQ(alone.falls.regression_count, 0);
  places.resize(10);  // .01 * 10 / 1 = .1, which is the rate.
  EXPECT_EQ(Put(places).falls.regression_count, 1);
}

TEST(AggregateTest, CountsOutcomesPhasesAndChanges) {
  std::vector<NationalPlace> places;
  const auto add = [&](PhaseVerdict verdict, Phase phase, ChangeStatus change) {
    NationalPlace place = Open(absl::StrCat("p", places.size()));
    SetAssessed({.verdict = verdict, .phase = phase, .change = change}, place);
    places.push_back(place);
  };
  add(PhaseVerdict::kPhase, Phase::kLatent, ChangeStatus::kNoPreviousWave);
  add(PhaseVerdict::kPhase, Phase::kEmbedding, ChangeStatus::kWatch);
  add(PhaseVerdict::kPhase, Phase::kEmbedding, ChangeStatus::kRegression);
  add(PhaseVerdict::kBetween, Phase::kDesign, ChangeStatus::kNoRegression);
  add(PhaseVerdict::kIndeterminate, Phase::kDesign, ChangeStatus::kWatch);
  add(PhaseVerdict::kNotMeasured, Phase::kLatent, ChangeStatus::kNotComparable);
  places.push_back(Open("open"));
  places.back().outcome = PlaceOutcome::kNoClosedWave;
  places.push_back(Open("none"));
  places.back().outcome = PlaceOutcome::kNoSurvey;
  places.push_back(Open("failed"));
  SetFailed(absl::UnavailableError("away"), places.back());
  places.push_back(Open("failed-too"));
  SetFailed(absl::UnavailableError("away"), places.back());

  const NationalAssessment national = Put(places);
  EXPECT_EQ(national.outcome_counts,
            (std::array<std::int32_t, 5>{5, 1, 1, 1, 2}));
  EXPECT_EQ(national.phase_counts,
            (std::array<std::int32_t, 5>{1, 0, 0, 0, 2}));
  EXPECT_EQ(national.between_count, 1);
  EXPECT_EQ(national.indeterminate_count, 1);
  EXPECT_EQ(national.not_measured_count, 1);
  EXPECT_EQ(national.change_counts,
            (std::array<std::int32_t, 6>{1, 1, 0, 2, 1, 1}));
}

TEST(AggregateTest, TheOrderOfPlacesChangesNothing) {
  std::vector<NationalPlace> places;
  for (int i = 0; i < 12; ++i) {
    places.push_back(Assessed(absl::StrCat("p", i), ChangeStatus::kRegression,
                              {0.01 * i, 0.5}));
  }
  SetFailed(absl::UnavailableError("away"), places[3]);
  places[3].summary.reset();
  const NationalAssessment first = Put(places);
  for (unsigned seed = 0; seed < 10; ++seed) {
    std::shuffle(places.begin(), places.end(), std::mt19937(seed));
    EXPECT_EQ(Put(places), first) << seed;
  }
}

TEST(AggregateTest, TheNameFollowsFromAllThatTheContentDoes) {
  const std::vector<NationalPlace> places = {
      Assessed("a", ChangeStatus::kWatch, {0.5}), Open("b")};
  const NationalInputs inputs{
      .tenant = kTenant, .scope = {}, .parameters = {}, .places = places};
  const std::string name = Aggregate(inputs).name;
  EXPECT_EQ(name, Aggregate(inputs).name);
  EXPECT_EQ(name.size(), std::string(kTenant).size() + 21 + 32);
  EXPECT_EQ(name.find("tenants/north/nationalAssessments/"), 0u);

  std::vector<NationalInputs> others(10, inputs);
  others[0].tenant = "tenants/south";
  others[1].scope.survey_id = "s";
  others[2].scope.region = "s";
  others[3].parameters.seed = 2;
  others[4].parameters.response_min = 0.6;
  others[5].places[0].summary->assessment = "other";
  others[6].places[1].wave = "w";
  others[7].places.pop_back();
  others[8].places[1].outcome = PlaceOutcome::kNoClosedWave;
  SetFailed(absl::UnavailableError("away"), others[9].places[1]);
  std::vector<std::string> names = {name};
  for (const NationalInputs& other : others) {
    names.push_back(Aggregate(other).name);
  }
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::unique(names.begin(), names.end()), names.end());
}

TEST(RemainingTimeTest, GoesByTheComputedPlaces) {
  EXPECT_FALSE(RemainingTime(absl::Seconds(10), 0, 5).has_value());
  EXPECT_EQ(RemainingTime(absl::Seconds(10), 4, 6), absl::Seconds(15));
  EXPECT_EQ(RemainingTime(absl::Seconds(10), 4, 0), absl::ZeroDuration());
}

}  // namespace
}  // namespace pulsetaker::assessment
