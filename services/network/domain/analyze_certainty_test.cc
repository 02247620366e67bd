// How surely an analysis says what it says, and that nothing else changes it.

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/analyze.h"
#include "services/network/domain/analyze_testing.h"
#include "services/network/domain/network_findings.h"
#include "services/network/domain/test_snapshot.h"
#include "services/network/domain/wave.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using WithheldReason = WithheldRole::Reason;

// Of the first network, every ranking in the same band, no row missing.
NetworkFindings FindingsWith(const Wave& wave, const NetworkMeasures& measures,
                             const RoleInclusions& inclusions,
                             RoleStability::Band band) {
  std::vector<RoleStability> stabilities;
  for (const Role role : {Role::kHub, Role::kGatekeeper, Role::kPulsetaker}) {
    stabilities.push_back({.role = role, .band = band});
  }
  const auto effects = [](const std::vector<NodeId>& members) {
    return std::vector<MissingRowsEffect>(members.size(),
                                          {.robustness = Robustness::kRobust});
  };
  TreatedRoles treated = {effects(measures.hubs.top.members),
                          effects(measures.gatekeepers.members),
                          effects(measures.pulsetaker_members)};
  if (!treated.gatekeepers.empty()) {
    treated.gatekeepers[0].robustness = Robustness::kNotRobust;
  }
  AnalysisParameters parameters = *Canonical({});
  return FindingsOf(wave, wave.networks[0], measures,
                    {inclusions, treated, stabilities}, parameters);
}

TEST(AnalyzeTest, CertaintyFollowsFromInclusion) {
  auto wave = BuildWave(Ring(20, 20).snapshot());
  ASSERT_TRUE(wave.ok());
  const auto measures =
      MeasureNetwork(*wave, wave->networks[0], {}, kNeverCancelled);
  ASSERT_TRUE(measures.ok());
  ASSERT_THAT(measures->hubs.top.members, ElementsAre(0));
  const auto findings = [&](int included) {
    RoleInclusions inclusions;
    inclusions.hubs = {included};
    inclusions.gatekeepers.assign(measures->gatekeepers.members.size(), 0);
    return FindingsWith(*wave, *measures, inclusions,
                        RoleStability::Band::kBelowMin);
  };
  EXPECT_EQ(findings(80).roles[0].certainty, Certainty::kFirm);
  EXPECT_EQ(findings(79).roles[0].certainty, Certainty::kTentative);
  EXPECT_EQ(findings(50).roles[0].certainty, Certainty::kTentative);
  const NetworkFindings unstable = findings(49);
  EXPECT_THAT(unstable.roles, IsEmpty());
  ASSERT_FALSE(unstable.withheld_roles.empty());
  EXPECT_EQ(unstable.withheld_roles[0].role, Role::kHub);
  EXPECT_EQ(unstable.withheld_roles[0].reason, WithheldReason::kUnstable);
  EXPECT_EQ(unstable.withheld_roles[0].person_count, 1);
}

// Roles by hand, as no small network has them all.
TEST(AnalyzeTest, RankingsThatDoNotHoldMakeNobodyFirm) {
  auto wave = BuildWave(Ring(20, 20).snapshot());
  ASSERT_TRUE(wave.ok());
  auto measures = MeasureNetwork(*wave, wave->networks[0],
                                 {.pulsetaker_rule = RoleRule::kCloseness},
                                 kNeverCancelled);
  ASSERT_TRUE(measures.ok());
  measures->gatekeepers.top.separated = true;
  measures->gatekeepers.members = {3, 4, 5};
  measures->candidates.separated = true;
  measures->pulsetaker_members = {6, 7, 8};
  measures->connector_p.assign(20, 0.01);
  RoleInclusions inclusions;
  inclusions.hubs = {90};
  inclusions.gatekeepers = {90, 60, 30};
  inclusions.pulsetakers = {80, 79, 49};
  const auto certainties = [&](RoleStability::Band band, Role role) {
    std::vector<Certainty> of_role;
    for (const RoleFinding& finding :
         FindingsWith(*wave, *measures, inclusions, band).roles) {
      if (finding.role == role) of_role.push_back(finding.certainty);
    }
    return of_role;
  };
  using Band = RoleStability::Band;
  for (const Band holds : {Band::kAcceptable, Band::kPreferred}) {
    EXPECT_THAT(certainties(holds, Role::kHub), ElementsAre(Certainty::kFirm));
    EXPECT_THAT(certainties(holds, Role::kGatekeeper),
                ElementsAre(Certainty::kFirm, Certainty::kTentative));
    EXPECT_THAT(certainties(holds, Role::kPulsetaker),
                ElementsAre(Certainty::kFirm));
  }
  for (const Band fails : {Band::kBelowMin, Band::kNone}) {
    EXPECT_THAT(certainties(fails, Role::kHub), ElementsAre(Certainty::kFirm));
    EXPECT_THAT(certainties(fails, Role::kGatekeeper),
                ElementsAre(Certainty::kTentative, Certainty::kTentative));
    EXPECT_THAT(certainties(fails, Role::kPulsetaker), IsEmpty());
  }

  const NetworkFindings findings =
      FindingsWith(*wave, *measures, inclusions, Band::kPreferred);
  ASSERT_THAT(findings.role_stabilities, SizeIs(3));
  const RoleStability& gatekeepers = findings.role_stabilities[1];
  EXPECT_EQ(gatekeepers.firm_count, 1);
  EXPECT_EQ(gatekeepers.tentative_count, 1);
  EXPECT_EQ(gatekeepers.suppressed_count, 1);
  EXPECT_EQ(gatekeepers.not_robust_count, 1);
  EXPECT_THAT(
      findings.withheld_roles,
      ElementsAre(
          WithheldRole{Role::kGatekeeper, WithheldReason::kUnstable, 1},
          WithheldRole{Role::kPulsetaker, WithheldReason::kUnstable, 1},
          WithheldRole{Role::kPulsetaker, WithheldReason::kTentative, 1}));
}

// With missing rows, undirected networks and people of unknown sectors.
TEST(AnalyzeTest, NeitherThreadsNorOrderMakeADifferenceWhereRowsAreMissing) {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Random random(seed);
    RandomWaveShape shape;
    shape.people = 45;
    shape.networks = 4;
    shape.response_percent = 70 + 7 * seed;
    const WaveSnapshot snapshot = RandomWave(random, shape).snapshot();
    AnalysisParameters parameters = Quick();
    if (seed == 2) parameters.pulsetaker_rule = RoleRule::kQuadrant;
    parameters.null_draw_count = 80;  // Three chains, the last one short.
    const AnalysisResult one = Analyzed(snapshot, parameters, 1);
    EXPECT_TRUE(one == Analyzed(snapshot, parameters, 2)) << seed;
    EXPECT_TRUE(one == Analyzed(snapshot, parameters, 8)) << seed;
    EXPECT_TRUE(one == Analyzed(Shuffled(snapshot, random), parameters, 8))
        << seed;
  }
}

TEST(AnalyzeTest, SaysWhetherTheVerdictHangsOnMissingRows) {
  const CliqueRisk whole =
      Analyzed(Planted(kClosed, 13).snapshot()).analysis.clique_risk;
  ASSERT_TRUE(whole.verdict_robustness.recurrence.has_value());
  EXPECT_FALSE(whole.verdict_robustness.not_measured.has_value());
  for (const auto& [effect, measure] :
       {std::pair(whole.verdict_robustness.recurrence, whole.recurrence),
        std::pair(whole.verdict_robustness.exclusivity, whole.exclusivity)}) {
    EXPECT_EQ(effect->robustness, Robustness::kRobust);
    EXPECT_EQ(effect->bounds,
              (TreatmentBounds{*measure.value, *measure.value}));
    EXPECT_EQ(effect->kept_share, 1.0);
  }

  Random random(5);
  RandomWaveShape shape;
  shape.people = 45;
  shape.networks = 4;
  shape.response_percent = 75;
  const CliqueRisk part =
      Analyzed(RandomWave(random, shape).snapshot()).analysis.clique_risk;
  ASSERT_TRUE(part.verdict_robustness.recurrence.has_value());
  const TreatmentBounds& bounds = part.verdict_robustness.recurrence->bounds;
  EXPECT_LT(bounds.low, bounds.high);
  EXPECT_LE(bounds.low, *part.recurrence.value);
  EXPECT_GE(bounds.high, *part.recurrence.value);
}

TEST(AnalyzeTest, HasAnIndexOnlyWhereThereIsAVerdict) {
  const CliqueRisk closed =
      Analyzed(Planted(kClosed, 14).snapshot()).analysis.clique_risk;
  ASSERT_TRUE(closed.index.value.measured());
  EXPECT_DOUBLE_EQ(
      *closed.index.value.value,
      100 * std::sqrt(*closed.recurrence.value * *closed.exclusivity.value));
  ASSERT_TRUE(closed.index.sensitivity.has_value());
  EXPECT_LE(closed.index.sensitivity->low, *closed.index.value.value + 1e-9);
  EXPECT_GE(closed.index.sensitivity->high, *closed.index.value.value - 1e-9);
  const CliqueRisk open =
      Analyzed(Planted(kOpen, 14).snapshot()).analysis.clique_risk;
  EXPECT_LT(*open.index.value.value, *closed.index.value.value);

  SnapshotBuilder few = Planted(kClosed, 14);
  for (int person = 29; person < kPeople; ++person) {
    few.person(person).invitation = Invitation::kNotInvited;
  }
  const CliqueRisk none = Analyzed(few.snapshot()).analysis.clique_risk;
  EXPECT_EQ(none.index.value.not_measured.reason,
            NotMeasuredReason::kTooFewNodes);
  EXPECT_FALSE(none.index.sensitivity.has_value());
  EXPECT_EQ(none.verdict_robustness.not_measured->reason,
            NotMeasuredReason::kTooFewNodes);
}

TEST(AnalyzeTest, QuadrantsNameWhoIsAtTheHeartAndNotBetween) {
  AnalysisParameters parameters = Quick();
  parameters.pulsetaker_rule = RoleRule::kQuadrant;
  const AnalysisResult result =
      Analyzed(Planted(kOpen, 15).snapshot(), parameters);
  int named = 0;
  for (const NetworkFindings& network : result.analysis.networks) {
    for (const RoleFinding& role : network.roles) {
      if (role.role != Role::kPulsetaker) continue;
      ++named;
      EXPECT_EQ(role.rule, RoleRule::kQuadrant);
      ASSERT_THAT(role.evidence, SizeIs(4));
      for (const Evidence& evidence : role.evidence) {
        switch (evidence.comparison) {
          case Evidence::Comparison::kAtLeast:
            EXPECT_GE(evidence.value, evidence.threshold);
            break;
          case Evidence::Comparison::kAbove:
            EXPECT_GT(evidence.value, evidence.threshold);
            break;
          case Evidence::Comparison::kAtMost:
            EXPECT_LE(evidence.value, evidence.threshold);
            break;
          default:
            EXPECT_LT(evidence.value, evidence.threshold);
            break;
        }
      }
    }
  }
  for (const NetworkFindings& network : result.analysis.networks) {
    named += network.role_stabilities[2].tentative_count +
             network.role_stabilities[2].suppressed_count;
  }
  EXPECT_GT(named, 0);
}

}  // namespace
}  // namespace pulsetaker::network
