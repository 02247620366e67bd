#include "services/network/domain/introductions.h"

#include <algorithm>
#include <map>
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
using ::testing::SizeIs;

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

std::vector<Introduction> Suggested(
    const Wave& wave, const std::vector<NetworkFindings>& findings,
    const IntroductionRequest& request = {}) {
  auto introductions =
      SuggestIntroductions(wave, findings, request, kNeverCancelled);
  EXPECT_TRUE(introductions.ok()) << introductions.status();
  return introductions.ok() ? *std::move(introductions)
                            : std::vector<Introduction>();
}

std::vector<NetworkFindings> NoRoles(const Wave& wave) {
  std::vector<NetworkFindings> findings(wave.networks.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    findings[i].network_id = wave.networks[i].definition.id;
  }
  return findings;
}

// 0 names 1 and 2 for innovation; 3 names 4, 5 and 6 for expert knowledge; 7
// names 0 for play.
SnapshotBuilder Stars() {
  SnapshotBuilder builder(8);
  builder.AddNetwork("innovation").AddNetwork("expert").AddNetwork("play");
  builder.Answer(0, "innovation", {1, 2}).Answer(3, "expert", {4, 5, 6});
  builder.Answer(7, "play", {0});
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
  EXPECT_THAT(Suggested(wave, {}), IsEmpty());
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
      {{{{Role::kHub, "play"}, {Role::kHub, "sports"}}},
       0,
       "NETWORK_NOT_FOUND",
       {{"network", "sports"}}},
  };
  for (const auto& c : kCases) {
    SCOPED_TRACE(c.reason);
    const absl::Status status =
        SuggestIntroductions(wave, {},
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
  EXPECT_THAT(Suggested(wave, {}, largest), IsEmpty());
  EXPECT_EQ(
      SuggestIntroductions(wave, {}, {}, [] { return true; }).status().code(),
      absl::StatusCode::kCancelled);
}

// Pairs of people within two steps of each other who are not without the tie,
// both ways round.
int GainedByDefinition(const Wave& wave, std::size_t x, std::size_t y, NodeId a,
                       NodeId b) {
  const NodeId nodes = wave.node_count();
  std::set<std::pair<NodeId, NodeId>> ties;
  for (const std::size_t network : {x, y}) {
    for (const Arc& arc : wave.networks[network].reported) {
      ties.insert({arc.from, arc.to});
      ties.insert({arc.to, arc.from});
    }
  }
  const auto near_pairs = [&] {
    std::set<std::pair<NodeId, NodeId>> near = ties;
    for (const auto& [from, via] : ties) {
      for (NodeId to = 0; to < nodes; ++to) {
        if (to != from && ties.contains({via, to})) near.insert({from, to});
      }
    }
    return near;
  };
  const auto of_both = [&](const std::set<std::pair<NodeId, NodeId>>& near) {
    return static_cast<int>(std::count_if(
        near.begin(), near.end(),
        [&](const auto& pair) { return pair.first == a || pair.first == b; }));
  };
  const int before = of_both(near_pairs());
  ties.insert({a, b});
  ties.insert({b, a});
  return of_both(near_pairs()) - before;
}

TEST(IntroductionsTest, AgreesWithTheDefinitionInAnyOrder) {
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
    IntroductionRequest request;
    request.count = kIntroductionsMax;
    const std::vector<Introduction> got = Suggested(wave, findings, request);
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_LT(got[i].person, got[i].other_person);
      if (i > 0) {
        EXPECT_TRUE(got[i - 1].reach_gained > got[i].reach_gained ||
                    (got[i - 1].reach_gained == got[i].reach_gained &&
                     std::pair(got[i - 1].person, got[i - 1].other_person) <
                         std::pair(got[i].person, got[i].other_person)));
      }
      const auto a = static_cast<NodeId>(std::stoi(got[i].person.substr(1)));
      const auto b =
          static_cast<NodeId>(std::stoi(got[i].other_person.substr(1)));
      int most = 0;
      for (const IntroductionReason& reason : got[i].reasons) {
        const auto x = static_cast<std::size_t>(
            std::stoi(reason.first.network_id.substr(1)));
        const auto y = static_cast<std::size_t>(
            std::stoi(reason.second.network_id.substr(1)));
        EXPECT_NE(x, y);
        EXPECT_EQ(reason.reach_gained, GainedByDefinition(wave, x, y, a, b));
        most = std::max(most, reason.reach_gained);
      }
      EXPECT_EQ(got[i].reach_gained, most);
      for (const WaveNetwork& network : wave.networks) {
        EXPECT_FALSE(network.graph.has_arc(a, b) ||
                     network.graph.has_arc(b, a));
      }
    }
    random.Shuffle(absl::MakeSpan(findings));
    for (NetworkFindings& network : findings) {
      random.Shuffle(absl::MakeSpan(network.roles));
    }
    EXPECT_EQ(got,
              Suggested(WaveOf(Shuffled(snapshot, random)), findings, request));
  }
}

}  // namespace
}  // namespace pulsetaker::network
