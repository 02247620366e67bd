// QualityService, and what CloseWave finds, through the stub.

#include <string>

#include "services/survey/rpc/service_fixture_test.h"

namespace pulsetaker::survey {
namespace {

using Decision = v1::ReviewResponseRequest::Decision;
using QualityStub = v1::QualityService::Stub;

constexpr Decision kKeep = v1::ReviewResponseRequest::DECISION_KEEP;
constexpr Decision kExclude = v1::ReviewResponseRequest::DECISION_EXCLUDE;

class QualityServiceTest : public ServiceFixture {
 protected:
  QualityServiceTest() {
    MakeWaveAndAbove();
    ImportPeople();
    Open();
  }

  template <typename Request, typename Response>
  absl::StatusOr<Response> Ask(
      grpc::Status (QualityStub::*method)(grpc::ClientContext*, const Request&,
                                          Response*),
      const Request& request) {
    return rpc::Call(*quality_stub_, method, request, Deadline());
  }

  // The same names from everyone who is asked: ten answers, which is a burst of
  // those who give them.
  void SubmitCopies(int people) {
    for (int i = 1; i <= people; ++i) {
      v1::Response response;
      response.set_name(absl::StrCat(kWaveName, "/responses/", "c", i));
      v1::NetworkAnswer& answer = *response.add_network_answers();
      answer.set_network_id("social");  // Without a cap.
      answer.set_state(v1::NetworkAnswer::STATE_RESPONDED);
      for (int k = 0; k < 10; ++k) {
        answer.add_nominations()->set_person(absl::StrCat("named", k));
      }
      Submit(response);
    }
  }

  void ImportCopiers() {
    std::vector<v1::Participant> people;
    for (int i = 1; i <= 6; ++i) people.push_back(Person(absl::StrCat("c", i)));
    Must(&Stub::ImportRoster, RosterRequest(people));
  }

  v1::CheckQualityResponse Check() {
    v1::CheckQualityRequest request;
    request.set_name(kWaveName);
    const auto checked = Ask(&QualityStub::CheckQuality, request);
    EXPECT_TRUE(checked.ok()) << checked.status();
    return checked.ok() ? *checked : v1::CheckQualityResponse();
  }

  std::vector<v1::FlaggedResponse> List() {
    v1::ListFlaggedResponsesRequest request;
    request.set_parent(kWaveName);
    const auto listed = Ask(&QualityStub::ListFlaggedResponses, request);
    EXPECT_TRUE(listed.ok()) << listed.status();
    if (!listed.ok()) return {};
    return {listed->flagged_responses().begin(),
            listed->flagged_responses().end()};
  }

  v1::ReviewResponseRequest ReviewOf(const std::string& person,
                                     Decision decision) {
    v1::ReviewResponseRequest request;
    request.set_name(absl::StrCat(kWaveName, "/responses/", person));
    request.set_revision(1);
    request.set_decision(decision);
    request.set_note("asked back");
    request.set_request_id(NextUuid());
    return request;
  }

  v1::Wave Get() {
    v1::GetWaveRequest request;
    request.set_name(kWaveName);
    return Must(&Stub::GetWave, request);
  }

  // People whose response counts.
  std::int64_t Responded() {
    v1::GetParticipationRequest request;
    request.set_name(kWaveName);
    const v1::ParticipationCounts counts =
        Must(&Stub::GetParticipation, request).networks(0).total();
    return counts.invited_count() - counts.nonresponse_count();
  }
};

TEST_F(QualityServiceTest, LeavesOutWhatItFindsUntilSomeoneDecides) {
  ImportCopiers();
  SubmitCopies(5);
  Submit(ResponseOf("p1", {"p2"}));
  EXPECT_EQ(Responded(), 6);
  const v1::CheckQualityResponse checked = Check();
  EXPECT_EQ(checked.checked_count(), 6);
  EXPECT_EQ(checked.flagged_count(), 5);
  EXPECT_EQ(checked.left_out_count(), 5);
  EXPECT_EQ(Responded(), 1);

  const auto listed = List();
  ASSERT_EQ(listed.size(), 5u);
  EXPECT_EQ(listed[0].response(), absl::StrCat(kWaveName, "/responses/c1"));
  EXPECT_EQ(listed[0].state(), v1::FlaggedResponse::STATE_QUARANTINED);
  ASSERT_EQ(listed[0].findings_size(), 1);
  EXPECT_EQ(listed[0].findings(0).kind(),
            v1::QualityFinding::KIND_IDENTICAL_BURST);
  EXPECT_EQ(listed[0].findings(0).count(), 5);

  const auto kept = Ask(&QualityStub::ReviewResponse, ReviewOf("c1", kKeep));
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->state(), v1::FlaggedResponse::STATE_KEPT);
  EXPECT_EQ(kept->note(), "asked back");
  EXPECT_TRUE(kept->has_review_time());
  EXPECT_EQ(Responded(), 2);
  // A check finds the same again, and the decision stands.
  EXPECT_EQ(Check().left_out_count(), 4);
  EXPECT_EQ(Responded(), 2);
  // Nothing is deleted.
  v1::GetResponseRequest get;
  get.set_name(absl::StrCat(kWaveName, "/responses/c2"));
  EXPECT_EQ(Must(&Stub::GetResponse, get).revision(), 1);
}

TEST_F(QualityServiceTest, ForgetsFindingsOfAnswersThatAreGone) {
  ImportCopiers();
  SubmitCopies(5);
  EXPECT_EQ(Check().left_out_count(), 5);
  v1::Response other = ResponseOf("p1", {"p2"});
  other.set_name(absl::StrCat(kWaveName, "/responses/c5"));
  Submit(other);
  // The others are no burst any more, which the next check says.
  EXPECT_EQ(List().size(), 4u);
  EXPECT_EQ(Check().flagged_count(), 0);
  EXPECT_TRUE(List().empty());
  EXPECT_EQ(Responded(), 5);
}

TEST_F(QualityServiceTest, ChecksAWaveBeforeItIsClosedAndReviewsItAfterwards) {
  ImportCopiers();
  SubmitCopies(5);
  Submit(ResponseOf("p1", {"p2"}));
  const v1::Wave closed = Close();
  EXPECT_EQ(Responded(), 1);
  EXPECT_EQ(List().size(), 5u);

  v1::ReviewResponseRequest keep = ReviewOf("c1", kKeep);
  ASSERT_TRUE(Ask(&QualityStub::ReviewResponse, keep).ok());
  const v1::Wave reviewed = Get();
  EXPECT_EQ(reviewed.state(), v1::Wave::STATE_CLOSED);
  EXPECT_NE(reviewed.snapshot_digest(), closed.snapshot_digest());
  EXPECT_EQ(Responded(), 2);
  // A repeat changes nothing; the opposite decision brings the digest back.
  ASSERT_TRUE(Ask(&QualityStub::ReviewResponse, keep).ok());
  EXPECT_EQ(Get().DebugString(), reviewed.DebugString());
  ASSERT_TRUE(Ask(&QualityStub::ReviewResponse, ReviewOf("c1", kExclude)).ok());
  EXPECT_EQ(Get().snapshot_digest(), closed.snapshot_digest());
}

TEST_F(QualityServiceTest, SaysWhatIsWrong) {
  ImportCopiers();
  SubmitCopies(5);
  Check();
  struct Row {
    std::string reason;
    v1::ReviewResponseRequest request;
  };
  std::vector<Row> rows;
  const auto add = [&](const std::string& reason) -> auto& {
    rows.push_back({reason, ReviewOf("c1", kKeep)});
    return rows.back().request;
  };
  add("NAME_MALFORMED").set_name("responses/c1");
  add("REQUEST_ID_MALFORMED").set_request_id("1");
  add("REVIEW_DECISION_UNKNOWN")
      .set_decision(v1::ReviewResponseRequest::DECISION_UNSPECIFIED);
  add("REVIEW_DECISION_UNKNOWN").set_decision(static_cast<Decision>(3));
  add("TEXT_TOO_LONG").set_note(std::string(501, 'x'));
  add("WAVE_NOT_FOUND").set_name(absl::StrCat(kWaveName, "9/responses/c1"));
  add("FLAGGED_RESPONSE_NOT_FOUND")
      .set_name(absl::StrCat(kWaveName, "/responses/p1"));
  add("ETAG_MISMATCH").set_revision(2);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.reason);
    const auto refused = Ask(&QualityStub::ReviewResponse, row.request);
    EXPECT_EQ(ReasonOf(refused.status()), row.reason) << refused.status();
  }
  v1::ReviewResponseRequest once = ReviewOf("c1", kKeep);
  ASSERT_TRUE(Ask(&QualityStub::ReviewResponse, once).ok());
  once.set_note("something else");
  EXPECT_EQ(ReasonOf(Ask(&QualityStub::ReviewResponse, once).status()),
            "REQUEST_ID_REUSED");

  Close();
  v1::CheckQualityRequest check;
  check.set_name(kWaveName);
  EXPECT_EQ(ReasonOf(Ask(&QualityStub::CheckQuality, check).status()),
            "WAVE_NOT_OPEN");
  check.set_name("waves/1");
  EXPECT_EQ(ReasonOf(Ask(&QualityStub::CheckQuality, check).status()),
            "NAME_MALFORMED");
  v1::ListFlaggedResponsesRequest list;
  list.set_parent("waves/1");
  EXPECT_EQ(ReasonOf(Ask(&QualityStub::ListFlaggedResponses, list).status()),
            "NAME_MALFORMED");
  list.set_parent(kWaveName);
  list.set_page_size(-1);
  EXPECT_EQ(ReasonOf(Ask(&QualityStub::ListFlaggedResponses, list).status()),
            "PAGE_SIZE_NEGATIVE");
  list.set_page_size(0);
  list.set_page_token("x");
  EXPECT_EQ(ReasonOf(Ask(&QualityStub::ListFlaggedResponses, list).status()),
            "PAGE_TOKEN_MALFORMED");
}

}  // namespace
}  // namespace pulsetaker::survey
