#include "services/network/domain/analyze.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/analyze_testing.h"
#include "services/network/domain/counterparts.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/test_snapshot.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Verdict = CliqueRisk::Verdict;
using WithheldReason = WithheldRole::Reason;

TEST(AnalyzeTest, NumberOfThreadsMakesNoDifference) {
  const WaveSnapshot snapshot = Planted(kClosed, 1).snapshot();
  const AnalysisResult one = Analyzed(snapshot, Quick(), 1);
  EXPECT_TRUE(one == Analyzed(snapshot, Quick(), 2));
  EXPECT_TRUE(one == Analyzed(snapshot, Quick(), 8));
}

TEST(AnalyzeTest, OrderInTheSnapshotMakesNoDifference) {
  WaveSnapshot snapshot = Planted(kClosed, 2).snapshot();
  const AnalysisResult before = Analyzed(snapshot);
  Random random(3);
  random.Shuffle(absl::MakeSpan(snapshot.participants));
  random.Shuffle(absl::MakeSpan(snapshot.responses));
  for (Response& response : snapshot.responses) {
    random.Shuffle(absl::MakeSpan(response.answers));
    for (NetworkAnswer& answer : response.answers) {
      random.Shuffle(absl::MakeSpan(answer.nominations));
    }
  }
  EXPECT_TRUE(before == Analyzed(snapshot));
}

TEST(AnalyzeTest, TheSeedChangesDrawsAndNoFact) {
  const WaveSnapshot snapshot = Planted(kClosed, 1).snapshot();
  AnalysisParameters other = Quick();
  other.seed = 2;
  const Analysis a = Analyzed(snapshot).analysis;
  const Analysis b = Analyzed(snapshot, other).analysis;
  EXPECT_NE(a.clique_risk.external_internal.null_comparison,
            b.clique_risk.external_internal.null_comparison);
  EXPECT_EQ(a.clique_risk.external_internal.value,
            b.clique_risk.external_internal.value);
  EXPECT_EQ(a.networks[0].density, b.networks[0].density);
}

TEST(AnalyzeTest, PeopleOutsideTheBoundaryAreCountedAndChangeNothingElse) {
  WaveSnapshot snapshot = Planted(kClosed, 4).snapshot();
  const AnalysisResult before = Analyzed(snapshot);
  for (int i = 0; i < 5; ++i) {
    Participant outsider;
    outsider.id = absl::StrCat("a_outsider", i);
    outsider.invitation = Invitation::kNotInvited;
    snapshot.participants.push_back(outsider);
  }
  AnalysisResult after = Analyzed(snapshot);
  EXPECT_EQ(after.analysis.participants.not_invited, 5);
  after.analysis.participants.not_invited = 0;
  for (NetworkFindings& network : after.analysis.networks) {
    EXPECT_EQ(network.responses.not_invited, 5);
    network.responses.not_invited = 0;
  }
  EXPECT_TRUE(before == after);
}

TEST(AnalyzeTest, IdenticalNetworksHaveOneCore) {
  WaveSnapshot snapshot = Planted(kClosed, 5).snapshot();
  for (Response& response : snapshot.responses) {
    for (NetworkAnswer& answer : response.answers) {
      answer.nominations = response.answers[0].nominations;
    }
  }
  const CliqueRisk risk = Analyzed(snapshot).analysis.clique_risk;
  EXPECT_EQ(risk.mean_jaccard.value, 1.0);
  EXPECT_EQ(risk.recurrence.value, 1.0);
  EXPECT_EQ(risk.all_networks_share.value, 1.0);
  EXPECT_EQ(risk.all_networks_count, risk.pooled_core_count);
}

TEST(AnalyzeTest, SectorsTouchOnlyWhatIsMeasuredByThem) {
  WaveSnapshot snapshot = Planted(kClosed, 6).snapshot();
  const CliqueRisk before = Analyzed(snapshot).analysis.clique_risk;
  for (Participant& person : snapshot.participants) {
    person.sector = person.sector == "a" ? "b" : "a";
  }
  const CliqueRisk after = Analyzed(snapshot).analysis.clique_risk;
  EXPECT_EQ(before.recurrence, after.recurrence);
  EXPECT_EQ(before.core_fit, after.core_fit);
  EXPECT_EQ(before.external_internal, after.external_internal);
  EXPECT_EQ(before.listening_asymmetry, after.listening_asymmetry);
  EXPECT_EQ(before.fragility.reach_loss, after.fragility.reach_loss);
  EXPECT_NE(before.core_blau, after.core_blau);
  EXPECT_NE(before.hybridity, after.hybridity);
}

TEST(AnalyzeTest, TellsAClosedCoreFromAnOpenOne) {
  AnalysisParameters parameters;
  parameters.null_draw_count = 99;
  parameters.replicate_count = 40;
  const Plant parallel = {false, 6, 1, 2, false};
  const Plant diffuse = {false, 3, 12, 2, false};
  const auto verdict = [&](const Plant& plant) {
    const CliqueRisk risk =
        Analyzed(Planted(plant, 7).snapshot(), parameters).analysis.clique_risk;
    SCOPED_TRACE(
        absl::StrCat(*risk.recurrence.value, " ", *risk.exclusivity.value));
    return risk.verdict;
  };
  EXPECT_EQ(verdict(kClosed), Verdict::kClosedCore);
  EXPECT_EQ(verdict(kOpen), Verdict::kOpenSharedLeadership);
  EXPECT_EQ(verdict(parallel), Verdict::kParallelCliques);
  EXPECT_EQ(verdict(diffuse), Verdict::kDiffuse);
}

TEST(AnalyzeTest, DialsAreOnOneScaleAndSayWhatIsMissing) {
  const CliqueRisk risk =
      Analyzed(Planted(kClosed, 8).snapshot()).analysis.clique_risk;
  ASSERT_THAT(risk.dials, SizeIs(4));
  for (const Dial& dial : risk.dials) {
    ASSERT_TRUE(dial.value.measured());
    EXPECT_GE(*dial.value.value, 0);
    EXPECT_LE(*dial.value.value, 1);
    ASSERT_TRUE(dial.value.interval.has_value());
    EXPECT_LE(dial.value.interval->low, *dial.value.value);
    EXPECT_GE(dial.value.interval->high, *dial.value.value);
    for (const DialComponent& component : dial.components) {
      EXPECT_EQ(
          component.value.measured(),
          component.value.not_measured.reason == NotMeasuredReason::kNone);
      EXPECT_TRUE(component.value.measured() || !component.counted);
    }
  }
  EXPECT_EQ(risk.turnover.not_measured.reason,
            NotMeasuredReason::kNeedsPreviousWave);
  EXPECT_EQ(risk.renewal.not_measured.reason,
            NotMeasuredReason::kNeedsPreviousWave);
}

TEST(AnalyzeTest, AllRolesAreNamedFromEightyPercent) {
  const AnalysisResult result = Analyzed(Ring(20, 16).snapshot());
  const NetworkFindings& work = result.analysis.networks[0];
  EXPECT_EQ(work.gate, Gate::kAllRoles);
  ASSERT_FALSE(work.roles.empty());
  EXPECT_EQ(work.roles[0].person, "p000");
  EXPECT_EQ(work.roles[0].role, Role::kHub);
  EXPECT_EQ(work.roles[0].certainty, Certainty::kFirm);
  EXPECT_TRUE(result.persons[0].networks[0].betweenness.has_value());
  EXPECT_THAT(result.persons[0].networks[0].roles,
              ::testing::Contains(Role::kHub));
}

TEST(AnalyzeTest, BelowEightyPercentOnlyHubsAreNamed) {
  const AnalysisResult result = Analyzed(Ring(20, 15).snapshot());
  const NetworkFindings& work = result.analysis.networks[0];
  EXPECT_EQ(work.gate, Gate::kHubsOnly);
  EXPECT_THAT(work.roles, Each(Field(&RoleFinding::role, Role::kHub)));
  EXPECT_THAT(work.roles, SizeIs(1));
  ASSERT_THAT(work.withheld_roles, SizeIs(2));
  for (const WithheldRole& withheld : work.withheld_roles) {
    EXPECT_EQ(withheld.reason, WithheldReason::kResponseGate);
    EXPECT_TRUE(withheld.person_count.has_value());
  }
  const PersonNetworkMeasures& person = result.persons[0].networks[0];
  EXPECT_EQ(person.in_degree, 14);
  EXPECT_FALSE(person.betweenness.has_value());
  EXPECT_FALSE(person.harmonic_in_closeness.has_value());
  EXPECT_FALSE(person.information.has_value());
  EXPECT_FALSE(person.constraint.has_value());
  EXPECT_FALSE(person.in_core.has_value());
  EXPECT_FALSE(result.persons[0].core_network_count.has_value());
}

TEST(AnalyzeTest, BelowSixtyFivePercentNobodyIsNamed) {
  EXPECT_EQ(Analyzed(Ring(20, 13).snapshot()).analysis.networks[0].gate,
            Gate::kHubsOnly);
  const AnalysisResult result = Analyzed(Ring(20, 12).snapshot());
  const NetworkFindings& work = result.analysis.networks[0];
  EXPECT_EQ(work.gate, Gate::kGroupOnly);
  EXPECT_THAT(work.roles, IsEmpty());
  ASSERT_THAT(work.withheld_roles, SizeIs(3));
  for (const WithheldRole& withheld : work.withheld_roles) {
    EXPECT_EQ(withheld.reason, WithheldReason::kResponseGate);
    EXPECT_FALSE(withheld.person_count.has_value());
  }
  PersonNetworkMeasures nothing;
  nothing.network_id = "work";
  nothing.gate = Gate::kGroupOnly;
  for (const PersonRoles& person : result.persons) {
    EXPECT_EQ(person.networks[0], nothing);
  }
  EXPECT_TRUE(work.density.measured()) << "facts of groups remain";
  EXPECT_EQ(work.core.not_measured->reason, NotMeasuredReason::kResponseGate);
}

TEST(AnalyzeTest, RolesNeedTenPeopleAndFifteenArcs) {
  const auto reasons = [](SnapshotBuilder builder) {
    std::vector<WithheldReason> all;
    const Analysis analysis = Analyzed(builder.snapshot()).analysis;
    for (const WithheldRole& withheld : analysis.networks[0].withheld_roles) {
      all.push_back(withheld.reason);
    }
    return all;
  };
  EXPECT_THAT(reasons(Ring(9, 9)), Each(WithheldReason::kTooFewNodes));
  EXPECT_THAT(reasons(Ring(9, 9)), SizeIs(3));
  EXPECT_THAT(reasons(Ring(10, 10)),
              Each(::testing::Ne(WithheldReason::kTooFewNodes)));

  const auto with_arcs = [](int arcs) {
    SnapshotBuilder builder(10);
    builder.AddNetwork("work");
    for (int person = 0; person < 10; ++person) {
      std::vector<int> named;
      if (arcs-- > 0) named.push_back((person + 1) % 10);
      if (person < 5 && arcs - (9 - person) > 0) {
        named.push_back((person + 2) % 10);
        --arcs;
      }
      builder.Answer(person, "work", named);
    }
    return builder;
  };
  SnapshotBuilder fourteen = with_arcs(14);
  SnapshotBuilder fifteen = with_arcs(15);
  ASSERT_EQ(Analyzed(fourteen.snapshot()).analysis.networks[0].arc_count, 14);
  ASSERT_EQ(Analyzed(fifteen.snapshot()).analysis.networks[0].arc_count, 15);
  EXPECT_THAT(reasons(fourteen), Each(WithheldReason::kTooFewArcs));
  EXPECT_THAT(reasons(fifteen),
              Each(::testing::Ne(WithheldReason::kTooFewArcs)));
}

TEST(AnalyzeTest, AVerdictNeedsThirtyPeople) {
  const auto risk = [](int people) {
    SnapshotBuilder builder = Planted(kClosed, 9);
    for (int person = people; person < kPeople; ++person) {
      builder.person(person).invitation = Invitation::kNotInvited;
    }
    return Analyzed(builder.snapshot()).analysis.clique_risk;
  };
  const CliqueRisk small = risk(29);
  EXPECT_EQ(small.verdict, Verdict::kInsufficientData);
  ASSERT_THAT(small.insufficiencies, SizeIs(1));
  EXPECT_EQ(small.insufficiencies[0].reason, NotMeasuredReason::kTooFewNodes);
  EXPECT_FALSE(small.fragile);
  EXPECT_TRUE(small.mean_jaccard.measured()) << "facts remain";
  EXPECT_NE(risk(30).verdict, Verdict::kInsufficientData);
}

TEST(AnalyzeTest, AVerdictNeedsHalfOfTheNetworks) {
  const auto risk = [](int answered_networks) {
    WaveSnapshot snapshot = Planted(kClosed, 10).snapshot();
    for (std::size_t i = 0; i < 30; ++i) {  // Half of the people skip the rest.
      snapshot.responses[i].answers.resize(
          static_cast<std::size_t>(answered_networks));
    }
    return Analyzed(snapshot).analysis.clique_risk;
  };
  const CliqueRisk three = risk(3);
  EXPECT_EQ(three.verdict, Verdict::kInsufficientData);
  ASSERT_THAT(three.insufficiencies, SizeIs(2));
  EXPECT_EQ(three.insufficiencies[0].reason, NotMeasuredReason::kResponseGate);
  EXPECT_EQ(three.insufficiencies[1].reason,
            NotMeasuredReason::kTooFewNetworks);
  EXPECT_THAT(three.network_ids, ElementsAre("n0", "n1", "n2"));
  EXPECT_NE(risk(4).verdict, Verdict::kInsufficientData);
}

TEST(AnalyzeTest, OneNetworkHasFactsAndNoVerdict) {
  const Analysis analysis = Analyzed(Ring(40, 40).snapshot()).analysis;
  EXPECT_EQ(analysis.clique_risk.verdict, Verdict::kInsufficientData);
  EXPECT_FALSE(analysis.clique_risk.recurrence.measured());
  EXPECT_FALSE(analysis.clique_risk.mean_jaccard.measured());
  EXPECT_FALSE(analysis.networks[0].core.not_measured.has_value());
}

TEST(AnalyzeTest, NobodyInvitedIsAnEmptyAnalysis) {
  SnapshotBuilder builder(2);
  builder.AddNetwork("work");
  builder.person(0).invitation = Invitation::kNotInvited;
  builder.person(1).invitation = Invitation::kOptedOut;
  const AnalysisResult result = Analyzed(builder.snapshot());
  EXPECT_THAT(result.persons, IsEmpty());
  EXPECT_EQ(result.analysis.networks[0].node_count, 0);
  EXPECT_FALSE(result.analysis.networks[0].density.measured());
  EXPECT_EQ(result.analysis.clique_risk.verdict, Verdict::kInsufficientData);
  EXPECT_TRUE(result.analysis.layer_links.not_measured.has_value());
}

TEST(AnalyzeTest, FactsOfANetworkByHand) {
  SnapshotBuilder builder(5);
  builder.AddNetwork("work", true, 2);
  builder.person(0).sector = builder.person(3).sector = "a";
  builder.person(4).sector = "a";
  builder.Answer(0, "work", {1, 2})
      .Answer(1, "work", {0})
      .Answer(2, "work", {});
  const NetworkFindings work =
      Analyzed(builder.snapshot()).analysis.networks[0];
  EXPECT_DOUBLE_EQ(work.response_rate, 0.6);
  EXPECT_EQ(work.arc_count, 3);
  EXPECT_DOUBLE_EQ(*work.density.value, 3.0 / (3 * 4));
  EXPECT_DOUBLE_EQ(*work.arc_reciprocity.value, 2.0 / 3);
  EXPECT_DOUBLE_EQ(*work.dyad_reciprocity.value, 1.0 / 2);
  EXPECT_EQ(work.component_count, 3);
  EXPECT_DOUBLE_EQ(work.largest_component_share, 0.6);
  EXPECT_EQ(work.isolate_count, 0);
  EXPECT_EQ(work.unknown_isolate_count, 2);
  EXPECT_EQ(work.respondents_at_cap, 1);
  ASSERT_THAT(work.sector_responses, SizeIs(2));
  EXPECT_EQ(work.sector_responses[0], (SectorResponse{"", 2, 2, true}));
  EXPECT_EQ(work.sector_responses[1], (SectorResponse{"a", 3, 1, false}));
}

TEST(AnalyzeTest, RewiringKeepsDegreesAndDirection) {
  SnapshotBuilder builder = Planted(kOpen, 11);
  builder.snapshot().networks[1].directed = false;
  auto wave = BuildWave(builder.snapshot());
  ASSERT_TRUE(wave.ok());
  Random random(1);
  const WaveNetwork& directed = wave->networks[0];
  const auto rewired = Rewired(directed, random, kNeverCancelled);
  ASSERT_TRUE(rewired.ok());
  EXPECT_NE(*rewired, directed.graph);
  EXPECT_EQ(InDegrees(*rewired), InDegrees(directed.graph));
  EXPECT_EQ(OutDegrees(*rewired), OutDegrees(directed.graph));

  // Ties that come out twice count once: of all draws about a tenth is lost.
  const WaveNetwork& undirected = wave->networks[1];
  constexpr int kRounds = 400;
  double arcs = 0;
  for (std::uint64_t seed = 0; seed < kRounds; ++seed) {
    Random own(seed);
    const auto mutual = Rewired(undirected, own, kNeverCancelled);
    ASSERT_TRUE(mutual.ok());
    EXPECT_EQ(*mutual, mutual->Transposed());
    EXPECT_LE(mutual->arc_count(), undirected.graph.arc_count());
    arcs += static_cast<double>(mutual->arc_count());
  }
  EXPECT_GT(arcs / kRounds,
            0.9 * static_cast<double>(undirected.graph.arc_count()));
}

TEST(AnalyzeTest, RefusesParametersBeforeTheSnapshot) {
  NoObserver observer;
  EXPECT_EQ(ReasonOf(AnalyzeWave({}, {.seed = -1}, observer, 1).status()),
            "PARAMETER_OUT_OF_RANGE");
  EXPECT_EQ(ReasonOf(AnalyzeWave({}, {}, observer, 1).status()),
            "SNAPSHOT_INVALID");
}

class Stopper final : public AnalysisObserver {
 public:
  explicit Stopper(AnalysisPhase phase) : phase_(phase) {}
  void OnProgress(AnalysisPhase phase, std::int64_t, std::int64_t) override {
    if (phase == phase_) cancelled_ = true;
  }
  bool cancelled() override { return cancelled_; }

 private:
  const AnalysisPhase phase_;
  bool cancelled_ = false;
};

TEST(AnalyzeTest, StopsWhenItIsTold) {
  const WaveSnapshot snapshot = Planted(kClosed, 12).snapshot();
  for (const AnalysisPhase phase :
       {AnalysisPhase::kMeasuring, AnalysisPhase::kNullModels,
        AnalysisPhase::kReplicates}) {
    Stopper stopper(phase);
    EXPECT_EQ(AnalyzeWave(snapshot, Quick(), stopper, 1).status().code(),
              absl::StatusCode::kCancelled);
  }
}

}  // namespace
}  // namespace pulsetaker::network
