// A place to measure with.

#pragma once

#include "services/network/domain/snapshot.h"

namespace pulsetaker::network {

inline constexpr int kDrawnNetworks = 7;

// Drawn from a fixed seed: seven networks of about six nominations a head, in
// which people who are prominent in one tend to be prominent in all, and name
// their own sector more often than others. `response_percent` of a hundred
// answer.
WaveSnapshot DrawnPlace(int people, int response_percent);

}  // namespace pulsetaker::network
