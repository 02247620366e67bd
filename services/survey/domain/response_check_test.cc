#include "services/survey/domain/response_check.h"

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/survey/domain/upload.h"

namespace pulsetaker::survey {
namespace {

std::string FieldOf(const absl::Status& status) {
  for (const auto& [key, value] : MetadataOf(status)) {
    if (key == "field") return value;
  }
  return "";
}

Instrument TestInstrument() {
  Instrument instrument;
  Network& work = instrument.networks.emplace_back();
  work.network_id = "work";
  work.weight_max = 5;
  work.nomination_cap = 3;
  Network& social = instrument.networks.emplace_back();
  social.network_id = "social";
  social.weight_min = 2;
  social.weight_max = 2;
  Item& item = instrument.items.emplace_back();
  item.item_id = "au1";
  item.scale_min = 1;
  item.scale_max = 5;
  instrument.items.emplace_back(item).item_id = "oc1";
  return instrument;
}

const InstrumentIndex& TestIndex() {
  static const auto& index = *new InstrumentIndex(TestInstrument());
  return index;
}

NetworkAnswer Work(std::vector<Nomination> nominations) {
  return {"work", AnswerState::kResponded, std::move(nominations)};
}

ItemAnswer Rating(const std::string& item, int rating) {
  return {item, rating, NonAnswer::kNone};
}

struct Row {
  std::string reason;
  std::string field;
  std::function<void(Answers&)> change;
};

// Each row is also wrong in the ways of the rows below it.
void ExpectErrorsInOrder(Answers answers, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    SCOPED_TRACE(row.reason + " " + row.field);
    row.change(answers);
    const auto checked = CheckAnswers(TestIndex(), "p1", answers);
    EXPECT_EQ(checked.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(ReasonOf(checked.status()), row.reason) << checked.status();
    EXPECT_EQ(FieldOf(checked.status()), row.field);
  }
}

TEST(CheckAnswersTest, ReportsTheFirstError) {
  Answers worst;
  worst.networks = {Work({{"p2", 1}}), Work({})};
  worst.networks[1].network_id = "job";
  worst.networks[1].state = AnswerState{4};
  worst.items = {Rating("zz", 9), Rating("au1", 9)};
  ExpectErrorsInOrder(
      worst,
      {
          {"NETWORK_UNKNOWN", "network_answers[1].network_id", [](Answers&) {}},
          {"NETWORK_REPEATED", "network_answers[1].network_id",
           [](Answers& a) { a.networks[1].network_id = "work"; }},
          {"ANSWER_STATE_UNKNOWN", "network_answers[1].state",
           [](Answers& a) { a.networks[1].network_id = "social"; }},
          {"ANSWER_STATE_UNKNOWN", "network_answers[1].state",
           [](Answers& a) { a.networks[1].state = AnswerState::kUnknown; }},
          {"NOMINATIONS_MISSING", "network_answers[1].nominations",
           [](Answers& a) { a.networks[1].state = AnswerState::kResponded; }},
          {"NOMINATIONS_UNEXPECTED", "network_answers[1].nominations",
           [](Answers& a) {
             a.networks[1] = {
                 "social", AnswerState::kRespondedNobody, {{"P", 9}}};
           }},
          {"NOMINATIONS_UNEXPECTED", "network_answers[1].nominations",
           [](Answers& a) { a.networks[1].state = AnswerState::kSkipped; }},
          {"TOO_MANY_NOMINATIONS", "network_answers[0].nominations",
           [](Answers& a) {
             a.networks = {Work({{"P", 9}, {"", 9}, {"", 9}, {"", 9}})};
           }},
          {"ID_MALFORMED", "network_answers[0].nominations[0].person",
           [](Answers& a) { a.networks[0].nominations.pop_back(); }},
          {"SELF_NOMINATION", "network_answers[0].nominations[0].person",
           [](Answers& a) { a.networks[0].nominations[0].person = "p1"; }},
          {"WEIGHT_OUT_OF_RANGE", "network_answers[0].nominations[0].weight",
           [](Answers& a) { a.networks[0].nominations[0].person = "p2"; }},
          {"WEIGHT_OUT_OF_RANGE", "network_answers[0].nominations[0].weight",
           [](Answers& a) { a.networks[0].nominations[0].weight = 0; }},
          {"NOMINATION_REPEATED", "network_answers[0].nominations[1].person",
           [](Answers& a) {
             a.networks[0].nominations = {{"p2", 5}, {"p2", 9}};
           }},
          {"ITEM_UNKNOWN", "item_answers[0].item_id",
           [](Answers& a) { a.networks[0].nominations = {{"p2", 5}}; }},
          {"RATING_OUT_OF_RANGE", "item_answers[0].rating",
           [](Answers& a) { a.items[0].item_id = "au1"; }},
          {"RATING_OUT_OF_RANGE", "item_answers[0].rating",
           [](Answers& a) { a.items[0].rating = 0; }},
          {"ITEM_REPEATED", "item_answers[1].item_id",
           [](Answers& a) { a.items[0].rating = 5; }},
          {"ITEM_ANSWER_MISSING", "item_answers[1].answer",
           [](Answers& a) {
             a.items[1] = {"oc1", std::nullopt, NonAnswer::kNone};
           }},
          {"ITEM_ANSWER_MISSING", "item_answers[1].answer",
           [](Answers& a) {
             a.items[1] = {"oc1", std::nullopt, NonAnswer{3}};
           }},
          {"ITEM_ANSWER_MISSING", "item_answers[1].answer",
           [](Answers& a) { a.items[1] = {"oc1", 3, NonAnswer::kDontKnow}; }},
      });
}

TEST(CheckAnswersTest, SaysWhatItFound) {
  const auto checked =
      CheckAnswers(TestIndex(), "p1", {{Work({{"p2", 1}, {"p2", 1}})}, {}});
  EXPECT_EQ(checked.status().message(),
            "network_answers[0].nominations[1].person is the same as "
            "nominations[0].person");
}

TEST(CheckAnswersTest, LimitsTheNominationsOfAResponse) {
  Instrument instrument = TestInstrument();
  instrument.networks[0].nomination_cap = 0;
  const InstrumentIndex index(instrument);
  Answers answers;
  answers.networks = {Work({}),
                      {"social", AnswerState::kResponded, {{"p0", 2}}}};
  for (int i = 1; i < kNominationCountMax; ++i) {
    answers.networks[0].nominations.push_back({absl::StrCat("q", i), 1});
  }
  EXPECT_TRUE(CheckAnswers(index, "p1", answers).ok());
  answers.networks[1].nominations.push_back({"p2", 2});
  EXPECT_EQ(FieldOf(CheckAnswers(index, "p1", answers).status()),
            "network_answers[1].nominations");
}

TEST(CheckAnswersTest, PutsAnswersIntoTheirCanonicalForm) {
  Answers answers;
  answers.networks = {Work({{"p9", 2}, {"p2", 1}, {"p10", 5}}),
                      {"social", AnswerState::kSkipped, {}}};
  answers.items = {Rating("oc1", 1),
                   {"au1", std::nullopt, NonAnswer::kNotApplicable}};
  const auto checked = CheckAnswers(TestIndex(), "p1", answers);
  ASSERT_TRUE(checked.ok()) << checked.status();
  Answers want;
  want.networks = {Work({{"p10", 5}, {"p2", 1}, {"p9", 2}})};
  want.items = {{"au1", std::nullopt, NonAnswer::kNotApplicable},
                Rating("oc1", 1)};
  EXPECT_EQ(*checked, want);
}

// Whatever order answers come in, what is kept is the same, and keeping it
// again changes nothing.
TEST(CheckAnswersTest, ForgetsTheOrderOfAnyAnswers) {
  for (unsigned seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(seed);
    Answers answers;
    answers.networks = {Work({}),
                        {"social", AnswerState::kRespondedNobody, {}}};
    const auto count = 1 + random() % 3;
    while (answers.networks[0].nominations.size() < count) {
      answers.networks[0].nominations.push_back(
          {absl::StrCat("p", 2 + answers.networks[0].nominations.size() * 5),
           static_cast<int>(1 + random() % 5)});
    }
    answers.items = {Rating("au1", static_cast<int>(1 + random() % 5)),
                     {"oc1", std::nullopt, NonAnswer::kDontKnow}};
    const auto once = CheckAnswers(TestIndex(), "p1", answers);
    ASSERT_TRUE(once.ok()) << once.status();
    EXPECT_EQ(*CheckAnswers(TestIndex(), "p1", *once), *once);
    const auto shuffle = [&](auto& list) {
      std::shuffle(list.begin(), list.end(), random);
    };
    shuffle(answers.networks);
    for (NetworkAnswer& answer : answers.networks) shuffle(answer.nominations);
    shuffle(answers.items);
    EXPECT_EQ(*CheckAnswers(TestIndex(), "p1", answers), *once);
  }
}

TEST(CheckRespondentTest, TakesOnlyThoseWhoAreInvited) {
  EXPECT_TRUE(CheckRespondent(Invitation::kInvited, "person").ok());
  const struct {
    std::optional<Invitation> invitation;
    std::string reason;
  } cases[] = {
      {std::nullopt, "RESPONDENT_NOT_ON_ROSTER"},
      {Invitation::kNotInvited, "RESPONDENT_NOT_INVITED"},
      {Invitation::kOptedOut, "RESPONDENT_OPTED_OUT"},
  };
  for (const auto& c : cases) {
    const absl::Status status = CheckRespondent(c.invitation, "person");
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(ReasonOf(status), c.reason);
    EXPECT_EQ(FieldOf(status), "person");
  }
}

TEST(VerdictTest, ComparesWithTheResponseInPlace) {
  Response current;
  current.answers.networks = {Work({{"p2", 1}})};
  current.revision = 4;
  Answers other = current.answers;
  other.networks[0].nominations[0].weight = 2;
  const struct {
    const Response* current;
    const Answers& answers;
    std::optional<std::int64_t> expected;
    RowVerdict want;
  } cases[] = {
      {nullptr, other, std::nullopt, RowVerdict::kStored},
      {nullptr, other, 1, RowVerdict::kConflict},
      {&current, other, std::nullopt, RowVerdict::kSuperseded},
      {&current, other, 4, RowVerdict::kSuperseded},
      {&current, other, 3, RowVerdict::kConflict},
      {&current, current.answers, std::nullopt, RowVerdict::kUnchanged},
      {&current, current.answers, 4, RowVerdict::kUnchanged},
      {&current, current.answers, 5, RowVerdict::kConflict},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(VerdictOn(c.current, c.answers, c.expected), c.want);
  }
}

TEST(UploadTest, CountsEveryRowOnce) {
  Upload upload;
  const RowVerdict verdicts[] = {
      RowVerdict::kStored,     RowVerdict::kStored,   RowVerdict::kUnchanged,
      RowVerdict::kSuperseded, RowVerdict::kConflict, RowVerdict::kRejected};
  for (const RowVerdict verdict : verdicts) upload.Count(verdict);
  EXPECT_EQ(upload.committed_offset, 6);
  EXPECT_EQ(upload.stored_count, 2);
  EXPECT_EQ(upload.unchanged_count, 1);
  EXPECT_EQ(upload.superseded_count, 1);
  EXPECT_EQ(upload.conflict_count, 1);
  EXPECT_EQ(upload.rejected_count, 1);
}

}  // namespace
}  // namespace pulsetaker::survey
