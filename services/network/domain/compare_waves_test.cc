#include "services/network/domain/compare_waves.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/tie_changes.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = RoleChange::Kind;
using Reason = NotMeasuredReason;
using Reliability = RoleChange::Reliability;

WaveComparison Compared(const AnalyzedWave& previous,
                        const AnalyzedWave& current) {
  auto comparison = CompareWaves(previous, current);
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return comparison.ok() ? *std::move(comparison) : WaveComparison();
}

WaveComparison Compared(const Wave& previous, const Wave& current) {
  return Compared({previous, PlainResult(previous)},
                  {current, PlainResult(current)});
}

TEST(CompareWavesTest, TellsTiesThatCanBeComparedFromOthers) {
  SnapshotBuilder before(6);
  before.AddNetwork("work");
  before.Answer(0, "work", {1, 2, 5}).Answer(1, "work", {0});
  before.Answer(2, "work", {3}).Answer(3, "work", {0}).Answer(5, "work", {0});
  before.person(5).invitation = Invitation::kInvited;
  SnapshotBuilder after(7);
  after.AddNetwork("work");
  after.person(5).invitation = Invitation::kOptedOut;
  after.Answer(0, "work", {1, 4, 6}).Answer(1, "work", {});
  after.Answer(2, "work", {3, 0}).Answer(4, "work", {0}).Answer(6, "work", {0});
  for (SnapshotBuilder* builder : {&before, &after}) {
    for (int person = 0; person < 6; ++person) {
      builder->person(person).sector = person % 2 == 0 ? "even" : "odd";
    }
  }
  after.person(6).sector = "odd";
  const WaveComparison comparison =
      Compared(WaveOf(before.snapshot()), WaveOf(after.snapshot()));
  EXPECT_EQ(comparison.roster, (RosterChange{.previous_count = 6,
                                             .current_count = 6,
                                             .both_count = 5,
                                             .joined = {"p006"},
                                             .left_count = 1}));
  const TieChange& ties = comparison.networks[0].ties;
  EXPECT_EQ(ties.sender_count, 3) << "0, 1 and 2";
  EXPECT_EQ(ties.kept_count, 2) << "0 -> 1, 2 -> 3";
  EXPECT_EQ(ties.dissolved_count, 2) << "0 -> 2, 1 -> 0";
  EXPECT_EQ(ties.new_count, 2) << "0 -> 4, 2 -> 0";
  EXPECT_EQ(ties.previous_uncompared_count, 3) << "0 -> 5, 3 -> 0, 5 -> 0";
  EXPECT_EQ(ties.current_uncompared_count, 3) << "0 -> 6, 4 -> 0, 6 -> 0";
  EXPECT_DOUBLE_EQ(ties.jaccard.value.value(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(ties.turnover.value.value(), 2.0 / 3);
  const Renewal& renewal = comparison.networks[0].renewal;
  EXPECT_EQ(renewal.cross_sector_count, 2) << "0 -> 1, 2 -> 3";
  EXPECT_EQ(renewal.new_count, 0);
  EXPECT_EQ(renewal.newcomer_tie_count, 1) << "0 -> 6";
  EXPECT_EQ(renewal.share.value, 0.0);
  EXPECT_EQ(comparison.renewal, renewal);
}

TEST(CompareWavesTest, NoAnswerIsNoLostTie) {
  SnapshotBuilder builder(6);
  builder.AddNetwork("work");
  for (int person = 0; person < 6; ++person) {
    builder.Answer(person, "work", {(person + 1) % 6, (person + 2) % 6});
  }
  const Wave previous = WaveOf(builder.snapshot());
  for (std::size_t silent = 0; silent < 6; ++silent) {
    WaveSnapshot snapshot = builder.snapshot();
    snapshot.responses.erase(snapshot.responses.begin() +
                             static_cast<std::ptrdiff_t>(silent));
    snapshot.responses[silent % 5].answers.clear();  // Skipped.
    const TieChange ties =
        Compared(previous, WaveOf(snapshot)).networks[0].ties;
    EXPECT_EQ(ties.kept_count, 8);
    EXPECT_EQ(ties.dissolved_count, 0);
    EXPECT_EQ(ties.new_count, 0);
    EXPECT_EQ(ties.previous_uncompared_count, 4);
  }
}

TEST(CompareWavesTest, AnUndirectedTieNeedsBothAnswers) {
  SnapshotBuilder before(4);
  before.AddNetwork("share", /*directed=*/false);
  before.Answer(0, "share", {1}).Answer(1, "share", {}).Answer(2, "share", {3});
  SnapshotBuilder after(4);
  after.AddNetwork("share", /*directed=*/false);
  after.Answer(0, "share", {})
      .Answer(1, "share", {0, 2})
      .Answer(2, "share", {});
  const TieChange ties =
      Compared(WaveOf(before.snapshot()), WaveOf(after.snapshot()))
          .networks[0]
          .ties;
  EXPECT_EQ(ties.kept_count, 1) << "0 - 1, told by the other one";
  EXPECT_EQ(ties.new_count, 1) << "1 - 2";
  EXPECT_EQ(ties.dissolved_count, 0) << "3 did not answer";
  EXPECT_EQ(ties.previous_uncompared_count, 1) << "2 - 3";
}

TEST(CompareWavesTest, SaysWhatCannotBeMeasured) {
  SnapshotBuilder builder(4);
  builder.AddNetwork("work").AddNetwork("ideas");
  builder.Answer(0, "work", {1}).Answer(1, "work", {0});
  for (int person = 0; person < 3; ++person)
    builder.Answer(person, "ideas", {});
  const Wave wave = WaveOf(builder.snapshot());
  const WaveComparison comparison = Compared(wave, wave);
  const auto& networks = comparison.networks;
  EXPECT_EQ(networks[0].ties.jaccard.not_measured.reason,
            Reason::kTooFewPeople);
  EXPECT_EQ(networks[0].renewal.share.not_measured.reason,
            Reason::kTooFewPeople);
  EXPECT_EQ(networks[1].ties.turnover.not_measured.reason, Reason::kNoTies);
  EXPECT_EQ(networks[0].core.turnover.not_measured.reason, Reason::kNoCore);
  EXPECT_FALSE(networks[0].core.previous_count.has_value());
  EXPECT_EQ(comparison.renewal.share.not_measured.reason, Reason::kNoTies);
  EXPECT_EQ(SumOf({}).share.not_measured.reason, Reason::kTooFewNetworks);
}

TEST(CompareWavesTest, MeasuresTheTurnoverOfACore) {
  SnapshotBuilder before(6);
  SnapshotBuilder after(8);
  before.AddNetwork("work");
  after.AddNetwork("work");
  before.person(4).invitation = Invitation::kNotInvited;
  after.person(0).invitation = Invitation::kNotInvited;
  const Wave previous = WaveOf(before.snapshot());  // 0 1 2 3 5
  const Wave current = WaveOf(after.snapshot());    // 1 2 3 4 5 6 7
  const MatchedPeople people = MatchPeople(previous, current);
  EXPECT_THAT(people.in_current, ElementsAre(kNoNode, 0, 1, 2, 4));
  EXPECT_THAT(people.in_previous,
              ElementsAre(1, 2, 3, kNoNode, 4, kNoNode, kNoNode));
  // Core 0 1 2 3, then 1 2 5 6.
  const CoreChange change =
      CoreChangeOf(people, {1, 1, 1, 1, 0}, {1, 1, 0, 0, 1, 1, 0});
  EXPECT_DOUBLE_EQ(change.turnover.value.value(), 1.0 / 3);
  EXPECT_DOUBLE_EQ(change.newcomer_entry_rate.value.value(), 1.0 / 3);
  EXPECT_EQ(change.previous_count, 4);
  EXPECT_EQ(change.current_count, 4);
  EXPECT_EQ(change.stayed_count, 2);
  EXPECT_EQ(change.dropped_count, 1);
  EXPECT_EQ(change.off_roster_count, 1);
  EXPECT_EQ(change.risen_count, 1);
  EXPECT_EQ(change.newcomer_count, 1);

  const CoreChange gone =
      CoreChangeOf(people, {1, 0, 0, 0, 0}, {1, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(gone.turnover.not_measured.reason, Reason::kTooFewPeople);
  EXPECT_EQ(CoreChangeOf(people, {}, {1, 0, 0, 0, 0, 0, 0})
                .turnover.not_measured.reason,
            Reason::kNoCore);
}

TEST(CompareWavesTest, TellsRoleChangesFromNoise) {
  SnapshotBuilder builder(6);
  builder.AddNetwork("work");
  const Wave previous = WaveOf(builder.snapshot());
  builder.person(5).invitation = Invitation::kNotInvited;
  const Wave current = WaveOf(builder.snapshot());
  AnalysisResult before_result = PlainResult(previous);
  AnalysisResult after_result = PlainResult(current);
  Analysis& before = before_result.analysis;
  Analysis& after = after_result.analysis;
  const auto hold = [](Analysis& analysis, int person, Role role,
                       double inclusion) {
    RoleFinding finding;
    finding.person = PersonId(person);
    finding.role = role;
    finding.inclusion_probability = inclusion;
    finding.certainty =
        inclusion >= 0.8 ? Certainty::kFirm : Certainty::kTentative;
    analysis.networks[0].roles.push_back(finding);
  };
  hold(before, 0, Role::kHub, 0.9);  // Firm, then tentative: still a hub.
  hold(after, 0, Role::kHub, 0.6);
  hold(before, 1, Role::kHub, 0.95);  // Firm, then not.
  hold(before, 2, Role::kHub, 0.7);   // Tentative, then not.
  hold(after, 3, Role::kHub, 0.8);    // Not, then firm.
  hold(after, 4, Role::kHub, 0.55);   // Not, then tentative.
  hold(before, 5, Role::kHub, 1.0);   // Left the roster.
  hold(before, 1, Role::kGatekeeper, 1.0);
  after.networks[0].withheld_roles = {
      {Role::kHub, WithheldRole::Reason::kUnstable, 1},
      {Role::kGatekeeper, WithheldRole::Reason::kResponseGate, 2}};
  before.networks[0].withheld_roles = {
      {Role::kPulsetaker, WithheldRole::Reason::kNoClearSeparation, {}}};
  const WaveComparison comparison =
      Compared({previous, before_result}, {current, after_result});
  const auto& roles = comparison.networks[0].roles;
  ASSERT_THAT(roles, SizeIs(3));
  EXPECT_EQ(roles[0].role, Role::kHub);
  EXPECT_FALSE(roles[0].not_compared.has_value());
  EXPECT_EQ(roles[0].kept_count, 1);
  EXPECT_THAT(
      roles[0].changes,
      ElementsAre(
          RoleChange{"p001", Kind::kLost, Reliability::kReliable, 0.95},
          RoleChange{"p002", Kind::kLost, Reliability::kWithinNoise, 0.7},
          RoleChange{"p003", Kind::kGained, Reliability::kReliable, 0.8},
          RoleChange{"p004", Kind::kGained, Reliability::kWithinNoise, 0.55}));
  EXPECT_EQ(roles[1].not_compared,
            (RoleNotCompared{false, WithheldRole::Reason::kResponseGate}));
  EXPECT_THAT(roles[1].changes, IsEmpty());
  EXPECT_EQ(roles[2].not_compared,
            (RoleNotCompared{true, WithheldRole::Reason::kNoClearSeparation}));
}

TEST(CompareWavesTest, MatchesNetworksById) {
  SnapshotBuilder before(3);
  before.AddNetwork("old").AddNetwork("work").AddNetwork("share", false);
  SnapshotBuilder after(3);
  after.AddNetwork("share", true).AddNetwork("new").AddNetwork("work");
  const WaveComparison comparison =
      Compared(WaveOf(before.snapshot()), WaveOf(after.snapshot()));
  const auto& networks = comparison.networks;
  ASSERT_THAT(networks, SizeIs(4));
  EXPECT_EQ(networks[0].not_compared, NotCompared::kDirectionDiffers);
  EXPECT_EQ(networks[1].not_compared, NotCompared::kOnlyInCurrent);
  EXPECT_EQ(networks[2].network_id, "work");
  EXPECT_EQ(networks[2].not_compared, NotCompared::kNone);
  EXPECT_EQ(networks[3].network_id, "old");
  EXPECT_EQ(networks[3].not_compared, NotCompared::kOnlyInPrevious);
}

TEST(CompareWavesTest, ChangesOfMeasuresHaveIntervalsWhereBothDo) {
  Measure p = Measure::Of(0.4);
  Measure c = Measure::Of(0.5);
  EXPECT_DOUBLE_EQ(ChangeOf(p, c).change.value.value(), 0.1);
  EXPECT_FALSE(ChangeOf(p, c).change.interval.has_value());
  p.interval = Interval{0.36, 0.43};
  c.interval = Interval{0.46, 0.53};
  // 3, 4 and 5 hundredths both ways.
  const MeasureChange change = ChangeOf(p, c);
  EXPECT_NEAR(change.change.interval->low, 0.1 - 0.05, 1e-12);
  EXPECT_NEAR(change.change.interval->high, 0.1 + 0.05, 1e-12);
  EXPECT_EQ(change.previous, p);
  const Measure missing = Measure::Missing(Reason::kNoTies, "none");
  EXPECT_EQ(ChangeOf(p, missing).change, missing);
  EXPECT_EQ(ChangeOf(missing, c).change, missing);
}

TEST(CompareWavesTest, RefusesAnalysesOfDifferentRules) {
  SnapshotBuilder builder(3);
  builder.AddNetwork("work");
  const Wave wave = WaveOf(builder.snapshot());
  const AnalysisResult plain = PlainResult(wave);
  AnalysisResult share = plain;
  share.analysis.parameters.role_share = 0.1;
  AnalysisResult rule = plain;
  rule.analysis.parameters.pulsetaker_rule = RoleRule::kCloseness;
  AnalysisResult engine = plain;
  engine.analysis.engine_version = "network-0";
  for (const AnalysisResult& other : {share, rule, engine}) {
    const absl::Status status =
        CompareWaves({wave, plain}, {wave, other}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(status), "ANALYSES_DIFFER");
  }
  AnalysisResult seed = plain;
  seed.analysis.parameters.seed = 7;
  EXPECT_TRUE(CompareWaves({wave, plain}, {wave, seed}).ok());
  EXPECT_EQ(
      ReasonOf(CompareWaves({wave, plain}, {wave, AnalysisResult()}).status()),
      "ANALYSIS_OF_OTHER_WAVE");
}

TEST(CompareWavesTest, AWaveComparedWithItselfShowsNoChange) {
  for (unsigned seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const WaveSnapshot snapshot =
        RandomWave(random, {.people = 24,
                            .networks = 3,
                            .response_percent = 60 + random.Uniform(41)})
            .snapshot();
    const Wave wave = WaveOf(snapshot);
    const AnalysisResult result = QuickResult(snapshot);
    const WaveComparison comparison = Compared({wave, result}, {wave, result});
    EXPECT_THAT(comparison.roster.joined, IsEmpty());
    EXPECT_EQ(comparison.roster.left_count, 0);
    const auto none_or_zero = [](const Measure& measure) {
      return !measure.measured() || *measure.value == 0.0;
    };
    EXPECT_TRUE(none_or_zero(comparison.pooled_core.turnover));
    EXPECT_TRUE(none_or_zero(comparison.renewal.share));
    for (const NetworkComparison& network : comparison.networks) {
      EXPECT_TRUE(none_or_zero(network.core.turnover));
      EXPECT_EQ(network.core.newcomer_entry_rate.measured(), false);
      EXPECT_EQ(network.core.stayed_count, network.core.previous_count);
      EXPECT_EQ(network.ties.dissolved_count, 0);
      EXPECT_EQ(network.ties.new_count, 0);
      EXPECT_EQ(network.ties.jaccard.value.value_or(1.0), 1.0);
      EXPECT_EQ(network.renewal.new_count, 0);
      EXPECT_EQ(network.density.change.value.value_or(0.0), 0.0);
      EXPECT_EQ(network.arc_reciprocity.change.value.value_or(0.0), 0.0);
      for (const RoleComparison& role : network.roles) {
        EXPECT_THAT(role.changes, IsEmpty());
      }
    }
  }
}

// Reads the two snapshots' answers, not waves.
class ByDefinition {
 public:
  ByDefinition(const WaveSnapshot& previous, const WaveSnapshot& current)
      : previous_(previous), current_(current) {}

  // kept, dissolved, new, for a directed network.
  std::vector<int> Ties(const std::string& network) const {
    std::vector<int> counts(3, 0);
    for (const Response& before : previous_.responses) {
      const auto old_names = NamedBy(previous_, before.person, network);
      const auto new_names = NamedBy(current_, before.person, network);
      if (!old_names || !new_names) continue;
      for (const Participant& to : current_.participants) {
        if (!IsInvited(previous_, to.id) || !IsInvited(current_, to.id)) {
          continue;
        }
        const bool was = old_names->contains(to.id);
        const bool is = new_names->contains(to.id);
        if (was && is) ++counts[0];
        if (was && !is) ++counts[1];
        if (!was && is) ++counts[2];
      }
    }
    return counts;
  }

 private:
  static bool IsInvited(const WaveSnapshot& snapshot, const std::string& id) {
    return std::any_of(snapshot.participants.begin(),
                       snapshot.participants.end(), [&](const auto& person) {
                         return person.id == id &&
                                person.invitation == Invitation::kInvited;
                       });
  }

  // nullopt where the person did not answer or is not invited.
  static std::optional<std::set<std::string>> NamedBy(
      const WaveSnapshot& snapshot, const std::string& person,
      const std::string& network) {
    if (!IsInvited(snapshot, person)) return std::nullopt;
    for (const Response& response : snapshot.responses) {
      if (response.person != person) continue;
      for (const NetworkAnswer& answer : response.answers) {
        if (answer.network_id != network) continue;
        if (answer.state == AnswerState::kSkipped) return std::nullopt;
        std::set<std::string> named;
        for (const Nomination& nomination : answer.nominations) {
          if (nomination.person != person) named.insert(nomination.person);
        }
        return named;
      }
    }
    return std::nullopt;
  }

  const WaveSnapshot& previous_;
  const WaveSnapshot& current_;
};

TEST(CompareWavesTest, AgreesWithTheDefinitionInAnyOrder) {
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const RandomWaveShape shape{.people = 14, .response_percent = 80};
    WaveSnapshot before = RandomWave(random, shape).snapshot();
    WaveSnapshot after = RandomWave(random, shape).snapshot();
    for (WaveSnapshot* snapshot : {&before, &after}) {
      for (Participant& person : snapshot->participants) {
        if (random.Uniform(8) == 0) {
          person.invitation = random.Uniform(2) == 0 ? Invitation::kNotInvited
                                                     : Invitation::kOptedOut;
        }
      }
    }
    const Wave previous = WaveOf(before);
    const Wave current = WaveOf(after);
    const WaveComparison got = Compared(previous, current);
    const ByDefinition want(before, after);
    for (const char* network : {"n0", "n1"}) {  // n2 is undirected.
      const TieChange& ties = got.networks[network[1] == '0' ? 0 : 1].ties;
      EXPECT_THAT(
          want.Ties(network),
          ElementsAre(ties.kept_count, ties.dissolved_count, ties.new_count));
      const int all = ties.kept_count + ties.dissolved_count + ties.new_count;
      if (ties.jaccard.measured()) {
        EXPECT_DOUBLE_EQ(*ties.jaccard.value,
                         static_cast<double>(ties.kept_count) / all);
      }
    }
    EXPECT_EQ(got, Compared(WaveOf(Shuffled(before, random)),
                            WaveOf(Shuffled(after, random))));

    // Turned round, what was new is dissolved.
    const WaveComparison back = Compared(current, previous);
    for (std::size_t i = 0; i < got.networks.size(); ++i) {
      EXPECT_EQ(back.networks[i].ties.kept_count,
                got.networks[i].ties.kept_count);
      EXPECT_EQ(back.networks[i].ties.new_count,
                got.networks[i].ties.dissolved_count);
      EXPECT_EQ(back.networks[i].ties.current_uncompared_count,
                got.networks[i].ties.previous_uncompared_count);
    }
  }
}

}  // namespace
}  // namespace pulsetaker::network
