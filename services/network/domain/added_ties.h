// What would become of the networks of a wave if some people were introduced.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/reach.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

inline constexpr std::size_t kAddedTiesMax = 1'000;

// `from` would name `to`. In an undirected network the order means nothing.
struct AddedTie {
  std::string from;
  std::string to;
  std::string network_id;

  friend bool operator==(const AddedTie&, const AddedTie&) = default;
};

enum class TieOutcome : std::uint8_t {
  kNone = 0,
  kAdded = 1,
  // The tie is there. No error, so that a list can be tried on several waves,
  // and so that what was wished for and has come about can stay in it. A
  // nomination the other way round does not make a directed tie.
  kAlreadyThere = 2,
  kRepeated = 3,  // An earlier one of the list is the same tie.
  kWithheld = 4,  // The network's gate is kGroupOnly.
};

// A network, or several united, before and after.
struct TieEffect {
  // If set, what the ties change is not measured: kResponseGate, for a gate of
  // kGroupOnly, or of kHubsOnly where ties are added. No number of people makes
  // a group of those who are tied: the caller chooses them, and with some who
  // change nothing among them the gain is a measure of the others. Where none
  // is added, nothing changes, and that is told.
  std::optional<NotMeasured> not_measured;
  std::optional<int> added_count;  // Absent if the gate is kGroupOnly.
  ReachFigures before;
  ReachFigures after;
  // Persons are named where all gates are kAllRoles. Nobody loses a path,
  // though another component may become the largest one.
  std::vector<PathChange> gained_paths;

  friend bool operator==(const TieEffect&, const TieEffect&) = default;
};

struct NetworkTieEffect {
  std::string network_id;
  Gate gate = Gate::kNone;
  TieEffect effect;

  friend bool operator==(const NetworkTieEffect&,
                         const NetworkTieEffect&) = default;
};

struct TieSimulation {
  std::vector<TieOutcome> outcomes;  // Of each tie, in the order given.
  // In the instrument's order; those without a tie that is added, as well.
  std::vector<NetworkTieEffect> networks;
  // Of the ties of all networks whose gate is above kGroupOnly, taken as one;
  // its core is the pooled core, and the ties that are added are those of pairs
  // that none of these networks ties in this direction, or of an undirected tie
  // in both. Absent if there is none.
  std::optional<TieEffect> united;

  friend bool operator==(const TieSimulation&, const TieSimulation&) = default;
};

// `result` is an analysis of the wave, with the cores; paths are to those who
// are a core before, not to the core that the ties would make. The outcomes say
// of each pair whether one names the other where the gate is above kGroupOnly,
// so only who may read ties may see them.
//
// INVALID_ARGUMENT: ANALYSIS_OF_OTHER_WAVE; NO_TIES or TOO_MANY_TIES: none, or
// over kAddedTiesMax.
// Then, of the first tie at fault (metadata `index`): NOT_FOUND,
// NETWORK_NOT_FOUND or PERSON_NOT_FOUND, `from` before `to`; INVALID_ARGUMENT,
// SELF_TIE. CANCELLED.
//
// Time: that of ReachOf, twice for each network.
absl::StatusOr<TieSimulation> SimulateTies(const Wave& wave,
                                           const AnalysisResult& result,
                                           absl::Span<const AddedTie> ties,
                                           IsCancelled is_cancelled);

}  // namespace pulsetaker::network
