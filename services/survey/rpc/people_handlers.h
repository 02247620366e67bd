// The methods of PeopleService, and those of SurveyService for what became of a
// response.

#pragma once

#include "absl/status/status.h"
#include "pulsetaker/survey/v1/people_service.pb.h"
#include "pulsetaker/survey/v1/response.pb.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/people_store.h"

namespace pulsetaker::survey {

// Handle(request, response) carries out the method that takes this request. It
// blocks. Safe for use by any number of threads at once.
class PeopleHandlers {
 public:
  // Both must outlive this.
  PeopleHandlers(People& people, const PeopleStore& store)
      : people_(people), store_(store) {}

  absl::Status Handle(const v1::ListResponseRevisionsRequest& request,
                      v1::ListResponseRevisionsResponse& response) const;
  absl::Status Handle(const v1::WithdrawResponseRequest& request,
                      v1::Withdrawal& response) const;

  absl::Status Handle(const v1::OptOutPersonRequest& request,
                      v1::OptOut& response) const;
  absl::Status Handle(const v1::GetOptOutRequest& request,
                      v1::OptOut& response) const;
  absl::Status Handle(const v1::ListOptOutsRequest& request,
                      v1::ListOptOutsResponse& response) const;
  absl::Status Handle(const v1::RevokeOptOutRequest& request,
                      v1::RevokeOptOutResponse& response) const;
  absl::Status Handle(const v1::MergePeopleRequest& request,
                      v1::PersonAlias& response) const;
  absl::Status Handle(const v1::SplitPeopleRequest& request,
                      v1::PersonAlias& response) const;
  absl::Status Handle(const v1::ListPersonAliasesRequest& request,
                      v1::ListPersonAliasesResponse& response) const;
  absl::Status Handle(const v1::ListLikelyDuplicatesRequest& request,
                      v1::ListLikelyDuplicatesResponse& response) const;

 private:
  People& people_;
  const PeopleStore& store_;
};

}  // namespace pulsetaker::survey
