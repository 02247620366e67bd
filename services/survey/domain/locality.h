// Places, and what a valid one is.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace pulsetaker::survey {

inline constexpr std::int64_t kPopulationMax = 10'000'000'000;

// tenants/{tenant}/localities/{locality}
struct LocalityKey {
  std::string tenant;
  std::string locality;

  friend bool operator==(const LocalityKey&, const LocalityKey&) = default;
};

struct Locality {
  LocalityKey key;
  std::string display_name;
  std::string region;                          // Empty: unknown.
  std::int64_t population = 0;                 // 0: unknown.
  std::map<std::string, std::string> profile;  // Keys are ids.
  std::int64_t revision = 0;  // 1 when made, one more with each change.
  absl::Time create_time;     // Times are whole microseconds.
  absl::Time update_time;

  friend bool operator==(const Locality&, const Locality&) = default;
};

// Checks everything but the key, which is made of valid ids. All errors are
// INVALID_ARGUMENT with the metadata `field`, a path that begins with
// "locality."; the first that matches, in this order:
//   FIELD_REQUIRED, TEXT_TOO_LONG, TEXT_MALFORMED   display_name
//   TEXT_TOO_LONG, TEXT_MALFORMED                   region
//   NUMBER_OUT_OF_RANGE                             population
//   TOO_MANY_ENTRIES, then of the first entry at fault ID_MALFORMED,
//   TEXT_TOO_LONG, TEXT_MALFORMED                   profile
absl::Status CheckLocality(const Locality& locality);

}  // namespace pulsetaker::survey
