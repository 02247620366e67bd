// Responses that come in with a token or with a consent, through the stub.

#include <string>
#include <vector>

#include "common/base/crc32.h"
#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kAborted = absl::StatusCode::kAborted;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

class InvitedResponseTest : public ServiceFixture {
 protected:
  InvitedResponseTest() {
    MakeWaveAndAbove();
    ImportPeople();
    Open();
  }

  // What the page of a respondent sends: no name.
  v1::SubmitResponseRequest TokenRequest(const std::string& token) {
    v1::SubmitResponseRequest request = SubmitRequest(ResponseOf("p1", {"p2"}));
    request.mutable_response()->clear_name();
    request.set_invitation_token(token);
    return request;
  }

  v1::Invitation GetInvitation(const std::string& person) {
    v1::GetInvitationRequest request;
    request.set_name(absl::StrCat(kWaveName, "/invitations/", person));
    return Must(&InvitationStub::GetInvitation, request);
  }
};

TEST_F(InvitedResponseTest, TakesTheRespondentFromTheTokenAndUsesItUp) {
  const std::string token = InviteOne("p1");
  auto request = TokenRequest(token);
  const v1::Response first = Must(&Stub::SubmitResponse, request);
  EXPECT_EQ(first.name(), ResponseName("p1"));
  EXPECT_EQ(first.revision(), 1);
  EXPECT_EQ(GetInvitation("p1").use_time().seconds(), 1'700'000'000);
  // The answer was lost: the same request gives the same result, also once the
  // token is over, made void by another, or the wave is closed.
  now_micros_ += 2'000'000'000;
  EXPECT_EQ(Must(&Stub::SubmitResponse, request).DebugString(),
            first.DebugString());
  const std::string second = InviteOne("p1");
  Close();
  EXPECT_EQ(Must(&Stub::SubmitResponse, request).DebugString(),
            first.DebugString());
  Reopen();
  // The second token puts answers right.
  request = TokenRequest(second);
  request.mutable_response()->mutable_item_answers(0)->set_rating(5);
  request.mutable_response()->set_name(ResponseName("p1"));  // May be there.
  EXPECT_EQ(Must(&Stub::SubmitResponse, request).revision(), 2);
}

TEST_F(InvitedResponseTest, RefusesTokensAsDocumented) {
  using Request = v1::SubmitResponseRequest;
  const std::string former = InviteOne("p1");
  const std::string token = InviteOne("p1");
  const std::string gone = [&] {
    v1::ImportRosterRequest roster = RosterRequest({Person("p9")});
    Must(&Stub::ImportRoster, roster);
    return InviteOne("p9");
  }();
  const auto revoke = [&](const std::string& person) {
    v1::RevokeInvitationRequest request;
    request.set_name(absl::StrCat(kWaveName, "/invitations/", person));
    request.set_request_id(NextUuid());
    Must(&InvitationStub::RevokeInvitation, request);
  };
  revoke("p9");
  Submit(ResponseOf("p2", {"p1"}));
  const std::string used_id = Uuid(last_uuid_);
  Request request = TokenRequest(token);
  request.mutable_response()->set_etag("r7");
  ExpectRefusals<Request>(
      &Stub::SubmitResponse, request,
      {{kAborted, v1::ERROR_REASON_ETAG_MISMATCH, "response.etag",
        [](Request&) {}},
       {kPrecondition, v1::ERROR_REASON_INVITATION_EXPIRED, "invitation_token",
        [&](Request&) { now_micros_ += 1'000'000'000; }},
       {kPrecondition, v1::ERROR_REASON_INVITATION_USED, "invitation_token",
        [&](Request& r) {
          now_micros_ -= 1'000'000'000;
          Must(&Stub::SubmitResponse, TokenRequest(token));
          now_micros_ += 1'000'000'000;
          r.set_request_id(NextUuid());
        }},
       {kInvalid, v1::ERROR_REASON_INVITATION_INVALID, "invitation_token",
        [&](Request& r) { r.set_invitation_token(former); }},
       {kInvalid, v1::ERROR_REASON_INVITATION_INVALID, "invitation_token",
        [&](Request& r) { r.set_invitation_token(gone); }},
       {kPrecondition, v1::ERROR_REASON_WAVE_NOT_OPEN, "",
        [&](Request&) { Close(); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Request& r) { r.set_request_id(used_id); }},
       {kInvalid, v1::ERROR_REASON_RATING_OUT_OF_RANGE,
        "response.item_answers[0].rating",
        [](Request& r) {
          r.mutable_response()->mutable_item_answers(0)->set_rating(9);
        }},
       {kInvalid, v1::ERROR_REASON_CONSENT_UNEXPECTED,
        "response.consent_version",
        [](Request& r) { r.mutable_response()->set_consent_version(1); }},
       {kInvalid, v1::ERROR_REASON_INVITATION_NAME_MISMATCH, "response.name",
        [](Request& r) { r.mutable_response()->set_name(ResponseName("p2")); }},
       {kInvalid, v1::ERROR_REASON_INVITATION_NAME_MISMATCH, "response.name",
        [](Request& r) {
          r.mutable_response()->set_name(std::string(kSurveyName) +
                                         "/waves/9/responses/p9");
        }},
       {kInvalid, v1::ERROR_REASON_INVITATION_INVALID, "invitation_token",
        [](Request& r) {
          r.mutable_response()->set_name(
              "tenants/south/localities/leeds/surveys/care/waves/3/responses/"
              "p9");
        }},
       {kInvalid, v1::ERROR_REASON_INVITATION_INVALID, "invitation_token",
        [](Request& r) { r.mutable_invitation_token()->back() ^= 1; }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "response.name",
        [](Request& r) { r.mutable_response()->set_name("x"); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "response.name",
        [](Request& r) {
          r.mutable_response()->clear_name();
          r.clear_invitation_token();
        }}});
}

// Nobody learns from the answer why a token is none.
TEST_F(InvitedResponseTest, GivesOneAnswerToAllTokensThatAreNone) {
  const std::string former = InviteOne("p1");
  const std::string token = InviteOne("p1");
  std::string tampered = token;
  tampered[20] = tampered[20] == 'A' ? 'B' : 'A';
  std::vector<absl::Status> answers;
  for (const std::string& none :
       {former, tampered, std::string("x"), token + "A",
        std::string(1'000, 'A'), token.substr(0, 90)}) {
    answers.push_back(Call(&Stub::SubmitResponse, TokenRequest(none)).status());
    v1::GetQuestionnaireRequest request;
    request.set_invitation_token(none);
    answers.push_back(
        Call(&InvitationStub::GetQuestionnaire, request).status());
  }
  for (const absl::Status& answer : answers) EXPECT_EQ(answer, answers[0]);
  EXPECT_EQ(ReasonOf(answers[0]), "INVITATION_INVALID");
}

class ConsentedResponseTest : public InvitedResponseTest {
 protected:
  static constexpr char kOtherWave[] =
      "tenants/north/localities/leeds/surveys/care/waves/4";

  // Wave 4, which asks to agree to version 2.
  ConsentedResponseTest() {
    for (const char* text : {"First", "Second"}) {
      v1::PublishConsentTextRequest request;
      request.set_parent(kSurveyName);
      (*request.mutable_consent_text()->mutable_texts())["en"] = text;
      request.set_request_id(NextUuid());
      Must(&InvitationStub::PublishConsentText, request);
    }
    v1::CreateWaveRequest wave;
    wave.set_parent(kSurveyName);
    wave.set_wave_id("4");
    wave.mutable_wave()->set_instrument(kInstrumentName);
    wave.mutable_wave()->set_consent_version(2);
    wave.set_request_id(NextUuid());
    EXPECT_EQ(Must(&Stub::CreateWave, wave).consent_version(), 2);
    v1::ImportRosterRequest roster =
        RosterRequest({Person("p1"), Person("p2")});
    roster.set_parent(kOtherWave);
    for (auto& person : *roster.mutable_participants()) {
      person.set_name(absl::StrCat(
          kOtherWave, person.name().substr(sizeof(kWaveName) - 1)));
    }
    Must(&Stub::ImportRoster, roster);
    v1::OpenWaveRequest open;
    open.set_name(kOtherWave);
    open.set_request_id(NextUuid());
    Must(&Stub::OpenWave, open);
  }

  static v1::Response Consented(const std::string& person,
                                std::int32_t version) {
    v1::Response response = ResponseOf(person, {"p2"});
    response.set_name(absl::StrCat(kOtherWave, "/responses/", person));
    response.set_consent_version(version);
    return response;
  }

  v1::UploadRow Row(const std::string& person, std::int32_t version) {
    v1::UploadRow row;
    row.set_person(person);
    row.set_response(Consented("p1", version).SerializeAsString());
    row.set_crc32(Crc32(row.response()));
    return row;
  }
};

TEST_F(ConsentedResponseTest, KeepsTheConsentWithTheResponse) {
  for (const std::int32_t version : {0, 1, 3, -1}) {
    const absl::Status status =
        Call(&Stub::SubmitResponse, SubmitRequest(Consented("p1", version)))
            .status();
    EXPECT_EQ(status.code(), kInvalid);
    EXPECT_EQ(ReasonOf(status), "CONSENT_REQUIRED");
    EXPECT_EQ(FieldOf(status), "response.consent_version");
  }
  const v1::Response stored = Submit(Consented("p1", 2));
  EXPECT_EQ(stored.consent_version(), 2);
  v1::GetResponseRequest get;
  get.set_name(stored.name());
  EXPECT_EQ(Must(&Stub::GetResponse, get).DebugString(), stored.DebugString());
  // In a wave without, none is taken.
  v1::Response unexpected = ResponseOf("p1", {"p2"});
  unexpected.set_consent_version(2);
  EXPECT_EQ(
      ReasonOf(Call(&Stub::SubmitResponse, SubmitRequest(unexpected)).status()),
      "CONSENT_UNEXPECTED");
}

TEST_F(ConsentedResponseTest, RejectsRowsWithoutConsentAndNoOthers) {
  grpc::ClientContext context;
  const auto stream = stub_->StreamResponses(&context);
  v1::StreamResponsesRequest frame;
  frame.set_upload(absl::StrCat(kOtherWave, "/uploads/u1"));
  *frame.add_rows() = Row("p1", 0);
  *frame.add_rows() = Row("p1", 2);
  *frame.add_rows() = Row("p1", 1);
  ASSERT_TRUE(stream->Write(frame));
  stream->WritesDone();
  v1::StreamResponsesResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(answer.committed_offset(), 3);
  EXPECT_EQ(answer.verdicts(1), v1::ROW_VERDICT_STORED);
  ASSERT_EQ(answer.problems_size(), 2);
  for (const v1::RowProblem& problem : answer.problems()) {
    EXPECT_EQ(problem.reason(), "CONSENT_REQUIRED");
    EXPECT_EQ(problem.field(), "consent_version");
  }
}

TEST_F(ConsentedResponseTest, LeavesTheSnapshotAsItIsWithoutConsent) {
  Submit(Consented("p1", 2));
  v1::Response same = ResponseOf("p1", {"p2"});
  const auto digest = [&](const std::string& wave) {
    v1::CloseWaveRequest close;
    close.set_name(wave);
    close.set_request_id(NextUuid());
    return Must(&Stub::CloseWave, close).snapshot_digest();
  };
  // The same roster, instrument and answers in a wave without consent.
  v1::CreateWaveRequest wave;
  wave.set_parent(kSurveyName);
  wave.set_wave_id("5");
  wave.mutable_wave()->set_instrument(kInstrumentName);
  wave.set_request_id(NextUuid());
  const std::string plain = Must(&Stub::CreateWave, wave).name();
  v1::ImportRosterRequest roster = RosterRequest({Person("p1"), Person("p2")});
  roster.set_parent(plain);
  for (auto& person : *roster.mutable_participants()) {
    person.set_name(
        absl::StrCat(plain, person.name().substr(sizeof(kWaveName) - 1)));
  }
  Must(&Stub::ImportRoster, roster);
  v1::OpenWaveRequest open;
  open.set_name(plain);
  open.set_request_id(NextUuid());
  Must(&Stub::OpenWave, open);
  same.set_name(plain + "/responses/p1");
  Submit(same);
  EXPECT_EQ(digest(kOtherWave), digest(plain));
}

}  // namespace
}  // namespace pulsetaker::survey
