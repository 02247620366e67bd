// Single responses and what is counted of them, through the stub.

#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"
#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kAborted = absl::StatusCode::kAborted;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

class ResponseHandlersTest : public ServiceFixture {
 protected:
  ResponseHandlersTest() {
    MakeWaveAndAbove();
    ImportPeople();
  }

  v1::Response GetResponse(const std::string& person) {
    v1::GetResponseRequest request;
    request.set_name(ResponseName(person));
    return Must(&Stub::GetResponse, request);
  }
};

TEST_F(ResponseHandlersTest, KeepsTheCanonicalFormOfAResponse) {
  Open();
  v1::Response response = ResponseOf("p1", {"stranger", "p2", "out"});
  response.mutable_network_answers(0)->mutable_nominations(1)->set_weight(5);
  response.mutable_network_answers(1)->set_state(
      v1::NetworkAnswer::STATE_SKIPPED);
  v1::ItemAnswer& item = *response.add_item_answers();
  item.set_item_id("a_c_1");
  item.set_non_answer(v1::ItemAnswer::NON_ANSWER_DONT_KNOW);
  const v1::Response stored = Submit(response);

  v1::Response want = response;
  want.mutable_network_answers()->RemoveLast();  // The same as no answer.
  auto& nominations = *want.mutable_network_answers(0)->mutable_nominations();
  nominations.Clear();
  for (const auto& [person, weight] :
       {std::pair("out", 1), std::pair("p2", 5), std::pair("stranger", 1)}) {
    v1::Nomination& nomination = *nominations.Add();
    nomination.set_person(person);
    nomination.set_weight(weight);
  }
  want.mutable_item_answers()->SwapElements(0, 1);
  want.set_revision(1);
  want.set_etag(stored.etag());
  want.mutable_submit_time()->set_seconds(1'700'000'000);
  want.mutable_submit_time()->set_nanos(123'456'000);
  EXPECT_EQ(stored.DebugString(), want.DebugString());
  EXPECT_FALSE(stored.etag().empty());
  EXPECT_EQ(GetResponse("p1").DebugString(), stored.DebugString());
  EXPECT_EQ(GetWave().response_count(), 1);
}

TEST_F(ResponseHandlersTest, PutsAnotherResponseInPlaceOfTheFirst) {
  Open();
  const v1::Response first = Submit(ResponseOf("p1", {"p2", "p3"}));
  now_micros_ += 1'000'000;
  // The same answers in another order are the same response.
  const v1::Response same = Submit(ResponseOf("p1", {"p3", "p2"}));
  EXPECT_EQ(same.DebugString(), first.DebugString());
  v1::Response other = ResponseOf("p1", {"p3"});
  other.set_etag(first.etag());
  const v1::Response second = Submit(other);
  EXPECT_EQ(second.revision(), 2);
  EXPECT_NE(second.etag(), first.etag());
  EXPECT_EQ(second.submit_time().seconds(), 1'700'000'001);
  EXPECT_EQ(GetResponse("p1").DebugString(), second.DebugString());
  EXPECT_EQ(GetWave().response_count(), 1);
}

TEST_F(ResponseHandlersTest, AnswersARepeatWithTheFirstResult) {
  Open();
  const auto request = SubmitRequest(ResponseOf("p1", {"p2"}));
  const v1::Response first = Must(&Stub::SubmitResponse, request);
  const v1::Response second = Submit(ResponseOf("p1", {"p3"}));
  EXPECT_EQ(Must(&Stub::SubmitResponse, request).DebugString(),
            first.DebugString());
  EXPECT_EQ(GetResponse("p1").DebugString(), second.DebugString());
  Close();
  EXPECT_EQ(Must(&Stub::SubmitResponse, request).DebugString(),
            first.DebugString());
}

TEST_F(ResponseHandlersTest, RefusesResponsesAsDocumented) {
  Open();
  Submit(ResponseOf("p2", {"p1"}));
  const std::string used = Uuid(last_uuid_);
  Close();
  using Request = v1::SubmitResponseRequest;
  const auto work = [](Request& r) {
    return r.mutable_response()->mutable_network_answers(0);
  };
  const auto item = [](Request& r) {
    return r.mutable_response()->mutable_item_answers(0);
  };
  const std::string first = "response.network_answers[0].";
  ExpectRefusals<Request>(
      &Stub::SubmitResponse, SubmitRequest(ResponseOf("p1", {"p2", "p3"})),
      {{kPrecondition, v1::ERROR_REASON_WAVE_NOT_OPEN, "", [](Request&) {}},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Request& r) { r.set_request_id(used); }},
       {kInvalid, v1::ERROR_REASON_RATING_OUT_OF_RANGE,
        "response.item_answers[0].rating",
        [&](Request& r) { item(r)->set_rating(6); }},
       {kInvalid, v1::ERROR_REASON_ITEM_ANSWER_MISSING,
        "response.item_answers[0].answer",
        [&](Request& r) { item(r)->clear_answer(); }},
       {kInvalid, v1::ERROR_REASON_ITEM_ANSWER_MISSING,
        "response.item_answers[0].answer",
        [&](Request& r) {
          item(r)->set_non_answer(static_cast<v1::ItemAnswer::NonAnswer>(257));
        }},
       {kInvalid, v1::ERROR_REASON_ITEM_UNKNOWN,
        "response.item_answers[0].item_id",
        [&](Request& r) { item(r)->set_item_id("au9"); }},
       {kInvalid, v1::ERROR_REASON_NOMINATIONS_UNEXPECTED,
        "response.network_answers[1].nominations",
        [](Request& r) {
          r.mutable_response()
              ->mutable_network_answers(1)
              ->add_nominations()
              ->set_person("p2");
        }},
       {kInvalid, v1::ERROR_REASON_NETWORK_REPEATED,
        "response.network_answers[1].network_id",
        [](Request& r) {
          r.mutable_response()->mutable_network_answers(1)->set_network_id(
              "work");
        }},
       {kInvalid, v1::ERROR_REASON_WEIGHT_OUT_OF_RANGE,
        first + "nominations[1].weight",
        [&](Request& r) { work(r)->mutable_nominations(1)->set_weight(6); }},
       {kInvalid, v1::ERROR_REASON_NOMINATION_REPEATED,
        first + "nominations[1].person",
        [&](Request& r) { work(r)->mutable_nominations(1)->set_person("p2"); }},
       {kInvalid, v1::ERROR_REASON_SELF_NOMINATION,
        first + "nominations[1].person",
        [&](Request& r) { work(r)->mutable_nominations(1)->set_person("p1"); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED,
        first + "nominations[1].person",
        [&](Request& r) {
          work(r)->mutable_nominations(1)->set_person("P 2");
        }},
       {kInvalid, v1::ERROR_REASON_TOO_MANY_NOMINATIONS, first + "nominations",
        [&](Request& r) {
          work(r)->add_nominations();
          work(r)->add_nominations();
        }},
       {kInvalid, v1::ERROR_REASON_NOMINATIONS_MISSING, first + "nominations",
        [&](Request& r) { work(r)->clear_nominations(); }},
       {kInvalid, v1::ERROR_REASON_ANSWER_STATE_UNKNOWN, first + "state",
        [&](Request& r) { work(r)->clear_state(); }},
       {kInvalid, v1::ERROR_REASON_ANSWER_STATE_UNKNOWN, first + "state",
        [&](Request& r) {
          work(r)->set_state(static_cast<v1::NetworkAnswer::State>(257));
        }},
       {kInvalid, v1::ERROR_REASON_NETWORK_UNKNOWN, first + "network_id",
        [&](Request& r) { work(r)->set_network_id("play"); }},
       {kPrecondition, v1::ERROR_REASON_RESPONDENT_OPTED_OUT, "response.name",
        [](Request& r) {
          r.mutable_response()->set_name(ResponseName("gone"));
        }},
       {kPrecondition, v1::ERROR_REASON_RESPONDENT_NOT_INVITED, "response.name",
        [](Request& r) {
          r.mutable_response()->set_name(ResponseName("out"));
        }},
       {kPrecondition, v1::ERROR_REASON_RESPONDENT_NOT_ON_ROSTER,
        "response.name",
        [](Request& r) { r.mutable_response()->set_name(ResponseName("q")); }},
       {kNotFound, v1::ERROR_REASON_WAVE_NOT_FOUND, "",
        [](Request& r) {
          r.mutable_response()->set_name(std::string(kSurveyName) +
                                         "/waves/9/responses/p1");
        }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "response.name",
        [](Request& r) { r.mutable_response()->set_name(PersonName("p1")); }}});
  EXPECT_EQ(GetWave().response_count(), 1);
}

TEST_F(ResponseHandlersTest, ReplacesOnlyWhatTheEtagNames) {
  Open();
  v1::Response response = ResponseOf("p1", {"p2"});
  response.set_etag("r1");
  absl::Status status =
      Call(&Stub::SubmitResponse, SubmitRequest(response)).status();
  EXPECT_EQ(status.code(), kAborted);
  EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
  response.clear_etag();
  const std::string etag = Submit(response).etag();
  Submit(ResponseOf("p1", {"p3"}));
  response.set_etag(etag);
  status = Call(&Stub::SubmitResponse, SubmitRequest(response)).status();
  EXPECT_EQ(ReasonOf(status), "ETAG_MISMATCH");
  EXPECT_EQ(GetResponse("p1").revision(), 2);
}

TEST_F(ResponseHandlersTest, CountsWhoTookPart) {
  v1::GetParticipationRequest request;
  request.set_name(kWaveName);
  EXPECT_EQ(Must(&Stub::GetParticipation, request)
                .networks(0)
                .total()
                .nonresponse_count(),
            4);
  Open();
  Submit(ResponseOf("p1", {"p2", "out", "stranger"}));
  Submit(ResponseOf("p2", {"gone"}));
  v1::Response nothing;
  nothing.set_name(ResponseName("p3"));
  Submit(nothing);
  const auto participation = Must(&Stub::GetParticipation, request);
  EXPECT_EQ(participation.name(), kWaveName);
  ASSERT_EQ(participation.networks_size(), 2);
  const v1::NetworkParticipation& work = participation.networks(0);
  EXPECT_EQ(work.network_id(), "work");
  v1::ParticipationCounts want;
  want.set_participant_count(6);
  want.set_invited_count(4);
  want.set_responded_count(2);
  want.set_skipped_count(1);
  want.set_nonresponse_count(1);
  want.set_not_invited_count(1);
  want.set_opted_out_count(1);
  want.set_nominations_inside_count(1);
  want.set_nominations_to_not_invited_count(1);
  want.set_nominations_to_opted_out_count(1);
  want.set_nominations_off_roster_count(1);
  want.set_respondents_at_cap_count(1);
  EXPECT_EQ(work.total().DebugString(), want.DebugString());
  ASSERT_EQ(work.sectors_size(), 1);
  EXPECT_EQ(work.sectors(0).sector(), "health");
  EXPECT_EQ(work.sectors(0).counts().DebugString(), want.DebugString());
  ASSERT_EQ(work.layers_size(), 1);
  EXPECT_EQ(work.layers(0).layer(), v1::LAYER_FRONTLINE);
  const v1::ParticipationCounts& social = participation.networks(1).total();
  EXPECT_EQ(social.responded_nobody_count(), 2);
  EXPECT_EQ(social.skipped_count(), 1);
}

TEST_F(ResponseHandlersTest, FindsNothingWhereNothingIs) {
  v1::GetResponseRequest response;
  response.set_name(ResponseName("p1"));
  EXPECT_EQ(ReasonOf(Call(&Stub::GetResponse, response).status()),
            "RESPONSE_NOT_FOUND");
  response.set_name(PersonName("p1"));
  EXPECT_EQ(ReasonOf(Call(&Stub::GetResponse, response).status()),
            "NAME_MALFORMED");
  v1::GetUploadRequest upload;
  upload.set_name(std::string(kWaveName) + "/uploads/u1");
  EXPECT_EQ(ReasonOf(Call(&Stub::GetUpload, upload).status()),
            "UPLOAD_NOT_FOUND");
  upload.set_name(kWaveName);
  EXPECT_EQ(ReasonOf(Call(&Stub::GetUpload, upload).status()),
            "NAME_MALFORMED");
}

TEST_F(ResponseHandlersTest, TurnsCallsAwayWhenFull) {
  Open();
  const auto release = std::make_shared<absl::Notification>();
  for (int i = 0; i < 18; ++i) {  // Two at work and sixteen that wait.
    while (!executor_.TrySchedule([=] { release->WaitForNotification(); })) {
      std::this_thread::yield();
    }
  }
  const absl::Status submit =
      Call(&Stub::SubmitResponse, SubmitRequest(ResponseOf("p1", {"p2"})))
          .status();
  v1::GetWaveRequest get;
  get.set_name(kWaveName);
  const absl::Status read = Call(&Stub::GetWave, get).status();
  release->Notify();
  EXPECT_TRUE(submit.ok()) << submit;  // Has threads of its own.
  EXPECT_EQ(read.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(read), "OVERLOADED");
}

}  // namespace
}  // namespace pulsetaker::survey
