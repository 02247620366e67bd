// The port through which the domain finds places. clients/ implements it with
// the survey service.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::assessment {

struct ListedLocality {
  std::string name;    // Resource name.
  std::string region;  // Empty: unknown.
  // What else places are compared by, by key.
  std::map<std::string, std::string> profile = {};

  friend bool operator==(const ListedLocality&,
                         const ListedLocality&) = default;
};

// Safe for use by any number of threads at once. Any call may fail with
// UNAVAILABLE or DEADLINE_EXCEEDED: try again, or with DATA_LOSS,
// SNAPSHOT_INVALID: a list breaks its contract.
class PlaceSource {
 public:
  virtual ~PlaceSource() = default;

  // All localities of `tenant`, a resource name, ordered by name. One that is
  // not there has none.
  virtual absl::StatusOr<std::vector<ListedLocality>> ListLocalities(
      absl::string_view tenant) = 0;

  // The resource names of all surveys of a locality, ordered.
  virtual absl::StatusOr<std::vector<std::string>> ListSurveys(
      absl::string_view locality) = 0;

  // The resource name of the closed wave of a survey with the highest number;
  // nothing if none is closed.
  virtual absl::StatusOr<std::optional<std::string>> LatestClosedWave(
      absl::string_view survey) = 0;
};

}  // namespace pulsetaker::assessment
