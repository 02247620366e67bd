// The methods for localities and surveys.

#pragma once

#include "absl/status/status.h"
#include "pulsetaker/survey/v1/locality.pb.h"
#include "pulsetaker/survey/v1/survey.pb.h"
#include "services/survey/domain/catalog.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// Handle(request, response) carries out the method that takes this request. It
// blocks. Safe for use by any number of threads at once.
class CatalogHandlers {
 public:
  // Both must outlive this.
  CatalogHandlers(Catalog& catalog, const SurveyStore& store)
      : catalog_(catalog), store_(store) {}

  absl::Status Handle(const v1::CreateLocalityRequest& request,
                      v1::Locality& response) const;
  absl::Status Handle(const v1::GetLocalityRequest& request,
                      v1::Locality& response) const;
  absl::Status Handle(const v1::ListLocalitiesRequest& request,
                      v1::ListLocalitiesResponse& response) const;
  absl::Status Handle(const v1::UpdateLocalityRequest& request,
                      v1::Locality& response) const;

  absl::Status Handle(const v1::CreateSurveyRequest& request,
                      v1::Survey& response) const;
  absl::Status Handle(const v1::GetSurveyRequest& request,
                      v1::Survey& response) const;
  absl::Status Handle(const v1::ListSurveysRequest& request,
                      v1::ListSurveysResponse& response) const;
  absl::Status Handle(const v1::UpdateSurveyRequest& request,
                      v1::Survey& response) const;

 private:
  Catalog& catalog_;
  const SurveyStore& store_;
};

}  // namespace pulsetaker::survey
