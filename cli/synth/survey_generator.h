// Makes whole surveys up: people, whom they name in seven correlated networks,
// and how they rate. For trying things out and for tests; nobody in it exists.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "cli/synth/place_profile.h"

namespace pulsetaker::cli::synth {

// A person in one wave.
struct SyntheticPerson {
  std::string id;
  std::string locality;
  int wave = 1;
  std::string name;
  std::string organisation;
  std::string sector;
  std::string layer;  // systemic, sectoral, frontline or public.
  bool answered = true;
};

struct SyntheticTie {
  std::string locality;
  int wave = 1;
  std::string network;
  std::string from;
  std::string to;
};

struct SyntheticRating {
  std::string person;
  int wave = 1;
  std::string item;
  std::string answer;  // 1 to 5, dk or na.
};

struct SyntheticSurvey {
  std::vector<SyntheticPerson> people;
  std::vector<SyntheticTie> ties;
  std::vector<SyntheticRating> ratings;
};

// The same places and seed give the same survey. A place depends on its own
// profile and id alone, so adding one changes no other.
SyntheticSurvey GenerateSurvey(absl::Span<const PlaceProfile> places,
                               std::uint64_t seed);

// people.csv, ties.csv and items.csv of `survey`.
std::string PeopleCsv(const SyntheticSurvey& survey);
std::string TiesCsv(const SyntheticSurvey& survey);
std::string ItemsCsv(const SyntheticSurvey& survey);

}  // namespace pulsetaker::cli::synth
