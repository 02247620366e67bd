#include "services/network/domain/departures.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "common/base/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::SizeIs;

Departures Simulated(const Wave& wave, const AnalysisResult& result,
                     const Leavers& leavers) {
  auto departures = SimulateDepartures(wave, result, leavers, kNeverCancelled);
  EXPECT_TRUE(departures.ok()) << departures.status();
  return departures.ok() ? *std::move(departures) : Departures();
}

Departures Simulated(const Wave& wave, const Leavers& leavers) {
  return Simulated(wave, PlainResult(wave), leavers);
}

absl::Status ErrorOf(const Wave& wave, const AnalysisResult& result,
                     const Leavers& leavers) {
  return SimulateDepartures(wave, result, leavers, kNeverCancelled).status();
}

// Two groups of four that all name one another, 0 to 3 and 5 to 8, joined by 4
// alone; 0 to 2 are systemic, 6 to 8 public. Two networks alike.
SnapshotBuilder Bridged() {
  SnapshotBuilder builder(9);
  for (const char* id : {"work", "ideas"}) {
    builder.AddNetwork(id);
    for (int person = 0; person < 9; ++person) {
      std::vector<int> named;
      const int first = person < 4 ? 0 : 5;
      for (int other = first; person != 4 && other < first + 4; ++other) {
        if (other != person) named.push_back(other);
      }
      if (person == 3 || person == 5) named.push_back(4);
      if (person == 4) named = {3, 5};
      builder.Answer(person, id, named);
    }
  }
  for (const int person : {0, 1, 2}) {
    builder.person(person).layer = Layer::kSystemic;
    builder.person(person + 6).layer = Layer::kPublic;
  }
  for (int person = 0; person < 9; ++person) {
    builder.person(person).sector = person < 5 ? "council" : "youth";
  }
  return builder;
}

// Twelve people around a core of four, 0 to 3, who all name one another.
SnapshotBuilder WithCore() {
  SnapshotBuilder builder(14);
  for (int network = 0; network < 7; ++network) {
    const std::string id = absl::StrCat("n", network);
    builder.AddNetwork(id);
    for (int person = 0; person < 14; ++person) {
      std::vector<int> named;
      for (int core = 0; core < 4; ++core) {
        if (core != person && (person < 4 || core == person % 4)) {
          named.push_back(core);
        }
      }
      builder.Answer(person, id, named);
    }
  }
  return builder;
}

TEST(DeparturesTest, ReportsTheFirstError) {
  SnapshotBuilder builder = Bridged();
  builder.person(7).invitation = Invitation::kNotInvited;
  builder.person(6).invitation = Invitation::kOptedOut;
  builder.AddNetwork("quiet");
  const Wave wave = WaveOf(builder.snapshot());
  std::vector<std::string> everybody;
  for (const Participant& person : wave.people) everybody.push_back(person.id);
  std::vector<std::string> all_but_one(everybody.begin() + 1, everybody.end());
  using Code = absl::StatusCode;
  const struct {
    Leavers leavers;
    Code code;
    std::string reason;
    ErrorMetadata metadata;
  } kCases[] = {
      {NamedPeople{}, Code::kInvalidArgument, "NO_LEAVERS", {}},
      {NamedPeople{{"zoe", "p000", "adam"}},
       Code::kNotFound,
       "PERSON_NOT_FOUND",
       {{"person", "adam"}}},
      {NamedPeople{{"p007"}},
       Code::kNotFound,
       "PERSON_NOT_FOUND",
       {{"person", "p007"}}},
      {NamedPeople{{"p006"}},
       Code::kNotFound,
       "PERSON_NOT_FOUND",
       {{"person", "p006"}}},
      {NamedPeople{{""}},
       Code::kNotFound,
       "PERSON_NOT_FOUND",
       {{"person", ""}}},
      {PooledCorePeople{}, Code::kFailedPrecondition, "NO_POOLED_CORE", {}},
      {WorstPeople{"play", 0},
       Code::kNotFound,
       "NETWORK_NOT_FOUND",
       {{"network", "play"}}},
      {WorstPeople{"work", 0},
       Code::kInvalidArgument,
       "PARAMETER_OUT_OF_RANGE",
       {{"field", "count"}}},
      {WorstPeople{"quiet", kWorstPeopleMax + 1},
       Code::kInvalidArgument,
       "PARAMETER_OUT_OF_RANGE",
       {{"field", "count"}}},
      {WorstPeople{"quiet", 1},
       Code::kFailedPrecondition,
       "RESPONSE_TOO_LOW",
       {{"network", "quiet"}}},
      {NamedPeople{everybody}, Code::kInvalidArgument, "TOO_FEW_STAY", {}},
      {NamedPeople{all_but_one}, Code::kInvalidArgument, "TOO_FEW_STAY", {}},
      {WorstPeople{"work", kWorstPeopleMax},
       Code::kInvalidArgument,
       "TOO_FEW_STAY",
       {}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    const absl::Status status = ErrorOf(wave, PlainResult(wave), c.leavers);
    EXPECT_EQ(status.code(), c.code) << status;
    EXPECT_EQ(ReasonOf(status), c.reason);
    EXPECT_EQ(MetadataOf(status), c.metadata);
  }
  AnalysisResult other = PlainResult(wave);
  other.persons[2].person = "zoe";
  EXPECT_EQ(ReasonOf(ErrorOf(wave, other, NamedPeople{})),
            "ANALYSIS_OF_OTHER_WAVE");
  other = PlainResult(wave);
  other.analysis.networks.pop_back();
  EXPECT_EQ(ReasonOf(ErrorOf(wave, other, NamedPeople{})),
            "ANALYSIS_OF_OTHER_WAVE");
}

TEST(DeparturesTest, SaysWhoIsCutOffWithoutABridge) {
  const Wave wave = WaveOf(Bridged().snapshot());
  const Departures departures = Simulated(wave, NamedPeople{{"p004", "p004"}});
  EXPECT_THAT(departures.persons, ElementsAre("p004"));
  ASSERT_THAT(departures.networks, SizeIs(2));
  const DepartureEffect& effect = departures.networks[0].effect;
  EXPECT_EQ(effect.before.fragmentation.by_component, 0.0);
  EXPECT_DOUBLE_EQ(effect.after.fragmentation.by_component, 1 - 24.0 / 56);
  EXPECT_EQ(effect.before.person_count, 9);
  EXPECT_EQ(effect.after.person_count, 8);
  EXPECT_EQ(effect.before.largest_component_share, 1.0);
  EXPECT_EQ(effect.after.largest_component_share, 0.5);
  // 0 names 3, 3 names 4, 4 names 5: within three steps.
  EXPECT_DOUBLE_EQ(effect.before.systemic_reach.value.value(), 3.0 / 6);
  EXPECT_DOUBLE_EQ(effect.after.systemic_reach.value.value(), 1.0 / 5);
  EXPECT_THAT(effect.targets_gone, IsEmpty());

  ASSERT_THAT(effect.lost_paths, SizeIs(4));
  const std::vector<std::string> south = {"p005", "p006", "p007", "p008"};
  EXPECT_EQ(effect.lost_paths[0].target, PathTarget::kMainPart);
  EXPECT_EQ(effect.lost_paths[0].persons, south);
  EXPECT_THAT(effect.lost_paths[0].sectors,
              ElementsAre(SectorPathChange{"youth", 4, 4, 4}));
  EXPECT_EQ(effect.lost_paths[1].target, PathTarget::kSystemic);
  EXPECT_EQ(effect.lost_paths[1].persons, south);
  EXPECT_EQ(effect.lost_paths[2].target, PathTarget::kPublic);
  EXPECT_THAT(effect.lost_paths[2].persons,
              ElementsAre("p000", "p001", "p002", "p003"));
  EXPECT_EQ(effect.lost_paths[3].target, PathTarget::kSystemicNearby);
  EXPECT_THAT(effect.lost_paths[3].persons, ElementsAre("p005"));
  // The networks are alike, so united they are one of them.
  EXPECT_EQ(departures.united, effect);
}

TEST(DeparturesTest, TellsWhatTooFewAreLeftOf) {
  const Wave wave = WaveOf(Bridged().snapshot());
  const struct {
    std::vector<std::string> leavers;
    NotMeasuredReason reason;
  } kCases[] = {
      {{"p000"}, NotMeasuredReason::kTooFewPeople},
      {{"p000", "p001", "p002"}, NotMeasuredReason::kLayerAbsent},
  };
  for (const auto& c : kCases) {
    const Departures departures = Simulated(wave, NamedPeople{c.leavers});
    const DepartureEffect& effect = departures.networks[0].effect;
    EXPECT_TRUE(effect.before.systemic_reach.measured());
    EXPECT_THAT(effect.targets_gone, ElementsAre(PathTarget::kSystemic,
                                                 PathTarget::kSystemicNearby));
    EXPECT_THAT(effect.lost_paths, IsEmpty());
    EXPECT_EQ(effect.after.systemic_reach.not_measured.reason, c.reason);
    EXPECT_EQ(departures.united, effect);
  }
}

TEST(DeparturesTest, TellsNothingOfALayerThatDidNotAnswer) {
  const std::vector<PathTarget> told = {
      PathTarget::kMainPart, PathTarget::kSystemic, PathTarget::kPublic,
      PathTarget::kSystemicNearby};
  const auto targets_lost = [](const WaveSnapshot& snapshot) {
    std::vector<PathTarget> targets;
    const Departures departures =
        Simulated(WaveOf(snapshot), NamedPeople{{"p004"}});
    for (const PathChange& change : departures.networks[0].effect.lost_paths) {
      targets.push_back(change.target);
    }
    return targets;
  };
  SnapshotBuilder builder = Bridged();
  for (int person = 9; person < 12; ++person) {
    Participant participant;
    participant.id = PersonId(person);
    builder.snapshot().participants.push_back(participant);
    for (const char* id : {"work", "ideas"}) builder.Answer(person, id, {});
  }
  EXPECT_EQ(targets_lost(builder.snapshot()), told);
  // Ten of twelve answer, but of the public layer only 6.
  for (Response& response : builder.snapshot().responses) {
    if (response.person != "p007" && response.person != "p008") continue;
    for (NetworkAnswer& answer : response.answers) {
      answer.state = AnswerState::kSkipped;
      answer.nominations.clear();
    }
  }
  EXPECT_EQ(
      targets_lost(builder.snapshot()),
      (std::vector<PathTarget>{PathTarget::kMainPart, PathTarget::kSystemic,
                               PathTarget::kSystemicNearby}));
}

TEST(DeparturesTest, LetsThePooledCoreLeave) {
  const WaveSnapshot snapshot = WithCore().snapshot();
  const Wave wave = WaveOf(snapshot);
  const AnalysisResult result = QuickResult(snapshot);
  const Departures departures = Simulated(wave, result, PooledCorePeople{});
  EXPECT_THAT(departures.persons, ElementsAre("p000", "p001", "p002", "p003"));
  for (const NetworkDeparture& network : departures.networks) {
    EXPECT_EQ(network.effect.core_count, 4);
    EXPECT_EQ(network.effect.core_leaving_count, 4);
    EXPECT_EQ(network.effect.after.fragmentation.by_distance, 1.0);
    EXPECT_THAT(network.effect.targets_gone, ElementsAre(PathTarget::kCore));
    ASSERT_FALSE(network.effect.lost_paths.empty());
    EXPECT_EQ(network.effect.lost_paths[0].target, PathTarget::kAnybody);
    EXPECT_EQ(network.effect.lost_paths[0].person_count, 10);
  }
  EXPECT_EQ(departures.united->core_leaving_count, 4);

  // As the existing measure of clique risk has it.
  double loss = 0.0;
  for (const NetworkDeparture& network : departures.networks) {
    loss += network.effect.after.fragmentation.by_distance -
            network.effect.before.fragmentation.by_distance;
  }
  EXPECT_NEAR(result.analysis.clique_risk.fragility.reach_loss.value.value(),
              loss / 7, 1e-12);
}

TEST(DeparturesTest, DoesNotNameAPooledCoreOfTooFewAnswers) {
  WaveSnapshot snapshot = WithCore().snapshot();
  for (Response& response : snapshot.responses) {
    if (response.person < "p010") continue;
    response.answers[6] = {"n6", AnswerState::kSkipped, {}};
  }
  const Wave wave = WaveOf(snapshot);
  ASSERT_EQ(wave.networks[6].gate, Gate::kHubsOnly);
  const absl::Status status =
      ErrorOf(wave, QuickResult(snapshot), PooledCorePeople{});
  EXPECT_EQ(ReasonOf(status), "RESPONSE_TOO_LOW");
  EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"network", "n6"}}));
}

TEST(DeparturesTest, SaysWhoLosesTheCore) {
  const WaveSnapshot snapshot = WithCore().snapshot();
  const DepartureEffect effect =
      Simulated(WaveOf(snapshot), QuickResult(snapshot), NamedPeople{{"p001"}})
          .networks[3]
          .effect;
  EXPECT_EQ(effect.core_count, 4);
  EXPECT_EQ(effect.core_leaving_count, 1);
  std::vector<PathTarget> targets;
  for (const PathChange& change : effect.lost_paths) {
    targets.push_back(change.target);
    EXPECT_THAT(change.persons, ElementsAre("p005", "p009", "p013"));
  }
  EXPECT_THAT(targets, ElementsAre(PathTarget::kAnybody, PathTarget::kMainPart,
                                   PathTarget::kCore));
}

TEST(DeparturesTest, FindsTheWorstForANetwork) {
  const Wave wave = WaveOf(Bridged().snapshot());
  EXPECT_THAT(Simulated(wave, WorstPeople{"ideas", 1}).persons,
              ElementsAre("p003"))
      << "which leaves pieces of three and five, not of four and four";
  const Departures two = Simulated(wave, WorstPeople{"ideas", 2});
  EXPECT_EQ(two, Simulated(wave, NamedPeople{two.persons}));
}

TEST(DeparturesTest, SaysWhichHoldersLeave) {
  const Wave wave = WaveOf(Bridged().snapshot());
  AnalysisResult result = PlainResult(wave);
  NetworkFindings& findings = result.analysis.networks[1];
  const auto hold = [&](const char* person, Role role, Certainty certainty) {
    RoleFinding finding;
    finding.person = person;
    finding.role = role;
    finding.certainty = certainty;
    findings.roles.push_back(finding);
  };
  hold("p002", Role::kHub, Certainty::kFirm);
  hold("p004", Role::kHub, Certainty::kTentative);
  hold("p004", Role::kGatekeeper, Certainty::kFirm);
  hold("p007", Role::kPulsetaker, Certainty::kFirm);
  const Departures departures = Simulated(wave, result, NamedPeople{{"p004"}});
  EXPECT_THAT(departures.networks[0].roles, IsEmpty());
  EXPECT_THAT(
      departures.networks[1].roles,
      ElementsAre(
          LeavingRole{Role::kHub, 2, {{"p004", Certainty::kTentative}}},
          LeavingRole{Role::kGatekeeper, 1, {{"p004", Certainty::kFirm}}},
          LeavingRole{Role::kPulsetaker, 1, {}}));
}

// Six of nine answer for one network, three for the other.
WaveSnapshot HalfAnswered() {
  WaveSnapshot snapshot = Bridged().snapshot();
  for (Response& response : snapshot.responses) {
    if (response.person >= "p006") {
      response.answers[0] = {"work", AnswerState::kSkipped, {}};
    }
    if (response.person >= "p003") {
      response.answers[1] = {"ideas", AnswerState::kSkipped, {}};
    }
  }
  return snapshot;
}

TEST(DeparturesTest, OfNamedPeopleNothingIsToldBelowAllRoles) {
  const Wave wave = WaveOf(HalfAnswered());
  ASSERT_EQ(wave.networks[0].gate, Gate::kHubsOnly);
  ASSERT_EQ(wave.networks[1].gate, Gate::kGroupOnly);
  // However many are named: 6 and 7 could be there to hide that 4 is meant.
  for (const std::vector<std::string>& leavers :
       {std::vector<std::string>{"p004"}, {"p004", "p006", "p007"}}) {
    const Departures departures = Simulated(wave, NamedPeople{leavers});
    std::vector<DepartureEffect> effects = {*departures.united};
    for (const NetworkDeparture& network : departures.networks) {
      effects.push_back(network.effect);
    }
    for (const DepartureEffect& effect : effects) {
      ASSERT_TRUE(effect.not_measured.has_value());
      EXPECT_EQ(effect.not_measured->reason, NotMeasuredReason::kResponseGate);
      EXPECT_EQ(effect.before.person_count, 9);
      EXPECT_EQ(effect.after, ReachFigures());
      EXPECT_THAT(effect.lost_paths, IsEmpty());
    }
  }
  EXPECT_EQ(ReasonOf(ErrorOf(wave, PlainResult(wave), WorstPeople{"work", 1})),
            "RESPONSE_TOO_LOW");
}

TEST(DeparturesTest, OfTheWorstOfANetworkNothingIsToldBelowAllRoles) {
  WaveSnapshot snapshot = Bridged().snapshot();
  for (Response& response : snapshot.responses) {
    if (response.person < "p006") continue;
    response.answers[1] = {"ideas", AnswerState::kSkipped, {}};
  }
  const Departures departures =
      Simulated(WaveOf(snapshot), WorstPeople{"work", 3});
  EXPECT_THAT(departures.persons, SizeIs(3));
  EXPECT_FALSE(departures.networks[0].effect.not_measured.has_value());
  ASSERT_EQ(departures.networks[1].gate, Gate::kHubsOnly);
  EXPECT_TRUE(departures.networks[1].effect.not_measured.has_value());
  EXPECT_TRUE(departures.united->not_measured.has_value());
}

TEST(DeparturesTest, OfThePooledCoreCountsAreToldBelowAllRoles) {
  const Wave wave = WaveOf(HalfAnswered());
  AnalysisResult result = PlainResult(wave);
  result.analysis.clique_risk.recurrence_threshold = 1;
  for (const std::size_t member : {3u, 4u, 5u}) {
    result.persons[member].core_network_count = 1;
  }
  const Departures departures = Simulated(wave, result, PooledCorePeople{});
  EXPECT_THAT(departures.persons, ElementsAre("p003", "p004", "p005"));
  const DepartureEffect& work = departures.networks[0].effect;
  EXPECT_FALSE(work.not_measured.has_value());
  EXPECT_TRUE(departures.networks[1].effect.not_measured.has_value());
  ASSERT_THAT(work.lost_paths, Not(IsEmpty()));
  for (const PathChange& change : work.lost_paths) {
    EXPECT_GT(change.person_count, 0);
    EXPECT_THAT(change.persons, IsEmpty());
    EXPECT_THAT(change.sectors, IsEmpty())
        << "youth did not answer, and council is the only other one";
  }
  // United, only what is above its gate counts.
  EXPECT_EQ(departures.united->after, work.after);
}

TEST(DeparturesTest, OrderMakesNoDifferenceAndWhoLeavesLosesNothing) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const WaveSnapshot snapshot =
        RandomWave(random, {.people = 16, .response_percent = 95}).snapshot();
    const Wave wave = WaveOf(snapshot);
    std::vector<std::string> leavers;
    for (const Participant& person : wave.people) {
      if (random.Uniform(4) == 0) leavers.push_back(person.id);
    }
    if (leavers.empty()) leavers.push_back("p003");
    const Departures departures = Simulated(wave, NamedPeople{leavers});
    std::vector<std::string> shuffled = leavers;
    random.Shuffle(absl::MakeSpan(shuffled));
    const Wave again = WaveOf(Shuffled(snapshot, random));
    EXPECT_EQ(departures, Simulated(again, NamedPeople{shuffled}));

    std::vector<std::string> stayers;
    for (const Participant& person : wave.people) {
      if (std::count(leavers.begin(), leavers.end(), person.id) == 0) {
        stayers.push_back(person.id);
      }
    }
    for (const NetworkDeparture& network : departures.networks) {
      for (const PathChange& change : network.effect.lost_paths) {
        EXPECT_THAT(change.persons, IsSubsetOf(stayers));
        EXPECT_EQ(change.persons.size(),
                  network.gate == Gate::kAllRoles
                      ? static_cast<std::size_t>(change.person_count)
                      : 0u);
      }
    }
  }
}

TEST(DeparturesTest, SaysWhenItIsCancelled) {
  const Wave wave = WaveOf(Bridged().snapshot());
  const auto departures = SimulateDepartures(
      wave, PlainResult(wave), NamedPeople{{"p001"}}, [] { return true; });
  EXPECT_EQ(departures.status().code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::network
