// Rows of the family `assessments`.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/assessment_store.h"

namespace pulsetaker::assessment {

struct AssessmentRowContent {
  StoredAssessment assessment;
  std::int64_t create_time_micros = 0;
};

// The value of the row with this key.
std::string AssessmentRow(absl::string_view key,
                          const StoredAssessment& assessment,
                          std::int64_t create_time_micros);

// What is in such a row. DATA_LOSS, STORED_DATA_UNREADABLE: it is none, or one
// of another key.
absl::StatusOr<AssessmentRowContent> ReadAssessmentRow(std::string name,
                                                       absl::string_view key,
                                                       absl::string_view value);

}  // namespace pulsetaker::assessment
