#pragma once

#include "absl/status/status.h"
#include "common/base/clock.h"
#include "common/rpc/operation_runner.h"
#include "google/longrunning/operations.pb.h"
#include "pulsetaker/assessment/v1/assessment_service.pb.h"
#include "services/assessment/domain/national_store.h"

namespace pulsetaker::assessment {

// The methods of the assessment service that are of all places of a tenant, as
// its contract says. The arguments must outlive it; `runner` carries out
// operations of kNationalAssessmentKind.
class NationalMethods {
 public:
  NationalMethods(const NationalStore& store, rpc::OperationRunner& runner,
                  Clock clock);

  absl::Status Run(const v1::RunNationalAssessmentRequest& request,
                   google::longrunning::Operation& response);
  absl::Status Get(const v1::GetNationalAssessmentRequest& request,
                   v1::NationalAssessment& response) const;
  absl::Status List(const v1::ListNationalAssessmentsRequest& request,
                    v1::ListNationalAssessmentsResponse& response) const;

 private:
  const NationalStore& store_;
  rpc::OperationRunner& runner_;
  const Clock clock_;
};

}  // namespace pulsetaker::assessment
