// Surveys: one innovation, or one field of service, followed in one place.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace pulsetaker::survey {

// tenants/{tenant}/localities/{locality}/surveys/{survey}
struct SurveyKey {
  std::string tenant;
  std::string locality;
  std::string survey;

  friend bool operator==(const SurveyKey&, const SurveyKey&) = default;
};

struct Survey {
  SurveyKey key;
  std::string display_name;
  std::string innovation;     // May be empty.
  std::string service_field;  // May be empty.
  std::int64_t revision = 0;  // 1 when made, one more with each change.
  absl::Time create_time;     // Times are whole microseconds.
  absl::Time update_time;

  friend bool operator==(const Survey&, const Survey&) = default;
};

// Checks everything but the key. INVALID_ARGUMENT with the metadata `field`, a
// path that begins with "survey."; the first that matches, in this order:
//   FIELD_REQUIRED, TEXT_TOO_LONG, TEXT_MALFORMED   display_name
//   TEXT_TOO_LONG, TEXT_MALFORMED                   innovation, service_field
absl::Status CheckSurvey(const Survey& survey);

}  // namespace pulsetaker::survey
