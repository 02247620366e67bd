// Erasing someone: nothing of them is left in any row or file, nobody brings
// them back, and no backup does.

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/crypto/signing.h"
#include "services/survey/domain/erasures.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/people.h"
#include "services/survey/store/file_erasure_ledger.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/people_reader.h"
#include "services/survey/store/store_restore.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

const LocalityKey kLeeds = {"north", "leeds"};
constexpr char kBackups[] = "/backups";
// Long enough not to be in sealed bytes by chance.
constexpr char kAnn[] = "ann-who-goes";

// Names these people in one network, and nobody else.
Answers Naming(const std::vector<std::string>& people) {
  Answers answers = AnswersOf(1);
  answers.networks[0].nominations.clear();
  for (const std::string& person : people) {
    answers.networks[0].nominations.push_back({.person = person, .weight = 1});
  }
  return answers;
}

class ErasureTest : public StoreTest {
 protected:
  ErasureTest() { Open(); }

  void Open() {
    database_.reset();
    auto opened = OpenSurveyDatabase(
        {.path = path_, .env = env_.get(), .backup_dir = kBackups});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
  }

  FrameRow Row(absl::string_view person, Answers answers) {
    return {.person = std::string(person),
            .answers = std::move(answers),
            .expected_revision = std::nullopt};
  }

  // She answers twice, is named by p2 and p3 and in what p2 said before, is
  // invited, flagged and noted of, has the alias twin, and the wave is closed.
  void MakePeople() {
    MakeOpenWave();
    ASSERT_TRUE(store()
                    .ImportRoster(wave_, RequestOf(19), {{ParticipantOf(kAnn)}})
                    .ok());
    ASSERT_TRUE(Append(0, {Row(kAnn, Naming({"p2"})), Row("p2", Naming({kAnn})),
                           Row("p3", Naming({kAnn, "p4"}))})
                    .ok());
    ASSERT_TRUE(Append(3, {Row(kAnn, Naming({"p3"})),
                           Row("p2", Naming({"p4", "twin-of-ann"}))})
                    .ok());
    ASSERT_TRUE(Submit(20, "p5", 1).ok());
    Invite({kAnn, "p6"}, 41);
    const FlaggedResponse flagged = {
        .person = kAnn,
        .revision = 2,
        .findings = {{QualityFlag::kAtCap, false, "advice", 3}},
        .state = ReviewState::kFlagged,
        .check_time = At(200),
        .review_time = std::nullopt,
        .note = ""};
    ASSERT_TRUE(database_->qualities().PutFindings(wave_, {flagged}).ok());
    People people = MakePeopleCase();
    ASSERT_TRUE(people
                    .ReviewResponse({.response = {wave_, kAnn},
                                     .revision = 2,
                                     .decision = ReviewState::kKept,
                                     .note = "asked back"},
                                    RequestOf(51).id)
                    .ok());
    ASSERT_TRUE(
        people
            .MergePeople({kLeeds, "twin-of-ann", kAnn, "Entered twice."},
                         RequestOf(52).id)
            .ok());
  }

  void Invite(std::vector<std::string> persons, int request) {
    IssueOrder order;
    order.wave = wave_;
    order.persons = std::move(persons);
    order.expire_time = At(1'000'000);
    order.request = RequestOf(request);
    order.now = At(10);
    ASSERT_TRUE(database_->invitations().Issue(order).ok());
  }

  void Close() {
    Fieldwork fieldwork(store(), database_->qualities(),
                        [] { return At(300); });
    const auto closed = fieldwork.CloseWave({.key = wave_,
                                             .expected_revision = {},
                                             .request_id = RequestOf(30).id});
    ASSERT_TRUE(closed.ok()) << closed.status();
  }

  People MakePeopleCase() {
    return People(database_->people(), store(), [] { return At(400); });
  }

  absl::StatusOr<ErasureReceipt> Erase(absl::string_view person, int request) {
    People people = MakePeopleCase();
    return Erasures(people, database_->people(), database_->erasure_ledger())
        .ErasePerson({kLeeds, std::string(person)}, RequestOf(request).id);
  }

  // Where an id is, in keys and values of all rows; those that keep it out are
  // left aside.
  std::vector<std::string> RowsThatName(absl::string_view id) {
    database_.reset();
    std::vector<std::string> found;
    {
      const auto rocks = kv::OpenRocks(
          {.path = path_, .families = keys::Families(), .env = env_.get()});
      EXPECT_TRUE(rocks.ok()) << rocks.status();
      for (const std::string& family : keys::Families()) {
        if (family == keys::kErasuresFamily) continue;
        const auto it =
            (*rocks)->NewPrefixIterator((*rocks)->family(family), "");
        for (; it->Valid(); it->Next()) {
          storage::RequestRecord request;
          const bool is_receipt =
              family == keys::kRequestIdsFamily &&
              request.ParseFromString(std::string(it->value())) &&
              request.has_erasure();
          if (is_receipt) continue;
          if (absl::StrContains(it->key(), id) ||
              absl::StrContains(it->value(), id)) {
            found.push_back(family);
          }
        }
      }
    }
    Open();
    return found;
  }

  // Files of the store in which the bytes are.
  std::vector<std::string> FilesWith(absl::string_view bytes) {
    std::vector<std::string> names;
    std::vector<std::string> found;
    EXPECT_TRUE(env_->GetChildren("/db/db", &names).ok());
    for (const std::string& name : names) {
      std::string content;
      if (!rocksdb::ReadFileToString(env_.get(), "/db/db/" + name, &content)
               .ok()) {
        continue;
      }
      if (absl::StrContains(content, bytes)) found.push_back(name);
    }
    return found;
  }

  std::string path_ = "/db";

  std::string Digest() { return store().GetWave(wave_)->snapshot_digest; }

  void MakeBackup(int request) {
    const auto made = database_->backups().Create(
        {.request_id = RequestOf(request).id, .create_time = At(500)},
        [] { return absl::OkStatus(); });
    ASSERT_TRUE(made.ok()) << made.status();
  }
};

TEST_F(ErasureTest, LeavesNothingInAnyRow) {
  MakePeople();
  EXPECT_GE(RowsThatName(kAnn).size(), 8u) << "the search must find something";
  EXPECT_FALSE(RowsThatName("twin-of-ann").empty());
  const auto receipt = Erase(kAnn, 60);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->counts, (ErasureCounts{.roster_entries = 1,
                                            .responses = 1,
                                            .nominations = 3,
                                            .invitations = 1,
                                            .findings = 1,
                                            .merges = 1}));
  EXPECT_EQ(RowsThatName(kAnn), std::vector<std::string>());
  EXPECT_EQ(RowsThatName("twin-of-ann"), std::vector<std::string>());
  database_.reset();
  const auto audit = VerifyStore("/db", env_.get());
  EXPECT_TRUE(audit.ok()) << audit.status();
}

TEST_F(ErasureTest, LeavesNothingInAnyFile) {
  MakePeople();
  const std::string key =
      keys::ForPersonKey(kLeeds, kAnn);  // Of the person's key, in the log.
  std::string wrapped;
  {
    database_.reset();
    const auto rocks = kv::OpenRocks(
        {.path = "/db", .families = keys::Families(), .env = env_.get()});
    ASSERT_TRUE(rocks.ok());
    storage::PersonKeyRecord record;
    ASSERT_TRUE(record.ParseFromString(
        **(*rocks)->Get((*rocks)->family(keys::kPersonKeysFamily), key)));
    wrapped = record.wrapped();
  }
  Open();
  EXPECT_FALSE(FilesWith(wrapped).empty());
  ASSERT_TRUE(Erase(kAnn, 60).ok());
  EXPECT_EQ(FilesWith(wrapped), std::vector<std::string>());
}

TEST_F(ErasureTest, GivesClosedWavesTheDigestOfWhatIsLeft) {
  MakePeople();
  Close();
  const std::string before = Digest();
  ASSERT_TRUE(Erase(kAnn, 60).ok());
  EXPECT_NE(Digest(), before);
  {
    const auto snapshot = store().ReadSnapshot(wave_);
    ASSERT_TRUE(snapshot.ok());
    const auto responses = (*snapshot)->ReadResponses("", 100);
    ASSERT_TRUE(responses.ok());
    ASSERT_EQ(responses->size(), 3u);
    EXPECT_EQ(responses->at(0).person, "p2");
    EXPECT_EQ(responses->at(1).answers.networks[0].nominations.size(), 1u);
  }
  database_.reset();
  // Reads all rows again and compares the digest.
  const auto audit = VerifyStore("/db", env_.get());
  ASSERT_TRUE(audit.ok()) << audit.status();
  EXPECT_EQ(audit->digested_wave_count, 1);
}

TEST_F(ErasureTest, ErasesSomeoneWhoWasOnlyNamed) {
  MakeOpenWave();
  ASSERT_TRUE(Append(0, {Row("p1", Naming({"stranger"}))}).ok());
  const auto receipt = Erase("stranger", 60);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->counts, (ErasureCounts{.nominations = 1}));
  const auto response = store().GetResponse(wave_, "p1");
  ASSERT_TRUE(response.ok()) << response.status();
  // p1 named someone, which is not the same as nobody.
  EXPECT_EQ(response->answers.networks[0].state, AnswerState::kResponded);
  EXPECT_TRUE(response->answers.networks[0].nominations.empty());
  EXPECT_EQ(response->answers.networks[0].hidden.opted_out, 1);
  EXPECT_EQ(RowsThatName("stranger"), std::vector<std::string>());
}

TEST_F(ErasureTest, KeepsTheErasedOut) {
  MakePeople();
  ASSERT_TRUE(Erase(kAnn, 60).ok());
  for (const absl::string_view id :
       {absl::string_view(kAnn), absl::string_view("twin-of-ann")}) {
    EXPECT_EQ(
        ReasonOf(store()
                     .ImportRoster(wave_, RequestOf(61), {{ParticipantOf(id)}})
                     .status()),
        "PERSON_ERASED");
    EXPECT_EQ(ReasonOf(Submit(62, id, 1).status()), "PERSON_ERASED");
    People people = MakePeopleCase();
    EXPECT_EQ(
        ReasonOf(
            people.OptOutPerson({kLeeds, std::string(id)}, RequestOf(63).id)
                .status()),
        "PERSON_ERASED");
    EXPECT_EQ(
        ReasonOf(people
                     .MergePeople({kLeeds, std::string(id), "p9", "Why not."},
                                  RequestOf(64).id)
                     .status()),
        "PERSON_ERASED");
    EXPECT_EQ(
        ReasonOf(people
                     .MergePeople({kLeeds, "p9", std::string(id), "Why not."},
                                  RequestOf(65).id)
                     .status()),
        "PERSON_ERASED");
  }
  const auto frame = Append(5, {Row(kAnn, Naming({"p2"})),
                                Row("p6", Naming({kAnn, "p2", "twin-of-ann"})),
                                Row("p7", Naming({kAnn}))});
  ASSERT_TRUE(frame.ok()) << frame.status();
  EXPECT_EQ(frame->verdicts[0], RowVerdict::kRejected);
  EXPECT_EQ(frame->problems[0].reason, "PERSON_ERASED");
  EXPECT_EQ(frame->verdicts[1], RowVerdict::kStored);
  const auto p6 = store().GetResponse(wave_, "p6");
  ASSERT_TRUE(p6.ok()) << p6.status();
  EXPECT_EQ(p6->answers.networks[0].nominations,
            (std::vector<Nomination>{{.person = "p2", .weight = 1}}));
  EXPECT_EQ(p6->answers.networks[0].hidden.opted_out, 2);
  // The same again is the same.
  const auto again = Append(8, {Row("p7", Naming({kAnn}))});
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->verdicts[0], RowVerdict::kUnchanged);
  EXPECT_EQ(RowsThatName(kAnn), std::vector<std::string>());
}

TEST_F(ErasureTest, IsDoneOnce) {
  MakePeople();
  const auto first = Erase(kAnn, 60);
  ASSERT_TRUE(first.ok()) << first.status();
  const auto repeat = Erase(kAnn, 60);
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(*repeat, *first);
  const auto later = Erase("twin-of-ann", 61);
  ASSERT_TRUE(later.ok()) << later.status();
  EXPECT_EQ(*later, *first) << "an alias of who was erased";
  EXPECT_EQ(ReasonOf(Erase("p2", 60).status()), "REQUEST_ID_REUSED");
  EXPECT_EQ(database_->erasure_ledger().erasures().size(), 1u);
}

TEST_F(ErasureTest, GivesAReceiptThatAnyoneCanCheck) {
  MakePeople();
  const auto receipt = Erase(kAnn, 60);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_TRUE(crypto::IsSignedBy(receipt->public_key, ContentOf(*receipt),
                                 receipt->signature));
  ErasureReceipt other = *receipt;
  ++other.counts.responses;
  EXPECT_FALSE(
      crypto::IsSignedBy(other.public_key, ContentOf(other), other.signature));
  const auto next = Erase("p2", 61);
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->public_key, receipt->public_key) << "one key of the tenant";
}

TEST_F(ErasureTest, IsReplayedIntoEveryOlderBackup) {
  MakePeople();
  MakeBackup(70);
  ASSERT_TRUE(Erase(kAnn, 60).ok());
  ASSERT_TRUE(Erase("stranger", 61).ok());
  database_.reset();
  path_ = "/restored";
  const auto restored = RestoreStore({.backup_dir = kBackups,
                                      .backup = "latest",
                                      .data_dir = path_,
                                      .env = env_.get()});
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_EQ(restored->audit.row_counts.at("participants"), 10)
      << "the backup had them";
  Open();
  EXPECT_EQ(RowsThatName(kAnn), std::vector<std::string>());
  EXPECT_EQ(ReasonOf(store().GetParticipant(wave_, kAnn).status()),
            "PARTICIPANT_NOT_FOUND");
  EXPECT_EQ(ReasonOf(Submit(62, kAnn, 1).status()), "PERSON_ERASED");
  // The receipt is the one of then.
  const auto receipt = Erase(kAnn, 60);
  ASSERT_TRUE(receipt.ok()) << receipt.status();
  EXPECT_EQ(receipt->counts.nominations, 3);
  database_.reset();
  EXPECT_TRUE(VerifyStore(path_, env_.get()).ok());
}

TEST_F(ErasureTest, IsInTheLedgerOnceTheStoreHasIt) {
  MakePeople();
  // As if the process had ended before the ledger was written.
  ASSERT_TRUE(
      MakePeopleCase().ErasePerson({kLeeds, kAnn}, RequestOf(60).id).ok());
  EXPECT_TRUE(database_->erasure_ledger().erasures().empty());
  Open();
  EXPECT_EQ(database_->erasure_ledger().erasures().size(), 1u);
}

class ErasureLedgerTest : public ErasureTest {
 protected:
  std::string Path(const char* folder) {
    return absl::StrCat(folder, "/", kErasureLedgerFile);
  }
  std::string Read(const char* folder) {
    std::string bytes;
    EXPECT_TRUE(
        rocksdb::ReadFileToString(env_.get(), Path(folder), &bytes).ok());
    return bytes;
  }
  void Write(const char* folder, const std::string& bytes) {
    ASSERT_TRUE(
        rocksdb::WriteStringToFile(env_.get(), bytes, Path(folder)).ok());
  }
  absl::StatusOr<std::vector<Erasure>> Reopened(
      const std::vector<std::string>& folders) {
    const auto ledger = OpenErasureLedger(*env_, folders);
    if (!ledger.ok()) return ledger.status();
    return (*ledger)->erasures();
  }
};

TEST_F(ErasureLedgerTest, IsTheSameInEachFolder) {
  MakeOpenWave();
  ASSERT_TRUE(Erase("p1", 60).ok());
  ASSERT_TRUE(Erase("p2", 61).ok());
  database_.reset();
  EXPECT_EQ(Read("/db"), Read(kBackups));
  const std::string both = Read("/db");
  ASSERT_TRUE(env_->DeleteFile(Path("/db")).ok());
  EXPECT_EQ(Reopened({"/db", kBackups})->size(), 2u);
  EXPECT_EQ(Read("/db"), both);
  EXPECT_EQ(Reopened({"/other", "/db"})->size(), 2u);
  EXPECT_EQ(Read("/other"), both);
}

TEST_F(ErasureLedgerTest, TakesAwayWhatWasCutShortAndReportsDamage) {
  MakeOpenWave();
  ASSERT_TRUE(Erase("p1", 60).ok());
  const std::string one = Read("/db");
  ASSERT_TRUE(Erase("p2", 61).ok());
  database_.reset();
  const std::string two = Read("/db");
  for (std::size_t size = 0; size < two.size(); ++size) {
    Write("/db", two.substr(0, size));
    const auto read = Reopened({"/db"});
    ASSERT_TRUE(read.ok()) << size << " bytes: " << read.status();
    EXPECT_EQ(read->size(), size < one.size() ? 0u : 1u) << size;
    EXPECT_EQ(Read("/db"), size < one.size() ? std::string() : one) << size;
  }
  for (std::size_t i = 8; i < one.size(); ++i) {
    std::string damaged = two;
    damaged[i] = static_cast<char>(damaged[i] ^ 4);
    Write("/db", damaged);
    const auto read = Reopened({"/db"});
    EXPECT_EQ(ReasonOf(read.status()), "STORED_DATA_UNREADABLE") << i;
    EXPECT_TRUE(absl::StrContains(read.status().message(), Path("/db")));
  }
}

}  // namespace
}  // namespace pulsetaker::survey
