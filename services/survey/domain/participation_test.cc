#include "services/survey/domain/participation.h"

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/survey/domain/test_snapshot.h"

namespace pulsetaker::survey {
namespace {

Instrument TestInstrument() {
  Instrument instrument;
  Network& work = instrument.networks.emplace_back();
  work.network_id = "work";
  work.nomination_cap = 3;
  instrument.networks.emplace_back().network_id = "social";
  return instrument;
}

Participant Person(const std::string& id, Invitation invitation,
                   const std::string& sector, Layer layer) {
  Participant person;
  person.person = id;
  person.invitation = invitation;
  person.sector = sector;
  person.layer = layer;
  return person;
}

Response Answer(const std::string& person, const std::vector<std::string>& work,
                bool nobody_social) {
  Response response;
  response.person = person;
  if (nobody_social) {
    response.answers.networks.push_back(
        {"social", AnswerState::kRespondedNobody, {}});
  }
  if (!work.empty()) {
    NetworkAnswer answer = {"work", AnswerState::kResponded, {}};
    for (const std::string& named : work) {
      answer.nominations.push_back({named, 1});
    }
    response.answers.networks.push_back(answer);
  }
  return response;
}

// Six people by hand. a, b, c, d invited, x not, o opted out; z on no roster.
//   a (health, sectoral): work names b, x, z: the cap; social nobody
//   b (health, frontline): work names o
//   c (none, sectoral): social nobody, work skipped
//   d (none, unknown): nothing
TestSnapshot SixPeople() {
  TestSnapshot snapshot;
  snapshot.Add(Person("a", Invitation::kInvited, "health", Layer::kSectoral));
  snapshot.Add(Person("b", Invitation::kInvited, "health", Layer::kFrontline));
  snapshot.Add(Person("c", Invitation::kInvited, "", Layer::kSectoral));
  snapshot.Add(Person("d", Invitation::kInvited, "", Layer::kUnknown));
  snapshot.Add(Person("x", Invitation::kNotInvited, "", Layer::kSectoral));
  snapshot.Add(Person("o", Invitation::kOptedOut, "health", Layer::kUnknown));
  snapshot.Add(Answer("a", {"b", "x", "z"}, true));
  snapshot.Add(Answer("b", {"o"}, false));
  snapshot.Add(Answer("c", {}, true));
  return snapshot;
}

TEST(CountParticipationTest, CountsByHand) {
  TestSnapshot snapshot = SixPeople();
  const auto networks = CountParticipation(snapshot, TestInstrument());
  ASSERT_TRUE(networks.ok()) << networks.status();
  ASSERT_EQ(networks->size(), 2u);
  const NetworkParticipation& work = (*networks)[0];
  EXPECT_EQ(work.network_id, "work");
  EXPECT_EQ(work.total, (ParticipationCounts{.participants = 6,
                                             .invited = 4,
                                             .responded = 2,
                                             .responded_nobody = 0,
                                             .skipped = 1,
                                             .nonresponse = 1,
                                             .not_invited = 1,
                                             .opted_out = 1,
                                             .nominations_inside = 1,
                                             .nominations_to_not_invited = 1,
                                             .nominations_to_opted_out = 1,
                                             .nominations_off_roster = 1,
                                             .respondents_at_cap = 1}));
  ASSERT_EQ(work.by_sector.size(), 2u);
  EXPECT_EQ(work.by_sector.at("health").participants, 3);
  EXPECT_EQ(work.by_sector.at("health").responded, 2);
  EXPECT_EQ(work.by_sector.at("health").opted_out, 1);
  EXPECT_EQ(work.by_sector.at("").skipped, 1);
  EXPECT_EQ(work.by_sector.at("").nonresponse, 1);
  EXPECT_EQ(work.by_sector.at("").not_invited, 1);
  ASSERT_EQ(work.by_layer.size(), 3u);
  EXPECT_EQ(work.by_layer.at(Layer::kSectoral).respondents_at_cap, 1);
  EXPECT_EQ(work.by_layer.at(Layer::kSectoral).skipped, 1);
  EXPECT_EQ(work.by_layer.at(Layer::kFrontline).nominations_to_opted_out, 1);
  EXPECT_EQ(work.by_layer.at(Layer::kUnknown).participants, 2);

  const NetworkParticipation& social = (*networks)[1];
  EXPECT_EQ(social.total.responded, 0);
  EXPECT_EQ(social.total.responded_nobody, 2);
  EXPECT_EQ(social.total.skipped, 1);
  EXPECT_EQ(social.total.nonresponse, 1);
  EXPECT_EQ(social.total.respondents_at_cap, 0);
}

TEST(CountParticipationTest, CountsNobodyInAnEmptyWave) {
  TestSnapshot snapshot;
  const auto networks = CountParticipation(snapshot, TestInstrument());
  ASSERT_TRUE(networks.ok()) << networks.status();
  ASSERT_EQ(networks->size(), 2u);
  EXPECT_EQ((*networks)[0].total, ParticipationCounts{});
  EXPECT_TRUE((*networks)[0].by_sector.empty());
}

TEST(CountParticipationTest, RefusesWhatCannotHaveBeenTakenIn) {
  TestSnapshot snapshot = SixPeople();
  snapshot.Add(Answer("o", {"a"}, false));
  EXPECT_EQ(ReasonOf(CountParticipation(snapshot, TestInstrument()).status()),
            "STORED_DATA_UNREADABLE");
  snapshot = SixPeople();
  snapshot.Add(Answer("z", {"a"}, false));
  EXPECT_EQ(ReasonOf(CountParticipation(snapshot, TestInstrument()).status()),
            "STORED_DATA_UNREADABLE");
}

TEST(CountParticipationTest, CountsSoManySectorsAndNoMore) {
  TestSnapshot snapshot;
  for (std::size_t i = 0; i < kSectorCountMax; ++i) {
    snapshot.Add(Person(absl::StrCat("p", i), Invitation::kInvited,
                        absl::StrCat("s", i), Layer::kPublic));
  }
  EXPECT_TRUE(CountParticipation(snapshot, TestInstrument()).ok());
  snapshot.Add(Person("q", Invitation::kInvited, "s", Layer::kPublic));
  EXPECT_EQ(ReasonOf(CountParticipation(snapshot, TestInstrument()).status()),
            "TOO_MANY_SECTORS");
}

TEST(ResponseRateTest, AllowsWhatItAllows) {
  struct Row {
    std::int64_t invited, responded, nobody;
    NamingGate gate;
    bool exclusion_measured;
  };
  const Row rows[] = {
      {0, 0, 0, NamingGate::kNone, false},
      {10, 8, 0, NamingGate::kAllRoles, true},
      {10, 5, 3, NamingGate::kAllRoles, true},
      {1'000, 799, 0, NamingGate::kHubsOnly, true},
      {20, 13, 0, NamingGate::kHubsOnly, true},
      {1'000, 649, 0, NamingGate::kNoNames, true},
      {10, 5, 0, NamingGate::kNoNames, true},
      {1'000, 499, 0, NamingGate::kNoNames, false},
      {10, 0, 0, NamingGate::kNoNames, false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(absl::StrCat(row.responded, " of ", row.invited));
    const ParticipationCounts counts = {.invited = row.invited,
                                        .responded = row.responded,
                                        .responded_nobody = row.nobody};
    EXPECT_EQ(GateOf(counts), row.gate);
    EXPECT_EQ(ExclusionMeasured(counts), row.exclusion_measured);
    const std::optional<double> rate = ResponseRate(counts);
    EXPECT_EQ(rate.has_value(), row.invited > 0);
    if (!rate.has_value()) continue;
    EXPECT_DOUBLE_EQ(*rate, static_cast<double>(row.responded + row.nobody) /
                                static_cast<double>(row.invited));
  }
}

// Twelve invited: a tenth, rounded up, is two. h1 is named three times, h2 and
// h3 twice each, which is a tie for the second place; h4 once.
TEST(CountParticipationTest, KnowsWhetherTheMostNamedAnswered) {
  TestSnapshot snapshot;
  for (const char* const id :
       {"h1", "h2", "h3", "h4", "a", "b", "c", "d", "e", "f", "g", "i"}) {
    snapshot.Add(Person(id, Invitation::kInvited, "", Layer::kUnknown));
  }
  snapshot.Add(Person("x", Invitation::kNotInvited, "", Layer::kUnknown));
  snapshot.Add(Answer("a", {"h1", "h2", "x"}, false));
  snapshot.Add(Answer("b", {"h1", "h3", "x"}, false));
  snapshot.Add(Answer("c", {"h1", "h2", "x"}, false));
  snapshot.Add(Answer("d", {"h3", "h4", "x"}, false));
  snapshot.Add(Answer("h2", {"a"}, false));
  snapshot.Add(Answer("h3", {}, true));  // Answered the other network only.
  const auto networks = CountParticipation(snapshot, TestInstrument());
  ASSERT_TRUE(networks.ok()) << networks.status();
  EXPECT_EQ((*networks)[0].most_named, (MostNamed{.people = 3, .answered = 1}));
  EXPECT_EQ((*networks)[1].most_named, MostNamed{});
}

TEST(CountParticipationTest, CountsTheLargestOrganisationsApart) {
  TestSnapshot snapshot;
  const auto add = [&](const std::string& id, const std::string& organisation) {
    Participant person = Person(id, Invitation::kInvited, "", Layer::kUnknown);
    person.organisation = organisation;
    snapshot.Add(std::move(person));
  };
  for (std::size_t i = 0; i <= kOrganisationCountMax; ++i) {
    add(absl::StrFormat("a%04d", i), absl::StrFormat("o%04d", i));
  }
  add("b", "o1000");  // The last by name is now the largest.
  snapshot.Add(Answer("a1000", {"b"}, false));
  snapshot.Add(Answer("a0999", {"b"}, false));
  const auto networks = CountParticipation(snapshot, TestInstrument());
  ASSERT_TRUE(networks.ok()) << networks.status();
  const NetworkParticipation& work = (*networks)[0];
  EXPECT_EQ(work.by_organisation.size(), kOrganisationCountMax);
  EXPECT_EQ(work.by_organisation.at("o1000").participants, 2);
  EXPECT_EQ(work.by_organisation.at("o1000").responded, 1);
  EXPECT_EQ(work.by_organisation.at("o1000").nonresponse, 1);
  EXPECT_EQ(work.by_organisation.count("o0999"), 0u);
  EXPECT_EQ(work.other_organisations.participants, 1);
  EXPECT_EQ(work.other_organisations.responded, 1);
}

ParticipationCounts Sum(const auto& groups) {
  ParticipationCounts sum;
  for (const auto& [group, counts] : groups) sum += counts;
  return sum;
}

TEST(CountParticipationTest, AddsUpForAnyWave) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    TestSnapshot snapshot;
    const int people = static_cast<int>(1 + random() % 1'500);
    std::int64_t work_nominations = 0;
    for (int i = 0; i < people; ++i) {
      const auto invitation = static_cast<Invitation>(1 + random() % 3);
      const std::string id = absl::StrCat("p", i);
      Participant person =
          Person(id, invitation, absl::StrCat("s", random() % 4),
                 static_cast<Layer>(random() % kLayerCount));
      // Often one organisation a person: more than are counted apart.
      person.organisation = absl::StrCat("o", random() % 1'400);
      snapshot.Add(std::move(person));
      if (invitation != Invitation::kInvited || random() % 3 == 0) continue;
      std::vector<std::string> named;
      for (unsigned k = random() % 4; k > 0; --k) {
        named.push_back(absl::StrCat("p", i + 1 + static_cast<int>(k)));
      }
      work_nominations += static_cast<std::int64_t>(named.size());
      snapshot.Add(Answer(id, named, random() % 2 == 0));
    }
    const auto networks = CountParticipation(snapshot, TestInstrument());
    ASSERT_TRUE(networks.ok()) << networks.status();
    for (const NetworkParticipation& network : *networks) {
      const ParticipationCounts& t = network.total;
      EXPECT_EQ(t.participants, people);
      EXPECT_EQ(t.participants, t.invited + t.not_invited + t.opted_out);
      EXPECT_EQ(t.invited,
                t.responded + t.responded_nobody + t.skipped + t.nonresponse);
      EXPECT_EQ(Sum(network.by_sector), t);
      EXPECT_EQ(Sum(network.by_layer), t);
      ParticipationCounts organisations = Sum(network.by_organisation);
      organisations += network.other_organisations;
      EXPECT_EQ(organisations, t);
      EXPECT_LE(network.most_named.answered, network.most_named.people);
    }
    const ParticipationCounts& work = (*networks)[0].total;
    EXPECT_EQ(work.nominations_inside + work.nominations_to_not_invited +
                  work.nominations_to_opted_out + work.nominations_off_roster,
              work_nominations);
  }
}

}  // namespace
}  // namespace pulsetaker::survey
