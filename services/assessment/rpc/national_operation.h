#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "common/rpc/operation_runner.h"
#include "google/protobuf/any.pb.h"
#include "services/assessment/domain/national_assessor.h"

namespace pulsetaker::assessment {

// The kind of the operations that RunNationalAssessment makes. Stored with
// them.
inline constexpr char kNationalAssessmentKind[] = "RunNationalAssessment";

// Carries out a RunNationalAssessmentRequest, which was checked when it was
// accepted: its response is a NationalAssessment, its metadata a
// RunNationalAssessmentMetadata. Run again, it goes on from what is assessed.
// What it is given must outlive it.
rpc::OperationWorker MakeNationalWorker(NationalAssessor& assessor,
                                        int concurrent_places, Clock clock);

// The metadata of an operation that waits for its turn.
google::protobuf::Any QueuedNationalMetadata(absl::string_view tenant,
                                             absl::Time create_time);

}  // namespace pulsetaker::assessment
