#pragma once

#include "absl/status/status.h"

namespace pulsetaker::assessment {

// Errors of the survey service are ours as they are, but for those that only a
// mistake of ours can cause: they are INTERNAL.
absl::Status FromSurveyError(const absl::Status& error);

}  // namespace pulsetaker::assessment
