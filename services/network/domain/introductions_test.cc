#include "services/network/domain/introductions.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
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
using ::testing::SizeIs;
using ::testing::UnorderedElementsAreArray;

constexpr Role kGatekeeper = Role::kGatekeeper;
constexpr Role kPulsetaker = Role::kPulsetaker;

void Hold(NetworkFindings& findings, int person, Role role,
          Certainty certainty = Certainty::kFirm) {
  RoleFinding finding;
  finding.person = PersonId(person);
  finding.role = role;
  finding.certainty = certainty;
  findings.roles.push_back(finding);
}

// With these findings for the wave's networks, in their order.
AnalysisResult ResultOf(const Wave& wave,
                        const std::vector<NetworkFindings>& findings) {
  AnalysisResult result = PlainResult(wave);
  result.analysis.networks = findings;
  return result;
}

std::vector<Introduction> Suggested(
    const Wave& wave, const std::vector<NetworkFindings>& findings,
    const IntroductionRequest& request = {}) {
  auto introductions = SuggestIntroductions(wave, ResultOf(wave, findings),
                                            request, kNeverCancelled);
  EXPECT_TRUE(introductions.ok()) << introductions.status();
  return introductions.ok() ? *std::move(introductions)
                            : std::vector<Introduction>();
}

std::vector<NetworkFindings> NoRoles(const Wave& wave) {
  return PlainResult(wave).analysis.networks;
}

// 0 names 1 and 2 for innovation; 3 names 4, 5 and 6 for expert knowledge; 7
// names 0 for play. Everybody answers but the last `silent` ones for expert
// knowledge.
SnapshotBuilder Stars(int silent = 0) {
  SnapshotBuilder builder(8);
  builder.AddNetwork("innovation").AddNetwork("expert").AddNetwork("play");
  const auto named = [](bool names, std::vector<int> others) {
    return names ? std::move(others) : std::vector<int>();
  };
  for (int person = 0; person < 8; ++person) {
    builder.Answer(person, "innovation", named(person == 0, {1, 2}));
    builder.Answer(person, "play", named(person == 7, {0}));
    if (person >= 8 - silent) continue;
    builder.Answer(person, "expert", named(person == 3, {4, 5, 6}));
  }
  return builder;
}

TEST(IntroductionsTest, PairsAGatekeeperWithAPulsetakerElsewhere) {
  const Wave wave = WaveOf(Stars().snapshot());
  std::vector<NetworkFindings> findings = NoRoles(wave);
  Hold(findings[0], 0, kGatekeeper);
  Hold(findings[1], 3, kPulsetaker);
  // 0 comes near 3 to 6, and 3 near 0 to 2.
  const IntroductionReason reason{
      {kGatekeeper, "innovation"}, {kPulsetaker, "expert"}, 7};
  EXPECT_THAT(Suggested(wave, findings),
              ElementsAre(Introduction{"p000", "p003", 7, {reason}}));
}

TEST(IntroductionsTest, PutsTheBestReasonAndTheBestPairFirst) {
  const Wave wave = WaveOf(Stars().snapshot());
  std::vector<NetworkFindings> findings = NoRoles(wave);
  Hold(findings[0], 0, kGatekeeper);
  Hold(findings[2], 0, kGatekeeper);
  Hold(findings[1], 3, kPulsetaker);
  Hold(findings[1], 7, kPulsetaker);
  Hold(findings[2], 2, kPulsetaker);
  // 0 and 7 are tied in play, and 0 and 2 in innovation.
  const std::vector<Introduction> got = Suggested(wave, findings);
  ASSERT_THAT(got, SizeIs(1));
  EXPECT_THAT(got[0].reasons,
              ElementsAre(
                  IntroductionReason{
                      {kGatekeeper, "innovation"}, {kPulsetaker, "expert"}, 7},
                  IntroductionReason{
                      {kGatekeeper, "play"}, {kPulsetaker, "expert"}, 6}));
  EXPECT_EQ(got[0].reach_gained, 7);

  // Where only their own networks count, 0 and 7 meet for expert knowledge.
  IntroductionRequest request;
  request.known_by = KnownBy::kTheirNetworks;
  const std::vector<Introduction> more = Suggested(wave, findings, request);
  ASSERT_THAT(more, SizeIs(2));
  EXPECT_EQ(more[1].other_person, "p007");
  EXPECT_THAT(more[1].reasons,
              ElementsAre(IntroductionReason{
                  {kGatekeeper, "innovation"}, {kPulsetaker, "expert"}, 4}));
  request.count = 1;
  EXPECT_THAT(Suggested(wave, findings, request), SizeIs(1));
}

TEST(IntroductionsTest, TellsWhatIsGainedOnlyWhereAllRolesAre) {
  const Wave wave = WaveOf(Stars(/*silent=*/2).snapshot());
  ASSERT_EQ(wave.networks[1].gate, Gate::kHubsOnly);
  std::vector<NetworkFindings> findings = NoRoles(wave);
  Hold(findings[0], 0, Role::kHub);
  Hold(findings[1], 3, Role::kHub);
  Hold(findings[2], 4, Role::kHub);
  IntroductionRequest request;
  request.pairings = {{{Role::kHub, ""}, {Role::kHub, ""}}};
  const std::vector<Introduction> got = Suggested(wave, findings, request);
  const IntroductionReason told{
      {Role::kHub, "innovation"}, {Role::kHub, "play"}, 5};
  const IntroductionReason untold{
      {Role::kHub, "innovation"}, {Role::kHub, "expert"}, {}};
  EXPECT_THAT(got, ElementsAre(Introduction{"p000", "p004", 5, {told}},
                               Introduction{"p000", "p003", {}, {untold}}));
  // Of a pair with both kinds of reasons, the told one comes first.
  Hold(findings[2], 3, Role::kHub);
  const std::vector<Introduction> both = Suggested(wave, findings, request);
  ASSERT_THAT(both, SizeIs(2));
  EXPECT_THAT(both[0].reasons, ElementsAre(told, untold));
  EXPECT_EQ(both[0].other_person, "p003");
  EXPECT_EQ(both[0].reach_gained, 5);
}

TEST(IntroductionsTest, LeavesOutWhoeverIsWithinTwoSteps) {
  // 0 -> 1 and 4 -> 0 for innovation, 2 -> 1 and 2 -> 3 for expert knowledge.
  SnapshotBuilder builder(5);
  builder.AddNetwork("innovation").AddNetwork("expert");
  builder.Answer(0, "innovation", {1}).Answer(4, "innovation", {0});
  builder.Answer(2, "expert", {1, 3});
  for (const int person : {1, 2, 3}) builder.Answer(person, "innovation", {});
  for (const int person : {0, 1, 3, 4}) builder.Answer(person, "expert", {});
  const Wave wave = WaveOf(builder.snapshot());
  for (const KnownBy known_by :
       {KnownBy::kTheirNetworks, KnownBy::kAnyNetwork}) {
    std::vector<NetworkFindings> findings = NoRoles(wave);
    Hold(findings[0], 0, kGatekeeper);
    Hold(findings[1], 2, kPulsetaker);  // 0 - 1 - 2
    Hold(findings[1], 3, kPulsetaker);  // 0 - 1 - 2 - 3
    const std::vector<Introduction> got = Suggested(
        wave, findings, {.pairings = {}, .known_by = known_by, .count = 0});
    ASSERT_THAT(got, SizeIs(1));
    EXPECT_EQ(got[0].other_person, "p003");
    // 3 comes near 0; 0 and 4 come near 3.
    EXPECT_EQ(got[0].reach_gained, 3);
  }
}

TEST(IntroductionsTest, RefusesAnAnalysisOfAnotherWave) {
  const Wave wave = WaveOf(Stars().snapshot());
  AnalysisResult other = PlainResult(wave);
  other.analysis.snapshot_digest = std::string(64, 'b');
  const absl::Status status =
      SuggestIntroductions(wave, other, {.pairings = {}, .count = -1},
                           kNeverCancelled)
          .status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReasonOf(status), "ANALYSIS_OF_OTHER_WAVE");
}

TEST(IntroductionsTest, AsksWhilePairing) {
  const Wave wave = WaveOf(Stars().snapshot());
  std::vector<NetworkFindings> findings = NoRoles(wave);
  for (const int person : {0, 1, 2}) Hold(findings[0], person, kGatekeeper);
  Hold(findings[1], 3, kPulsetaker);
  const AnalysisResult result = ResultOf(wave, findings);
  int asked = 0;
  const auto count = [&] {
    ++asked;
    return false;
  };
  ASSERT_TRUE(SuggestIntroductions(wave, result, {}, count).ok());
  EXPECT_GE(asked, 2 * (3 + 3)) << "networks and holders, twice";
  const int all = asked;
  for (int limit = 1; limit <= all; ++limit) {
    asked = 0;
    const auto stop = [&] { return ++asked >= limit; };
    EXPECT_EQ(SuggestIntroductions(wave, result, {}, stop).status().code(),
              absl::StatusCode::kCancelled);
    EXPECT_EQ(asked, limit);
  }
}

TEST(IntroductionsTest, OnlyFirmRolesOfTwoNetworksAndTwoPeopleCount) {
  const Wave wave = WaveOf(Stars().snapshot());
  std::vector<NetworkFindings> findings = NoRoles(wave);
  Hold(findings[0], 0, kGatekeeper, Certainty::kTentative);
  Hold(findings[1], 3, kPulsetaker);
  EXPECT_THAT(Suggested(wave, findings), IsEmpty());
  findings = NoRoles(wave);
  Hold(findings[0], 0, kGatekeeper);
  Hold(findings[0], 3, kPulsetaker);
  EXPECT_THAT(Suggested(wave, findings), IsEmpty()) << "of one network";
  findings = NoRoles(wave);
  Hold(findings[0], 3, kGatekeeper);
  Hold(findings[1], 3, kPulsetaker);
  EXPECT_THAT(Suggested(wave, findings), IsEmpty()) << "one person";
  EXPECT_THAT(Suggested(wave, NoRoles(wave)), IsEmpty());
}

TEST(IntroductionsTest, PairsWhatIsAskedFor) {
  const Wave wave = WaveOf(Stars().snapshot());
  std::vector<NetworkFindings> findings = NoRoles(wave);
  Hold(findings[0], 0, Role::kHub);
  Hold(findings[1], 3, Role::kHub);
  Hold(findings[2], 5, Role::kHub);
  EXPECT_THAT(Suggested(wave, findings), IsEmpty());
  IntroductionRequest request;
  request.pairings = {{{Role::kHub, ""}, {Role::kHub, ""}}};
  EXPECT_THAT(Suggested(wave, findings, request), SizeIs(2))
      << "3 and 5 are tied";
  request.pairings = {{{Role::kHub, "play"}, {Role::kHub, "innovation"}}};
  const std::vector<Introduction> one = Suggested(wave, findings, request);
  ASSERT_THAT(one, SizeIs(1));
  EXPECT_EQ(one[0].person, "p000");
  EXPECT_EQ(one[0].reasons[0].first.network_id, "innovation");
  EXPECT_EQ(one[0].reasons[0].second.network_id, "play");
}

TEST(IntroductionsTest, ReportsTheFirstError) {
  const Wave wave = WaveOf(Stars().snapshot());
  const struct {
    std::vector<RolePairing> pairings;
    int count;
    std::string reason;
    ErrorMetadata metadata;
  } kCases[] = {
      {{}, -1, "PARAMETER_OUT_OF_RANGE", {{"field", "count"}}},
      {{},
       kIntroductionsMax + 1,
       "PARAMETER_OUT_OF_RANGE",
       {{"field", "count"}}},
      {{{{Role::kHub, "work"}, {Role::kNone, ""}}},
       0,
       "PARAMETER_OUT_OF_RANGE",
       {{"field", "pairings[0]"}}},
      {{{{Role::kHub, ""}, {Role::kHub, ""}},
        {{Role::kHub, "play"}, {kGatekeeper, "play"}}},
       0,
       "PARAMETER_OUT_OF_RANGE",
       {{"field", "pairings[1]"}}},
      {std::vector<RolePairing>(kPairingsMax + 1),
       0,
       "PARAMETER_OUT_OF_RANGE",
       {{"field", "pairings"}}},
      {{{{Role::kHub, "play"}, {Role::kHub, "sports"}}},
       0,
       "NETWORK_NOT_FOUND",
       {{"network", "sports"}}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    const absl::Status status =
        SuggestIntroductions(wave, PlainResult(wave),
                             {.pairings = c.pairings,
                              .known_by = KnownBy::kNone,
                              .count = c.count},
                             kNeverCancelled)
            .status();
    EXPECT_EQ(ReasonOf(status), c.reason);
    EXPECT_EQ(MetadataOf(status), c.metadata);
  }
  IntroductionRequest largest;
  largest.count = kIntroductionsMax;
  EXPECT_THAT(Suggested(wave, NoRoles(wave), largest), IsEmpty());
  EXPECT_EQ(
      SuggestIntroductions(wave, PlainResult(wave), {}, [] { return true; })
          .status()
          .code(),
      absl::StatusCode::kCancelled);
}

using Ties = std::set<std::pair<NodeId, NodeId>>;

Ties TiesOf(const Wave& wave, std::size_t x, std::size_t y) {
  Ties ties;
  for (const std::size_t network : {x, y}) {
    for (const Arc& arc : wave.networks[network].reported) {
      ties.insert({arc.from, arc.to});
      ties.insert({arc.to, arc.from});
    }
  }
  return ties;
}

// Pairs within two steps of each other, both ways round.
Ties NearPairs(const Ties& ties, NodeId nodes) {
  Ties near = ties;
  for (const auto& [from, via] : ties) {
    for (NodeId to = 0; to < nodes; ++to) {
      if (to != from && ties.contains({via, to})) near.insert({from, to});
    }
  }
  return near;
}

// How many more such pairs of one of the two there are with the tie.
int GainedByDefinition(Ties ties, NodeId nodes, NodeId a, NodeId b) {
  const auto of_both = [&] {
    const Ties near = NearPairs(ties, nodes);
    return static_cast<int>(std::count_if(
        near.begin(), near.end(),
        [&](const auto& pair) { return pair.first == a || pair.first == b; }));
  };
  const int before = of_both();
  ties.insert({a, b});
  ties.insert({b, a});
  return of_both() - before;
}

bool HoldsIn(const NetworkFindings& findings, NodeId node, Role role) {
  return std::any_of(
      findings.roles.begin(), findings.roles.end(), [&](const auto& finding) {
        return finding.role == role &&
               finding.person == PersonId(static_cast<int>(node));
      });
}

bool AreTiedAnywhere(const Wave& wave, NodeId a, NodeId b) {
  for (std::size_t i = 0; i < wave.networks.size(); ++i) {
    if (TiesOf(wave, i, i).contains({a, b})) return true;
  }
  return false;
}

// All introductions of gatekeepers to pulsetakers, in no order.
std::vector<Introduction> ByDefinition(
    const Wave& wave, const std::vector<NetworkFindings>& findings) {
  std::map<std::pair<NodeId, NodeId>, Introduction> found;
  const NodeId nodes = wave.node_count();
  for (std::size_t x = 0; x < findings.size(); ++x) {
    for (std::size_t y = 0; y < findings.size(); ++y) {
      const Ties ties = TiesOf(wave, x, y);
      const Ties near = NearPairs(ties, nodes);
      for (NodeId a = 0; a < nodes; ++a) {
        for (NodeId b = 0; b < nodes; ++b) {
          if (x == y || a == b || !HoldsIn(findings[x], a, kGatekeeper) ||
              !HoldsIn(findings[y], b, kPulsetaker) || near.contains({a, b}) ||
              AreTiedAnywhere(wave, a, b)) {
            continue;
          }
          IntroductionReason reason{{kGatekeeper, findings[x].network_id},
                                    {kPulsetaker, findings[y].network_id},
                                    {}};
          if (a > b) std::swap(reason.first, reason.second);
          if (wave.networks[x].gate == Gate::kAllRoles &&
              wave.networks[y].gate == Gate::kAllRoles) {
            reason.reach_gained = GainedByDefinition(ties, nodes, a, b);
          }
          Introduction& pair = found[{std::min(a, b), std::max(a, b)}];
          pair.person = PersonId(static_cast<int>(std::min(a, b)));
          pair.other_person = PersonId(static_cast<int>(std::max(a, b)));
          pair.reach_gained = std::max(pair.reach_gained, reason.reach_gained);
          pair.reasons.push_back(reason);
        }
      }
    }
  }
  std::vector<Introduction> introductions;
  for (const auto& [pair, introduction] : found) {
    introductions.push_back(introduction);
  }
  return introductions;
}

// Absent ones are last.
bool ComesBefore(const Introduction& a, const Introduction& b) {
  if (a.reach_gained != b.reach_gained) return a.reach_gained > b.reach_gained;
  return std::pair(a.person, a.other_person) <
         std::pair(b.person, b.other_person);
}

TEST(IntroductionsTest, AgreesWithTheDefinitionInAnyOrder) {
  std::size_t untold = 0;
  std::size_t left_out = 0;
  for (unsigned seed = 0; seed < 60; ++seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const WaveSnapshot snapshot =
        RandomWave(random, {.people = 12, .tie_percent = 7}).snapshot();
    const Wave wave = WaveOf(snapshot);
    std::vector<NetworkFindings> findings = NoRoles(wave);
    for (NetworkFindings& network : findings) {
      for (int person = 0; person < 12; ++person) {
        if (random.Uniform(4) == 0) Hold(network, person, kGatekeeper);
        if (random.Uniform(4) == 0) Hold(network, person, kPulsetaker);
      }
    }
    std::vector<Introduction> want = ByDefinition(wave, findings);
    std::sort(want.begin(), want.end(), ComesBefore);
    IntroductionRequest request;
    request.count = kIntroductionsMax;
    const std::vector<Introduction> got = Suggested(wave, findings, request);
    ASSERT_EQ(got.size(), want.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(got[i].person, want[i].person);
      EXPECT_EQ(got[i].other_person, want[i].other_person);
      EXPECT_EQ(got[i].reach_gained, want[i].reach_gained);
      EXPECT_THAT(got[i].reasons, UnorderedElementsAreArray(want[i].reasons));
      EXPECT_EQ(got[i].reasons[0].reach_gained, want[i].reach_gained);
      untold += got[i].reach_gained.has_value() ? 0 : 1;
    }
    // Fewer are the first of all.
    request.count = 3;
    std::vector<Introduction> first = got;
    if (first.size() > 3) {
      left_out += first.size() - 3;
      first.resize(3);
    }
    EXPECT_EQ(Suggested(wave, findings, request), first);

    request.count = kIntroductionsMax;
    request.pairings =
        std::vector<RolePairing>(2, {{kGatekeeper, ""}, {kPulsetaker, ""}});
    for (NetworkFindings& network : findings) {
      random.Shuffle(absl::MakeSpan(network.roles));
    }
    EXPECT_EQ(got,
              Suggested(WaveOf(Shuffled(snapshot, random)), findings, request));
  }
  EXPECT_GT(untold, 10u);
  EXPECT_GT(left_out, 100u);
}

}  // namespace
}  // namespace pulsetaker::network
