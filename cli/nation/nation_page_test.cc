#include "cli/nation/nation_page.h"

#include <string>

#include "gtest/gtest.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = assessment::v1;
using Metadata = v1::RunNationalAssessmentMetadata;

v1::NationalPlace& AddPlace(v1::NationalAssessment& national,
                            const std::string& id,
                            v1::NationalPlace::Outcome outcome) {
  v1::NationalPlace& place = *national.add_places();
  place.set_locality("tenants/north/localities/" + id);
  if (outcome != v1::NationalPlace::OUTCOME_NO_SURVEY) {
    place.set_survey(place.locality() + "/surveys/care");
  }
  place.set_outcome(outcome);
  return place;
}

v1::NationalAssessment Some() {
  v1::NationalAssessment national;
  national.set_name("tenants/north/nationalAssessments/0123");
  v1::NationalPlace& fallen =
      AddPlace(national, "fallen", v1::NationalPlace::OUTCOME_ASSESSED);
  fallen.set_fall_q_value(0.0123);
  fallen.set_national_regression(true);
  AddPlace(national, "steady", v1::NationalPlace::OUTCOME_ASSESSED)
      .set_fall_q_value(0.9);
  AddPlace(national, "draft", v1::NationalPlace::OUTCOME_NO_CLOSED_WAVE);
  AddPlace(national, "empty", v1::NationalPlace::OUTCOME_NO_SURVEY);
  v1::NationalPlace& broken =
      AddPlace(national, "broken", v1::NationalPlace::OUTCOME_FAILED);
  broken.set_wave(broken.survey() + "/waves/2");
  broken.mutable_failure()->set_reason("GRAPH_TOO_LARGE");
  broken.mutable_failure()->set_message("too many people");
  v1::OutcomeCount& assessed = *national.add_outcome_counts();
  assessed.set_outcome(v1::NationalPlace::OUTCOME_ASSESSED);
  assessed.set_place_count(1'234);
  v1::PhaseCount& phase = *national.add_phase_counts();
  phase.set_verdict(v1::PhaseResult::VERDICT_BETWEEN);
  phase.set_place_count(17);
  v1::ChangeCount& change = *national.add_change_counts();
  change.set_status(v1::Change::STATUS_WATCH);
  change.set_place_count(5);
  v1::NationalCorner& corner = *national.add_corners();
  corner.set_corner(v1::CORNER_CAPACITY);
  corner.set_place_count(312);
  corner.mutable_mean()->set_value(52.14);
  corner.mutable_between_deviation()->set_value(7.96);
  corner.mutable_icc1()->set_value(0.123);
  national.mutable_falls()->set_false_discovery_rate(0.1);
  national.mutable_falls()->set_tested_count(2);
  national.mutable_falls()->set_regression_count(1);
  national.mutable_falls()->set_local_regression_count(3);
  return national;
}

TEST(NationPageTest, SaysWhatBecameOfThePlaces) {
  const std::string page = NationPage(Some());
  for (const char* said :
       {"tenants/north/nationalAssessments/0123", "5 places", "1,234",
        "between two phases", "early signs of a reverse",
        "2 places were tested", "1 of these went into reverse", "10 %",
        "312  52.1             8.0    0.12       -",
        "fallen, survey care: q 0.012", "no closed wave: draft, survey care",
        "no such survey: empty",
        "broken, survey care, wave 2: GRAPH_TOO_LARGE: too many people"}) {
    EXPECT_NE(page.find(said), std::string::npos) << said << "\n" << page;
  }
  EXPECT_EQ(page.find("steady"), std::string::npos) << page;
}

TEST(NationPageTest, SaysNothingOfFailuresWhereThereAreNone) {
  v1::NationalAssessment national = Some();
  national.mutable_places()->RemoveLast();
  EXPECT_EQ(NationPage(national).find("FAILED"), std::string::npos);
}

TEST(ExitCodeOfNationTest, TellsPartialFailureFromNone) {
  const v1::NationalAssessment some = Some();
  // Assessed places have the names of their assessments.
  v1::NationalAssessment partly = some;
  partly.mutable_places(0)->set_assessment("a");
  partly.mutable_places(4)->mutable_failure()->set_code(14);  // UNAVAILABLE
  EXPECT_EQ(ExitCodeOfNation(partly), ExitCode::kFailed);

  v1::NationalAssessment all = partly;
  all.mutable_places(0)->clear_assessment();
  EXPECT_EQ(ExitCodeOfNation(all), ExitCode::kUnreachable);
  all.mutable_places(4)->mutable_failure()->set_code(8);  // RESOURCE_EXHAUSTED
  EXPECT_EQ(ExitCodeOfNation(all), ExitCode::kRefused);

  v1::NationalAssessment none = some;
  none.mutable_places()->RemoveLast();
  EXPECT_EQ(ExitCodeOfNation(none), ExitCode::kOk);
}

TEST(NationStepTextTest, TellsWhatIsDoneAndHowLongItTakes) {
  Metadata metadata;
  metadata.set_phase(Metadata::PHASE_QUEUED);
  EXPECT_EQ(NationStepText(metadata), "waiting for its turn");
  metadata.set_phase(Metadata::PHASE_LISTING);
  EXPECT_EQ(NationStepText(metadata), "listing places");
  metadata.set_phase(Metadata::PHASE_ASSESSING);
  EXPECT_EQ(NationStepText(metadata), "assessing");
  metadata.mutable_remaining()->set_nanos(5);
  EXPECT_EQ(NationStepText(metadata), "assessing");
  metadata.mutable_remaining()->set_seconds(130);
  EXPECT_EQ(NationStepText(metadata), "assessing, 2m10s left");
  metadata.set_done_count(3);
  metadata.set_failed_count(2);
  metadata.set_skipped_count(4);
  EXPECT_EQ(NationStepText(metadata), "assessing, 2 failed, 2m10s left");
  EXPECT_EQ(FinishedCount(metadata), 9);
}

}  // namespace
}  // namespace pulsetaker::cli
