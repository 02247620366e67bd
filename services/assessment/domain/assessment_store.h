// The port through which the domain keeps assessments. store/ implements it.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/phase.h"

namespace pulsetaker::assessment {

// An assessment as it is kept: the bytes of the API's message, so that what was
// once answered is answered again to the byte; the one part of it that the
// assessment of the next wave needs; and what tells it from others of its wave.
struct StoredAssessment {
  std::string name;  // Resource name.
  std::optional<PhaseDistribution> posterior;
  std::string message;  // As an AssessmentCodec made it.
  // Since 1970 UTC; 0 of those that were made before this was kept.
  std::int64_t create_time_micros = 0;

  friend bool operator==(const StoredAssessment&,
                         const StoredAssessment&) = default;
};

// Safe for use by any number of threads at once. Any call may fail with
// DATA_LOSS, STORED_DATA_UNREADABLE, or with UNAVAILABLE when the disk does not
// answer.
class AssessmentStore {
 public:
  virtual ~AssessmentStore() = default;

  // Keeps `assessment`. On OK it survives a crash of the machine. One of the
  // same name is the same assessment: it is left as it is, or, if it was
  // withdrawn, there again.
  //
  // RESOURCE_EXHAUSTED, DISK_FULL: nothing is stored.
  virtual absl::Status Put(const StoredAssessment& assessment) = 0;

  // NOT_FOUND, ASSESSMENT_NOT_FOUND: no such assessment; ASSESSMENT_WITHDRAWN:
  // there was one.
  virtual absl::StatusOr<StoredAssessment> Get(
      absl::string_view name) const = 0;

  // The first `limit` assessments of `wave`, a resource name, with an id above
  // `after_id`, in the order of their ids. All ids are above "".
  virtual absl::StatusOr<std::vector<StoredAssessment>> List(
      absl::string_view wave, absl::string_view after_id, int limit) const = 0;

  // The newest wave with an assessment of each survey of `locality`, a resource
  // name: names of waves in the order of the surveys' ids, the first `limit`.
  virtual absl::StatusOr<std::vector<std::string>> ListNewestWaves(
      absl::string_view locality, int limit) const = 0;
};

}  // namespace pulsetaker::assessment
