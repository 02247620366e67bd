// PeopleService, and what became of responses, through the stubs.

#include <string>
#include <utility>
#include <vector>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

using PeopleStub = v1::PeopleService::Stub;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;
constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

class PeopleHandlersTest : public ServiceFixture {
 protected:
  PeopleHandlersTest() {
    MakeWaveAndAbove();
    ImportPeople();
    Open();
  }

  using ServiceFixture::Call;
  using ServiceFixture::ExpectRefusals;
  using ServiceFixture::Must;

  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(
      grpc::Status (PeopleStub::*method)(grpc::ClientContext*, const Request&,
                                         Response*),
      const Request& request) {
    return rpc::Call(*people_stub_, method, request, Deadline());
  }

  template <typename Request, typename Response>
  Response Must(grpc::Status (PeopleStub::*method)(grpc::ClientContext*,
                                                   const Request&, Response*),
                const Request& request) {
    auto response = Call(method, request);
    EXPECT_TRUE(response.ok()) << response.status() << request.DebugString();
    return response.ok() ? *std::move(response) : Response();
  }

  template <typename Request, typename Response>
  void ExpectRefusals(grpc::Status (PeopleStub::*method)(grpc::ClientContext*,
                                                         const Request&,
                                                         Response*),
                      Request request,
                      const std::vector<Refusal<Request>>& last_to_first) {
    for (const auto& row : last_to_first) {
      SCOPED_TRACE(
          absl::StrCat(v1::ErrorReason_Name(row.reason), " ", row.field));
      row.spoil(request);
      const absl::Status status = Call(method, request).status();
      EXPECT_EQ(status.code(), row.code) << status;
      EXPECT_EQ("ERROR_REASON_" + ReasonOf(status),
                v1::ErrorReason_Name(row.reason))
          << status;
      EXPECT_EQ(FieldOf(status), row.field) << status;
    }
  }

  static std::string PersonOf(const std::string& id) {
    return absl::StrCat(kLocalityName, "/people/", id);
  }

  // Request is that of OptOutPerson, RevokeOptOut or SplitPeople.
  template <typename Request>
  Request RequestFor(const std::string& id) {
    Request request;
    request.set_name(PersonOf(id));
    request.set_request_id(NextUuid());
    return request;
  }

  v1::MergePeopleRequest MergeRequest(const std::string& from,
                                      const std::string& into) {
    v1::MergePeopleRequest request;
    request.set_parent(kLocalityName);
    request.set_from_person(from);
    request.set_into_person(into);
    request.set_reason("Entered twice.");
    request.set_request_id(NextUuid());
    return request;
  }

  v1::WithdrawResponseRequest WithdrawRequest(const std::string& id) {
    v1::WithdrawResponseRequest request;
    request.set_name(ResponseName(id));
    request.set_request_id(NextUuid());
    return request;
  }

  v1::ParticipationCounts Participation() {
    v1::GetParticipationRequest request;
    request.set_name(kWaveName);
    return Must(&Stub::GetParticipation, request).networks(0).total();
  }

  // The snapshot without its header.
  struct Snapshot {
    v1::SnapshotHeader header;
    v1::SnapshotParticipants participants;
    v1::SnapshotResponses responses;
  };
  Snapshot ReadSnapshot() {
    grpc::ClientContext context;
    rpc::SetDeadline(context, Deadline());
    v1::StreamWaveSnapshotRequest request;
    request.set_name(kWaveName);
    const auto reader = stub_->StreamWaveSnapshot(&context, request);
    Snapshot snapshot;
    v1::StreamWaveSnapshotResponse message;
    while (reader->Read(&message)) {
      snapshot.header.MergeFrom(message.header());
      snapshot.participants.MergeFrom(message.participants());
      snapshot.responses.MergeFrom(message.responses());
    }
    const absl::Status status = rpc::FromGrpcStatus(reader->Finish());
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(snapshot.header.participant_count(),
              snapshot.participants.participants_size());
    EXPECT_EQ(snapshot.header.response_count(),
              snapshot.responses.responses_size());
    return snapshot;
  }
};

TEST_F(PeopleHandlersTest, ListsRevisionsOldestFirstInPages) {
  for (const char* named : {"p2", "p3", "p4"}) {
    now_micros_ += 1'000'000;
    Submit(ResponseOf("p1", {named}));
  }
  v1::ListResponseRevisionsRequest request;
  request.set_name(ResponseName("p1"));
  const auto all = Must(&Stub::ListResponseRevisions, request);
  ASSERT_EQ(all.revisions_size(), 3);
  EXPECT_TRUE(all.next_page_token().empty());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(all.revisions(i).revision(), i + 1);
    EXPECT_EQ(all.revisions(i).network_answers(1).nominations(0).person(),
              absl::StrCat("p", i + 2));
  }
  request.set_page_size(2);
  const auto first = Must(&Stub::ListResponseRevisions, request);
  ASSERT_EQ(first.revisions_size(), 2);
  request.set_page_token(first.next_page_token());
  const auto last = Must(&Stub::ListResponseRevisions, request);
  ASSERT_EQ(last.revisions_size(), 1);
  EXPECT_EQ(last.revisions(0).DebugString(), all.revisions(2).DebugString());
  EXPECT_TRUE(last.next_page_token().empty());

  request.clear_page_token();
  ExpectRefusals<v1::ListResponseRevisionsRequest>(
      &Stub::ListResponseRevisions, request,
      {{kNotFound, v1::ERROR_REASON_RESPONSE_NOT_FOUND, "",
        [](auto& r) { r.set_name(ResponseName("p2")); }},
       {kInvalid, v1::ERROR_REASON_PAGE_TOKEN_MALFORMED, "page_token",
        [&](auto& r) { r.set_page_token(first.next_page_token()); }},
       {kInvalid, v1::ERROR_REASON_PAGE_SIZE_NEGATIVE, "page_size",
        [](auto& r) { r.set_page_size(-1); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
        [](auto& r) { r.set_name(kWaveName); }}});
}

TEST_F(PeopleHandlersTest, WithdrawsAResponseForGood) {
  const auto submit = SubmitRequest(ResponseOf("p1", {"p2"}));
  Must(&Stub::SubmitResponse, submit);
  Submit(ResponseOf("p2", {"p1", "p3"}));
  const std::string digest = Close().snapshot_digest();
  const auto withdraw = WithdrawRequest("p1");
  const v1::Withdrawal withdrawal = Must(&Stub::WithdrawResponse, withdraw);
  EXPECT_EQ(withdrawal.name(), ResponseName("p1"));
  EXPECT_EQ(withdrawal.withdraw_time().seconds(), 1'700'000'000);
  const v1::Wave wave = GetWave();
  EXPECT_EQ(wave.state(), v1::Wave::STATE_CLOSED);
  EXPECT_NE(wave.snapshot_digest(), digest);
  EXPECT_EQ(wave.response_count(), 1);
  const Snapshot snapshot = ReadSnapshot();
  EXPECT_EQ(snapshot.header.snapshot_digest(), wave.snapshot_digest());
  ASSERT_EQ(snapshot.responses.responses_size(), 1);
  EXPECT_EQ(snapshot.responses.responses(0).person(), "p2");
  const v1::ParticipationCounts counts = Participation();
  EXPECT_EQ(counts.withdrawn_count(), 1);
  EXPECT_EQ(counts.nonresponse_count(), 3);
  EXPECT_EQ(counts.responded_count(), 1);
  EXPECT_EQ(counts.nominations_inside_count(), 2);

  Reopen();
  EXPECT_EQ(ReasonOf(Call(&Stub::SubmitResponse, submit).status()),
            "RESPONSE_WITHDRAWN");
  EXPECT_EQ(FieldOf(Call(&Stub::SubmitResponse, submit).status()),
            "response.name");
  now_micros_ += 5;
  EXPECT_EQ(Must(&Stub::WithdrawResponse, withdraw).DebugString(),
            withdrawal.DebugString());
  ExpectRefusals<v1::WithdrawResponseRequest>(
      &Stub::WithdrawResponse, WithdrawRequest("p3"),
      {{kNotFound, v1::ERROR_REASON_RESPONSE_NOT_FOUND, "", [](auto&) {}},
       {kNotFound, v1::ERROR_REASON_WAVE_NOT_FOUND, "",
        [](auto& r) {
          r.set_name(std::string(kSurveyName) + "/waves/9/responses/p3");
        }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](auto& r) {
          r.set_name(ResponseName("p3"));
          r.set_request_id(withdraw.request_id());
        }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](auto& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
        [](auto& r) { r.set_name(PersonName("p3")); }}});
}

TEST_F(PeopleHandlersTest, LeavesOutSomeoneWhoWasOnlyNamed) {
  Submit(ResponseOf("p1", {"stranger"}));
  Submit(ResponseOf("p2", {"stranger", "p1"}));
  const std::string digest = Close().snapshot_digest();
  const auto request = RequestFor<v1::OptOutPersonRequest>("stranger");
  const v1::OptOut opt_out = Must(&PeopleStub::OptOutPerson, request);
  EXPECT_EQ(opt_out.name(), PersonOf("stranger"));
  EXPECT_EQ(opt_out.opt_out_time().nanos(), 123'456'000);
  // No more is told of someone whom nobody knows.
  const v1::OptOut unknown = Must(&PeopleStub::OptOutPerson,
                                  RequestFor<v1::OptOutPersonRequest>("never"));
  EXPECT_EQ(unknown.opt_out_time().nanos(), opt_out.opt_out_time().nanos());

  const Snapshot snapshot = ReadSnapshot();
  EXPECT_EQ(snapshot.responses.DebugString().find("stranger"),
            std::string::npos);
  ASSERT_EQ(snapshot.responses.responses_size(), 2);
  const v1::NetworkAnswer& only =
      snapshot.responses.responses(0).network_answers(1);
  EXPECT_EQ(only.state(), v1::NetworkAnswer::STATE_RESPONDED);
  EXPECT_EQ(only.nominations_size(), 0);
  EXPECT_NE(snapshot.header.snapshot_digest(), digest);
  EXPECT_EQ(Participation().nominations_to_opted_out_count(), 2);
  EXPECT_EQ(Participation().nominations_off_roster_count(), 0);

  v1::GetOptOutRequest get;
  get.set_name(PersonOf("stranger"));
  EXPECT_EQ(Must(&PeopleStub::GetOptOut, get).DebugString(),
            opt_out.DebugString());
  v1::ListOptOutsRequest list;
  list.set_parent(kLocalityName);
  list.set_page_size(1);
  const auto page = Must(&PeopleStub::ListOptOuts, list);
  ASSERT_EQ(page.opt_outs_size(), 1);
  EXPECT_EQ(page.opt_outs(0).name(), PersonOf("never"));
  list.set_page_token(page.next_page_token());
  EXPECT_EQ(Must(&PeopleStub::ListOptOuts, list).opt_outs(0).name(),
            PersonOf("stranger"));

  Must(&PeopleStub::RevokeOptOut,
       RequestFor<v1::RevokeOptOutRequest>("stranger"));
  EXPECT_EQ(ReasonOf(Call(&PeopleStub::GetOptOut, get).status()),
            "OPT_OUT_NOT_FOUND");
  EXPECT_EQ(ReadSnapshot().header.snapshot_digest(), digest);
}

TEST_F(PeopleHandlersTest, LeavesOutSomeoneOnTheRoster) {
  Submit(ResponseOf("p1", {"p2"}));
  Must(&PeopleStub::OptOutPerson, RequestFor<v1::OptOutPersonRequest>("p1"));
  v1::GetParticipantRequest get;
  get.set_name(PersonName("p1"));
  EXPECT_EQ(Must(&Stub::GetParticipant, get).invitation(),
            v1::Participant::INVITATION_OPTED_OUT);
  const absl::Status refused =
      Call(&Stub::SubmitResponse, SubmitRequest(ResponseOf("p1", {"p3"})))
          .status();
  EXPECT_EQ(refused.code(), kPrecondition);
  EXPECT_EQ(ReasonOf(refused), "RESPONDENT_OPTED_OUT");
  const v1::ParticipationCounts counts = Participation();
  EXPECT_EQ(counts.opted_out_count(), 2);
  EXPECT_EQ(counts.invited_count(), 3);
  EXPECT_EQ(counts.responded_count(), 0);
  Close();
  EXPECT_EQ(ReadSnapshot().responses.responses_size(), 0);
  EXPECT_EQ(GetWave().response_count(), 1);
}

TEST_F(PeopleHandlersTest, MergesAndSplits) {
  Submit(ResponseOf("p2", {"p1", "p3"}));
  Submit(ResponseOf("p4", {"p1", "p2", "p3"}));
  const std::string digest = Close().snapshot_digest();
  const auto request = MergeRequest("p2", "p1");
  const v1::PersonAlias merged = Must(&PeopleStub::MergePeople, request);
  EXPECT_EQ(merged.from_person(), PersonOf("p2"));
  EXPECT_EQ(merged.into_person(), PersonOf("p1"));
  EXPECT_EQ(merged.reason(), "Entered twice.");
  EXPECT_FALSE(merged.has_split_time());
  const Snapshot snapshot = ReadSnapshot();
  EXPECT_EQ(snapshot.header.participant_count(), 5);
  EXPECT_EQ(snapshot.responses.responses(0).person(), "p1");
  const v1::ParticipationCounts counts = Participation();
  EXPECT_EQ(counts.participant_count(), 5);
  EXPECT_EQ(counts.nominations_of_self_count(), 1);
  EXPECT_EQ(counts.nominations_repeated_count(), 1);
  EXPECT_EQ(counts.nominations_inside_count(), 3);
  EXPECT_EQ(counts.respondents_at_cap_count(), 1);
  Reopen();
  const absl::Status refused =
      Call(&Stub::SubmitResponse, SubmitRequest(ResponseOf("p2", {"p3"})))
          .status();
  EXPECT_EQ(ReasonOf(refused), "RESPONDENT_MERGED");
  Close();
  now_micros_ += 1'000'000;
  const v1::PersonAlias split =
      Must(&PeopleStub::SplitPeople, RequestFor<v1::SplitPeopleRequest>("p2"));
  EXPECT_EQ(split.split_time().seconds(), 1'700'000'001);
  EXPECT_EQ(GetWave().snapshot_digest(), digest);

  Must(&PeopleStub::MergePeople, MergeRequest("gone", "p3"));
  v1::ListPersonAliasesRequest list;
  list.set_parent(kLocalityName);
  list.set_page_size(1);
  const auto first = Must(&PeopleStub::ListPersonAliases, list);
  ASSERT_EQ(first.aliases_size(), 1);
  EXPECT_EQ(first.aliases(0).from_person(), PersonOf("gone"));
  list.set_page_token(first.next_page_token());
  const auto second = Must(&PeopleStub::ListPersonAliases, list);
  ASSERT_EQ(second.aliases_size(), 1);
  EXPECT_EQ(second.aliases(0).DebugString(), split.DebugString());
  EXPECT_TRUE(second.next_page_token().empty());
}

TEST_F(PeopleHandlersTest, RefusesMergesAsDocumented) {
  Submit(ResponseOf("p1", {"p2"}));
  Submit(ResponseOf("p2", {"p1"}));
  Must(&PeopleStub::MergePeople, MergeRequest("out", "p3"));
  const std::string used = Uuid(last_uuid_);
  const absl::Status both =
      Call(&PeopleStub::MergePeople, MergeRequest("p1", "p2")).status();
  EXPECT_EQ(MetadataOf(both),
            (ErrorMetadata{{"wave", "surveys/care/waves/3"}}));
  ExpectRefusals<v1::MergePeopleRequest>(
      &PeopleStub::MergePeople, MergeRequest("p1", "p2"),
      {{kPrecondition, v1::ERROR_REASON_BOTH_RESPONDED, "", [](auto&) {}},
       {kPrecondition, v1::ERROR_REASON_PERSON_HAS_ALIASES, "from_person",
        [](auto& r) { r.set_from_person("p3"); }},
       {kPrecondition, v1::ERROR_REASON_PERSON_MERGED, "into_person",
        [](auto& r) { r.set_into_person("out"); }},
       {kPrecondition, v1::ERROR_REASON_PERSON_MERGED, "from_person",
        [](auto& r) {
          r.set_from_person("out");
          r.set_into_person("p4");
        }},
       {kNotFound, v1::ERROR_REASON_LOCALITY_NOT_FOUND, "",
        [](auto& r) { r.set_parent("tenants/north/localities/york"); }},
       {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
        [&](auto& r) { r.set_request_id(used); }},
       {kInvalid, v1::ERROR_REASON_TEXT_MALFORMED, "reason",
        [](auto& r) { r.set_reason(std::string("\x01", 1)); }},
       {kInvalid, v1::ERROR_REASON_TEXT_TOO_LONG, "reason",
        [](auto& r) { r.set_reason(std::string(501, 'x')); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "reason",
        [](auto& r) { r.clear_reason(); }},
       {kInvalid, v1::ERROR_REASON_MERGE_WITH_ITSELF, "into_person",
        [](auto& r) { r.set_into_person(r.from_person()); }},
       {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
        [](auto& r) { r.clear_request_id(); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "into_person",
        [](auto& r) { r.set_into_person("P"); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "into_person",
        [](auto& r) { r.clear_into_person(); }},
       {kInvalid, v1::ERROR_REASON_ID_MALFORMED, "from_person",
        [](auto& r) { r.set_from_person("P"); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "from_person",
        [](auto& r) { r.clear_from_person(); }},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
        [](auto& r) { r.set_parent(kTenantName); }}});
}

TEST_F(PeopleHandlersTest, ListsLikelyDuplicatesByPages) {
  std::vector<v1::Participant> people;
  for (const auto& [id, name] :
       std::vector<std::pair<std::string, std::string>>{
           {"q1", "John Smith"},
           {"q2", "SMITH, John"},
           {"q3", "Jon Smith"},
           {"q4", "J\u00f6hn Smith"},
           {"q5", ""}}) {
    people.push_back(Person(id));
    people.back().set_display_name(name);
  }
  Must(&Stub::ImportRoster, RosterRequest(people));

  const auto list = [this](int page_size) {
    std::string pairs;
    v1::ListLikelyDuplicatesRequest request;
    request.set_parent(kLocalityName);
    request.set_page_size(page_size);
    do {
      const auto page = Must(&PeopleStub::ListLikelyDuplicates, request);
      if (page_size > 0) {
        EXPECT_LE(page.duplicates_size(), page_size);
      }
      for (const v1::LikelyDuplicate& pair : page.duplicates()) {
        absl::StrAppend(&pairs, pair.first_person().substr(PersonOf("").size()),
                        " ", pair.second_person().substr(PersonOf("").size()),
                        " ", static_cast<int>(pair.likeness()), ", ");
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return pairs;
  };
  EXPECT_EQ(list(0), "q1 q2 2, q1 q3 3, q1 q4 1, q2 q4 2, q3 q4 3, ");
  for (int page_size = 1; page_size <= 6; ++page_size) {
    EXPECT_EQ(list(page_size), list(0)) << page_size;
  }

  // An alias is no duplicate any more, and neither is one who was split.
  Must(&PeopleStub::MergePeople, MergeRequest("q1", "q4"));
  EXPECT_EQ(list(0), "q2 q4 2, q3 q4 3, ");
  Must(&PeopleStub::SplitPeople, RequestFor<v1::SplitPeopleRequest>("q1"));
  EXPECT_EQ(list(0), "q1 q2 2, q1 q3 3, q2 q4 2, q3 q4 3, ");
  Must(&PeopleStub::ErasePerson, RequestFor<v1::ErasePersonRequest>("q3"));
  EXPECT_EQ(list(0), "q1 q2 2, q2 q4 2, ");
}

TEST_F(PeopleHandlersTest, ComparesTheNamesOfTheWaveThatWasMadeLast) {
  std::vector<v1::Participant> people = {Person("q1"), Person("q2")};
  people[0].set_display_name("John Smith");
  people[1].set_display_name("John Smith");
  Must(&Stub::ImportRoster, RosterRequest(people));
  now_micros_ += 1;
  MakeWave("1");  // Before wave 3 in every order but that of time.
  v1::ImportRosterRequest request = RosterRequest({});
  request.set_parent(absl::StrCat(kSurveyName, "/waves/1"));
  v1::Participant& renamed = *request.add_participants();
  renamed = people[1];
  renamed.set_name(absl::StrCat(request.parent(), "/participants/q2"));
  renamed.set_display_name("John Miller");
  Must(&Stub::ImportRoster, request);
  v1::ListLikelyDuplicatesRequest list;
  list.set_parent(kLocalityName);
  EXPECT_EQ(Must(&PeopleStub::ListLikelyDuplicates, list).duplicates_size(), 0);
  list.set_parent("tenants/north/localities/york");
  EXPECT_EQ(Must(&PeopleStub::ListLikelyDuplicates, list).duplicates_size(), 0);
}

// What OptOutPerson, RevokeOptOut and SplitPeople refuse alike, besides `last`.
template <typename Request>
std::vector<Refusal<Request>> RefusalsOf(const Refusal<Request>& last,
                                         const std::string& used) {
  std::vector<Refusal<Request>> rows = {
      {kNotFound, v1::ERROR_REASON_LOCALITY_NOT_FOUND, "",
       [](Request& r) {
         r.set_name("tenants/north/localities/york/people/p1");
       }},
      {kAlreadyExists, v1::ERROR_REASON_REQUEST_ID_REUSED, "",
       [used](Request& r) { r.set_request_id(used); }},
      {kInvalid, v1::ERROR_REASON_REQUEST_ID_MALFORMED, "request_id",
       [](Request& r) { r.clear_request_id(); }},
      {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
       [](Request& r) { r.set_name(kLocalityName); }}};
  if (last.spoil != nullptr) rows.insert(rows.begin(), last);
  return rows;
}

TEST_F(PeopleHandlersTest, RefusesAsDocumented) {
  Must(&PeopleStub::OptOutPerson, RequestFor<v1::OptOutPersonRequest>("p4"));
  const std::string used = Uuid(last_uuid_);
  ExpectRefusals<v1::OptOutPersonRequest>(
      &PeopleStub::OptOutPerson, RequestFor<v1::OptOutPersonRequest>("p1"),
      RefusalsOf<v1::OptOutPersonRequest>({}, used));
  ExpectRefusals<v1::RevokeOptOutRequest>(
      &PeopleStub::RevokeOptOut, RequestFor<v1::RevokeOptOutRequest>("p1"),
      RefusalsOf<v1::RevokeOptOutRequest>(
          {kNotFound, v1::ERROR_REASON_OPT_OUT_NOT_FOUND, "", [](auto&) {}},
          used));
  ExpectRefusals<v1::SplitPeopleRequest>(
      &PeopleStub::SplitPeople, RequestFor<v1::SplitPeopleRequest>("p1"),
      RefusalsOf<v1::SplitPeopleRequest>(
          {kPrecondition, v1::ERROR_REASON_PERSON_NOT_MERGED, "", [](auto&) {}},
          used));
  v1::GetOptOutRequest get;
  get.set_name(PersonOf("p1"));
  ExpectRefusals<v1::GetOptOutRequest>(
      &PeopleStub::GetOptOut, get,
      {{kNotFound, v1::ERROR_REASON_OPT_OUT_NOT_FOUND, "", [](auto&) {}},
       {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "name",
        [](auto& r) { r.set_name(PersonName("p1")); }}});
  const auto refuse_list = [&](auto method, auto request) {
    using Request = decltype(request);
    request.set_parent(kLocalityName);
    ExpectRefusals<Request>(
        method, request,
        {{kInvalid, v1::ERROR_REASON_PAGE_TOKEN_MALFORMED, "page_token",
          [](Request& r) { r.set_page_token("x"); }},
         {kInvalid, v1::ERROR_REASON_PAGE_SIZE_NEGATIVE, "page_size",
          [](Request& r) { r.set_page_size(-1); }},
         {kInvalid, v1::ERROR_REASON_NAME_MALFORMED, "parent",
          [](Request& r) { r.set_parent(kWaveName); }}});
  };
  refuse_list(&PeopleStub::ListOptOuts, v1::ListOptOutsRequest());
  refuse_list(&PeopleStub::ListPersonAliases, v1::ListPersonAliasesRequest());
  refuse_list(&PeopleStub::ListLikelyDuplicates,
              v1::ListLikelyDuplicatesRequest());
}

}  // namespace
}  // namespace pulsetaker::survey
