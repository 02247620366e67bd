// What a synthetic place is like: the knobs of the generator, and places to
// start from.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace pulsetaker::cli::synth {

inline constexpr int kNetworkCount = 7;

// Who names whom. Every factor multiplies the chance that one person names
// another; 1 changes nothing, 0 rules it out.
struct TieProfile {
  // In [0, 1]: how far it is the same people who are prominent in all networks.
  double prominence_correlation = 0.6;
  // At least 0: how much more the prominent are named than others.
  double prominence_pull = 0.8;
  double same_sector = 2;
  double same_organisation = 2;
  double adjacent_layer = 0.5;  // Relative to the same layer.
  double distant_layer = 0.25;  // Two or three layers apart.
  // Whether sector, organisation and layer make no difference to ties with the
  // core.
  bool core_bridges = false;
  double core_to_core = 1.5;
  double core_to_periphery = 1;
  double periphery_to_core = 1;
  // From the core to people of the sector that is left out; that sector has no
  // one in the core.
  double core_to_outcast = 1;
  double reciprocation = 2;  // Towards someone who named you.
  int nominations_min = 3;
  int nominations_max = 7;
};

// What the items measure, each a level in [0, 100]; the order is that of the
// standard instrument: authority, capacity, value.
struct RatingProfile {
  std::array<double, 3> corner = {50, 50, 50};
  // a>c, c>a, a>v, v>a, c>v, v>c.
  std::array<double, 6> arrow = {40, 40, 40, 40, 40, 40};
  int phase = 2;         // Of 0 to 4, as respondents would place it.
  double layer_gap = 5;  // Between neighbouring layers; the public is lowest.
  double spread = 15;    // Standard deviation between people,
  double noise = 12;     // and between the answers of one person.
  double dont_know_share = 0.03;
  double not_applicable_share = 0.02;
};

struct WaveProfile {
  double response_rate = 0.9;
  TieProfile ties;
  RatingProfile ratings;
};

struct PlaceProfile {
  std::string id;    // A resource id; prefix of the ids of its people.
  std::string name;  // As shown.
  std::int64_t person_count = 80;
  double core_share = 0.1;
  // Whether each network has a core of its own, of other people.
  bool own_cores = false;
  // Index of the sector that is left out, or -1. Of the sectors of Sectors().
  int outcast_sector = -1;
  // Whether all of the core are of the first two sectors.
  bool narrow_core = false;
  std::vector<WaveProfile> waves;
};

// Council, health, voluntary, police, education, residents.
const std::vector<std::string>& Sectors();

// Levels that fit a phase of the innovation, 0 latent to 4 embedding.
RatingProfile RatingsOfPhase(int phase);

// Six places that differ: an open shared leadership, a closed core, an excluded
// sector, thin vertical links, too few answers, and one that goes into reverse
// between two waves.
std::vector<PlaceProfile> SamplePlaces();

// `place_count` places of `person_count` people and `wave_count` waves, every
// one drawn from the seed.
std::vector<PlaceProfile> RandomPlaces(int place_count,
                                       std::int64_t person_count,
                                       int wave_count, std::uint64_t seed);

}  // namespace pulsetaker::cli::synth
