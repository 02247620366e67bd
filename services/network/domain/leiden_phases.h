#pragma once

#include "absl/status/status.h"
#include "common/base/random.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/leiden_level.h"

// For the .cc files of this folder; callers want leiden.h.

namespace pulsetaker::network {

// Moves nodes one by one to the community where they add most to modularity,
// which may be none of those that there are, until none gains. `random` is for
// the order in which they are visited. CANCELLED: `is_cancelled` said yes.
absl::Status MoveNodes(const LeidenLevel& level, double resolution,
                       Random& random, IsCancelled is_cancelled,
                       Membership& community);

// Splits communities into parts: each node begins alone, and those still alone
// join the part of their community where they add most, if both are well
// connected with the rest of it. A part is connected, and has the number of one
// of its members.
Membership RefinedParts(const LeidenLevel& level, double resolution,
                        const Membership& community, Random& random);

}  // namespace pulsetaker::network
