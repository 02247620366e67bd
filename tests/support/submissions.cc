#include "tests/support/submissions.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"
#include "tests/support/made_up_rows.h"

namespace pulsetaker::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr std::int64_t kRequestCountMax = 10'000'000;

}  // namespace

absl::Status Submissions::SendOne(survey::v1::SurveyService::Stub& stub) {
  survey::v1::SubmitResponseRequest request;
  *request.mutable_response() = ResponseOf(next_);
  request.mutable_response()->set_name(NextResponseName());
  request.set_request_id(UuidOf((number_ + 1) * kRequestCountMax + next_));
  PT_ASSIGN_OR_RETURN(
      const survey::v1::Response response,
      rpc::Call(stub, &survey::v1::SurveyService::Stub::SubmitResponse, request,
                absl::Now() + kPatience));
  if (response.revision() != RevisionBeforeNext() + 1) {
    return absl::InternalError(
        absl::StrCat(request.response().name(), " got revision ",
                     response.revision(), ", want ", RevisionBeforeNext() + 1));
  }
  ++next_;
  return absl::OkStatus();
}

absl::Status Submissions::Send(survey::v1::SurveyService::Stub& stub,
                               std::int64_t end) {
  while (next_ < end) PT_RETURN_IF_ERROR(SendOne(stub));
  return absl::OkStatus();
}

std::string Submissions::NextResponseName() const {
  return absl::StrCat(kWave, "/responses/", PersonId(next_ % kPeopleCount));
}

std::vector<std::string> Submissions::PersonIds() const {
  std::vector<std::string> ids;
  for (std::int64_t i = 0; i < kPeopleCount; ++i) ids.push_back(PersonId(i));
  return ids;
}

std::string Submissions::PersonId(std::int64_t person) const {
  return absl::StrCat("s", number_, "-", person);
}

}  // namespace pulsetaker::testing
