// What changed between two waves of one survey. People are matched by id, and
// networks too. Who did not answer is missing: a tie can be new or dissolved
// only where its sender answered in both waves.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// A wave and an analysis of it. That `key` names the wave is up to the caller:
// nothing in a wave says whose it is.
struct AnalyzedWave {
  WaveKey key;
  const Wave& wave;
  const AnalysisResult& result;
};

// Invited people.
struct RosterChange {
  int previous_count = 0;
  int current_count = 0;
  int both_count = 0;  // N_t and N_t-1.
  // Who is new; ascending. Those who left are counted only: some withdrew.
  std::vector<std::string> joined;
  int left_count = 0;

  friend bool operator==(const RosterChange&, const RosterChange&) = default;
};

// K6, for the core K of one network, or the pooled core.
struct CoreChange {
  // 1 - |K_t and K_t-1| / |K_t-1 and N_t|, in [0, 1]: of those of the previous
  // core who could be in this one, the share that is not. kNoCore if either
  // wave has none that may be told (ToldCores); kTooFewPeople if nobody of the
  // previous core is left.
  Measure turnover;
  // |K_t and (N_t without N_t-1)| / |N_t without N_t-1|, in [0, 1]: the share
  // of the newcomers to the roster who are in the core. kNoCore; kTooFewPeople
  // without newcomers.
  Measure newcomer_entry_rate;
  // Absent with kNoCore.
  std::optional<int> previous_count;
  std::optional<int> current_count;
  std::optional<int> stayed_count;      // In both cores.
  std::optional<int> dropped_count;     // Left the core, not the roster.
  std::optional<int> off_roster_count;  // Left the roster.
  std::optional<int> risen_count;       // Entered from the previous roster.
  std::optional<int> newcomer_count;    // Entered as newcomers.

  friend bool operator==(const CoreChange&, const CoreChange&) = default;
};

// Ties that can be compared: both people are on both rosters, and the sender
// answered in both waves; in an undirected network both people did, as either
// could report it.
struct TieChange {
  int sender_count = 0;  // Who answered in both waves.
  // These are absent with fewer senders than the floor for groups.
  std::optional<int> kept_count;
  std::optional<int> dissolved_count;
  std::optional<int> new_count;
  // Ties of the previous and of the current wave that cannot be compared: all
  // ties less these are those that can.
  std::optional<int> previous_uncompared_count;
  std::optional<int> current_uncompared_count;
  // kept / (kept + dissolved + new), in [0, 1], and 1 - that. kTooFewPeople
  // with fewer senders than the floor for groups; kNoTies.
  Measure jaccard;
  Measure turnover;

  friend bool operator==(const TieChange&, const TieChange&) = default;
};

// K8c. Of the comparable ties of the current wave whose ends are of two
// different known sectors of it, the share that the previous wave did not have,
// in [0, 1]. Ties to newcomers, who could not be named before, are counted
// apart.
struct Renewal {
  // These are absent where the share is kTooFewPeople or kTooFewNetworks.
  std::optional<int> cross_sector_count;
  std::optional<int> new_count;
  // Ties across sectors between those who answered in both waves and newcomers.
  std::optional<int> newcomer_tie_count;
  Measure share;  // kTooFewPeople, as for ties; kNoTies.

  friend bool operator==(const Renewal&, const Renewal&) = default;
};

// A measure in both waves.
struct MeasureChange {
  Measure previous;
  Measure current;
  // current - previous; if both are measured, else the reason of the first that
  // is not. With an interval if both have one: for estimates p and c with
  // limits pl, ph, cl, ch it is
  //   [d - sqrt((c - cl)^2 + (ph - p)^2), d + sqrt((ch - c)^2 + (p - pl)^2)],
  // d = c - p (G. Zou and A. Donner, "Construction of confidence limits about
  // effect measures", 2008), as if the waves were independent. Answers of the
  // same people are alike, so it is rather too wide.
  Measure change;

  friend bool operator==(const MeasureChange&, const MeasureChange&) = default;
};

struct RoleChange {
  enum class Kind : std::uint8_t { kNone = 0, kGained = 1, kLost = 2 };
  // What is known of the role in the wave that names the person. Of the other
  // wave it is known only that it does not: how probable the role is there is
  // known of those alone whom the wave names, so that the two may be alike.
  enum class Claim : std::uint8_t {
    kNone = 0,
    kFirmInOneWave = 1,
    kTentativeInOneWave = 2,
  };

  std::string person;  // On both rosters.
  Kind kind = Kind::kNone;
  Claim claim = Claim::kNone;
  double inclusion_probability = 0.0;  // In the wave that names the role.

  friend bool operator==(const RoleChange&, const RoleChange&) = default;
};

// Why a role was not compared: one wave withholds it.
struct RoleNotCompared {
  bool is_previous = false;  // Of both, the previous one is named.
  WithheldRole::Reason reason = WithheldRole::Reason::kNone;

  friend bool operator==(const RoleNotCompared&,
                         const RoleNotCompared&) = default;
};

struct RoleComparison {
  Role role = Role::kNone;
  std::optional<RoleNotCompared> not_compared;  // Then nothing below is.
  int kept_count = 0;               // Named in both, firm or tentative.
  std::vector<RoleChange> changes;  // By person, ascending.

  friend bool operator==(const RoleComparison&,
                         const RoleComparison&) = default;
};

enum class NotCompared : std::uint8_t {
  kNone = 0,
  kOnlyInPrevious = 1,
  kOnlyInCurrent = 2,
  kDirectionDiffers = 3,
};

struct NetworkComparison {
  std::string network_id;
  NotCompared not_compared = NotCompared::kNone;  // If set, nothing below is.
  Gate previous_gate = Gate::kNone;
  Gate current_gate = Gate::kNone;
  CoreChange core;
  TieChange ties;
  Renewal renewal;
  MeasureChange density;
  MeasureChange arc_reciprocity;
  MeasureChange dyad_reciprocity;
  std::vector<RoleComparison> roles;  // One for each role.

  friend bool operator==(const NetworkComparison&,
                         const NetworkComparison&) = default;
};

struct WaveComparison {
  RosterChange roster;
  CoreChange pooled_core;
  Renewal renewal;  // Summed over the networks that are compared.
  // In the order of the current instrument; then those of the previous one
  // alone, in its order.
  std::vector<NetworkComparison> networks;

  friend bool operator==(const WaveComparison&,
                         const WaveComparison&) = default;
};

// INVALID_ARGUMENT, WAVES_OUT_OF_ORDER: the current wave is not a later one of
// the survey of the previous one.
absl::Status CheckOrder(const WaveKey& previous, const WaveKey& current);

// A wave compared with one that has the same answers shows no change.
//
// First match: the error of CheckOrder. INVALID_ARGUMENT,
// ANALYSIS_OF_OTHER_WAVE, of the previous one first.
// FAILED_PRECONDITION, ANALYSES_DIFFER: the analyses are of different engine
// versions, or were made with different role_share or pulsetaker_rule. Seeds
// and numbers of draws may differ.
//
// O(people * networks + arcs * log(row)).
absl::StatusOr<WaveComparison> CompareWaves(const AnalyzedWave& previous,
                                            const AnalyzedWave& current);

// What MeasureChange describes.
MeasureChange ChangeOf(const Measure& previous, const Measure& current);

}  // namespace pulsetaker::network
