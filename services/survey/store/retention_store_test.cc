// Policies of retention, and what they do to a real store: who is due goes and
// nobody else, whatever fails or ends in between.

#include "services/survey/domain/retention_store.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "common/base/uuid.h"
#include "services/survey/domain/erasures.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/retentions.h"
#include "services/survey/store/store_restore.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

using Names = std::vector<std::string>;

constexpr absl::Duration kDay = absl::Hours(24);
const LocalityKey kLeeds = {"north", "leeds"};
const LocalityKey kYork = {"north", "york"};

absl::Time Day(int day) { return At(0) + day * kDay; }

// A ledger that fails for some localities.
class FailingLedger final : public ErasureLedger {
 public:
  explicit FailingLedger(ErasureLedger& ledger) : ledger_(ledger) {}

  absl::Status Keep(const Erasure& erasure) override {
    if (fails_for.count(erasure.locality.locality) > 0) {
      return absl::UnavailableError("the disk does not answer");
    }
    return ledger_.Keep(erasure);
  }
  std::vector<Erasure> erasures() const override { return ledger_.erasures(); }
  std::vector<Erasure> After(std::size_t offset,
                             std::size_t limit) const override {
    return ledger_.After(offset, limit);
  }

  std::set<std::string> fails_for;

 private:
  ErasureLedger& ledger_;
};

class RetentionTest : public StoreTest {
 protected:
  RetentionTest() {
    database_.reset();
    Open("/db");
    for (const LocalityKey& key : {kLeeds, kYork}) {
      EXPECT_TRUE(store().CreateLocality(LocalityOf(key), NewRequest()).ok());
      EXPECT_TRUE(store()
                      .CreateSurvey(SurveyOf({"north", key.locality, "care"}),
                                    NewRequest())
                      .ok());
    }
    EXPECT_TRUE(
        database_->instruments()
            .CreateInstrument(InstrumentOf({"north", "standard"}), NewRequest())
            .ok());
  }

  // As after the end of a process, or of another store.
  void Open(const std::string& path) {
    retentions_.reset();
    erasures_.reset();
    ledger_.reset();
    people_.reset();
    database_.reset();
    auto opened = OpenSurveyDatabase(
        {.path = path, .env = env_.get(), .backup_dir = "/backups"});
    ASSERT_TRUE(opened.ok()) << opened.status();
    database_ = *std::move(opened);
    const Clock clock = [this] { return now_; };
    people_ = std::make_unique<People>(database_->people(), store(), clock);
    ledger_ = std::make_unique<FailingLedger>(database_->erasure_ledger());
    erasures_ =
        std::make_unique<Erasures>(*people_, database_->people(), *ledger_);
    retentions_ = std::make_unique<Retentions>(Retentions::Parts{
        .people = *people_,
        .erasures = *erasures_,
        .store = store(),
        .policies = database_->retention(),
        .clock = clock,
        .new_id = NewUuid,
        .record = [this](const LocalityKey& locality, std::int64_t count,
                         const absl::Status& outcome) {
          recorded_.push_back(absl::StrCat(locality.locality, " ", count, " ",
                                           outcome.ok() ? "ok" : "failed"));
          return absl::OkStatus();
        }});
  }

  Request NewRequest() { return RequestOf(++request_); }

  WaveKey MakeWave(int number, const Names& roster,
                   const LocalityKey& locality = kLeeds) {
    const WaveKey key = {"north", locality.locality, "care", number};
    EXPECT_TRUE(store().CreateWave(WaveOf(key), NewRequest()).ok());
    std::vector<Participant> people;
    for (const std::string& id : roster) people.push_back(ParticipantOf(id));
    const auto imported = store().ImportRoster(key, NewRequest(), people);
    EXPECT_TRUE(imported.ok()) << imported.status();
    return key;
  }

  void OpenWave(const WaveKey& key) {
    const auto opened = store().UpdateWave(
        key, NewRequest(),
        [](const Wave& wave) { return Opened(wave, Day(0)); });
    ASSERT_TRUE(opened.ok()) << opened.status();
  }

  // With everyone of the roster answering, who each name `named` or, if that is
  // empty, two who are on no roster.
  void MakeClosedWave(int number, int day, const Names& roster,
                      const Names& named = {},
                      const LocalityKey& locality = kLeeds) {
    const WaveKey key = MakeWave(number, roster, locality);
    OpenWave(key);
    std::vector<FrameRow> rows;
    for (const std::string& id : roster) {
      Answers answers = AnswersOf(1);
      if (!named.empty()) answers.networks[0].nominations.clear();
      for (const std::string& person : named) {
        answers.networks[0].nominations.push_back(
            {.person = person, .weight = 1});
      }
      rows.push_back({.person = id,
                      .answers = std::move(answers),
                      .expected_revision = std::nullopt});
    }
    Awaited<FrameResult> result;
    database_->log().AppendFrame({.upload = {key, "u1"},
                                  .offset = 0,
                                  .rows = std::move(rows),
                                  .receive_time = At(100)},
                                 result.callback());
    ASSERT_TRUE(result.Wait().ok());
    Fieldwork fieldwork(store(), database_->qualities(),
                        [day] { return Day(day); });
    const auto closed = fieldwork.CloseWave(
        {.key = key, .expected_revision = {}, .request_id = NewRequest().id});
    ASSERT_TRUE(closed.ok()) << closed.status();
  }

  // The policy, in force at this day.
  void SetPolicy(std::int32_t days, int day_in_force) {
    now_ = Day(day_in_force) - kRetentionDelay;
    ASSERT_TRUE(retentions_->UpdatePolicy("north", days, {}).ok());
    now_ = Day(day_in_force);
  }

  RetentionRun Run() {
    return retentions_->EraseDue([] { return false; });
  }

  // How many a run erases, without any failure.
  std::int64_t RunAt(int day) {
    now_ = Day(day);
    const RetentionRun run = Run();
    EXPECT_TRUE(run.failures.empty()) << run.failures.front();
    return run.erased_count;
  }

  Names Roster(int wave, const LocalityKey& locality = kLeeds) {
    Names ids;
    const auto people = store().ListParticipants(
        {"north", locality.locality, "care", wave}, "", 5'000);
    EXPECT_TRUE(people.ok()) << people.status();
    for (const Participant& person : *people) ids.push_back(person.person);
    return ids;
  }

  // Reads every row, and the digest of every closed wave.
  void ExpectSound(const std::string& path = "/db") {
    retentions_.reset();
    erasures_.reset();
    ledger_.reset();
    people_.reset();
    database_.reset();
    const auto audit = VerifyStore(path, env_.get());
    EXPECT_TRUE(audit.ok()) << audit.status();
    Open(path);
  }

  absl::Time now_ = Day(0);
  int request_ = 0;
  std::vector<std::string> recorded_;
  std::unique_ptr<People> people_;
  std::unique_ptr<FailingLedger> ledger_;
  std::unique_ptr<Erasures> erasures_;
  std::unique_ptr<Retentions> retentions_;
};

TEST_F(RetentionTest, KeepsPoliciesOfTenants) {
  const RetentionPolicy none = {.tenant = "north"};
  EXPECT_EQ(*retentions_->GetPolicy("north"), none);
  EXPECT_TRUE(database_->retention().ListPolicies()->empty());
  EXPECT_EQ(*retentions_->UpdatePolicy("north", 0, 1), none)
      << "what is as it was is not written";
  now_ = Day(3);
  const RetentionPolicy north = {.tenant = "north",
                                 .erase_after_days = 365,
                                 .revision = 2,
                                 .update_time = Day(3)};
  EXPECT_EQ(*retentions_->UpdatePolicy("north", 365, 1), north);
  now_ = Day(4);
  EXPECT_EQ(*retentions_->UpdatePolicy("north", 365, 2), north);
  EXPECT_EQ(ReasonOf(retentions_->UpdatePolicy("north", 1, 1).status()),
            "ETAG_MISMATCH");
  EXPECT_EQ(ReasonOf(retentions_->UpdatePolicy("north", -1, 1).status()),
            "RETENTION_OUT_OF_RANGE");
  ASSERT_TRUE(retentions_->UpdatePolicy("nor", 7, {}).ok());
  Open("/db");
  EXPECT_EQ(*retentions_->GetPolicy("north"), north);
  EXPECT_EQ(retentions_->GetPolicy("nor")->erase_after_days, 7);
  EXPECT_EQ(*retentions_->GetPolicy("nort"),
            (RetentionPolicy{.tenant = "nort"}));
  const auto all = database_->retention().ListPolicies();
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 2u);
  EXPECT_EQ(all->at(1), north);
  ExpectSound();
}

TEST_F(RetentionTest, IsInBackups) {
  ASSERT_TRUE(retentions_->UpdatePolicy("north", 365, {}).ok());
  ASSERT_TRUE(
      database_->backups()
          .Create({.request_id = NewRequest().id, .create_time = At(500)},
                  [] { return absl::OkStatus(); })
          .ok());
  ASSERT_TRUE(RestoreStore({.backup_dir = "/backups",
                            .backup = "latest",
                            .data_dir = "/restored",
                            .env = env_.get()})
                  .ok());
  Open("/restored");
  EXPECT_EQ(retentions_->GetPolicy("north")->erase_after_days, 365);
}

TEST_F(RetentionTest, ErasesWhoIsDueAndNobodyElse) {
  MakeClosedWave(1, 0, {"p1", "p2", "p3", "p4"}, {"p1", "p2", "stranger"});
  MakeClosedWave(2, 100, {"p2", "twin"});
  OpenWave(MakeWave(3, {"p3"}));
  ASSERT_TRUE(people_
                  ->MergePeople({kLeeds, "twin", "p4", "Entered twice."},
                                NewRequest().id)
                  .ok());
  EXPECT_EQ(RunAt(5'000), 0) << "nobody said that people go";
  now_ = Day(101);
  ASSERT_TRUE(retentions_->UpdatePolicy("north", 30, {}).ok());
  EXPECT_EQ(RunAt(101), 0) << "a day to think about it";
  EXPECT_EQ(Roster(1), (Names{"p1", "p2", "p3", "p4"}));
  EXPECT_EQ(RunAt(102), 1);
  EXPECT_EQ(Roster(1), (Names{"p2", "p3", "p4"}));
  EXPECT_EQ(RunAt(129), 0);
  EXPECT_EQ(Roster(2), (Names{"p2", "twin"}));
  EXPECT_EQ(RunAt(130), 2) << "p2, and p4 with the twin";
  EXPECT_EQ(Roster(1), (Names{"p3"}));
  EXPECT_EQ(Roster(2), Names());
  EXPECT_EQ(RunAt(9'999), 0) << "p3 is in the field";
  EXPECT_EQ(Roster(3), (Names{"p3"}));
  EXPECT_EQ(recorded_, (Names{"leeds 1 ok", "leeds 2 ok"}));
  // Of those whom p3 named, nothing is left but who was on no roster.
  const auto response =
      store().GetResponse({"north", "leeds", "care", 1}, "p3");
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->answers.networks[0].nominations,
            (std::vector<Nomination>{{.person = "stranger", .weight = 1}}));
  ExpectSound();
}

TEST_F(RetentionTest, GivesEachTheirOwnReceipt) {
  MakeClosedWave(1, 0, {"p1", "p2"}, {"p2", "p3"});
  MakeClosedWave(2, 100, {"p3", "p4"}, {"p1", "p2"});
  SetPolicy(30, 60);
  EXPECT_EQ(RunAt(60), 2);
  std::vector<Erasure> erasures = database_->erasure_ledger().erasures();
  ASSERT_EQ(erasures.size(), 2u);
  std::sort(erasures.begin(), erasures.end(),
            [](const auto& a, const auto& b) { return a.ids < b.ids; });
  EXPECT_EQ(erasures[0].ids, Names{"p1"});
  EXPECT_EQ(erasures[1].ids, Names{"p2"});
  EXPECT_NE(erasures[0].receipt.id, erasures[1].receipt.id);
  for (const Erasure& erasure : erasures) {
    EXPECT_EQ(erasure.receipt.erase_time, Day(60));
    // By p3 and p4; that of p1 went with the response of p1.
    EXPECT_EQ(
        erasure.receipt.counts,
        (ErasureCounts{.roster_entries = 1, .responses = 1, .nominations = 2}));
    const auto again =
        erasures_->ErasePerson({kLeeds, erasure.ids[0]}, NewRequest().id);
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, erasure.receipt);
  }
  ExpectSound();
}

TEST_F(RetentionTest, ErasesManyInBatches) {
  Names roster;
  for (int i = 0; i < 1'203; ++i) roster.push_back(absl::StrFormat("p%04d", i));
  MakeClosedWave(1, 0, roster);
  MakeClosedWave(2, 100, {"p0007", "q"});
  SetPolicy(30, 60);
  EXPECT_EQ(RunAt(60), 1'202);
  EXPECT_EQ(Roster(1), Names{"p0007"});
  std::set<std::string> receipts;
  for (const Erasure& erasure : database_->erasure_ledger().erasures()) {
    receipts.insert(erasure.receipt.id);
  }
  EXPECT_EQ(receipts.size(), 1'202u);
  EXPECT_EQ(recorded_, Names{"leeds 1202 ok"});
  ExpectSound();
}

TEST_F(RetentionTest, WritesNothingWhereNobodyIsDue) {
  MakeClosedWave(1, 100, {"p1"});
  SetPolicy(30, 60);
  const auto revision = [&] {
    return (*database_->people().ReadPeople(kLeeds))->revision();
  };
  const std::int64_t before = revision();
  EXPECT_EQ(RunAt(60), 0);
  EXPECT_EQ(RunAt(129), 0);
  EXPECT_EQ(revision(), before);
  EXPECT_TRUE(recorded_.empty());
}

TEST_F(RetentionTest, GoesOnWhereOneLocalityFails) {
  MakeClosedWave(1, 0, {"p1"});
  MakeClosedWave(1, 0, {"p1", "p2"}, {}, kYork);
  SetPolicy(30, 60);
  ledger_->fails_for = {"leeds"};
  const RetentionRun run = Run();
  ASSERT_EQ(run.failures.size(), 1u);
  EXPECT_EQ(run.failures[0].code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(run.erased_count, 3);
  EXPECT_EQ(recorded_, (Names{"leeds 1 failed", "york 2 ok"}));
  EXPECT_EQ(ledger_->erasures().size(), 2u);
  // The next run brings on what that one left.
  EXPECT_EQ(Run().failures.size(), 1u);
  ledger_->fails_for.clear();
  EXPECT_EQ(RunAt(60), 0);
  EXPECT_EQ(ledger_->erasures().size(), 3u);
}

TEST_F(RetentionTest, IsBroughtToItsEndAfterARestart) {
  MakeClosedWave(1, 0, {"p1", "p2"}, {"p1"});
  SetPolicy(30, 60);
  // As if the process had ended between the store and the ledger.
  ledger_->fails_for = {"leeds"};
  EXPECT_EQ(Run().erased_count, 2);
  EXPECT_TRUE(database_->erasure_ledger().erasures().empty());
  Open("/db");
  EXPECT_EQ(database_->erasure_ledger().erasures().size(), 2u);
  EXPECT_EQ(RunAt(60), 0);
  EXPECT_EQ(Roster(1), Names());
  ExpectSound();
}

TEST_F(RetentionTest, StopsBetweenTwoSteps) {
  Names roster;
  for (int i = 0; i < 501; ++i) roster.push_back(absl::StrFormat("p%03d", i));
  MakeClosedWave(1, 0, roster);
  SetPolicy(30, 60);
  EXPECT_EQ(retentions_->EraseDue([] { return true; }).erased_count, 0);
  // Asked before the page, the locality and each of its batches.
  int asked = 0;
  const RetentionRun run = retentions_->EraseDue([&] { return ++asked > 3; });
  EXPECT_EQ(run.erased_count, 500);
  EXPECT_TRUE(run.failures.empty());
  Open("/db");
  EXPECT_EQ(database_->erasure_ledger().erasures().size(), 500u);
  EXPECT_EQ(RunAt(60), 1);
  EXPECT_EQ(Roster(1), Names());
}

TEST_F(RetentionTest, ErasesNobodyWhoIsAskedAgainMeanwhile) {
  MakeClosedWave(1, 0, {"p1"});
  int calls = 0;
  const auto erased = people_->EraseChosen(
      kLeeds, NewUuid(),
      [&](const PeopleView&) -> absl::StatusOr<std::vector<Erasure>> {
        std::vector<Erasure> chosen;
        if (++calls == 1) {
          MakeWave(2, {"p1"});  // After the view was taken.
          Erasure& erasure = chosen.emplace_back();
          erasure.locality = kLeeds;
          erasure.ids = {"p1"};
          erasure.receipt.id = NewUuid();
          erasure.receipt.erase_time = Day(1);
        }
        return chosen;
      });
  ASSERT_TRUE(erased.ok()) << erased.status();
  EXPECT_TRUE(erased->empty());
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(Roster(1), Names{"p1"});
  EXPECT_EQ(Roster(2), Names{"p1"});
}

// What an older backup brings back is erased again: by the ledger at once, with
// the receipts of then.
TEST_F(RetentionTest, ErasesAgainWhatABackupBringsBack) {
  MakeClosedWave(1, 0, {"p1", "p2"});
  SetPolicy(30, 60);
  ASSERT_TRUE(
      database_->backups()
          .Create({.request_id = NewRequest().id, .create_time = At(500)},
                  [] { return absl::OkStatus(); })
          .ok());
  EXPECT_EQ(RunAt(60), 2);
  const auto erased = database_->erasure_ledger().erasures();
  ASSERT_TRUE(RestoreStore({.backup_dir = "/backups",
                            .backup = "latest",
                            .data_dir = "/restored",
                            .env = env_.get()})
                  .ok());
  Open("/restored");
  EXPECT_EQ(Roster(1), Names());
  EXPECT_EQ(database_->erasure_ledger().erasures(), erased);
  EXPECT_EQ(RunAt(60), 0);
}

}  // namespace
}  // namespace pulsetaker::survey
