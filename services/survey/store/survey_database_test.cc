// The store's promises: the real RocksDB, on its in-memory file system, against
// a model. (Real disks and kill -9 are for tests/crash.)

#include "services/survey/store/survey_database.h"

#include <functional>
#include <map>
#include <random>
#include <thread>

#include "absl/strings/escaping.h"
#include "common/base/status.h"
#include "rocksdb/db.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

using SurveyDatabaseTest = StoreTest;

const LocalityKey kLeeds = {"north", "leeds"};
const InstrumentKey kStandard = {"north", "standard"};
const SurveyKey kCare = {"north", "leeds", "care"};

TEST_F(SurveyDatabaseTest, ReadsBackWhatItKept) {
  MakeWave();
  const std::vector<Participant> people = {
      ParticipantOf("p1"), ParticipantOf("p2", Invitation::kNotInvited)};
  ASSERT_TRUE(store().ImportRoster(wave_, RequestOf(5), people).ok());
  SetState(6, WaveState::kOpen);
  ASSERT_TRUE(Append(0, {RowOf("p1", 7)}).ok());
  Reopen();
  EXPECT_EQ(*store().GetLocality(kLeeds), LocalityOf(kLeeds));
  EXPECT_EQ(*store().GetInstrument({kStandard, 1}), InstrumentOf(kStandard));
  EXPECT_EQ(*store().GetSurvey(kCare), SurveyOf(kCare));
  EXPECT_EQ(*store().GetParticipant(wave_, "p2"), people[1]);
  EXPECT_EQ(*store().ListParticipants(wave_, "", 10), people);
  EXPECT_EQ(*store().GetResponse(wave_, "p1"),
            (Response{.person = "p1",
                      .answers = AnswersOf(7),
                      .revision = 1,
                      .submit_time = At(100)}));
  Wave wave = WaveOf(wave_);
  wave.state = WaveState::kOpen;
  wave.revision = 2;
  wave.participant_count = 2;
  wave.response_count = 1;
  wave.change_count = 2;  // The roster, the response.
  EXPECT_EQ(*store().GetWave(wave_), wave);
}

TEST_F(SurveyDatabaseTest, FindsNothingWhereNothingIs) {
  const absl::string_view p1 = "p1";
  const struct {
    std::string reason;
    absl::Status status;
  } cases[] = {
      {"LOCALITY_NOT_FOUND", store().GetLocality(kLeeds).status()},
      {"INSTRUMENT_NOT_FOUND", store().GetInstrument({kStandard, 1}).status()},
      {"SURVEY_NOT_FOUND", store().GetSurvey(kCare).status()},
      {"WAVE_NOT_FOUND", store().GetWave(wave_).status()},
      {"WAVE_NOT_FOUND", store().ReadSnapshot(wave_).status()},
      {"WAVE_NOT_FOUND",
       store().ImportRoster(wave_, RequestOf(1), {}).status()},
      {"PARTICIPANT_NOT_FOUND", store().GetParticipant(wave_, p1).status()},
      {"RESPONSE_NOT_FOUND", store().GetResponse(wave_, p1).status()},
      {"UPLOAD_NOT_FOUND", store().GetUpload({wave_, "u1"}).status()},
      {"LOCALITY_NOT_FOUND",
       store()
           .UpdateLocality(kLeeds, RequestOf(1),
                           [](const Locality& l) { return l; })
           .status()},
      {"SURVEY_NOT_FOUND",
       store()
           .UpdateSurvey(kCare, RequestOf(1), [](const Survey& s) { return s; })
           .status()},
      {"WAVE_NOT_FOUND",
       store()
           .UpdateWave(wave_, RequestOf(1), [](const Wave& w) { return w; })
           .status()},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(ReasonOf(c.status), c.reason);
    EXPECT_EQ(c.status.code(), absl::StatusCode::kNotFound) << c.reason;
  }
  EXPECT_TRUE(store().ListLocalities("north", "", 10)->empty());
  EXPECT_TRUE(store().ListWaves(kCare, 0, 10)->empty());
  EXPECT_EQ(*store().FindInvitations(wave_, {p1}),
            std::vector<std::optional<Invitation>>{std::nullopt});
  EXPECT_EQ(*store().FindWaveUpdate(wave_, RequestOf(1)), std::nullopt);
}

TEST_F(SurveyDatabaseTest, CreatesOnlyUnderWhatIsThere) {
  EXPECT_EQ(
      ReasonOf(store().CreateSurvey(SurveyOf(kCare), RequestOf(1)).status()),
      "LOCALITY_NOT_FOUND");
  ASSERT_TRUE(store().CreateLocality(LocalityOf(kLeeds), RequestOf(2)).ok());
  EXPECT_EQ(ReasonOf(store().CreateWave(WaveOf(wave_), RequestOf(1)).status()),
            "SURVEY_NOT_FOUND");
  ASSERT_TRUE(store().CreateSurvey(SurveyOf(kCare), RequestOf(3)).ok());
  EXPECT_EQ(ReasonOf(store().CreateWave(WaveOf(wave_), RequestOf(1)).status()),
            "INSTRUMENT_NOT_FOUND");
  ASSERT_TRUE(database_->instruments()
                  .CreateInstrument(InstrumentOf(kStandard), RequestOf(4))
                  .ok());
  // The request that failed so often left nothing that would stop it.
  EXPECT_TRUE(store().CreateWave(WaveOf(wave_), RequestOf(1)).ok());
}

TEST_F(SurveyDatabaseTest, RefusesWhatIsThere) {
  MakeWave();
  const absl::Status clashes[] = {
      store().CreateLocality(LocalityOf(kLeeds), RequestOf(11)).status(),
      database_->instruments()
          .CreateInstrument(InstrumentOf(kStandard), RequestOf(12))
          .status(),
      store().CreateSurvey(SurveyOf(kCare), RequestOf(13)).status(),
      store().CreateWave(WaveOf(wave_), RequestOf(14)).status(),
  };
  const std::string reasons[] = {"LOCALITY_EXISTS", "INSTRUMENT_EXISTS",
                                 "SURVEY_EXISTS", "WAVE_EXISTS"};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(clashes[i].code(), absl::StatusCode::kAlreadyExists);
    EXPECT_EQ(ReasonOf(clashes[i]), reasons[i]);
  }
}

TEST_F(SurveyDatabaseTest, RepeatsWhatItToldARequest) {
  MakeWave();
  const auto rename = [&](absl::string_view name) {
    return store().UpdateLocality(kLeeds, RequestOf(20, name),
                                  [&](const Locality& current) {
                                    Locality changed = current;
                                    changed.display_name = std::string(name);
                                    ++changed.revision;
                                    return changed;
                                  });
  };
  const auto renamed = rename("Greater Leeds");
  ASSERT_TRUE(renamed.ok()) << renamed.status();
  Reopen();
  EXPECT_EQ(*rename("Greater Leeds"), *renamed);
  EXPECT_EQ(store().GetLocality(kLeeds)->revision, 2);
  EXPECT_EQ(ReasonOf(rename("Lesser Leeds").status()), "REQUEST_ID_REUSED");

  // A creation is repeated as it was, whatever has changed since.
  EXPECT_EQ(*store().CreateLocality(LocalityOf(kLeeds), RequestOf(1)),
            LocalityOf(kLeeds));
  EXPECT_EQ(*database_->instruments().CreateInstrument(InstrumentOf(kStandard),
                                                       RequestOf(2)),
            InstrumentOf(kStandard));
  EXPECT_EQ(*store().CreateSurvey(SurveyOf(kCare), RequestOf(3)),
            SurveyOf(kCare));
  EXPECT_EQ(*store().CreateWave(WaveOf(wave_), RequestOf(4)), WaveOf(wave_));
  EXPECT_EQ(ReasonOf(store()
                         .CreateSurvey(SurveyOf(kCare), RequestOf(3, "other"))
                         .status()),
            "REQUEST_ID_REUSED");

  // Ids of the tenant and of a wave do not meet.
  const std::vector<Participant> people = {ParticipantOf("p1")};
  const auto imported = store().ImportRoster(wave_, RequestOf(1), people);
  ASSERT_TRUE(imported.ok()) << imported.status();
  EXPECT_EQ(*imported, (RosterCounts{.created = 1}));
  EXPECT_EQ(*store().ImportRoster(wave_, RequestOf(1), people), *imported);
  EXPECT_EQ(*store().ImportRoster(wave_, RequestOf(7), people),
            (RosterCounts{.unchanged = 1}));
}

TEST_F(SurveyDatabaseTest, ChangesTheStateOfAWaveAndKeepsItsCounts) {
  MakeOpenWave();
  ASSERT_TRUE(Append(0, {RowOf("p1", 1)}).ok());
  int calls = 0;
  const Change<Wave> change = [&](const Wave& current) -> absl::StatusOr<Wave> {
    ++calls;
    Wave wave = current;
    wave.state = WaveState::kClosing;
    wave.close_time = At(9);
    wave.response_count = 77;  // Not the caller's to change.
    return wave;
  };
  EXPECT_EQ(*store().FindWaveUpdate(wave_, RequestOf(30)), std::nullopt);
  const auto closing = store().UpdateWave(wave_, RequestOf(30), change);
  ASSERT_TRUE(closing.ok()) << closing.status();
  EXPECT_EQ(closing->state, WaveState::kClosing);
  EXPECT_EQ(closing->response_count, 1);
  EXPECT_EQ(*store().GetWave(wave_), *closing);
  EXPECT_EQ(*store().UpdateWave(wave_, RequestOf(30), change), *closing);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(*store().FindWaveUpdate(wave_, RequestOf(30)), *closing);
  EXPECT_EQ(
      ReasonOf(store().FindWaveUpdate(wave_, RequestOf(30, "other")).status()),
      "REQUEST_ID_REUSED");

  const auto refused = store().UpdateWave(wave_, std::nullopt, [](const Wave&) {
    return absl::StatusOr<Wave>(absl::AbortedError("no"));
  });
  EXPECT_EQ(refused.status(), absl::AbortedError("no"));
  EXPECT_EQ(store().UpdateWave(wave_, std::nullopt, change)->state,
            WaveState::kClosing);
}

TEST_F(SurveyDatabaseTest, ListsWavesByNumberAndWithinTheirSurvey) {
  MakeWave();
  ASSERT_TRUE(
      store()
          .CreateSurvey(SurveyOf({"north", "leeds", "care-2"}), RequestOf(10))
          .ok());
  int request = 20;
  for (const std::int32_t number : {256, 1, 255, INT32_MAX}) {
    ASSERT_TRUE(store()
                    .CreateWave(WaveOf({"north", "leeds", "care", number}),
                                RequestOf(++request))
                    .ok());
  }
  ASSERT_TRUE(store()
                  .CreateWave(WaveOf({"north", "leeds", "care-2", 2}),
                              RequestOf(++request))
                  .ok());
  const auto numbers = [&](std::int32_t after, std::size_t limit) {
    std::vector<std::int32_t> listed;
    const auto waves = store().ListWaves(kCare, after, limit);
    for (const Wave& wave : *waves) listed.push_back(wave.key.wave);
    return listed;
  };
  EXPECT_EQ(numbers(0, 10),
            (std::vector<std::int32_t>{1, 3, 255, 256, INT32_MAX}));
  EXPECT_EQ(numbers(3, 2), (std::vector<std::int32_t>{255, 256}));
  EXPECT_EQ(numbers(INT32_MAX, 10), std::vector<std::int32_t>{});
  EXPECT_EQ(numbers(0, 0), std::vector<std::int32_t>{});
}

TEST_F(SurveyDatabaseTest, TellsInvitationsAlsoOnceTheyChange) {
  MakeWave();
  const auto invitations = [&] {
    return *store().FindInvitations(wave_, {"p1", "p2", "\xff"});
  };
  using Invitations = std::vector<std::optional<Invitation>>;
  EXPECT_EQ(invitations(),
            (Invitations{std::nullopt, std::nullopt, std::nullopt}));
  ASSERT_TRUE(
      store().ImportRoster(wave_, RequestOf(5), {ParticipantOf("p1")}).ok());
  EXPECT_EQ(invitations(),
            (Invitations{Invitation::kInvited, std::nullopt, std::nullopt}));
  ASSERT_TRUE(store()
                  .ImportRoster(wave_, RequestOf(6),
                                {ParticipantOf("p1", Invitation::kOptedOut),
                                 ParticipantOf("p2", Invitation::kNotInvited)})
                  .ok());
  EXPECT_EQ(invitations(),
            (Invitations{Invitation::kOptedOut, Invitation::kNotInvited,
                         std::nullopt}));
  EXPECT_EQ(store().GetWave(wave_)->participant_count, 2);
}

TEST_F(SurveyDatabaseTest, ImportsAllPeopleOrNone) {
  MakeOpenWave();
  const auto refused = store().ImportRoster(
      wave_, RequestOf(40),
      {ParticipantOf("q1"), ParticipantOf("p1", Invitation::kOptedOut)});
  EXPECT_EQ(ReasonOf(refused.status()), "ROSTER_FIXED");
  EXPECT_EQ(ReasonOf(store().GetParticipant(wave_, "q1").status()),
            "PARTICIPANT_NOT_FOUND");
  EXPECT_EQ(store().GetWave(wave_)->participant_count, 9);
}

TEST_F(SurveyDatabaseTest, ReadsASnapshotAsItWasAtOneInstant) {
  MakeOpenWave();
  ASSERT_TRUE(Append(0, {RowOf("p1", 1), RowOf("p3", 3)}).ok());
  const auto snapshot = store().ReadSnapshot(wave_);
  ASSERT_TRUE(snapshot.ok()) << snapshot.status();
  ASSERT_TRUE(Append(2, {RowOf("p1", 2), RowOf("p2", 2)}).ok());
  ASSERT_TRUE(
      store().ImportRoster(wave_, RequestOf(50), {ParticipantOf("q1")}).ok());

  EXPECT_EQ((*snapshot)->wave().response_count, 2);
  EXPECT_EQ((*snapshot)->wave().participant_count, 9);
  const auto responses = (*snapshot)->ReadResponses("", 10);
  ASSERT_TRUE(responses.ok()) << responses.status();
  ASSERT_EQ(responses->size(), 2u);
  EXPECT_EQ((*responses)[0].answers, AnswersOf(1));
  EXPECT_EQ((*responses)[1].person, "p3");
  EXPECT_EQ((*snapshot)->ReadResponses("p1", 10)->size(), 1u);
  EXPECT_EQ((*snapshot)->ReadParticipants("p7", 10)->size(), 2u);
  EXPECT_EQ((*snapshot)->ReadParticipants("", 3)->size(), 3u);
  EXPECT_TRUE((*snapshot)->ReadParticipants("p9", 3)->empty());
}

// Everything that the store does with localities, at random, against a map.
TEST_F(SurveyDatabaseTest, BehavesLikeItsModel) {
  const std::string tenants[] = {"north", "north-west", "n"};
  std::map<std::string, std::map<std::string, Locality>> model;
  std::mt19937 random(20240131);
  int calls = 100;
  for (int step = 0; step < 3'000; ++step) {
    SCOPED_TRACE(step);
    const std::string& tenant = tenants[random() % 3];
    const std::string id = absl::StrCat("l", random() % 40);
    auto& localities = model[tenant];
    const auto known = localities.find(id);
    const auto action = random() % 100;
    if (action == 0) {
      Reopen();
    } else if (action < 30) {
      const auto created =
          store().CreateLocality(LocalityOf({tenant, id}), RequestOf(++calls));
      EXPECT_EQ(created.ok(), known == localities.end()) << created.status();
      localities.try_emplace(id, LocalityOf({tenant, id}));
    } else if (action < 60) {
      const auto change = [&](const Locality& current) {
        Locality changed = current;
        changed.population = static_cast<std::int64_t>(random() % 1000);
        ++changed.revision;
        return changed;
      };
      const auto updated =
          store().UpdateLocality({tenant, id}, RequestOf(++calls), change);
      ASSERT_EQ(updated.ok(), known != localities.end()) << updated.status();
      if (updated.ok()) {
        EXPECT_EQ(updated->revision, known->second.revision + 1);
        known->second = *updated;
      }
    } else if (action < 80) {
      const auto found = store().GetLocality({tenant, id});
      ASSERT_EQ(found.ok(), known != localities.end());
      if (found.ok()) {
        EXPECT_EQ(*found, known->second);
      }
    } else {
      const std::size_t limit = random() % 10;
      std::vector<Locality> want;
      for (auto it = localities.upper_bound(id);
           it != localities.end() && want.size() < limit; ++it) {
        want.push_back(it->second);
      }
      EXPECT_EQ(*store().ListLocalities(tenant, id, limit), want);
    }
  }
}

// Threads that change one locality at once: no change is lost.
TEST_F(SurveyDatabaseTest, LosesNoChangeToAnother) {
  MakeWave();
  constexpr int kThreads = 8;
  constexpr int kChanges = 50;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kChanges; ++i) {
        const auto updated =
            store().UpdateLocality(kLeeds, RequestOf(1'000 + t * kChanges + i),
                                   [](const Locality& current) {
                                     Locality changed = current;
                                     ++changed.revision;
                                     return changed;
                                   });
        ASSERT_TRUE(updated.ok()) << updated.status();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store().GetLocality(kLeeds)->revision, 1 + kThreads * kChanges);
}

class DamagedDatabaseTest : public StoreTest {
 protected:
  // Puts bytes where the store has not, as a fault or another program would.
  void Overwrite(const std::string& family, const std::string& key,
                 const std::string& value) {
    database_.reset();
    {
      const auto rocks = kv::OpenRocks(
          {.path = "/db", .families = keys::Families(), .env = env_.get()});
      ASSERT_TRUE(rocks.ok()) << rocks.status();
      rocksdb::WriteBatch batch = kv::NewBatch();
      batch.Put((*rocks)->family(family), key, value);
      ASSERT_TRUE((*rocks)->Commit(batch).ok());
    }
    Reopen();
  }
};

TEST_F(DamagedDatabaseTest, ReportsWhatItCannotRead) {
  MakeOpenWave();
  ASSERT_TRUE(Append(0, {RowOf("p1", 1)}).ok());
  const std::string wave = keys::ForWave(wave_);
  storage::ResponseRecord unsorted;
  unsorted.set_revision(1);
  for (const char* network : {"trust", "advice"}) {
    auto* answer = unsorted.mutable_answers()->add_networks();
    answer->set_network_id(network);
    answer->set_state(2);
  }
  storage::WaveRecord stateless;
  stateless.set_instrument_id("standard");
  stateless.set_revision(1);
  storage::ParticipantRecord uninvited;
  storage::LocalityRecord nameless;
  nameless.set_revision(1);
  const struct {
    std::string family;
    std::string key;
    std::string value;
    std::function<absl::Status()> read;
  } cases[] = {
      {keys::kResponsesFamily, wave + "p1", unsorted.SerializeAsString(),
       [&] { return store().GetResponse(wave_, "p1").status(); }},
      {keys::kResponsesFamily, wave + "p1", "",
       [&] { return store().GetResponse(wave_, "p1").status(); }},
      {keys::kResponsesFamily, wave + "p1", "\xff",
       [&] { return Append(1, {RowOf("p1", 2)}).status(); }},
      {keys::kResponsesFamily, wave + "P1", "",
       [&] {
         return (*store().ReadSnapshot(wave_))->ReadResponses("", 9).status();
       }},
      {keys::kParticipantsFamily, wave + "p1", uninvited.SerializeAsString(),
       [&] { return store().FindInvitations(wave_, {"p2"}).status(); }},
      {keys::kParticipantsFamily, wave + "p1", uninvited.SerializeAsString(),
       [&] { return store().ListParticipants(wave_, "", 9).status(); }},
      {keys::kUploadsFamily, wave + "u1", "",
       [&] { return store().GetUpload({wave_, "u1"}).status(); }},
      {keys::kLocalitiesFamily, keys::ForLocality(kLeeds),
       nameless.SerializeAsString(),
       [&] { return store().GetLocality(kLeeds).status(); }},
      {keys::kLocalitiesFamily, keys::TenantPrefix("north") + "L", "",
       [&] { return store().ListLocalities("north", "", 9).status(); }},
      {keys::kRequestIdsFamily, wave + RequestOf(6).id, "\xff",
       [&] { return store().FindWaveUpdate(wave_, RequestOf(6)).status(); }},
      {keys::kWavesFamily, wave, stateless.SerializeAsString(),
       [&] { return store().GetWave(wave_).status(); }},
      {keys::kWavesFamily, wave, stateless.SerializeAsString(),
       [&] { return store().ListWaves(kCare, 0, 9).status(); }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.family + " " + absl::BytesToHexString(c.value));
    Overwrite(c.family, c.key, c.value);
    const absl::Status status = c.read();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_EQ(ReasonOf(status), "STORED_DATA_UNREADABLE");
  }
}

// The bytes of a stored response. They are on disk: if this fails, the code is
// wrong, not the test.
TEST(ResponseRecordTest, HasTheBytesThatAreOnDisk) {
  const Answers answers = {
      .networks = {{.network_id = "a",
                    .state = AnswerState::kResponded,
                    .nominations = {{.person = "p", .weight = 2}}}},
      .items = {{.item_id = "i", .rating = 0, .non_answer = NonAnswer::kNone}}};
  const std::string value =
      EncodeAnswers(answers) + EncodeRevision(3, absl::FromUnixMicros(5));
  EXPECT_EQ(absl::BytesToHexString(value),
            "0a14"    // answers
            "0a0b"    // networks
            "0a0161"  // network_id "a"
            "1001"    // state 1
            "1a0170"  // persons "p"
            "220102"  // weights 2
            "1205"    // items
            "0a0169"  // item_id "i"
            "1000"    // rating 0
            "1003"    // revision 3
            "1805");  // submit_time_micros 5
  const auto response = DecodeResponse("q", value);
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(*response, (Response{.person = "q",
                                 .answers = answers,
                                 .revision = 3,
                                 .submit_time = absl::FromUnixMicros(5)}));
  EXPECT_EQ(*DecodeAnswers(EncodeAnswers(answers)), answers);
  EXPECT_EQ(absl::BytesToHexString(EncodeAnswers({})), "0a00");
}

TEST(ResponseRecordTest, EncodesAsProtobufDoes) {
  constexpr int kRounds = 2'000;
  std::mt19937 random(20);
  const auto below = [&](int end) {
    return static_cast<int>(random() % static_cast<unsigned>(end));
  };
  const auto text = [&] {
    return std::string(static_cast<std::size_t>(below(200)), 'x');
  };
  for (int round = 0; round < kRounds; ++round) {
    Answers answers;
    for (int i = below(4); i > 0; --i) {
      NetworkAnswer& answer = answers.networks.emplace_back();
      answer.network_id = text();
      answer.state = static_cast<AnswerState>(below(4));
      for (int j = below(5); j > 0; --j) {
        answer.nominations.push_back(
            {.person = text(), .weight = below(3) == 0 ? below(400) - 100 : 1});
      }
    }
    for (int i = below(4); i > 0; --i) {
      ItemAnswer& answer = answers.items.emplace_back();
      answer.item_id = text();
      answer.non_answer = static_cast<NonAnswer>(below(3));
      if (below(2) == 0) answer.rating = below(400) - 100;
    }
    const std::string bytes = EncodeAnswers(answers);
    storage::ResponseRecord record;
    ASSERT_TRUE(record.ParseFromString(bytes)) << "seed 20, round " << round;
    ASSERT_EQ(record.SerializeAsString(), bytes) << "seed 20, round " << round;
    ASSERT_EQ(record.answers().networks_size() + record.answers().items_size(),
              static_cast<int>(answers.networks.size() + answers.items.size()));
  }
}

}  // namespace
}  // namespace pulsetaker::survey
