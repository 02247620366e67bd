// Rows of the family `assessments`.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/assessment_store.h"

namespace pulsetaker::assessment {

// The value of the row with this key.
std::string AssessmentRow(absl::string_view key,
                          const StoredAssessment& assessment);

// What is in such a row. DATA_LOSS, STORED_DATA_UNREADABLE: it is none, or one
// of another key.
absl::StatusOr<StoredAssessment> ReadAssessmentRow(std::string name,
                                                   absl::string_view key,
                                                   absl::string_view value);

}  // namespace pulsetaker::assessment
