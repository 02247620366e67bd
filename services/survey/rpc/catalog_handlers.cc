#include "services/survey/rpc/catalog_handlers.h"

#include <vector>

#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "services/survey/rpc/catalog_messages.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/page.h"

namespace pulsetaker::survey {
namespace {

// What every List method here has in common: `page` was read into `found`.
template <typename Resource, typename Messages, typename KeyOf>
std::string Fill(const Page& page, const std::vector<Resource>& found,
                 Messages& messages, const KeyOf& key_of) {
  return FillPage(
      page, found, messages,
      [](const Resource& resource, auto& message) {
        ToProto(resource, message);
      },
      key_of);
}

}  // namespace

absl::Status CatalogHandlers::Handle(const v1::CreateLocalityRequest& request,
                                     v1::Locality& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::TenantName parent,
                      rpc::ParseTenantName(request.parent(), "parent"));
  PT_RETURN_IF_ERROR(
      rpc::CheckResourceId("locality_id", request.locality_id()));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  const LocalityKey key = {parent.tenant, request.locality_id()};
  PT_ASSIGN_OR_RETURN(
      const Locality created,
      catalog_.CreateLocality(FromProto(key, request.locality()),
                              request.request_id()));
  ToProto(created, response);
  return absl::OkStatus();
}

absl::Status CatalogHandlers::Handle(const v1::GetLocalityRequest& request,
                                     v1::Locality& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::LocalityName name,
                      rpc::ParseLocalityName(request.name(), "name"));
  PT_ASSIGN_OR_RETURN(const Locality found, store_.GetLocality(ToKey(name)));
  ToProto(found, response);
  return absl::OkStatus();
}

absl::Status CatalogHandlers::Handle(
    const v1::ListLocalitiesRequest& request,
    v1::ListLocalitiesResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::TenantName parent,
                      rpc::ParseTenantName(request.parent(), "parent"));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPage(request, "ListLocalities"));
  PT_ASSIGN_OR_RETURN(
      const std::vector<Locality> found,
      store_.ListLocalities(parent.tenant, page.after, page.read_limit()));
  response.set_next_page_token(
      Fill(page, found, *response.mutable_localities(),
           [](const Locality& locality) { return locality.key.locality; }));
  return absl::OkStatus();
}

absl::Status CatalogHandlers::Handle(const v1::UpdateLocalityRequest& request,
                                     v1::Locality& response) const {
  PT_ASSIGN_OR_RETURN(
      const rpc::LocalityName name,
      rpc::ParseLocalityName(request.locality().name(), "locality.name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(const LocalityUpdate update,
                      FromProto(ToKey(name), request));
  PT_ASSIGN_OR_RETURN(const Locality updated,
                      catalog_.UpdateLocality(update, request.request_id()));
  ToProto(updated, response);
  return absl::OkStatus();
}

absl::Status CatalogHandlers::Handle(const v1::CreateSurveyRequest& request,
                                     v1::Survey& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::LocalityName parent,
                      rpc::ParseLocalityName(request.parent(), "parent"));
  PT_RETURN_IF_ERROR(rpc::CheckResourceId("survey_id", request.survey_id()));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  const SurveyKey key = {parent.tenant, parent.locality, request.survey_id()};
  PT_ASSIGN_OR_RETURN(const Survey created,
                      catalog_.CreateSurvey(FromProto(key, request.survey()),
                                            request.request_id()));
  ToProto(created, response);
  return absl::OkStatus();
}

absl::Status CatalogHandlers::Handle(const v1::GetSurveyRequest& request,
                                     v1::Survey& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::SurveyName name,
                      rpc::ParseSurveyName(request.name(), "name"));
  PT_ASSIGN_OR_RETURN(const Survey found, store_.GetSurvey(ToKey(name)));
  ToProto(found, response);
  return absl::OkStatus();
}

absl::Status CatalogHandlers::Handle(const v1::ListSurveysRequest& request,
                                     v1::ListSurveysResponse& response) const {
  PT_ASSIGN_OR_RETURN(const rpc::LocalityName parent,
                      rpc::ParseLocalityName(request.parent(), "parent"));
  PT_ASSIGN_OR_RETURN(const Page page, ReadPage(request, "ListSurveys"));
  PT_ASSIGN_OR_RETURN(
      const std::vector<Survey> found,
      store_.ListSurveys(ToKey(parent), page.after, page.read_limit()));
  response.set_next_page_token(
      Fill(page, found, *response.mutable_surveys(),
           [](const Survey& survey) { return survey.key.survey; }));
  return absl::OkStatus();
}

absl::Status CatalogHandlers::Handle(const v1::UpdateSurveyRequest& request,
                                     v1::Survey& response) const {
  PT_ASSIGN_OR_RETURN(
      const rpc::SurveyName name,
      rpc::ParseSurveyName(request.survey().name(), "survey.name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  PT_ASSIGN_OR_RETURN(const SurveyUpdate update,
                      FromProto(ToKey(name), request));
  PT_ASSIGN_OR_RETURN(const Survey updated,
                      catalog_.UpdateSurvey(update, request.request_id()));
  ToProto(updated, response);
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
