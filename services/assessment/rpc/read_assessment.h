// Stored assessments as the messages that they hold.

#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "services/assessment/domain/assessment_store.h"

namespace pulsetaker::assessment {

// The message of a stored assessment.
//
// DATA_LOSS, STORED_DATA_UNREADABLE: its bytes are none.
absl::Status ParseStored(const StoredAssessment& stored, v1::Assessment& to);

// The assessment of this name, which is in the field `name` of a request.
//
// INVALID_ARGUMENT, NAME_MALFORMED; NOT_FOUND, ASSESSMENT_NOT_FOUND; and the
// errors of ParseStored and of the store.
absl::Status ReadAssessment(const AssessmentStore& store,
                            absl::string_view name, v1::Assessment& to);

}  // namespace pulsetaker::assessment
