#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/network/domain/measure.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// In how many networks somebody is at home. With k_i^l the number of people
// that i is tied to in network l, either way (OR), over the L networks whose
// gate is above kGroupOnly (F. Battiston and others, "Structural measures for
// multiplex networks", 2014):
//
//   o_i = sum over l of k_i^l
//   P_i = L / (L - 1) * (1 - sum over l of (k_i^l / o_i)^2)
//
// Who did not answer has the ties that others report, so o_i is then too small;
// P_i is a ratio and suffers less.
struct Participation {
  enum class Band : std::uint8_t {
    kNone = 0,
    kFocused = 1,  // P_i < 1/3.
    kMixed = 2,
    kMultiplex = 3,  // P_i > 2/3.
  };

  std::string person;
  int overlapping_degree = 0;  // o_i
  // P_i, in [0, 1]: 0 if all ties are in one network, 1 if all networks have
  // the same number. kTooFewNetworks for L < 2; kNoTies for o_i = 0.
  Measure participation;
  Band band = Band::kNone;  // kNone if not measured.

  friend bool operator==(const Participation&, const Participation&) = default;
};

// Of every invited person, by person, ascending. O(L * (nodes + arcs)).
std::vector<Participation> ParticipationOf(const Wave& wave);

}  // namespace pulsetaker::network
