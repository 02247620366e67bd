#include "services/assessment/domain/locality_overview.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

AssessmentMaking Default(const std::string& name, std::int64_t created) {
  AssessmentMaking making;
  making.name = name;
  making.parameters_version = std::string(kParametersVersion);
  making.engine_version = std::string(kEngineVersion);
  making.create_time_micros = created;
  return making;
}

TEST(IsPreferredTest, DefaultMethodThenCreationThenName) {
  const AssessmentMaking plain = Default("b", 10);
  EXPECT_TRUE(IsDefaultMethod(plain));

  std::vector<AssessmentMaking> others(6, Default("c", 99));
  others[0].parameters.seed = 2;
  others[1].parameters.replicate_count = 100;
  others[2].parameters.min_cell_count = 6;
  others[3].parameters.response_min = 0.6;
  others[4].parameters_version = "2026.1";
  others[5].engine_version = "assessment-1";
  for (const AssessmentMaking& other : others) {
    EXPECT_FALSE(IsDefaultMethod(other));
    EXPECT_TRUE(IsPreferred(plain, other));
    EXPECT_FALSE(IsPreferred(other, plain));
  }
  EXPECT_TRUE(IsPreferred(Default("a", 11), plain));
  EXPECT_FALSE(IsPreferred(Default("c", 0), plain));  // Not known: oldest.
  EXPECT_TRUE(IsPreferred(Default("c", 10), plain));
  EXPECT_FALSE(IsPreferred(plain, plain));
  // Of others, too, the newer.
  others[0].create_time_micros = 98;
  EXPECT_TRUE(IsPreferred(others[1], others[0]));
}

Innovation Some(const std::string& survey, PhaseVerdict verdict, Phase phase,
                Phase second, std::vector<RiskOutcome> risks) {
  return {survey, verdict, phase, second, std::move(risks)};
}

RiskOutcome Risk(const std::string& id, FindingStatus status) {
  return {id, "title of " + id, status};
}

constexpr auto kFired = FindingStatus::kFired;
constexpr auto kNotFired = FindingStatus::kNotFired;

std::vector<Innovation> FiveInnovations() {
  return {
      Some("s/a", PhaseVerdict::kPhase, Phase::kDesign, Phase::kLatent,
           {Risk("resistance", kFired), Risk("core_departure", kFired)}),
      Some("s/b", PhaseVerdict::kPhase, Phase::kDesign, Phase::kMobilisation,
           {Risk("resistance", FindingStatus::kNotMeasured),
            Risk("core_departure", kFired)}),
      Some("s/c", PhaseVerdict::kBetween, Phase::kMobilisation, Phase::kDesign,
           {Risk("resistance", FindingStatus::kWithheld),
            Risk("core_departure", kNotFired)}),
      Some("s/d", PhaseVerdict::kIndeterminate, Phase::kLatent, Phase::kDesign,
           {Risk("imbalance", kNotFired), Risk("old_risk", kFired)}),
      Some("s/e", PhaseVerdict::kNotMeasured, Phase::kLatent, Phase::kLatent,
           {}),
  };
}

TEST(RollUpInnovationsTest, CountsEachInnovationOnce) {
  const RollUp roll_up = RollUpInnovations(FiveInnovations());
  EXPECT_EQ(roll_up.phases[1], (PhaseTally{2, 1}));
  for (const std::size_t phase : {0, 2, 3, 4}) {
    EXPECT_EQ(roll_up.phases[phase], PhaseTally());
  }
  EXPECT_EQ(roll_up.indeterminate_count, 1);
  EXPECT_EQ(roll_up.phase_not_measured_count, 1);
}

TEST(RollUpInnovationsTest, FindsRisksThatRecur) {
  const RollUp roll_up = RollUpInnovations(FiveInnovations());
  const std::vector<RiskRecurrence> want = {
      {"resistance", "title of resistance", {"s/a"}, 2, false},
      {"core_departure", "title of core_departure", {"s/a", "s/b"}, 0, true},
      {"old_risk", "title of old_risk", {"s/d"}, 0, false},
  };
  EXPECT_EQ(roll_up.risks, want);
}

TEST(RollUpInnovationsTest, OfNothingIsEmpty) {
  EXPECT_EQ(RollUpInnovations({}), RollUp());
}

TEST(RollUpInnovationsTest, DoesNotDependOnOrder) {
  std::vector<Innovation> innovations = FiveInnovations();
  const RollUp want = RollUpInnovations(innovations);
  Random random(1);
  for (int round = 0; round < 10; ++round) {
    random.Shuffle(absl::MakeSpan(innovations));
    EXPECT_EQ(RollUpInnovations(innovations), want);
  }
}

}  // namespace
}  // namespace pulsetaker::assessment
