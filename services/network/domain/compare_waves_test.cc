#include "services/network/domain/compare_waves.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
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
using Claim = RoleChange::Claim;
using Kind = RoleChange::Kind;
using Reason = NotMeasuredReason;

WaveKey KeyOf(std::int32_t wave) {
  return {"north", "springfield", "leaders", wave};
}

WaveComparison Compared(const AnalyzedWave& previous,
                        const AnalyzedWave& current) {
  auto comparison = CompareWaves(previous, current);
  EXPECT_TRUE(comparison.ok()) << comparison.status();
  return comparison.ok() ? *std::move(comparison) : WaveComparison();
}

WaveComparison Compared(const Wave& previous, const Wave& current) {
  return Compared({KeyOf(1), previous, PlainResult(previous)},
                  {KeyOf(2), current, PlainResult(current)});
}

TEST(CompareWavesTest, TellsTiesThatCanBeComparedFromOthers) {
  SnapshotBuilder before(6, 'b');
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
  SnapshotBuilder before(4, 'b');
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
  EXPECT_EQ(networks[0].ties.sender_count, 2);
  EXPECT_FALSE(networks[0].ties.kept_count.has_value());
  EXPECT_FALSE(networks[0].ties.dissolved_count.has_value());
  EXPECT_FALSE(networks[0].ties.new_count.has_value());
  EXPECT_FALSE(networks[0].ties.previous_uncompared_count.has_value());
  EXPECT_FALSE(networks[0].ties.current_uncompared_count.has_value());
  EXPECT_FALSE(networks[0].renewal.cross_sector_count.has_value());
  EXPECT_FALSE(networks[0].renewal.new_count.has_value());
  EXPECT_FALSE(networks[0].renewal.newcomer_tie_count.has_value());
  EXPECT_EQ(networks[1].ties.kept_count, 0);
  EXPECT_EQ(networks[1].renewal.cross_sector_count, 0);
  EXPECT_EQ(networks[1].ties.turnover.not_measured.reason, Reason::kNoTies);
  EXPECT_EQ(networks[0].core.turnover.not_measured.reason, Reason::kNoCore);
  EXPECT_FALSE(networks[0].core.previous_count.has_value());
  EXPECT_EQ(comparison.renewal.share.not_measured.reason, Reason::kNoTies);
  EXPECT_EQ(SumOf({}).share.not_measured.reason, Reason::kTooFewNetworks);
  EXPECT_FALSE(SumOf({}).cross_sector_count.has_value());
}

TEST(CompareWavesTest, ASumHasNothingOfAFewSenders) {
  Renewal few;
  few.share = Measure::Missing(Reason::kTooFewPeople);
  Renewal many;
  many.cross_sector_count = 4;
  many.new_count = 1;
  many.newcomer_tie_count = 2;
  many.share = Measure::Of(0.25);
  EXPECT_EQ(SumOf({few, many}), many);
  const Renewal sum = SumOf({many, few, many});
  EXPECT_EQ(sum.cross_sector_count, 8);
  EXPECT_EQ(sum.new_count, 2);
  EXPECT_EQ(sum.newcomer_tie_count, 4);
  EXPECT_EQ(sum.share, Measure::Of(0.25));
  const Renewal none = SumOf({few, few});
  EXPECT_EQ(none.share.not_measured.reason, Reason::kTooFewNetworks);
  EXPECT_FALSE(none.new_count.has_value());
  EXPECT_FALSE(none.newcomer_tie_count.has_value());
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

TEST(CompareWavesTest, SaysHowFirmARoleIsInTheWaveThatNamesIt) {
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
  const WaveComparison comparison = Compared(
      {KeyOf(1), previous, before_result}, {KeyOf(2), current, after_result});
  const auto& roles = comparison.networks[0].roles;
  ASSERT_THAT(roles, SizeIs(3));
  EXPECT_EQ(roles[0].role, Role::kHub);
  EXPECT_FALSE(roles[0].not_compared.has_value());
  EXPECT_EQ(roles[0].kept_count, 1);
  EXPECT_THAT(
      roles[0].changes,
      ElementsAre(
          RoleChange{"p001", Kind::kLost, Claim::kFirmInOneWave, 0.95},
          RoleChange{"p002", Kind::kLost, Claim::kTentativeInOneWave, 0.7},
          RoleChange{"p003", Kind::kGained, Claim::kFirmInOneWave, 0.8},
          RoleChange{"p004", Kind::kGained, Claim::kTentativeInOneWave, 0.55}));
  EXPECT_EQ(roles[1].not_compared,
            (RoleNotCompared{false, WithheldRole::Reason::kResponseGate}));
  EXPECT_THAT(roles[1].changes, IsEmpty());
  EXPECT_EQ(roles[2].not_compared,
            (RoleNotCompared{true, WithheldRole::Reason::kNoClearSeparation}));
}

// Those who are named are told whether or not others are only counted.
TEST(CompareWavesTest, ComparesThoseWhoAreNamedWhereSomeAreNot) {
  SnapshotBuilder builder(3);
  builder.AddNetwork("work");
  const Wave wave = WaveOf(builder.snapshot());
  AnalysisResult before = PlainResult(wave);
  AnalysisResult after = PlainResult(wave);
  RoleFinding firm;
  firm.role = Role::kPulsetaker;
  firm.certainty = Certainty::kFirm;
  firm.inclusion_probability = 0.9;
  firm.person = PersonId(0);
  before.analysis.networks[0].roles = {firm};
  after.analysis.networks[0].roles = {firm};
  firm.person = PersonId(1);
  before.analysis.networks[0].roles.push_back(firm);
  after.analysis.networks[0].withheld_roles = {
      {Role::kPulsetaker, WithheldRole::Reason::kUnstable, 1},
      {Role::kPulsetaker, WithheldRole::Reason::kTentative, 2}};
  const RoleComparison pulsetakers =
      Compared({KeyOf(1), wave, before}, {KeyOf(2), wave, after})
          .networks[0]
          .roles[2];
  EXPECT_FALSE(pulsetakers.not_compared.has_value());
  EXPECT_EQ(pulsetakers.kept_count, 1);
  EXPECT_THAT(
      pulsetakers.changes,
      ElementsAre(RoleChange{"p001", Kind::kLost, Claim::kFirmInOneWave, 0.9}));
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

  const double below = 0.5 - 0.49;
  const double above = 0.58 - 0.4;
  p.interval = Interval{0.36, 0.58};
  c.interval = Interval{0.49, 0.53};
  EXPECT_EQ(ChangeOf(p, c).change.interval->low,
            0.5 - 0.4 - std::sqrt(below * below + above * above))
      << "to the bit, which std::hypot rounds otherwise";
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
        CompareWaves({KeyOf(1), wave, plain}, {KeyOf(2), wave, other}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(status), "ANALYSES_DIFFER");
  }
  AnalysisResult seed = plain;
  seed.analysis.parameters.seed = 7;
  EXPECT_TRUE(
      CompareWaves({KeyOf(1), wave, plain}, {KeyOf(2), wave, seed}).ok());
}

TEST(CompareWavesTest, RefusesAnAnalysisOfTheOtherWave) {
  SnapshotBuilder before(3, 'a');
  before.AddNetwork("work");
  SnapshotBuilder after(3, 'b');  // The same people and networks.
  after.AddNetwork("work");
  const Wave previous = WaveOf(before.snapshot());
  const Wave current = WaveOf(after.snapshot());
  const AnalysisResult of_previous = PlainResult(previous);
  const AnalysisResult of_current = PlainResult(current);
  const auto reason = [&](const AnalysisResult& first,
                          const AnalysisResult& second) {
    return ReasonOf(
        CompareWaves({KeyOf(1), previous, first}, {KeyOf(2), current, second})
            .status());
  };
  EXPECT_EQ(reason(of_previous, of_current), "");
  EXPECT_EQ(reason(of_current, of_current), "ANALYSIS_OF_OTHER_WAVE");
  EXPECT_EQ(reason(of_previous, of_previous), "ANALYSIS_OF_OTHER_WAVE");
  EXPECT_EQ(reason(of_previous, AnalysisResult()), "ANALYSIS_OF_OTHER_WAVE");
}

TEST(CompareWavesTest, RefusesWavesThatDoNotFollow) {
  SnapshotBuilder builder(3);
  builder.AddNetwork("work");
  const Wave wave = WaveOf(builder.snapshot());
  const AnalysisResult plain = PlainResult(wave);
  const AnalysisResult other;
  const WaveKey second = KeyOf(2);
  WaveKey tenant = KeyOf(1);
  tenant.tenant = "south";
  WaveKey locality = KeyOf(1);
  locality.locality = "shelbyville";
  WaveKey survey = KeyOf(1);
  survey.survey = "residents";
  for (const WaveKey& previous :
       {KeyOf(2), KeyOf(3), tenant, locality, survey}) {
    const absl::Status status =
        CompareWaves({previous, wave, other}, {second, wave, plain}).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(status), "WAVES_OUT_OF_ORDER") << previous.wave;
  }
  EXPECT_TRUE(
      CompareWaves({KeyOf(1), wave, plain}, {KeyOf(3), wave, plain}).ok());
}

TEST(CompareWavesTest, TheSameAnswersShowNoChange) {
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
    const WaveComparison comparison =
        Compared({KeyOf(1), wave, result}, {KeyOf(2), wave, result});
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
      EXPECT_EQ(network.ties.dissolved_count.value_or(0), 0);
      EXPECT_EQ(network.ties.new_count.value_or(0), 0);
      EXPECT_EQ(network.ties.jaccard.value.value_or(1.0), 1.0);
      EXPECT_EQ(network.renewal.new_count.value_or(0), 0);
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
      if (ties.sender_count < kThresholds.group_person_count_min) {
        EXPECT_FALSE(ties.kept_count.has_value());
        continue;
      }
      const std::vector<int> counts = want.Ties(network);
      EXPECT_EQ(ties.kept_count, counts[0]);
      EXPECT_EQ(ties.dissolved_count, counts[1]);
      EXPECT_EQ(ties.new_count, counts[2]);
      if (ties.jaccard.measured()) {
        EXPECT_DOUBLE_EQ(*ties.jaccard.value,
                         static_cast<double>(counts[0]) /
                             (counts[0] + counts[1] + counts[2]));
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
