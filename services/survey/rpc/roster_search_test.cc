// Names that a respondent finds, through the stub.

#include <string>
#include <vector>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

using PeopleStub = v1::PeopleService::Stub;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr auto kPrecondition = absl::StatusCode::kFailedPrecondition;

class RosterSearchTest : public ServiceFixture {
 protected:
  RosterSearchTest() {
    MakeWaveAndAbove();
    ImportPeople();
    Open();
    token_ = InviteOne("p1");
  }

  void OptOut(const std::string& person) {
    v1::OptOutPersonRequest request;
    request.set_name(absl::StrCat(kLocalityName, "/people/", person));
    request.set_request_id(NextUuid());
    ASSERT_TRUE(
        rpc::Call(*people_stub_, &PeopleStub::OptOutPerson, request, Deadline())
            .ok());
  }

  v1::SearchRosterResponse Search(const std::string& query) {
    return Must(&InvitationStub::SearchRoster, SearchRequest(query));
  }

  v1::SearchRosterRequest SearchRequest(const std::string& query) {
    v1::SearchRosterRequest request;
    request.set_invitation_token(token_);
    request.set_query(query);
    return request;
  }

  static std::string IdsOf(const v1::SearchRosterResponse& found) {
    std::string ids;
    for (const auto& match : found.matches()) {
      absl::StrAppend(&ids, ids.empty() ? "" : " ", match.person());
    }
    return ids;
  }

  // `id` with this name, invited.
  static v1::Participant Named(const std::string& id, const std::string& name) {
    v1::Participant person = Person(id);
    person.set_display_name(name);
    return person;
  }

  std::string token_;
};

TEST_F(RosterSearchTest, FindsWhoCanBeNamedInOrder) {
  v1::Participant nameless = Named("p8", "");
  v1::Participant desk = Named("p7", "of name, the second");
  desk.set_organisation("Town hall");
  Must(&Stub::ImportRoster, RosterRequest({nameless, desk}));
  const v1::SearchRosterResponse found = Search("na of");
  // Not p1, who asks, nor "gone", who opted out; "out" may be named.
  EXPECT_EQ(IdsOf(found), "out p2 p3 p4 p7");
  EXPECT_EQ(found.matches(0).display_name(), "Name of out");
  EXPECT_EQ(found.matches(4).organisation(), "Town hall");
  EXPECT_FALSE(found.is_cut_short());
  EXPECT_EQ(IdsOf(Search("p3")), "p3");
  EXPECT_EQ(IdsOf(Search("gone")), "");
}

TEST_F(RosterSearchTest, LeavesOutWhoOptedOutLaterAndIdsOfOthers) {
  OptOut("p2");
  v1::MergePeopleRequest merge;
  merge.set_parent(kLocalityName);
  merge.set_from_person("p3");
  merge.set_into_person("p4");
  merge.set_reason("the same person");
  merge.set_request_id(NextUuid());
  ASSERT_TRUE(
      rpc::Call(*people_stub_, &PeopleStub::MergePeople, merge, Deadline())
          .ok());
  EXPECT_EQ(IdsOf(Search("name")), "out p4");
}

TEST_F(RosterSearchTest, SendsTwentyAndSaysThatThereAreMore) {
  std::vector<v1::Participant> people;
  for (int i = 10; i < 35; ++i) {
    people.push_back(Named(absl::StrCat("q", i), absl::StrCat("Zoe ", 99 - i)));
  }
  Must(&Stub::ImportRoster, RosterRequest(people));
  const v1::SearchRosterResponse found = Search("zoe");
  EXPECT_EQ(found.matches_size(), 20);
  EXPECT_EQ(found.matches(0).person(), "q34");  // Zoe 65.
  EXPECT_EQ(found.matches(19).person(), "q15");
  EXPECT_TRUE(found.is_cut_short());
  EXPECT_FALSE(Search("zoe 7").is_cut_short());
}

TEST_F(RosterSearchTest, IsLimitedForEachInvitation) {
  for (int i = 0; i < 60; ++i) Search("name");
  const absl::Status refused =
      Call(&InvitationStub::SearchRoster, SearchRequest("name")).status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), "INVITATION_SEARCHES_EXCEEDED");
  EXPECT_EQ(RetryDelayOf(refused), absl::Seconds(1));
  v1::SearchRosterRequest other = SearchRequest("name");
  other.set_invitation_token(InviteOne("p2"));
  Must(&InvitationStub::SearchRoster, other);
  now_micros_ += 1'000'000;
  Search("name");
}

TEST_F(RosterSearchTest, RefusesTokensAndQueriesAsDocumented) {
  using Request = v1::SearchRosterRequest;
  ExpectRefusals<Request>(
      &InvitationStub::SearchRoster, SearchRequest("name"),
      {{kPrecondition, v1::ERROR_REASON_WAVE_NOT_OPEN, "",
        [&](Request&) { Close(); }},
       {kPrecondition, v1::ERROR_REASON_INVITATION_EXPIRED, "invitation_token",
        [&](Request&) { now_micros_ += 1'000'000'000; }},
       {kPrecondition, v1::ERROR_REASON_INVITATION_USED, "invitation_token",
        [&](Request&) {
          now_micros_ -= 1'000'000'000;
          Reopen();
          v1::SubmitResponseRequest submit =
              SubmitRequest(ResponseOf("p1", {"p2"}));
          submit.set_invitation_token(token_);
          Must(&Stub::SubmitResponse, submit);
        }},
       {kInvalid, v1::ERROR_REASON_INVITATION_INVALID, "invitation_token",
        [&](Request& r) { r.set_invitation_token(token_ + "x"); }},
       {kInvalid, v1::ERROR_REASON_TEXT_TOO_SHORT, "query",
        [](Request& r) { r.set_query("n"); }},
       {kInvalid, v1::ERROR_REASON_TEXT_TOO_LONG, "query",
        [](Request& r) { r.set_query(std::string(201, 'n')); }},
       {kInvalid, v1::ERROR_REASON_FIELD_REQUIRED, "query",
        [](Request& r) { r.clear_query(); }}});
}

TEST_F(RosterSearchTest, IsNotForWhoIsNotInvitedAnyMore) {
  OptOut("p1");
  EXPECT_EQ(
      ReasonOf(
          Call(&InvitationStub::SearchRoster, SearchRequest("name")).status()),
      "RESPONDENT_NOT_INVITED");
}

}  // namespace
}  // namespace pulsetaker::survey
