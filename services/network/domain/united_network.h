#pragma once

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// All networks of a wave above their gates, taken as one.
struct UnitedNetwork {
  Digraph graph;            // An arc wherever one of them has it, weight 1.
  Gate gate = Gate::kNone;  // The lowest of theirs; kNone without any.
  int network_count = 0;
};

// Of the networks whose gate is above kGroupOnly. O(arcs * log(row)). The
// errors of Digraph::FromArcs.
absl::StatusOr<UnitedNetwork> UniteNetworks(const Wave& wave);

}  // namespace pulsetaker::network
