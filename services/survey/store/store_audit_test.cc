// An audit finds nothing in a store that the service wrote, and everything that
// is done to one.

#include "services/survey/store/store_audit.h"

#include <algorithm>
#include <functional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/instruments.h"
#include "services/survey/domain/people.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"
#include "services/survey/store/store_restore.h"
#include "services/survey/store/store_testing.h"
#include "services/survey/store/stored_reader.h"
#include "services/survey/store/tenant_keys.h"

namespace pulsetaker::survey {
namespace {

class StoreAuditTest : public StoreTest {
 protected:
  // A store with a row of every family, and a wave that was closed.
  void MakeStore() {
    MakeOpenWave();
    ASSERT_TRUE(Append(0, {RowOf("p1", 1), RowOf("p2", 2)}).ok());
    ASSERT_TRUE(Append(2, {RowOf("p1", 3), RowOf("p2", 2)}).ok());
    ASSERT_TRUE(
        Append(4, {RowOf("p4", 1), RowOf("p5", 1), RowOf("p6", 1)}).ok());
    ASSERT_TRUE(Submit(20, "p3", 1).ok());
    ASSERT_TRUE(Submit(21, "p3", 2).ok());
    ASSERT_TRUE(Submit(22, "p3", 2).ok());
    Invite();
    ChangeWhatIsShown();
    Fieldwork fieldwork(store(), database_->qualities(),
                        [] { return At(300); });
    const auto closed = fieldwork.CloseWave({.key = wave_,
                                             .expected_revision = {},
                                             .request_id = RequestOf(30).id});
    ASSERT_TRUE(closed.ok()) << closed.status();
  }

  // Rows of invitations, with every kind of request for them.
  void Invite() {
    const SurveyKey survey = {wave_.tenant, wave_.locality, wave_.survey};
    ASSERT_TRUE(database_->consents()
                    .Publish({.survey = survey,
                              .version = 0,
                              .texts = {{"en", "I agree."}},
                              .create_time = At(1)},
                             RequestOf(40))
                    .ok());
    InvitationStore& invitations = database_->invitations();
    IssueOrder order;
    order.wave = wave_;
    order.persons = {"p7"};
    order.expire_time = At(1'000);
    order.request = RequestOf(41);
    order.now = At(10);
    ASSERT_TRUE(invitations.Issue(order).ok());
    ASSERT_TRUE(invitations.RotateKey("north", RequestOf(42), At(20)).ok());
    ASSERT_TRUE(invitations
                    .RecordReminders({.wave = wave_,
                                      .persons = {"p7"},
                                      .send_time = At(20),
                                      .request = RequestOf(43),
                                      .now = At(20)})
                    .ok());
    ASSERT_TRUE(invitations
                    .UpdateInvitation(wave_, "p7", RequestOf(44),
                                      [](const IssuedInvitation& current)
                                          -> absl::StatusOr<IssuedInvitation> {
                                        return current;
                                      })
                    .ok());
  }

  // A row of each kind that changes what is shown, with its request.
  void ChangeWhatIsShown() {
    const Clock clock = [] { return At(200); };
    Instrument draft = InstrumentOf({"north", "standard"});
    draft.display_name = "Standard, to be changed";
    Instruments instruments(database_->instruments(), clock);
    ASSERT_TRUE(instruments.Update(draft, "", RequestOf(50).id).ok());
    const FlaggedResponse flagged = {
        .person = "p4",
        .revision = 1,
        .findings = {{QualityFlag::kAtCap, false, "work", 3}},
        .state = ReviewState::kFlagged,
        .check_time = At(200),
        .review_time = std::nullopt,
        .note = ""};
    ASSERT_TRUE(database_->qualities().PutFindings(wave_, {flagged}).ok());
    const LocalityKey leeds = {"north", "leeds"};
    People people(database_->people(), store(), clock);
    ASSERT_TRUE(people
                    .ReviewResponse({.response = {wave_, "p4"},
                                     .revision = 1,
                                     .decision = ReviewState::kKept,
                                     .note = "asked back"},
                                    RequestOf(51).id)
                    .ok());
    ASSERT_TRUE(
        people.OptOutPerson({leeds, "stranger"}, RequestOf(52).id).ok());
    ASSERT_TRUE(people
                    .MergePeople({leeds, "stranger-2", "p8", "Entered twice."},
                                 RequestOf(53).id)
                    .ok());
    ASSERT_TRUE(people.WithdrawResponse({wave_, "p6"}, RequestOf(54).id).ok());
    ASSERT_TRUE(
        people.ErasePerson({leeds, "passer-by"}, RequestOf(55).id).ok());
    ASSERT_TRUE(database_->retention()
                    .UpdatePolicy("north",
                                  [](const RetentionPolicy& current)
                                      -> absl::StatusOr<RetentionPolicy> {
                                    return Changed(current, 365, At(200));
                                  })
                    .ok());
  }

  // Does something to the closed store, then audits it.
  absl::StatusOr<StoreAudit> AuditAfter(
      const std::function<void(const Tables&, rocksdb::WriteBatch&)>& change) {
    database_.reset();
    auto rocks = kv::OpenRocks(
        {.path = "/db", .families = keys::Families(), .env = env_.get()});
    EXPECT_TRUE(rocks.ok()) << rocks.status();
    const TenantKeys tenant_keys(**rocks, nullptr);
    const Tables tables(**rocks, tenant_keys);
    rocksdb::WriteBatch batch = kv::NewBatch();
    change(tables, batch);
    EXPECT_TRUE((*rocks)->Commit(batch).ok());
    return AuditStore(**rocks);
  }

  std::string WaveKeyed(absl::string_view id) const {
    return absl::StrCat(keys::ForWave(wave_), id);
  }
};

TEST_F(StoreAuditTest, ReadsEveryFamily) {
  std::vector<std::string> wanted = keys::Families();
  std::vector<std::string> read = AuditedFamilies();
  std::sort(wanted.begin(), wanted.end());
  std::sort(read.begin(), read.end());
  EXPECT_EQ(read, wanted)
      << "a family needs a reader in store_audit.cc, or a backup could bring "
         "back rows that no one has looked at";
}

TEST_F(StoreAuditTest, FindsNothingInASoundStore) {
  MakeStore();
  database_.reset();
  const auto audit = VerifyStore("/db", env_.get());
  ASSERT_TRUE(audit.ok()) << audit.status();
  const StoreAudit wanted = {.row_counts = {{"localities", 1},
                                            {"instruments", 1},
                                            {"surveys", 1},
                                            {"waves", 1},
                                            {"wave_counts", 1},
                                            {"participants", 9},
                                            {"responses", 5},
                                            {"uploads", 1},
                                            {"request_ids", 21},
                                            {"instrument_revisions", 1},
                                            {"response_revisions", 2},
                                            {"withdrawals", 1},
                                            {"opt_outs", 1},
                                            {"person_aliases", 1},
                                            {"people_revisions", 1},
                                            {"quality_reviews", 1},
                                            {"invitations", 1},
                                            {"invitation_keys", 2},
                                            {"consent_texts", 1},
                                            {"root_keys", 1},
                                            {"tenant_keys", 1},
                                            {"person_keys", 10},
                                            {"erasures", 1},
                                            {"retention_policies", 1}},
                             .digested_wave_count = 1};
  EXPECT_EQ(*audit, wanted);
  for (const auto& [family, count] : audit->row_counts) {
    EXPECT_GT(count, 0) << family << " has no row, so nothing was tried";
  }
}

TEST_F(StoreAuditTest, FindsNothingInAnEmptyStore) {
  database_.reset();
  EXPECT_TRUE(VerifyStore("/db", env_.get()).ok());
  EXPECT_EQ(VerifyStore("/nothing", env_.get()).status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(StoreAuditTest, ReadsAStoreThatIsWrittenTo) {
  MakeStore();
  // Through the snapshot that it takes: what comes later is not in it.
  EXPECT_TRUE(AuditAfter([](const Tables&, rocksdb::WriteBatch&) {}).ok());
}

struct Spoiling {
  const char* name;
  std::function<void(const Tables&, rocksdb::WriteBatch&)> make;
  const char* wanted;  // In the message.
};

constexpr std::size_t kChangeCount = 17;  // Besides two of each family.

class StoreAuditChangeTest : public StoreAuditTest,
                             public ::testing::WithParamInterface<std::size_t> {
 protected:
  // Everything that an audit looks at, spoiled one by one.
  std::vector<Spoiling> Changes() const {
    const std::string wave = keys::ForWave(wave_);
    const std::string leeds = keys::ForLocality({"north", "leeds"});
    const std::string standard = keys::ForInstrument({"north", "standard"});
    const std::string care = keys::ForSurvey({"north", "leeds", "care"});
    const std::string p1 = WaveKeyed("p1");
    const std::string p4 = WaveKeyed("p4");
    const std::string p5 = WaveKeyed("p5");
    const std::string p7 = WaveKeyed("p7");
    const std::string p9 = WaveKeyed("p9");
    const std::string key1 = keys::ForInvitationKey("north", 1);
    const std::string u1 = WaveKeyed("u1");
    const std::string strange = WaveKeyed(RequestOf(99).id);
    std::vector<std::string> submissions;
    for (int i = 20; i <= 22; ++i) {
      submissions.push_back(WaveKeyed(RequestOf(i).id));
    }
    using B = rocksdb::WriteBatch;
    using T = Tables;
    std::vector<Spoiling> changes = {
        {"no locality",
         [=](const T& t, B& b) { b.Delete(t.localities, leeds); },
         "its locality is not there"},
        {"no instrument",
         [=](const T& t, B& b) { b.Delete(t.instruments, standard); },
         "its instrument is not there"},
        {"no survey", [=](const T& t, B& b) { b.Delete(t.surveys, care); },
         "its survey is not there"},
        {"no wave", [=](const T& t, B& b) { b.Delete(t.waves, wave); },
         "rows of a wave that is not there"},
        {"no counts", [=](const T& t, B& b) { b.Delete(t.wave_counts, wave); },
         "a wave has no counts"},
        {"no person", [=](const T& t, B& b) { b.Delete(t.participants, p9); },
         "has 8 people, and its counts say 9"},
        {"no key of a person",
         [=](const T& t, B& b) {
           b.Delete(t.person_keys,
                    keys::ForPersonKey({"north", "leeds"}, "p9"));
         },
         "the key of a person is gone"},
        {"no response", [=](const T& t, B& b) { b.Delete(t.responses, p5); },
         "has 4 responses, and its counts say 5"},
        {"no response of findings",
         [=](const T& t, B& b) { b.Delete(t.responses, p4); },
         "its response is not there"},
        // One response less than this may have been of who was erased.
        {"no upload and a request less",
         [=](const T& t, B& b) {
           b.Delete(t.uploads, u1);
           b.Delete(t.request_ids, submissions.front());
         },
         "has 5 responses, but its uploads told 0 and there were 4"},
        {"no requests",
         [=](const T& t, B& b) {
           for (const std::string& key : submissions) {
             b.Delete(t.request_ids, key);
           }
         },
         "later revisions, but its uploads told 0 and there were 1"},
        {"no key", [=](const T& t, B& b) { b.Delete(t.invitation_keys, key1); },
         "its key is not there"},
        {"no invited person",
         [=](const T& t, B& b) { b.Delete(t.participants, p7); },
         "its participant is not there"},
        {"another instrument",
         [=](const T& t, B& b) {
           Instrument other = InstrumentOf({"north", "standard"});
           other.display_name = "Other";
           b.Put(t.instruments, standard, ToRecord(other).SerializeAsString());
         },
         "its digest is of other content"},
        {"another answer",
         [=](const T& t, B& b) {
           b.Put(t.responses, p1,
                 EncodeAnswers(AnswersOf(8)) + EncodeRevision(2, At(100)));
         },
         "its snapshot has the digest"},
        {"another revision",
         [=](const T& t, B& b) {
           b.Put(t.responses, p1,
                 EncodeAnswers(AnswersOf(3)) + EncodeRevision(9, At(100)));
         },
         "later revisions"},
        {"a request of nothing",
         [=](const T& t, B& b) {
           storage::RequestRecord record;
           record.set_digest(std::string(32, 'x'));
           b.Put(t.request_ids, strange, record.SerializeAsString());
         },
         "another kind"},
    };
    EXPECT_EQ(changes.size(), kChangeCount);
    for (const std::string& name : keys::Families()) {
      changes.push_back(
          {"a foreign key",
           [=](const T& t, B& b) { b.Put(t.rocks.family(name), "\x02x", ""); },
           "not a key of its family: 0278"});
      changes.push_back(
          {"a foreign value",
           [=](const T& t, B& b) { SpoilFirst(t, t.rocks.family(name), b); },
           "key 01"});
    }
    return changes;
  }

  static void SpoilFirst(const Tables& tables, kv::Rocks::Family* family,
                         rocksdb::WriteBatch& batch) {
    const auto it = tables.rocks.NewPrefixIterator(family, "");
    ASSERT_TRUE(it->Valid());
    batch.Put(family, kv::ToSlice(it->key()), "\xff\xff");
  }
};

TEST_P(StoreAuditChangeTest, IsFound) {
  const std::vector<Spoiling> changes = Changes();
  ASSERT_LT(GetParam(), changes.size());
  const Spoiling& change = changes[GetParam()];
  SCOPED_TRACE(change.name);
  MakeStore();
  const auto audit = AuditAfter(change.make);
  EXPECT_EQ(ReasonOf(audit.status()), "STORED_DATA_UNREADABLE");
  EXPECT_TRUE(absl::StrContains(audit.status().message(), change.wanted))
      << audit.status();
}

INSTANTIATE_TEST_SUITE_P(All, StoreAuditChangeTest,
                         ::testing::Range(std::size_t{0},
                                          kChangeCount +
                                              2 * keys::Families().size()));

}  // namespace
}  // namespace pulsetaker::survey
