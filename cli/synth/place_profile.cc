#include "cli/synth/place_profile.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/strings/str_format.h"
#include "common/base/random.h"

namespace pulsetaker::cli::synth {
namespace {

constexpr int kPhaseCount = 5;
constexpr int kVoluntarySector = 2;

// An open core names people all over the place, and is named by them.
TieProfile OpenTies() {
  TieProfile ties;
  ties.prominence_correlation = 0.99;
  ties.prominence_pull = 1.3;
  ties.same_sector = 1;
  ties.same_organisation = 1.2;
  ties.adjacent_layer = 1;
  ties.distant_layer = 0.8;
  ties.core_to_core = 2.2;
  ties.core_to_periphery = 1.6;
  ties.periphery_to_core = 8;
  return ties;
}

// A closed core talks to itself, and everyone else looks in.
TieProfile ClosedTies() {
  TieProfile ties = OpenTies();
  ties.same_sector = 1.6;
  ties.adjacent_layer = 0.7;
  ties.distant_layer = 0.4;
  ties.core_to_core = 16;
  ties.core_to_periphery = 0.25;
  ties.periphery_to_core = 8;
  return ties;
}

PlaceProfile Place(std::string id, std::string name, std::int64_t people,
                   WaveProfile wave) {
  PlaceProfile place;
  place.id = std::move(id);
  place.name = std::move(name);
  place.person_count = people;
  place.waves = {std::move(wave)};
  return place;
}

PlaceProfile OpenPlace() {
  WaveProfile wave;
  wave.response_rate = 0.94;
  wave.ties = OpenTies();
  wave.ratings = RatingsOfPhase(4);
  return Place("ashby", "Ashby", 90, wave);
}

PlaceProfile ClosedPlace() {
  WaveProfile wave;
  wave.response_rate = 0.92;
  wave.ties = ClosedTies();
  wave.ratings = RatingsOfPhase(2);
  PlaceProfile place = Place("brackwell", "Brackwell", 90, wave);
  place.narrow_core = true;
  return place;
}

PlaceProfile ExcludingPlace() {
  WaveProfile wave;
  wave.response_rate = 0.9;
  wave.ties = OpenTies();
  wave.ties.core_to_core = 4;
  wave.ties.core_to_outcast = 0.02;
  wave.ratings = RatingsOfPhase(1);
  PlaceProfile place = Place("corley", "Corley", 96, wave);
  place.outcast_sector = kVoluntarySector;
  return place;
}

PlaceProfile LayeredPlace() {
  WaveProfile wave;
  wave.response_rate = 0.9;
  wave.ties.prominence_correlation = 0.5;
  wave.ties.adjacent_layer = 0.03;
  wave.ties.distant_layer = 0.01;
  wave.ratings = RatingsOfPhase(3);
  wave.ratings.layer_gap = 12;
  return Place("dunmere", "Dunmere", 88, wave);
}

PlaceProfile SilentPlace() {
  WaveProfile wave;
  wave.response_rate = 0.45;
  wave.ratings = RatingsOfPhase(0);
  return Place("elstow", "Elstow", 72, wave);
}

PlaceProfile RegressingPlace() {
  WaveProfile first;
  first.response_rate = 0.92;
  first.ties.prominence_correlation = 0.8;
  first.ratings = RatingsOfPhase(3);
  WaveProfile second = first;
  second.response_rate = 0.9;
  second.ratings = RatingsOfPhase(1);
  PlaceProfile place = Place("fenwick", "Fenwick", 84, first);
  place.waves.push_back(second);
  return place;
}

}  // namespace

const std::vector<std::string>& Sectors() {
  static const auto& sectors = *new std::vector<std::string>{
      "council", "health", "voluntary", "police", "education", "residents"};
  return sectors;
}

RatingProfile RatingsOfPhase(int phase) {
  static constexpr std::array<std::array<double, 9>, kPhaseCount> kLevels = {{
      {25, 25, 20, 15, 15, 10, 10, 15, 10},
      {65, 35, 25, 60, 25, 20, 15, 25, 15},
      {65, 60, 45, 65, 55, 35, 35, 55, 30},
      {45, 70, 65, 40, 45, 35, 45, 70, 50},
      {65, 70, 75, 65, 55, 55, 70, 70, 65},
  }};
  const auto& levels = kLevels[static_cast<std::size_t>(phase)];
  RatingProfile ratings;
  std::copy_n(levels.begin(), 3, ratings.corner.begin());
  std::copy_n(levels.begin() + 3, 6, ratings.arrow.begin());
  ratings.phase = phase;
  return ratings;
}

std::vector<PlaceProfile> SamplePlaces() {
  return {OpenPlace(),    ClosedPlace(), ExcludingPlace(),
          LayeredPlace(), SilentPlace(), RegressingPlace()};
}

std::vector<PlaceProfile> RandomPlaces(int place_count,
                                       std::int64_t person_count,
                                       int wave_count, std::uint64_t seed) {
  std::vector<PlaceProfile> places;
  for (int i = 0; i < place_count; ++i) {
    Random random = Random(seed).Fork(static_cast<std::uint64_t>(i));
    const auto between = [&](double low, double high) {
      return low + (high - low) * random.UnitDouble();
    };
    PlaceProfile place;
    place.id = absl::StrFormat("place%04d", i + 1);
    place.name = absl::StrFormat("Place %d", i + 1);
    place.person_count = person_count;
    for (int wave_index = 0; wave_index < wave_count; ++wave_index) {
      WaveProfile wave;
      wave.response_rate = between(0.6, 1);
      wave.ties = random.Uniform(2) == 0 ? OpenTies() : ClosedTies();
      wave.ties.prominence_correlation = between(0.3, 1);
      wave.ties.core_to_core = between(1, 10);
      wave.ties.adjacent_layer = between(0.05, 1);
      wave.ties.distant_layer = wave.ties.adjacent_layer * between(0.2, 1);
      wave.ratings =
          RatingsOfPhase(static_cast<int>(random.Uniform(kPhaseCount)));
      place.waves.push_back(wave);
    }
    places.push_back(std::move(place));
  }
  return places;
}

}  // namespace pulsetaker::cli::synth
