// What AssessmentService does for its methods on local systems. Errors are
// those of the .proto.

#pragma once

#include "absl/status/status.h"
#include "pulsetaker/assessment/v1/assessment_service.pb.h"
#include "services/assessment/domain/assessment_store.h"

namespace pulsetaker::assessment {

absl::Status GetLocalSystem(const AssessmentStore& store,
                            const v1::GetLocalSystemRequest& request,
                            v1::LocalSystem& response);

absl::Status GetLocalityOverview(const AssessmentStore& store,
                                 const v1::GetLocalityOverviewRequest& request,
                                 v1::LocalityOverview& response);

}  // namespace pulsetaker::assessment
