// Invitations, their keys and consent texts on the real RocksDB, in memory.

#include <string>
#include <vector>

#include "common/base/status.h"
#include "common/kv/rocks.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"
#include "services/survey/store/store_testing.h"

namespace pulsetaker::survey {
namespace {

class InvitationStoreTest : public StoreTest {
 protected:
  InvitationStoreTest() { MakeOpenWave(); }

  InvitationStore& invitations() { return database_->invitations(); }

  IssueOrder Order(int request, std::vector<std::string> persons) const {
    IssueOrder order;
    order.wave = wave_;
    order.persons = std::move(persons);
    order.language = "en";
    order.expire_time = At(1'000'000);
    order.request = RequestOf(request);
    order.now = At(10);
    return order;
  }

  IssuedBatch MustIssue(const IssueOrder& order) {
    auto issued = invitations().Issue(order);
    EXPECT_TRUE(issued.ok()) << issued.status();
    return issued.ok() ? *std::move(issued) : IssuedBatch();
  }

  // Answers for p1 with the token of this issue and key.
  absl::StatusOr<Response> SubmitWith(int request, std::int32_t issue,
                                      std::int32_t key_number,
                                      absl::Time now = At(200)) {
    Awaited<Response> result;
    database_->log().Submit(
        {.key = {wave_, "p1"},
         .answers = AnswersOf(1),
         .expected_revision = std::nullopt,
         .request = RequestOf(request),
         .receive_time = now,
         .token = InvitationToken{.key_number = key_number,
                                  .wave = wave_,
                                  .issue = issue,
                                  .expire_time = At(1'000'000),
                                  .person = "p1"}},
        result.callback());
    return result.Wait();
  }

  IssuedInvitation Get(absl::string_view person) {
    auto found = invitations().GetInvitation(wave_, person);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? *std::move(found) : IssuedInvitation();
  }
};

TEST_F(InvitationStoreTest, IssuesWithAKeyOfTheTenantAndRepeatsIt) {
  const IssuedBatch first = MustIssue(Order(10, {"p2", "p1"}));
  EXPECT_EQ(first.key.number, 1);
  EXPECT_EQ(first.key.secret.size(), kTokenSecretBytes);
  ASSERT_EQ(first.entries.size(), 2);
  EXPECT_EQ(first.entries[0].person, "p2");
  EXPECT_EQ(first.entries[1].issue, 1);
  const IssuedBatch second = MustIssue(Order(11, {"p1"}));
  EXPECT_EQ(second.key.secret, first.key.secret);
  EXPECT_EQ(second.entries[0].issue, 2);

  const auto rotated = invitations().RotateKey("north", RequestOf(12), At(20));
  ASSERT_TRUE(rotated.ok()) << rotated.status();
  EXPECT_EQ(rotated->number, 2);
  EXPECT_EQ(rotated->secret, "");
  Reopen();
  const auto again = invitations().RotateKey("north", RequestOf(12), At(30));
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->number, 2);
  EXPECT_EQ(again->create_time, At(20));
  const IssuedBatch third = MustIssue(Order(13, {"p1"}));
  EXPECT_EQ(third.key.number, 2);
  EXPECT_NE(third.key.secret, first.key.secret);

  // A repeat tells what was told, with the key of then, and changes nothing.
  const IssuedBatch repeat = MustIssue(Order(10, {"p2", "p1"}));
  EXPECT_EQ(repeat.key.number, 1);
  EXPECT_EQ(repeat.key.secret, first.key.secret);
  EXPECT_EQ(repeat.expire_time, first.expire_time);
  ASSERT_EQ(repeat.entries.size(), 2);
  EXPECT_EQ(repeat.entries[1].person, "p1");
  EXPECT_EQ(repeat.entries[1].issue, 1);
  EXPECT_EQ(Get("p1").issue, 3);
  EXPECT_EQ(ReasonOf(invitations()
                         .Issue([&] {
                           IssueOrder other = Order(10, {"p3"});
                           other.request = RequestOf(10, "other");
                           return other;
                         }())
                         .status()),
            "REQUEST_ID_REUSED");
}

TEST_F(InvitationStoreTest, MakesSoManyKeysAndNoMore) {
  for (int i = 1; i <= kInvitationKeysMax; ++i) {
    const auto key =
        invitations().RotateKey("north", RequestOf(1'000 + i), At(i));
    ASSERT_TRUE(key.ok()) << key.status();
    ASSERT_EQ(key->number, i);
  }
  const auto refused =
      invitations().RotateKey("north", RequestOf(9'999), At(1));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused.status()), "TOO_MANY_KEYS");
  EXPECT_TRUE(invitations().RotateKey("north-west", RequestOf(1), At(1)).ok());
}

// A store that was made before there were invitations.
TEST(InvitationUpgradeTest, OpensAStoreWithoutItsFamilies) {
  const std::unique_ptr<rocksdb::Env> env(
      rocksdb::NewMemEnv(rocksdb::Env::Default()));
  std::vector<std::string> families = keys::Families();
  families.resize(9);
  ASSERT_EQ(families.back(), keys::kRequestIdsFamily);
  ASSERT_TRUE(
      kv::OpenRocks({.path = "/db", .families = families, .env = env.get()})
          .ok());
  const auto opened = OpenSurveyDatabase({.path = "/db", .env = env.get()});
  ASSERT_TRUE(opened.ok()) << opened.status();
  EXPECT_TRUE(
      (*opened)->invitations().RotateKey("north", RequestOf(1), At(1)).ok());
}

TEST_F(InvitationStoreTest, IssuesForAllOrForNone) {
  const auto refused = invitations().Issue(Order(10, {"p1", "stranger"}));
  EXPECT_EQ(ReasonOf(refused.status()), "RESPONDENT_NOT_ON_ROSTER");
  EXPECT_EQ(MetadataOf(refused.status()),
            (ErrorMetadata{{"field", "persons[1]"}}));
  EXPECT_EQ(ReasonOf(invitations().GetInvitation(wave_, "p1").status()),
            "INVITATION_NOT_FOUND");
  // Not even a key was made.
  const auto key = invitations().FindKey("north", 1);
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_FALSE(key->has_value());
}

TEST_F(InvitationStoreTest, UsesATokenOnce) {
  MustIssue(Order(10, {"p1"}));
  const auto first = SubmitWith(20, 1, 1);
  ASSERT_TRUE(first.ok()) << first.status();
  IssuedInvitation used = Get("p1");
  EXPECT_EQ(used.use_time, At(200));
  EXPECT_EQ(used.used_by, RequestOf(20).id);
  EXPECT_EQ(ReasonOf(SubmitWith(21, 1, 1).status()), "INVITATION_USED");
  Reopen();
  // The answer was lost; the client asks again, long after the token's time.
  const auto repeat = SubmitWith(20, 1, 1, At(5'000'000));
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(*repeat, *first);

  // Issued again, so that answers can be put right.
  MustIssue(Order(11, {"p1"}));
  EXPECT_EQ(ReasonOf(SubmitWith(22, 1, 1).status()), "INVITATION_INVALID");
  EXPECT_EQ(ReasonOf(SubmitWith(22, 2, 2).status()), "INVITATION_INVALID");
  EXPECT_EQ(ReasonOf(SubmitWith(22, 2, 1, At(1'000'000)).status()),
            "INVITATION_EXPIRED");
  EXPECT_FALSE(Get("p1").use_time.has_value());
  // The same answers: nothing to write but that the token is used.
  const auto same = SubmitWith(22, 2, 1);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->revision, 1);
  EXPECT_EQ(Get("p1").used_by, RequestOf(22).id);
  EXPECT_EQ(store().GetWave(wave_)->response_count, 1);
}

TEST_F(InvitationStoreTest, LeavesTheTokenWhereTheResponseIsRefused) {
  MustIssue(Order(10, {"p1"}));
  Awaited<Response> result;
  database_->log().Submit(
      {.key = {wave_, "p1"},
       .answers = AnswersOf(1),
       .expected_revision = 7,
       .request = RequestOf(20),
       .receive_time = At(200),
       .token = InvitationToken{.key_number = 1,
                                .wave = wave_,
                                .issue = 1,
                                .expire_time = At(1'000'000),
                                .person = "p1"}},
      result.callback());
  EXPECT_EQ(ReasonOf(result.Wait().status()), "ETAG_MISMATCH");
  EXPECT_FALSE(Get("p1").use_time.has_value());
}

TEST_F(InvitationStoreTest, FindsThePendingAndTheDuePageByPage) {
  ASSERT_TRUE(Submit(30, "p4", 1).ok());
  MustIssue(Order(10, {"p2", "p3", "p4"}));
  std::vector<std::string> pending;
  std::string after;
  int pages = 0;
  do {
    const auto page = invitations().ListPending(
        wave_, {.after = after, .limit = 2, .row_count_max = 3});
    ASSERT_TRUE(page.ok()) << page.status();
    EXPECT_LE(page->entries.size(), 2);
    pending.insert(pending.end(), page->entries.begin(), page->entries.end());
    after = page->next_after;
    ++pages;
  } while (!after.empty());
  EXPECT_EQ(pending,
            (std::vector<std::string>{"p1", "p5", "p6", "p7", "p8", "p9"}));
  EXPECT_EQ(pages, 4);

  // Who is not pending any more by the time is left out.
  IssueOrder order = Order(11, {"p1", "p2", "p4", "p5", "stranger"});
  order.pending_only = true;
  order.next_after = "p5";
  const IssuedBatch issued = MustIssue(order);
  ASSERT_EQ(issued.entries.size(), 2);
  EXPECT_EQ(issued.entries[1].person, "p5");
  EXPECT_EQ(MustIssue(order).next_after, "p5");

  const DueFilter filter = {.quiet = absl::Microseconds(100),
                            .reminder_count_max = 0,
                            .now = At(110)};
  std::vector<std::string> due;
  do {
    const auto page = invitations().ListDue(
        wave_, filter, {.after = after, .limit = 1, .row_count_max = 100});
    ASSERT_TRUE(page.ok()) << page.status();
    for (const auto& entry : page->entries) due.push_back(entry.person);
    after = page->next_after;
  } while (!after.empty());
  // p4 has answered.
  EXPECT_EQ(due, (std::vector<std::string>{"p1", "p2", "p3", "p5"}));
}

TEST_F(InvitationStoreTest, CountsRemindersOnceForAllOrForNone) {
  MustIssue(Order(10, {"p1", "p2"}));
  ReminderOrder order = {.wave = wave_,
                         .persons = {"p1", "p2"},
                         .send_time = At(50),
                         .request = RequestOf(20),
                         .now = At(60)};
  EXPECT_EQ(*invitations().RecordReminders(order), 2);
  EXPECT_EQ(*invitations().RecordReminders(order), 2);
  EXPECT_EQ(Get("p2").reminder_count, 1);
  EXPECT_EQ(Get("p2").remind_time, At(50));
  order.request = RequestOf(21);
  order.persons = {"p1", "p3"};
  const absl::Status refused = invitations().RecordReminders(order).status();
  EXPECT_EQ(ReasonOf(refused), "INVITATION_NOT_FOUND");
  EXPECT_EQ(MetadataOf(refused), (ErrorMetadata{{"field", "persons[1]"}}));
  EXPECT_EQ(Get("p1").reminder_count, 1);
}

TEST_F(InvitationStoreTest, NumbersConsentTextsFromOne) {
  const SurveyKey survey = {"north", "leeds", "care"};
  ConsentStore& consents = database_->consents();
  for (int i = 1; i <= 3; ++i) {
    const auto made = consents.Publish({.survey = survey,
                                        .version = 0,
                                        .texts = {{"en", absl::StrCat(i)}},
                                        .create_time = At(i)},
                                       RequestOf(30 + i, absl::StrCat(i)));
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(made->version, i);
  }
  Reopen();
  const auto repeat = database_->consents().Publish({.survey = survey,
                                                     .version = 0,
                                                     .texts = {{"en", "2"}},
                                                     .create_time = At(9)},
                                                    RequestOf(32, "2"));
  ASSERT_TRUE(repeat.ok()) << repeat.status();
  EXPECT_EQ(repeat->version, 2);
  EXPECT_EQ(repeat->create_time, At(2));
  const auto later = database_->consents().ListConsentTexts(survey, 1, 5);
  ASSERT_TRUE(later.ok()) << later.status();
  ASSERT_EQ(later->size(), 2);
  EXPECT_EQ(later->front(), *repeat);
  EXPECT_EQ(ReasonOf(database_->consents().GetConsentText(survey, 4).status()),
            "CONSENT_TEXT_NOT_FOUND");
  Wave wave = WaveOf({"north", "leeds", "care", 9});
  wave.consent_version = 4;
  EXPECT_EQ(ReasonOf(store().CreateWave(wave, RequestOf(40)).status()),
            "CONSENT_TEXT_NOT_FOUND");
  wave.consent_version = 3;
  ASSERT_TRUE(store().CreateWave(wave, RequestOf(40)).ok());
  EXPECT_EQ(store().GetWave(wave.key)->consent_version, 3);
}

// A wave never changes its consent, so no caller gets here; but if one did, the
// other consent would not be passed over as "the same answers".
TEST_F(InvitationStoreTest, TakesAnotherConsentForAnotherResponse) {
  const auto submit = [&](int request, std::int32_t consent_version) {
    Awaited<Response> result;
    database_->log().Submit({.key = {wave_, "p1"},
                             .answers = AnswersOf(1),
                             .expected_revision = std::nullopt,
                             .request = RequestOf(request),
                             .receive_time = At(request),
                             .consent_version = consent_version},
                            result.callback());
    return *result.Wait();
  };
  EXPECT_EQ(submit(50, 1).revision, 1);
  EXPECT_EQ(submit(51, 1).revision, 1);
  EXPECT_EQ(submit(52, 2).revision, 2);
  EXPECT_EQ(store().GetResponse(wave_, "p1")->consent_version, 2);
  FrameRow row = RowOf("p1", 1);
  row.consent_version = 2;
  FrameRow other = row;
  other.consent_version = 1;
  const auto result = Append(0, {row, other, other});
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ(
      result->verdicts,
      (std::vector<RowVerdict>{RowVerdict::kUnchanged, RowVerdict::kSuperseded,
                               RowVerdict::kUnchanged}));
}

// The answers stay a prefix of the row, and a row without consent has the bytes
// that it always had.
TEST_F(InvitationStoreTest, KeepsTheAnswersInFrontOfTheConsent) {
  const std::string answers = EncodeAnswers(AnswersOf(1));
  const std::string without = answers + EncodeRevision(3, At(1));
  const std::string with = answers + EncodeRevision(3, At(1), 2);
  EXPECT_EQ(with.compare(0, without.size(), without), 0);
  EXPECT_EQ(with.size(), without.size() + 2);
  EXPECT_EQ(DecodeResponse("p1", with)->consent_version, 2);
  EXPECT_EQ(DecodeResponse("p1", without)->consent_version, 0);
}

}  // namespace
}  // namespace pulsetaker::survey
