// Invitations, reminders and consent texts, through the stub.

#include <set>
#include <string>
#include <vector>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;
constexpr std::int64_t kNowSeconds = 1'700'000'000;
constexpr std::int64_t kDaySeconds = 24 * 60 * 60;

class InvitationHandlersTest : public ServiceFixture {
 protected:
  InvitationHandlersTest() {
    MakeWaveAndAbove();
    ImportPeople();
  }

  v1::CreateInvitationsRequest InviteRequest(
      const std::vector<std::string>& persons) {
    v1::CreateInvitationsRequest request;
    request.set_parent(kWaveName);
    for (const std::string& person : persons) request.add_persons(person);
    request.mutable_expire_time()->set_seconds(kNowSeconds + 30 * kDaySeconds);
    request.set_language("en-GB");
    request.set_request_id(NextUuid());
    return request;
  }

  v1::CreateInvitationsResponse Invite(
      const std::vector<std::string>& persons) {
    return Must(&InvitationStub::CreateInvitations, InviteRequest(persons));
  }

  static std::string NameOf(const std::string& person) {
    return absl::StrCat(kWaveName, "/invitations/", person);
  }

  v1::Invitation Get(const std::string& person) {
    v1::GetInvitationRequest request;
    request.set_name(NameOf(person));
    return Must(&InvitationStub::GetInvitation, request);
  }

  v1::RevokeInvitationRequest RevokeRequest(const std::string& person) {
    v1::RevokeInvitationRequest request;
    request.set_name(NameOf(person));
    request.set_request_id(NextUuid());
    return request;
  }

  v1::Questionnaire Ask(const std::string& token,
                        const std::string& language = "") {
    v1::GetQuestionnaireRequest request;
    request.set_invitation_token(token);
    request.set_language(language);
    return Must(&InvitationStub::GetQuestionnaire, request);
  }

  v1::PublishConsentTextRequest ConsentRequest() {
    v1::PublishConsentTextRequest request;
    request.set_parent(kSurveyName);
    auto& texts = *request.mutable_consent_text()->mutable_texts();
    texts["cy"] = "Rwy'n cytuno.";
    texts["en"] = "I agree.";
    request.set_request_id(NextUuid());
    return request;
  }

  v1::ListDueRemindersRequest DueRequest(std::int64_t quiet_days) {
    v1::ListDueRemindersRequest request;
    request.set_parent(kWaveName);
    request.mutable_min_time_since_contact()->set_seconds(quiet_days *
                                                          kDaySeconds);
    return request;
  }

  v1::RecordRemindersRequest ReminderRequest(
      const std::vector<std::string>& persons) {
    v1::RecordRemindersRequest request;
    request.set_parent(kWaveName);
    for (const std::string& person : persons) request.add_persons(person);
    request.mutable_send_time()->set_seconds(kNowSeconds - 60);
    request.set_request_id(NextUuid());
    return request;
  }

  void Answer(const std::string& token) {
    v1::SubmitResponseRequest request =
        SubmitRequest(ResponseOf("p1", {"out"}));
    request.mutable_response()->clear_name();
    request.set_invitation_token(token);
    Must(&Stub::SubmitResponse, request);
  }

  static std::vector<std::string> PersonsOf(
      const v1::ListDueRemindersResponse& response) {
    std::vector<std::string> persons;
    for (const v1::Invitation& invitation : response.invitations()) {
      persons.push_back(
          invitation.name().substr(invitation.name().rfind('/') + 1));
    }
    return persons;
  }
};

TEST_F(InvitationHandlersTest, IssuesTokensInOrderAndRepeatsThem) {
  const auto request = InviteRequest({"p2", "p1"});
  const auto first = Must(&InvitationStub::CreateInvitations, request);
  ASSERT_EQ(first.invitations_size(), 2);
  EXPECT_EQ(first.invitations(0).person(), "p2");
  EXPECT_EQ(first.invitations(1).person(), "p1");
  EXPECT_NE(first.invitations(0).token(), first.invitations(1).token());
  EXPECT_EQ(first.next_page_token(), "");
  v1::Invitation want;
  want.set_name(NameOf("p1"));
  want.set_issue(1);
  want.set_language("en-GB");
  want.mutable_create_time()->set_seconds(kNowSeconds);
  want.mutable_create_time()->set_nanos(123'456'000);
  want.mutable_expire_time()->set_seconds(kNowSeconds + 30 * kDaySeconds);
  EXPECT_EQ(Get("p1").DebugString(), want.DebugString());

  const auto second = Invite({"p1"});
  EXPECT_EQ(second.invitations(0).issue(), 2);
  // The same tokens, although one is void and the time of both is over.
  now_micros_ += 40 * kDaySeconds * 1'000'000;
  EXPECT_EQ(Must(&InvitationStub::CreateInvitations, request).DebugString(),
            first.DebugString());
  EXPECT_EQ(Get("p1").issue(), 2);
}

TEST_F(InvitationHandlersTest, CountsTheLifeOfATokenFromTheCall) {
  auto request = InviteRequest({"p1"});
  request.mutable_ttl()->set_seconds(60);
  const auto first = Must(&InvitationStub::CreateInvitations, request);
  EXPECT_EQ(Get("p1").expire_time().seconds(), kNowSeconds + 60);
  now_micros_ += 30'000'000;
  EXPECT_EQ(Must(&InvitationStub::CreateInvitations, request).DebugString(),
            first.DebugString());
  EXPECT_EQ(Get("p1").expire_time().seconds(), kNowSeconds + 60);
  auto reminder = ReminderRequest({"p1"});
  reminder.clear_send_time();
  Must(&InvitationStub::RecordReminders, reminder);
  EXPECT_EQ(Get("p1").remind_time().seconds(), kNowSeconds + 30);
}

TEST_F(InvitationHandlersTest, LeavesThoseInPeaceWhoOptedOutOfTheLocality) {
  Open();
  Invite({"p1", "p2"});
  v1::OptOutPersonRequest opt_out;
  opt_out.set_name(absl::StrCat(kLocalityName, "/people/p1"));
  opt_out.set_request_id(NextUuid());
  ASSERT_TRUE(rpc::Call(*people_stub_, &v1::PeopleService::Stub::OptOutPerson,
                        opt_out, Deadline())
                  .ok());
  now_micros_ += 10 * kDaySeconds * 1'000'000;
  EXPECT_EQ(PersonsOf(Must(&InvitationStub::ListDueReminders, DueRequest(7))),
            std::vector<std::string>({"p2"}));
  EXPECT_EQ(
      ReasonOf(Call(&InvitationStub::CreateInvitations, InviteRequest({"p1"}))
                   .status()),
      "RESPONDENT_OPTED_OUT");
}

TEST_F(InvitationHandlersTest, InvitesAllWhoArePendingPageByPage) {
  std::vector<v1::Participant> people;
  for (int i = 0; i < 1'500; ++i) {
    people.push_back(Person(absl::StrFormat("q%04d", i)));
  }
  Must(&Stub::ImportRoster, RosterRequest(people));
  Open();
  Submit(ResponseOf("p1", {"p2"}));
  Invite({"p2"});
  std::set<std::string> invited;
  std::set<std::string> tokens;
  v1::CreateInvitationsRequest request = InviteRequest({});
  request.set_all_pending(true);
  v1::CreateInvitationsResponse page;
  std::vector<int> sizes;
  do {
    request.set_page_token(page.next_page_token());
    request.set_request_id(NextUuid());
    page = Must(&InvitationStub::CreateInvitations, request);
    EXPECT_EQ(Must(&InvitationStub::CreateInvitations, request).DebugString(),
              page.DebugString());
    for (const v1::IssuedToken& token : page.invitations()) {
      EXPECT_TRUE(invited.insert(token.person()).second);
      EXPECT_TRUE(tokens.insert(token.token()).second);
    }
    sizes.push_back(page.invitations_size());
  } while (!page.next_page_token().empty());
  EXPECT_EQ(sizes, (std::vector<int>{1'000, 502}));
  // p1 has answered, p2 is invited, out and gone are not to be asked.
  EXPECT_EQ(invited.count("p1") + invited.count("p2") + invited.count("out") +
                invited.count("gone"),
            0);
  EXPECT_EQ(invited.count("p3") + invited.count("p4"), 2);

  v1::ListInvitationsRequest list;
  list.set_parent(kWaveName);
  list.set_page_size(700);
  int listed = 0;
  v1::ListInvitationsResponse invitations;
  do {
    list.set_page_token(invitations.next_page_token());
    invitations = Must(&InvitationStub::ListInvitations, list);
    listed += invitations.invitations_size();
  } while (!invitations.next_page_token().empty());
  EXPECT_EQ(listed, 1'503);
}

TEST_F(InvitationHandlersTest, RefusesInvitationsAsDocumented) {
  using Request = v1::CreateInvitationsRequest;
  Invite({"p4"});
  const std::string used = Uuid(last_uuid_);
  ExpectRefusals<Request>(
      &InvitationStub::CreateInvitations, InviteRequest({"p1", "p2"}),
      {{kPrecondition, v1::ERROR_REASON_RESPONDENT_OPTED_OUT, "persons[1]",
        [](Request& r) { r.set_persons(1, "gone"); }},
       {kPrecondition, v1::ERROR_REASON_RESPONDENT_NOT_INVITED, "persons[1]",
        [](Request& r) { r.set_persons(1, "out"); }},
       {kPrecondition, v1::ERROR_REASON_RESPONDENT_NOT_ON_ROSTER, "persons[0]",
        [](Request& r) { r.set_persons(0, "stranger"); }},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "expire_time",
        [](Request& r) {
          r.mutable_expire_time()->set_seconds(kNowSeconds + 401 * kDaySeconds);
        }},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "expire_time",
        [](Request& r) { r.mutable_expire_time()->set_seconds(kNowSeconds); }},
       {kPrecondition, v1::ERROR_REASON_WAVE_NOT_OPEN, "",
        [&](Request&) {
          Open();
          Close();
        }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Request& r) { r.set_request_id(used); }},
       {kNotFound, v1::ERROR_REASON_WAVE_NOT_FOUND, "",
        [](Request& r) {
          r.set_parent(std::string(kSurveyName) + "/waves/9");
        }},
       {kInvalid, v1::ERROR_REASON_LANGUAGE_MALFORMED, "language",
        [](Request& r) { r.set_language("en_GB"); }},
       {kInvalid, v1::ERROR_REASON_PERSON_REPEATED, "persons[1]",
        [](Request& r) { r.set_persons(1, "stranger"); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "persons[0]",
        [](Request& r) { r.set_persons(0, "P"); }},
       {kInvalid, v1::ERROR_REASON_PERSON_COUNT_INVALID, "persons",
        [](Request& r) { r.set_all_pending(true); }},
       {kInvalid, v1::ERROR_REASON_PERSON_COUNT_INVALID, "persons",
        [](Request& r) {
          r.set_all_pending(false);
          r.clear_persons();
        }},
       {kInvalid, v1::ERROR_REASON_PERSON_COUNT_INVALID, "persons",
        [](Request& r) {
          for (int i = 0; i <= 1'000; ++i) {
            r.add_persons(absl::StrCat("n", i));
          }
        }},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "expire_time",
        [](Request& r) { r.mutable_expire_time()->set_nanos(-1); }},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "ttl",
        [](Request& r) { r.mutable_ttl()->set_nanos(999); }},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "ttl",
        [](Request& r) { r.mutable_ttl()->set_seconds(401 * kDaySeconds); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "expire_time",
        [](Request& r) { r.clear_ttl(); }},
       {kInvalid, v1::ERROR_REASON_PAGE_TOKEN_MALFORMED, "page_token",
        [](Request& r) { r.set_page_token("x"); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Request& r) { r.set_parent(kSurveyName); }}});
}

TEST_F(InvitationHandlersTest, ShowsTheQuestionnaireToTheHolderOfAToken) {
  Must(&InvitationStub::PublishConsentText, ConsentRequest());
  v1::CreateWaveRequest wave;
  wave.set_parent(kSurveyName);
  wave.set_wave_id("4");
  wave.mutable_wave()->set_instrument(kInstrumentName);
  wave.mutable_wave()->set_consent_version(1);
  wave.set_request_id(NextUuid());
  const std::string name = Must(&Stub::CreateWave, wave).name();
  v1::Participant person = Person("p1");
  person.set_name(name + "/participants/p1");
  auto roster = RosterRequest({person});
  roster.set_parent(name);
  Must(&Stub::ImportRoster, roster);
  auto invite = InviteRequest({"p1"});
  invite.set_parent(name);
  const std::string token =
      Must(&InvitationStub::CreateInvitations, invite).invitations(0).token();

  v1::Questionnaire shown = Ask(token);
  EXPECT_EQ(shown.token_state(), v1::Questionnaire::TOKEN_STATE_WAVE_NOT_OPEN);
  v1::OpenWaveRequest open;
  open.set_name(name);
  open.set_request_id(NextUuid());
  Must(&Stub::OpenWave, open);
  shown = Ask(token);
  EXPECT_EQ(shown.token_state(), v1::Questionnaire::TOKEN_STATE_USABLE);
  EXPECT_EQ(shown.expire_time().seconds(), kNowSeconds + 30 * kDaySeconds);
  EXPECT_EQ(shown.survey_display_name(), "Home care");
  EXPECT_EQ(shown.innovation(), "Care at home");
  EXPECT_EQ(shown.service_field(), "social care");
  EXPECT_EQ(shown.locality_display_name(), "Leeds");
  EXPECT_EQ(shown.instrument().networks_size(), 2);
  EXPECT_EQ(shown.consent_version(), 1);
  EXPECT_EQ(shown.consent_text(), "I agree.");  // The invitation is in en-GB.
  EXPECT_EQ(shown.consent_language(), "en");
  EXPECT_EQ(Ask(token, "cy-GB").consent_text(), "Rwy'n cytuno.");
  EXPECT_EQ(Ask(token, "fr").consent_language(), "en");  // The instrument's.
  EXPECT_EQ(shown.DebugString().find("p1"), std::string::npos);
  EXPECT_EQ(shown.DebugString().find("Name of"), std::string::npos);

  v1::GetQuestionnaireRequest request;
  request.set_invitation_token("x");
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::GetQuestionnaire, request).status()),
            "INVITATION_INVALID");
  request.set_language("?");
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::GetQuestionnaire, request).status()),
            "LANGUAGE_MALFORMED");
  now_micros_ += 30 * kDaySeconds * 1'000'000;
  EXPECT_EQ(Ask(token).token_state(), v1::Questionnaire::TOKEN_STATE_EXPIRED);
}

TEST_F(InvitationHandlersTest, SaysThatATokenIsUsedOrNotForThePersonAnyMore) {
  const auto issued = Invite({"p1", "p2"});
  // In DRAFT the roster may still change.
  v1::Participant person = Person("p2");
  person.set_invitation(v1::Participant::INVITATION_OPTED_OUT);
  Must(&Stub::ImportRoster, RosterRequest({person}));
  Open();
  Answer(issued.invitations(0).token());
  EXPECT_EQ(Ask(issued.invitations(0).token()).token_state(),
            v1::Questionnaire::TOKEN_STATE_USED);
  EXPECT_EQ(Ask(issued.invitations(1).token()).token_state(),
            v1::Questionnaire::TOKEN_STATE_NOT_INVITED);
  EXPECT_EQ(Ask(issued.invitations(0).token()).consent_version(), 0);
}

TEST_F(InvitationHandlersTest, RevokesTokens) {
  Open();
  const std::string token = Invite({"p1"}).invitations(0).token();
  const auto request = RevokeRequest("p1");
  const auto revoked = Must(&InvitationStub::RevokeInvitation, request);
  EXPECT_EQ(revoked.revoke_time().seconds(), kNowSeconds);
  now_micros_ += 5'000'000;
  EXPECT_EQ(Must(&InvitationStub::RevokeInvitation, request).DebugString(),
            revoked.DebugString());
  EXPECT_EQ(Must(&InvitationStub::RevokeInvitation, RevokeRequest("p1"))
                .DebugString(),
            revoked.DebugString());
  v1::GetQuestionnaireRequest ask;
  ask.set_invitation_token(token);
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::GetQuestionnaire, ask).status()),
            "INVITATION_INVALID");
  Answer(Invite({"p1"}).invitations(0).token());

  using Request = v1::RevokeInvitationRequest;
  ExpectRefusals<Request>(
      &InvitationStub::RevokeInvitation, RevokeRequest("p1"),
      {{kPrecondition, v1::ERROR_REASON_INVITATION_USED, "", [](Request&) {}},
       {kNotFound, v1::ERROR_REASON_INVITATION_NOT_FOUND, "",
        [](Request& r) { r.set_name(NameOf("p3")); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Request& r) { r.set_request_id(request.request_id()); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
        [](Request& r) { r.set_name(ResponseName("p1")); }}});
  v1::GetInvitationRequest get;
  get.set_name(NameOf("p3"));
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::GetInvitation, get).status()),
            "INVITATION_NOT_FOUND");
  get.set_name(ResponseName("p1"));
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::GetInvitation, get).status()),
            "NAME_MALFORMED");
}

TEST_F(InvitationHandlersTest, KeepsTokensGoodWhenTheKeyIsRotated) {
  Open();
  const std::string token = Invite({"p1"}).invitations(0).token();
  v1::RotateInvitationKeyRequest request;
  request.set_parent(kTenantName);
  request.set_request_id(NextUuid());
  const auto rotated = Must(&InvitationStub::RotateInvitationKey, request);
  EXPECT_EQ(rotated.key_number(), 2);
  EXPECT_EQ(Must(&InvitationStub::RotateInvitationKey, request).DebugString(),
            rotated.DebugString());
  EXPECT_EQ(Ask(token).token_state(), v1::Questionnaire::TOKEN_STATE_USABLE);
  Answer(token);
  Ask(Invite({"p2"}).invitations(0).token());

  using Request = v1::RotateInvitationKeyRequest;
  Must(&InvitationStub::PublishConsentText, ConsentRequest());
  const std::string used = Uuid(last_uuid_);
  ExpectRefusals<Request>(
      &InvitationStub::RotateInvitationKey, request,
      {{kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Request& r) { r.set_request_id(used); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Request& r) { r.set_parent(kLocalityName); }}});
}

TEST_F(InvitationHandlersTest, ListsWhoIsDueForAReminder) {
  const auto issued = Invite({"p1", "p2", "p3", "p4"});
  Open();
  now_micros_ += 7 * kDaySeconds * 1'000'000;
  Submit(ResponseOf("p1", {"p2"}));  // Without the token.
  Answer(issued.invitations(1).token());
  EXPECT_EQ(PersonsOf(Must(&InvitationStub::ListDueReminders, DueRequest(7))),
            (std::vector<std::string>{"p3", "p4"}));
  EXPECT_EQ(PersonsOf(Must(&InvitationStub::ListDueReminders, DueRequest(8))),
            std::vector<std::string>());
  auto request = DueRequest(0);
  request.set_page_size(1);
  auto page = Must(&InvitationStub::ListDueReminders, request);
  EXPECT_EQ(PersonsOf(page), std::vector<std::string>{"p3"});
  request.set_page_token(page.next_page_token());
  page = Must(&InvitationStub::ListDueReminders, request);
  EXPECT_EQ(PersonsOf(page), std::vector<std::string>{"p4"});
  EXPECT_EQ(page.next_page_token(), "");

  auto reminder = ReminderRequest({"p3"});
  reminder.mutable_send_time()->set_seconds(kNowSeconds + 6 * kDaySeconds);
  EXPECT_EQ(Must(&InvitationStub::RecordReminders, reminder).recorded_count(),
            1);
  EXPECT_EQ(Must(&InvitationStub::RecordReminders, reminder).recorded_count(),
            1);
  EXPECT_EQ(Get("p3").reminder_count(), 1);
  EXPECT_EQ(Get("p3").remind_time().seconds(), kNowSeconds + 6 * kDaySeconds);
  EXPECT_EQ(PersonsOf(Must(&InvitationStub::ListDueReminders, DueRequest(0))),
            std::vector<std::string>{"p4"});
  request = DueRequest(1);
  request.set_max_reminder_count(1);
  EXPECT_EQ(PersonsOf(Must(&InvitationStub::ListDueReminders, request)),
            (std::vector<std::string>{"p3", "p4"}));
  Must(&InvitationStub::RevokeInvitation, RevokeRequest("p4"));
  now_micros_ += 23 * kDaySeconds * 1'000'000;
  EXPECT_EQ(PersonsOf(Must(&InvitationStub::ListDueReminders, request)),
            std::vector<std::string>());
}

TEST_F(InvitationHandlersTest, RefusesRemindersAsDocumented) {
  using Due = v1::ListDueRemindersRequest;
  ExpectRefusals<Due>(
      &InvitationStub::ListDueReminders, DueRequest(1),
      {{kPrecondition, v1::ERROR_REASON_WAVE_NOT_OPEN, "", [](Due&) {}},
       {kNotFound, v1::ERROR_REASON_WAVE_NOT_FOUND, "",
        [](Due& r) { r.set_parent(std::string(kSurveyName) + "/waves/9"); }},
       {kInvalid, v1::ERROR_REASON_PAGE_TOKEN_MALFORMED, "page_token",
        [](Due& r) { r.set_page_token("x"); }},
       {kInvalid, v1::ERROR_REASON_PAGE_SIZE_NEGATIVE, "page_size",
        [](Due& r) { r.set_page_size(-1); }},
       {kInvalid, v1::ERROR_REASON_NUMBER_OUT_OF_RANGE, "max_reminder_count",
        [](Due& r) { r.set_max_reminder_count(1'001); }},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "min_time_since_contact",
        [](Due& r) { r.mutable_min_time_since_contact()->set_seconds(-1); }},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "min_time_since_contact",
        [](Due& r) { r.mutable_min_time_since_contact()->set_nanos(1); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "min_time_since_contact",
        [](Due& r) { r.clear_min_time_since_contact(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Due& r) { r.set_parent(kSurveyName); }}});

  using Record = v1::RecordRemindersRequest;
  Invite({"p1"});
  const std::string used = Uuid(last_uuid_);
  ExpectRefusals<Record>(
      &InvitationStub::RecordReminders, ReminderRequest({"p1", "p2"}),
      {{kNotFound, v1::ERROR_REASON_INVITATION_NOT_FOUND, "persons[1]",
        [](Record&) {}},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "send_time",
        [](Record& r) {
          r.mutable_send_time()->set_seconds(kNowSeconds - 401 * kDaySeconds);
        }},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "send_time",
        [](Record& r) { r.mutable_send_time()->set_seconds(kNowSeconds + 1); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Record& r) { r.set_request_id(used); }},
       {kInvalid, v1::ERROR_REASON_PERSON_REPEATED, "persons[1]",
        [](Record& r) { r.set_persons(1, "p1"); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "persons[0]",
        [](Record& r) { r.set_persons(0, "P"); }},
       {kInvalid, v1::ERROR_REASON_PERSON_COUNT_INVALID, "persons",
        [](Record& r) { r.clear_persons(); }},
       {kInvalid, v1::ERROR_REASON_TIME_OUT_OF_RANGE, "send_time",
        [](Record& r) { r.mutable_send_time()->set_nanos(1'000'000'000); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Record& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Record& r) { r.set_parent(kSurveyName); }}});
  EXPECT_EQ(Get("p1").reminder_count(), 0);
}

TEST_F(InvitationHandlersTest, PublishesConsentTextsVersionByVersion) {
  const auto request = ConsentRequest();
  const auto first = Must(&InvitationStub::PublishConsentText, request);
  EXPECT_EQ(first.name(), std::string(kSurveyName) + "/consentTexts/1");
  EXPECT_EQ(first.version(), 1);
  EXPECT_EQ(first.texts().at("cy"), "Rwy'n cytuno.");
  EXPECT_EQ(first.create_time().seconds(), kNowSeconds);
  const auto second =
      Must(&InvitationStub::PublishConsentText, ConsentRequest());
  EXPECT_EQ(second.version(), 2);  // The same words, meant as another version.
  EXPECT_EQ(Must(&InvitationStub::PublishConsentText, request).version(), 1);
  v1::GetConsentTextRequest get;
  get.set_name(first.name());
  EXPECT_EQ(
      Must(&InvitationStub::GetConsentText, get).SerializeAsString().size(),
      first.SerializeAsString().size());

  v1::ListConsentTextsRequest list;
  list.set_parent(kSurveyName);
  list.set_page_size(1);
  auto page = Must(&InvitationStub::ListConsentTexts, list);
  ASSERT_EQ(page.consent_texts_size(), 1);
  EXPECT_EQ(page.consent_texts(0).version(), 1);
  list.set_page_token(page.next_page_token());
  page = Must(&InvitationStub::ListConsentTexts, list);
  ASSERT_EQ(page.consent_texts_size(), 1);
  EXPECT_EQ(page.consent_texts(0).version(), 2);
  EXPECT_EQ(page.next_page_token(), "");
}

TEST_F(InvitationHandlersTest, RefusesConsentTextsAsDocumented) {
  using Request = v1::PublishConsentTextRequest;
  const auto texts = [](Request& r) -> auto& {
    return *r.mutable_consent_text()->mutable_texts();
  };
  Must(&InvitationStub::PublishConsentText, ConsentRequest());
  const std::string used = Uuid(last_uuid_);
  ExpectRefusals<Request>(
      &InvitationStub::PublishConsentText, ConsentRequest(),
      {{kNotFound, v1::ERROR_REASON_SURVEY_NOT_FOUND, "",
        [](Request& r) {
          r.set_parent(std::string(kLocalityName) + "/surveys/none");
        }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](Request& r) { r.set_request_id(used); }},
       {kInvalid, v1::ERROR_REASON_TEXT_MALFORMED, "consent_text.texts[en]",
        [&](Request& r) { texts(r)["en"] = "\x01"; }},
       {kInvalid, v1::ERROR_REASON_TEXT_TOO_LONG, "consent_text.texts[en]",
        [&](Request& r) { texts(r)["en"] = std::string(20'001, 'x'); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "consent_text.texts[en]",
        [&](Request& r) { texts(r)["en"] = ""; }},
       {kInvalid, v1::ERROR_REASON_LANGUAGE_MALFORMED, "consent_text.texts",
        [&](Request& r) { texts(r)["e n"] = "x"; }},
       {kInvalid, v1::ERROR_REASON_TOO_MANY_ENTRIES, "consent_text.texts",
        [&](Request& r) {
          for (int i = 0; i < 33; ++i) texts(r)[absl::StrCat("l", i)] = "x";
        }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "consent_text.texts",
        [](Request& r) { r.clear_consent_text(); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](Request& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](Request& r) { r.set_parent(kTenantName); }}});

  v1::GetConsentTextRequest get;
  get.set_name(std::string(kSurveyName) + "/consentTexts/2");
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::GetConsentText, get).status()),
            "CONSENT_TEXT_NOT_FOUND");
  get.set_name(std::string(kSurveyName) + "/consentTexts/02");
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::GetConsentText, get).status()),
            "NAME_MALFORMED");
  v1::CreateWaveRequest wave;
  wave.set_parent(kSurveyName);
  wave.set_wave_id("4");
  wave.mutable_wave()->set_instrument(kInstrumentName);
  wave.mutable_wave()->set_consent_version(2);
  wave.set_request_id(NextUuid());
  EXPECT_EQ(ReasonOf(Call(&Stub::CreateWave, wave).status()),
            "CONSENT_TEXT_NOT_FOUND");
  wave.mutable_wave()->set_consent_version(-1);
  EXPECT_EQ(ReasonOf(Call(&Stub::CreateWave, wave).status()),
            "NUMBER_OUT_OF_RANGE");
}

TEST_F(InvitationHandlersTest, FindsNothingWhereNothingIs) {
  v1::ListInvitationsRequest invitations;
  invitations.set_parent(std::string(kSurveyName) + "/waves/9");
  EXPECT_EQ(
      Must(&InvitationStub::ListInvitations, invitations).invitations_size(),
      0);
  invitations.set_page_size(-1);
  EXPECT_EQ(
      ReasonOf(Call(&InvitationStub::ListInvitations, invitations).status()),
      "PAGE_SIZE_NEGATIVE");
  invitations.set_page_size(0);
  invitations.set_page_token("x");
  EXPECT_EQ(
      ReasonOf(Call(&InvitationStub::ListInvitations, invitations).status()),
      "PAGE_TOKEN_MALFORMED");
  invitations.set_parent("x");
  EXPECT_EQ(
      ReasonOf(Call(&InvitationStub::ListInvitations, invitations).status()),
      "NAME_MALFORMED");
  v1::ListConsentTextsRequest texts;
  texts.set_parent(std::string(kLocalityName) + "/surveys/none");
  EXPECT_EQ(Must(&InvitationStub::ListConsentTexts, texts).consent_texts_size(),
            0);
  texts.set_page_token("x");
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::ListConsentTexts, texts).status()),
            "PAGE_TOKEN_MALFORMED");
  texts.set_page_size(-1);
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::ListConsentTexts, texts).status()),
            "PAGE_SIZE_NEGATIVE");
  texts.set_parent("x");
  EXPECT_EQ(ReasonOf(Call(&InvitationStub::ListConsentTexts, texts).status()),
            "NAME_MALFORMED");
}

}  // namespace
}  // namespace pulsetaker::survey
