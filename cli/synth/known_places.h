// Places of which the answer is known: each is drawn around one phase of the
// innovation, or as one kind of leadership, so that what the services say of it
// can be held against it. docs/validation.md has the outcome.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/synth/place_profile.h"

namespace pulsetaker::cli::synth {

enum class PlaceKind : std::uint8_t {
  kLatent,
  kDesign,
  kMobilisation,
  kMainstreaming,
  kEmbedding,
  // One core in all networks, of all sectors, that looks beyond itself.
  kOpenSharedLeadership,
  // One core in all networks, of two sectors, that names itself.
  kClosedCore,
  // In each network another core, that names itself.
  kParallelCliques,
  // In each network other people lead, who look beyond themselves.
  kDiffuse,
  // One core, and outside of it sectors that keep to themselves.
  kFragileCore,
  // As any, and under half of the people answer.
  kTooFewAnswers,
  // One core, which everybody names as readily as everybody else does: neither
  // open nor closed, and no sector is left out.
  kEvenCore,
  // Two waves that differ by chance alone; nobody is nearer to anybody.
  kNoEffect,
};

// "phase-latent", "open-shared-leadership" and so on: the presets of
// `pulsetaker synth`.
absl::string_view PresetOf(PlaceKind kind);
const std::vector<PlaceKind>& PlaceKinds();

// `place_count` places of one kind, every one drawn from the seed. A place
// depends on kind, seed and its number alone: more places change none.
// `departure` is how far levels depart from those of a phase: the standard
// deviation of each between places, in points.
inline constexpr double kDepartureDefault = 12;
std::vector<PlaceProfile> KnownPlaces(PlaceKind kind, int place_count,
                                      std::uint64_t seed,
                                      double departure = kDepartureDefault);

}  // namespace pulsetaker::cli::synth
