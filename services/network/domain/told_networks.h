#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Networks, by number, ascending.
struct ToldNetworks {
  std::vector<std::size_t> told;
  std::vector<std::size_t> withheld;  // Asked for, but kGroupOnly.
};

// Whose ties may be shown: a network whose gate is kGroupOnly is told of by
// groups alone, and who is tied to whom would tell of each person. `ids` are
// the networks that are asked for, in any order, repeats making no difference;
// empty for all.
//
// NOT_FOUND, NETWORK_NOT_FOUND (metadata `network`): of the first that is not
// there. FAILED_PRECONDITION, RESPONSE_TOO_LOW (metadata `network`): one that
// is named is withheld, or all are.
absl::StatusOr<ToldNetworks> NetworksTold(const Wave& wave,
                                          absl::Span<const std::string> ids);

}  // namespace pulsetaker::network
