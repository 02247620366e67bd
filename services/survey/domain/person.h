// People beyond a single wave: who wants to be left out, and which ids are of
// one person.

#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "services/survey/domain/locality.h"

namespace pulsetaker::survey {

// tenants/{tenant}/localities/{locality}/people/{person}
struct PersonKey {
  LocalityKey locality;
  std::string person;

  friend bool operator==(const PersonKey&, const PersonKey&) = default;
};

// Someone who wants to be left out of all waves of a locality.
struct OptOut {
  std::string person;
  absl::Time opt_out_time;  // Times are whole microseconds.

  friend bool operator==(const OptOut&, const OptOut&) = default;
};

// That an id is, or was, another id of a person.
struct PersonAlias {
  std::string from;         // The alias.
  std::string into;         // The person.
  std::int64_t number = 0;  // Of the merges of `from`; 1 for the first.
  std::string reason;
  absl::Time merge_time;
  std::optional<absl::Time> split_time;  // None while they are merged.

  friend bool operator==(const PersonAlias&, const PersonAlias&) = default;
};

// What is left of a response that was withdrawn.
struct Withdrawal {
  std::string person;
  absl::Time withdraw_time;

  friend bool operator==(const Withdrawal&, const Withdrawal&) = default;
};

}  // namespace pulsetaker::survey
