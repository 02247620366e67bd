// Looks up what callers name by id.

#pragma once

#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// NOT_FOUND, PERSON_NOT_FOUND (metadata `person`): nobody who is invited has
// this id. O(log(people)).
absl::StatusOr<NodeId> FindPerson(const Wave& wave, absl::string_view id);

// The network's number. NOT_FOUND, NETWORK_NOT_FOUND (metadata `network`).
absl::StatusOr<std::size_t> FindNetwork(const Wave& wave, absl::string_view id);

}  // namespace pulsetaker::network
