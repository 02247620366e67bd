// The port through which the domain keeps national assessments. store/
// implements it.

#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pulsetaker::assessment {

// A national assessment as it is kept: the bytes of the API's message without
// its time, which is not part of the content.
struct StoredNational {
  std::string name;        // Resource name.
  std::string message;     // As a NationalCodec made it.
  absl::Time create_time;  // Whole microseconds.

  friend bool operator==(const StoredNational&,
                         const StoredNational&) = default;
};

// Safe for use by any number of threads at once. Any call may fail with
// DATA_LOSS, STORED_DATA_UNREADABLE, or with UNAVAILABLE when the disk does not
// answer.
class NationalStore {
 public:
  virtual ~NationalStore() = default;

  // Keeps `national` and returns what is kept, which survives a crash of the
  // machine. One of the same name is the same: it is left as it is, and
  // returned with the time of the first.
  //
  // RESOURCE_EXHAUSTED, DISK_FULL: nothing is stored.
  virtual absl::StatusOr<StoredNational> Put(
      const StoredNational& national) = 0;

  // NOT_FOUND, NATIONAL_ASSESSMENT_NOT_FOUND: no such national assessment.
  virtual absl::StatusOr<StoredNational> Get(absl::string_view name) const = 0;

  // The first `limit` of `tenant`, a resource name, with an id above
  // `after_id`, in the order of their ids. All ids are above "".
  virtual absl::StatusOr<std::vector<StoredNational>> List(
      absl::string_view tenant, absl::string_view after_id,
      int limit) const = 0;
};

}  // namespace pulsetaker::assessment
