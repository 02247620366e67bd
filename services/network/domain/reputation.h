// Whether the same people are named by most everywhere because of one general
// reputation, or have a role in each network: recurrence beside null model N4.

#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "services/network/domain/clique_sampler.h"
#include "services/network/domain/counterparts.h"

namespace pulsetaker::network {

// Recurrence of the most named people of each network that counts, as many as
// its core has. Not of the cores: N4 keeps how often people are named, and what
// it moves is where.
struct Reputation {
  CliqueSample observed;            // Recurrence alone.
  std::vector<CliqueSample> draws;  // N4; empty for under two networks.
};

// Draws are made in chains (counterparts.h): the first of a chain is a Shuffle
// of the networks as they are, each other a ShuffleOn from the one before,
// after which fewer than one label in ten is where it is because it was there.
// Chain c is from stream c of `random`. CANCELLED.
absl::StatusOr<Reputation> CompareWithReputation(const CounterpartBasis& basis,
                                                 const Random& random);

}  // namespace pulsetaker::network
