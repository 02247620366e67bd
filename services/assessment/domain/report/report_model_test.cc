#include "services/assessment/domain/report/report_model.h"

#include <numeric>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/report/report_testing.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

using testing::MadeUpInputs;

TEST(ReportModelTest, WeightsOfEachPhaseSumToOne) {
  for (const auto& weights : CornerWeights()) {
    EXPECT_NEAR(std::accumulate(weights.begin(), weights.end(), 0.0), 1, 1e-15);
  }
}

// Between mobilisation (.35, .45, .2; 0.5 probable) and design (.6, .25, .15;
// 0.375): weights 4/7 and 3/7.
TEST(ReportModelTest, BetweenTwoPhasesTheWeightsAreMixedByProbability) {
  const ReportModel model = BuildReportModel(MadeUpInputs());
  EXPECT_NEAR(model.triangle.corners[0].weight, (4 * .35 + 3 * .6) / 7, 1e-12);
  EXPECT_NEAR(model.triangle.corners[1].weight, (4 * .45 + 3 * .25) / 7, 1e-12);
  EXPECT_NEAR(model.triangle.corners[2].weight, (4 * .2 + 3 * .15) / 7, 1e-12);
  EXPECT_EQ(model.triangle.weights_of,
            "the phases of mobilisation and design and discover together");
}

TEST(ReportModelTest, WithoutAPhaseAllCornersWeighTheSame) {
  for (const PhaseVerdict verdict :
       {PhaseVerdict::kIndeterminate, PhaseVerdict::kNotMeasured}) {
    ReportInputs inputs = MadeUpInputs();
    inputs.assessment.phase.verdict = verdict;
    const ReportModel model = BuildReportModel(std::move(inputs));
    for (const CornerPicture& corner : model.triangle.corners) {
      EXPECT_DOUBLE_EQ(corner.weight, 1.0 / 3);
    }
    EXPECT_EQ(model.triangle.weights_of, "");
  }
}

TEST(ReportModelTest, OneVerdictTakesTheWeightsOfItsPhase) {
  ReportInputs inputs = MadeUpInputs();
  inputs.assessment.phase.verdict = PhaseVerdict::kPhase;
  const ReportModel model = BuildReportModel(std::move(inputs));
  EXPECT_EQ(model.triangle.corners[1].weight, 0.45);
  EXPECT_EQ(model.triangle.weights_of, "the phase of mobilisation");
}

TEST(ReportModelTest, ThePathEndsWithThisWave) {
  const ReportModel model = BuildReportModel(MadeUpInputs());
  ASSERT_EQ(model.phase.path.size(), 2);
  EXPECT_EQ(model.phase.path[0].wave, 1);
  EXPECT_EQ(model.phase.path[1].wave, 2);
  EXPECT_EQ(model.phase.path[1].phase, Phase::kMobilisation);
}

TEST(ReportModelTest, SaysOfEveryFindingWhatCameOutAndOnWhoseAnswers) {
  const ReportModel model = BuildReportModel(MadeUpInputs());
  ASSERT_EQ(model.risks.fired.size(), 1);
  EXPECT_EQ(model.risks.fired[0].answers,
            "ratings of 45 of 60 people (75 %) and network questions answered "
            "by 50 of 60 people");
  ASSERT_EQ(model.recommendations.undecided.size(), 1);
  EXPECT_EQ(model.recommendations.undecided[0].why_not,
            "withheld: too few answered, or a small group would show");
  EXPECT_EQ(model.recommendations.not_fired,
            std::vector<std::string>{"Do not push innovation now"});
}

// Each thing that is missing, with its reason; things of one reason together.
TEST(ReportModelTest, ListsWhatIsMissingByReason) {
  const ReportModel model = BuildReportModel(MadeUpInputs());
  const struct {
    const char* what;
    const char* why;
  } cases[] = {
      {"the arrow from value to organisational capacity", "too few answers"},
      {"2 gatekeepers of the network Innovation and pulsetakers of the network "
       "Innovation",
       "withheld: too few answered"},
      {"findings on 1 sector in the network Innovation",
       "fewer than half answered in health"},
      {"turnover of the core and renewal of ties between sectors",
       "it compares with the wave before"},
      {"the dial of Connected difference", "no sectors"},
      {"the standing of the sector health", "1 of 4 answered"},
      {"links within public", "the layer has 2 people, want 3"},
  };
  ASSERT_EQ(model.gaps.size(), std::size(cases));
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    EXPECT_EQ(model.gaps[i].what, cases[i].what);
    EXPECT_EQ(model.gaps[i].why, cases[i].why);
  }
}

TEST(ReportModelTest, CutsLongListsOfSectorsAndSaysSo) {
  ReportInputs inputs = MadeUpInputs();
  SectorRow row = inputs.network.clique.sectors[0];
  inputs.network.clique.sectors.assign(kSectorsShownMax + 7, row);
  const ReportModel model = BuildReportModel(std::move(inputs));
  EXPECT_EQ(model.clique.sectors.size(), kSectorsShownMax);
  EXPECT_EQ(model.clique.sectors_left_out, 7);
}

TEST(ReportModelTest, CallsTheInnovationAsTheSurveyIfItHasNoName) {
  ReportInputs inputs = MadeUpInputs();
  inputs.titles.innovation = "";
  EXPECT_EQ(BuildReportModel(std::move(inputs)).heading.innovation, "Sample");
}

TEST(WordingTest, WritesNumbersAsTheyAreRead) {
  EXPECT_EQ(Fixed(-0.001, 2), "0.00");
  EXPECT_EQ(Fixed(2.5, 0), "3");
  EXPECT_EQ(Percent(0.705), "71 %");
  EXPECT_EQ(Plain(40), "40");
  EXPECT_EQ(Plain(0.3), "0.30");
  EXPECT_EQ(Plain(34.4), "34");
  EXPECT_EQ(Counted(1, "person", "people"), "1 person");
  EXPECT_EQ(Counted(1234567, "person", "people"), "1,234,567 people");
  EXPECT_EQ(Counted(999, "person", "people"), "999 people");
  EXPECT_EQ(ListText({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(ListText({}), "");
}

TEST(WordingTest, EvidenceHasItsNumberAndItsThreshold) {
  Evidence evidence = testing::Resisters().evidence[0];
  EXPECT_EQ(EvidenceText(evidence),
            "no resistance inside blocks progress: 34 (below 40)");
  evidence.value = Reading::Missing(Absence::kTooFewAnswers);
  EXPECT_EQ(EvidenceText(evidence),
            "no resistance inside blocks progress: too few answers");
  evidence.description = "1 if the core is fragile";
  evidence.value = Reading::Of(1);
  EXPECT_EQ(EvidenceText(evidence), "the core is fragile: yes");
  evidence.value = Reading::Of(0);
  EXPECT_EQ(EvidenceText(evidence), "the core is fragile: no");
}

}  // namespace
}  // namespace pulsetaker::assessment::report
