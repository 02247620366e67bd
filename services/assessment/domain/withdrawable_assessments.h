// The port through which assessments go that must not be kept any longer.

#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/assessment_store.h"

namespace pulsetaker::assessment {

// The assessments of an AssessmentStore. Safe for use by any number of threads
// at once; its errors are those of the store.
class WithdrawableAssessments {
 public:
  using Visitor = std::function<absl::Status(const StoredAssessment&)>;

  virtual ~WithdrawableAssessments() = default;

  // Shows each assessment of `locality`, a resource name, those of a survey in
  // the order of its waves, until an error.
  virtual absl::Status Visit(absl::string_view locality,
                             const Visitor& visitor) const = 0;

  // Deletes the assessment; the store says from then on that it was withdrawn.
  // On OK that survives a crash of the machine.
  virtual absl::Status Withdraw(absl::string_view name) = 0;

  // Takes what was withdrawn since the last time out of the files of the store,
  // and operations that were deleted.
  virtual absl::Status Purge() = 0;
};

}  // namespace pulsetaker::assessment
