// What is shown of a wave, against a second and naive program, on small waves
// and overlays at random.

#include "services/survey/domain/effective_snapshot.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/participation.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/test_snapshot.h"

namespace pulsetaker::survey {
namespace {

const std::vector<std::string> kIds = {"a", "b", "b-1", "c", "d",
                                       "e", "f", "g",   "h", "i"};
const WaveKey kWave = {"north", "leeds", "care", 3};

Instrument TwoNetworks() {
  Instrument instrument;
  for (const char* id : {"trust", "work"}) {
    Network& network = instrument.networks.emplace_back();
    network.network_id = id;
    network.nomination_cap = 3;
  }
  instrument.content_digest = "digest";
  return instrument;
}

// A wave and what lies over it.
struct Case {
  std::map<std::string, Participant> roster;
  std::map<std::string, Response> responses;
  Overlay overlay;

  std::unique_ptr<TestSnapshot> Rows() const {
    auto rows = std::make_unique<TestSnapshot>();
    for (const auto& [unused, participant] : roster) rows->Add(participant);
    for (const auto& [unused, response] : responses) rows->Add(response);
    return rows;
  }
};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}

  Case Make() {
    Case made;
    for (const std::string& id : kIds) {
      if (Chance(70)) made.roster[id] = MakeParticipant(id);
    }
    made.overlay = MakeOverlay();
    for (const auto& [id, participant] : made.roster) {
      if (participant.invitation == Invitation::kInvited && Chance(80) &&
          !made.overlay.withdrawn.contains(id)) {
        made.responses[id] = MakeResponse(id);
      }
    }
    return made;
  }

  bool Chance(unsigned percent) { return random_() % 100 < percent; }
  std::mt19937& random() { return random_; }

 private:
  Participant MakeParticipant(const std::string& id) {
    Participant participant;
    participant.person = id;
    participant.sector = absl::StrCat("s", random_() % 2);
    participant.invitation = Chance(70)   ? Invitation::kInvited
                             : Chance(50) ? Invitation::kNotInvited
                                          : Invitation::kOptedOut;
    return participant;
  }

  Response MakeResponse(const std::string& id) {
    Response response;
    response.person = id;
    response.revision = 1;
    for (const char* network : {"trust", "work"}) {
      if (Chance(10)) continue;
      NetworkAnswer& answer = response.answers.networks.emplace_back();
      answer.network_id = network;
      for (const std::string& other : kIds) {
        if (other == id || !Chance(30) || answer.nominations.size() == 3) {
          continue;
        }
        answer.nominations.push_back(
            {other, 1 + static_cast<std::int32_t>(random_() % 5)});
      }
      answer.state = answer.nominations.empty() ? AnswerState::kRespondedNobody
                                                : AnswerState::kResponded;
    }
    return response;
  }

  Overlay MakeOverlay() {
    Overlay overlay;
    std::set<std::string> people;
    for (const std::string& id : kIds) {
      if (Chance(15)) overlay.opted_out.insert(id);
      if (Chance(10)) overlay.left_out.insert(id);
      if (Chance(10)) overlay.withdrawn.insert(id);
      const std::string& person = kIds[random_() % kIds.size()];
      if (Chance(60) || person == id || people.contains(id) ||
          overlay.aliases.contains(person)) {
        continue;
      }
      overlay.aliases[id] = person;
      people.insert(person);
    }
    return overlay;
  }

  std::mt19937 random_;
};

// The naive program: person by person, from all that there is of them.
class Model {
 public:
  explicit Model(const Case& from) : case_(from) {
    std::map<std::string, std::vector<std::string>> people;
    for (const std::string& id : kIds) {
      std::vector<std::string>& ids = people[PersonOf(id)];
      ids.insert(PersonOf(id) == id ? ids.begin() : ids.end(), id);
    }
    for (const auto& [person, ids] : people) AddPerson(person, ids);
  }

  std::vector<Participant> participants;
  std::vector<Response> responses;

 private:
  std::string PersonOf(const std::string& id) const {
    const auto alias = case_.overlay.aliases.find(id);
    return alias == case_.overlay.aliases.end() ? id : alias->second;
  }

  bool OptedOut(const std::string& person) const {
    return std::any_of(case_.overlay.opted_out.begin(),
                       case_.overlay.opted_out.end(),
                       [&](const auto& id) { return PersonOf(id) == person; });
  }

  void AddPerson(const std::string& person,
                 const std::vector<std::string>& ids) {
    std::vector<Participant> entries;
    std::vector<Response> answers;
    for (const std::string& id : ids) {
      if (case_.roster.contains(id)) entries.push_back(case_.roster.at(id));
      if (case_.responses.contains(id) &&
          !case_.overlay.left_out.contains(id)) {
        answers.push_back(case_.responses.at(id));
      }
    }
    if (entries.empty()) return;
    const auto any = [&](Invitation invitation) {
      return std::any_of(
          entries.begin(), entries.end(),
          [&](const auto& entry) { return entry.invitation == invitation; });
    };
    Participant shown = entries.front();
    shown.person = person;
    shown.invitation = OptedOut(person) || any(Invitation::kOptedOut)
                           ? Invitation::kOptedOut
                       : any(Invitation::kInvited) ? Invitation::kInvited
                                                   : Invitation::kNotInvited;
    participants.push_back(shown);
    if (answers.empty() || shown.invitation == Invitation::kOptedOut) return;
    responses.push_back(Seen(person, answers.front()));
  }

  Response Seen(const std::string& person, Response response) const {
    response.person = person;
    for (NetworkAnswer& answer : response.answers.networks) {
      std::map<std::string, std::int32_t> named;
      for (const Nomination& nomination : answer.nominations) {
        const std::string other = PersonOf(nomination.person);
        if (OptedOut(other)) {
          ++answer.hidden.opted_out;
        } else if (other == person) {
          ++answer.hidden.of_self;
        } else if (named.contains(other)) {
          ++answer.hidden.repeated;
          named[other] = std::max(named[other], nomination.weight);
        } else {
          named[other] = nomination.weight;
        }
      }
      answer.nominations.clear();
      for (const auto& [other, weight] : named) {
        answer.nominations.push_back({other, weight});
      }
    }
    return response;
  }

  const Case& case_;
};

template <typename Row, typename Read>
std::vector<Row> ReadAll(std::size_t limit, const Read& read) {
  std::vector<Row> all;
  for (std::string after;;) {
    const auto page = read(after, limit);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok() || page->empty()) return all;
    EXPECT_LE(page->size(), limit);
    all.insert(all.end(), page->begin(), page->end());
    after = all.back().person;
  }
}

std::vector<Participant> Participants(WaveSnapshot& snapshot,
                                      std::size_t limit = 100) {
  return ReadAll<Participant>(limit, [&](const auto& after, std::size_t n) {
    return snapshot.ReadParticipants(after, n);
  });
}

std::vector<Response> Responses(WaveSnapshot& snapshot,
                                std::size_t limit = 100) {
  return ReadAll<Response>(limit, [&](const auto& after, std::size_t n) {
    return snapshot.ReadResponses(after, n);
  });
}

std::unique_ptr<WaveSnapshot> Seen(const Case& from) {
  auto snapshot = MakeEffectiveSnapshot(from.Rows(), from.overlay);
  EXPECT_TRUE(snapshot.ok()) << snapshot.status();
  return *std::move(snapshot);
}

// Nobody of the overlay is where they must not be.
void ExpectHidden(const Case& from, WaveSnapshot& snapshot) {
  const OverlayIndex overlay(from.overlay);
  std::string last;
  for (const Participant& participant : Participants(snapshot)) {
    EXPECT_LT(last, participant.person);
    last = participant.person;
    EXPECT_FALSE(from.overlay.aliases.contains(participant.person));
    if (overlay.HasOptedOut(participant.person)) {
      EXPECT_EQ(participant.invitation, Invitation::kOptedOut);
    }
  }
  last.clear();
  for (const Response& response : Responses(snapshot)) {
    EXPECT_LT(last, response.person);
    last = response.person;
    EXPECT_FALSE(from.overlay.aliases.contains(response.person));
    EXPECT_FALSE(overlay.HasOptedOut(response.person));
    for (const NetworkAnswer& answer : response.answers.networks) {
      std::string last_named;
      for (const Nomination& nomination : answer.nominations) {
        EXPECT_LT(last_named, nomination.person);
        last_named = nomination.person;
        EXPECT_NE(nomination.person, response.person);
        EXPECT_FALSE(from.overlay.aliases.contains(nomination.person));
        EXPECT_FALSE(overlay.HasOptedOut(nomination.person));
      }
    }
  }
}

// Every nomination of those who are shown is in exactly one count, and nobody
// is a response without an invitation.
void ExpectCountsAddUp(WaveSnapshot& snapshot) {
  const auto counted = CountParticipation(snapshot, TwoNetworks());
  ASSERT_TRUE(counted.ok()) << counted.status();
  std::map<std::string, std::int64_t> made;
  for (const Response& response : Responses(snapshot)) {
    for (const NetworkAnswer& answer : response.answers.networks) {
      made[answer.network_id] +=
          static_cast<std::int64_t>(answer.nominations.size()) +
          answer.hidden.opted_out + answer.hidden.of_self +
          answer.hidden.repeated;
    }
  }
  for (const NetworkParticipation& network : *counted) {
    const ParticipationCounts& total = network.total;
    EXPECT_EQ(total.nominations_inside + total.nominations_to_not_invited +
                  total.nominations_to_opted_out +
                  total.nominations_off_roster + total.nominations_of_self +
                  total.nominations_repeated,
              made[network.network_id]);
    EXPECT_EQ(total.participants, snapshot.wave().participant_count);
    EXPECT_EQ(total.invited - total.nonresponse,
              snapshot.wave().response_count);
    EXPECT_LE(total.withdrawn, total.nonresponse);
  }
}

int CasesToTry() {
  const char* const asked = std::getenv("PULSETAKER_OVERLAY_CASES");
  int cases = 2'000;
  if (asked != nullptr) {
    EXPECT_TRUE(absl::SimpleAtoi(asked, &cases)) << asked;
  }
  return cases;
}

TEST(EffectiveSnapshotTest, ShowsWhatTheNaiveProgramShows) {
  const int cases = CasesToTry();
  std::int64_t shown = 0;
  std::int64_t hidden = 0;
  for (int seed = 1; seed <= cases; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Generator generator(static_cast<unsigned>(seed));
    const Case made = generator.Make();
    const Model model(made);
    const auto snapshot = Seen(made);
    for (const std::size_t limit : {1, 2, 3, 100}) {
      ASSERT_EQ(Participants(*snapshot, limit), model.participants) << limit;
      ASSERT_EQ(Responses(*snapshot, limit), model.responses) << limit;
    }
    EXPECT_EQ(static_cast<std::size_t>(snapshot->wave().participant_count),
              model.participants.size());
    EXPECT_EQ(static_cast<std::size_t>(snapshot->wave().response_count),
              model.responses.size());
    for (const std::string& id : kIds) {
      const auto row = std::find_if(
          model.responses.begin(), model.responses.end(),
          [&](const Response& response) { return response.person == id; });
      const auto found = snapshot->FindResponse(id);
      ASSERT_TRUE(found.ok()) << found.status();
      ASSERT_EQ(found->has_value(), row != model.responses.end()) << id;
      if (found->has_value()) {
        EXPECT_EQ(**found, *row);
      }
    }
    EXPECT_TRUE(SnapshotDigest(*snapshot, TwoNetworks()).ok());
    ExpectHidden(made, *snapshot);
    ExpectCountsAddUp(*snapshot);
    shown += snapshot->wave().response_count;
    hidden += static_cast<std::int64_t>(made.responses.size()) -
              snapshot->wave().response_count;
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(hidden, cases / 10);
  std::cout << cases << " waves at random, seeds 1 to " << cases << ": "
            << shown << " responses shown, " << hidden
            << " left out, as by the naive program\n";
}

// The changes of people as they come in, in any order.
std::vector<PeopleChange> ChangesOf(const Overlay& overlay) {
  std::vector<PeopleChange> changes;
  for (const auto& [from, into] : overlay.aliases) {
    PersonAlias alias;
    alias.from = from;
    alias.into = into;
    changes.push_back(PutAlias{alias});
  }
  for (const std::string& id : overlay.opted_out) {
    changes.push_back(AddOptOut{{.person = id, .opt_out_time = {}}});
  }
  return changes;
}

TEST(EffectiveSnapshotTest, DoesNotDependOnTheOrderOfChangesAndUndoesThem) {
  const int cases = CasesToTry() / 10;
  for (int seed = 1; seed <= cases; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    Generator generator(static_cast<unsigned>(seed));
    Case made = generator.Make();
    made.overlay.left_out.clear();
    made.overlay.withdrawn.clear();
    std::vector<PeopleChange> changes = ChangesOf(made.overlay);
    const auto want = SnapshotDigest(*Seen(made), TwoNetworks());
    const auto bare = SnapshotDigest(*made.Rows(), TwoNetworks());
    std::shuffle(changes.begin(), changes.end(), generator.random());
    Overlay overlay;
    for (const auto& change : changes) {
      overlay = Changed(overlay, kWave, change);
    }
    EXPECT_EQ(overlay, made.overlay);
    made.overlay = overlay;
    EXPECT_EQ(*SnapshotDigest(*Seen(made), TwoNetworks()), *want);

    std::shuffle(changes.begin(), changes.end(), generator.random());
    for (auto& change : changes) {
      if (auto* const put = std::get_if<PutAlias>(&change)) {
        put->alias.split_time = absl::FromUnixSeconds(1);
        overlay = Changed(overlay, kWave, change);
      } else {
        overlay =
            Changed(overlay, kWave,
                    RemoveOptOut{std::get<AddOptOut>(change).opt_out.person});
      }
    }
    EXPECT_TRUE(overlay.empty());
    made.overlay = overlay;
    EXPECT_EQ(*SnapshotDigest(*Seen(made), TwoNetworks()), *bare);
  }
}

// Worked out by hand.
TEST(EffectiveSnapshotTest, MergesTwoIdsOfOnePerson) {
  Case made;
  for (const char* id : {"ann", "ann-2", "bob", "eve"}) {
    Participant person;
    person.person = id;
    person.sector = absl::StrCat("sector of ", id);
    person.invitation = Invitation::kInvited;
    made.roster[id] = person;
  }
  made.roster["ann"].invitation = Invitation::kNotInvited;
  const auto named = [](std::vector<Nomination> nominations) {
    Response response;
    response.answers.networks = {
        {"work", AnswerState::kResponded, std::move(nominations)}};
    return response;
  };
  made.responses["ann-2"] = named({{"ann", 1}, {"bob", 2}});
  made.responses["ann-2"].person = "ann-2";
  made.responses["bob"] = named({{"ann", 1}, {"ann-2", 4}, {"eve", 3}});
  made.responses["bob"].person = "bob";
  made.responses["eve"] = named({{"bob", 1}});
  made.responses["eve"].person = "eve";
  made.overlay.aliases = {{"ann-2", "ann"}};
  made.overlay.opted_out = {"eve"};

  const auto snapshot = Seen(made);
  const std::vector<Participant> people = Participants(*snapshot);
  ASSERT_EQ(people.size(), 3u);
  EXPECT_EQ(people[0].person, "ann");
  EXPECT_EQ(people[0].sector, "sector of ann");
  EXPECT_EQ(people[0].invitation, Invitation::kInvited);
  EXPECT_EQ(people[2].invitation, Invitation::kOptedOut);
  const std::vector<Response> responses = Responses(*snapshot);
  ASSERT_EQ(responses.size(), 2u);
  EXPECT_EQ(responses[0].person, "ann");
  EXPECT_EQ(responses[0].answers.networks[0].nominations,
            (std::vector<Nomination>{{"bob", 2}}));
  EXPECT_EQ(responses[0].answers.networks[0].hidden,
            (HiddenNominations{.of_self = 1}));
  EXPECT_EQ(responses[1].answers.networks[0].nominations,
            (std::vector<Nomination>{{"ann", 4}}));
  EXPECT_EQ(responses[1].answers.networks[0].hidden,
            (HiddenNominations{.opted_out = 1, .repeated = 1}));
}

TEST(EffectiveSnapshotTest, IsItsRowsWhereNothingLiesOverThem) {
  auto rows = std::make_unique<TestSnapshot>();
  WaveSnapshot* const same = rows.get();
  const auto snapshot = MakeEffectiveSnapshot(std::move(rows), {});
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  EXPECT_EQ(snapshot->get(), same);
}

TEST(OverlayTest, SaysWhoMayNotRespondAndWhy) {
  const OverlayIndex overlay({.aliases = {{"b", "a"}, {"d", "c"}},
                              .opted_out = {"d", "e"},
                              .withdrawn = {"b", "e", "f"},
                              .left_out = {"g"},
                              .erased = {}});
  const struct {
    std::string id;
    std::string reason;
  } cases[] = {{"a", ""},
               {"b", "RESPONSE_WITHDRAWN"},
               {"c", "RESPONDENT_OPTED_OUT"},
               {"d", "RESPONDENT_MERGED"},
               {"e", "RESPONSE_WITHDRAWN"},
               {"f", "RESPONSE_WITHDRAWN"},
               {"g", ""},
               {"h", ""}};
  for (const auto& c : cases) {
    const absl::Status status = CheckMayRespond(overlay, c.id, "person");
    EXPECT_EQ(ReasonOf(status), c.reason) << c.id;
    EXPECT_EQ(status.ok(), c.reason.empty()) << c.id;
  }
  EXPECT_EQ(MetadataOf(CheckMayRespond(overlay, "d", "person")),
            (ErrorMetadata{{"field", "person"}, {"person", "c"}}));
  EXPECT_EQ(overlay.IdsOf("b"), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(overlay.HasWithdrawn("a"));
  EXPECT_FALSE(overlay.IsWithdrawn("a"));
}

}  // namespace
}  // namespace pulsetaker::survey
