#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::assessment {

// NOT_FOUND, ASSESSMENT_NOT_FOUND: `id`, the last part of a well-formed name,
// is none that an assessment has.
absl::Status CheckAssessmentId(absl::string_view id);

}  // namespace pulsetaker::assessment
