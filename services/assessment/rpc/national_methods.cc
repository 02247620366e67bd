#include "services/assessment/rpc/national_methods.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"
#include "services/assessment/domain/parameters.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/national_codec.h"
#include "services/assessment/rpc/national_operation.h"

namespace pulsetaker::assessment {
namespace {

constexpr char kPattern[] =
    "tenants/{tenant}/nationalAssessments/{national_assessment}";
constexpr std::size_t kIdLength = 32;
constexpr std::size_t kRegionBytesMax = 200;
// Each is read with all its places, which a page leaves out.
constexpr int kPageSizeMax = 50;

bool IsNationalId(absl::string_view id) {
  return id.size() == kIdLength && absl::c_all_of(id, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

absl::Status CheckScope(const v1::NationalScope& scope) {
  if (!scope.survey_id().empty()) {
    PT_RETURN_IF_ERROR(
        rpc::CheckResourceId("scope.survey_id", scope.survey_id()));
  }
  return rpc::CheckText("scope.region", scope.region(), kRegionBytesMax);
}

}  // namespace

NationalMethods::NationalMethods(const NationalStore& store,
                                 rpc::OperationRunner& runner, Clock clock)
    : store_(store), runner_(runner), clock_(std::move(clock)) {}

absl::Status NationalMethods::Run(
    const v1::RunNationalAssessmentRequest& request,
    google::longrunning::Operation& response) {
  PT_RETURN_IF_ERROR(rpc::ParseTenantName(request.parent(), "parent").status());
  PT_RETURN_IF_ERROR(CheckScope(request.scope()));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_RETURN_IF_ERROR(WithDefaults(FromProto(request.parameters())).status());
  rpc::NewOperation operation;
  operation.kind = kNationalAssessmentKind;
  operation.scope = request.parent();
  operation.request_id = request.request_id();
  operation.request.PackFrom(request);
  operation.metadata = QueuedNationalMetadata(request.parent(), clock_());
  PT_ASSIGN_OR_RETURN(response, runner_.Submit(operation));
  return absl::OkStatus();
}

absl::Status NationalMethods::Get(
    const v1::GetNationalAssessmentRequest& request,
    v1::NationalAssessment& response) const {
  PT_ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                      rpc::ParseName(request.name(), kPattern, "name"));
  // Other ids are well-formed, and none that a national assessment has.
  if (!IsNationalId(ids.back())) {
    return MakeError(absl::StatusCode::kNotFound,
                     "NATIONAL_ASSESSMENT_NOT_FOUND",
                     "the tenant has no such national assessment");
  }
  PT_ASSIGN_OR_RETURN(const StoredNational stored, store_.Get(request.name()));
  PT_ASSIGN_OR_RETURN(response, ToProto(stored));
  return absl::OkStatus();
}

absl::Status NationalMethods::List(
    const v1::ListNationalAssessmentsRequest& request,
    v1::ListNationalAssessmentsResponse& response) const {
  PT_RETURN_IF_ERROR(rpc::ParseTenantName(request.parent(), "parent").status());
  PT_ASSIGN_OR_RETURN(const int asked, rpc::PageSizeOf(request.page_size()));
  const int page_size = std::min(asked, kPageSizeMax);
  const std::string scope =
      absl::StrCat("ListNationalAssessments ", request.parent());
  PT_ASSIGN_OR_RETURN(const std::string after,
                      rpc::ReadPageToken(request.page_token(), scope));
  // One more than asked tells whether this page is the last.
  PT_ASSIGN_OR_RETURN(const std::vector<StoredNational> page,
                      store_.List(request.parent(), after, page_size + 1));
  for (const StoredNational& stored : page) {
    const int taken = response.national_assessments_size();
    if (taken == page_size) {
      const std::string& last = page[static_cast<std::size_t>(taken) - 1].name;
      response.set_next_page_token(
          rpc::MakePageToken(scope, last.substr(last.size() - kIdLength)));
      break;
    }
    PT_ASSIGN_OR_RETURN(v1::NationalAssessment national, ToProto(stored));
    national.clear_places();
    *response.add_national_assessments() = std::move(national);
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::assessment
