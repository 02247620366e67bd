// What would become of the networks of a wave if some people left.

#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/analysis.h"
#include "services/network/domain/reach.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// The most that WorstPeople can ask for.
inline constexpr int kWorstPeopleMax = 20;

// Ids; order and repeats make no difference.
struct NamedPeople {
  std::vector<std::string> persons;
};

// Who is in at least CliqueRisk::recurrence_threshold of the cores of the
// networks that count for clique risk: 5 of 7.
struct PooledCorePeople {};

// The `count` people whose departure raises the distance-weighted fragmentation
// of one network the most, as FindScreenedKeyPlayers finds them.
struct WorstPeople {
  std::string network_id;
  int count = 1;  // 1 to kWorstPeopleMax.
};

using Leavers = std::variant<NamedPeople, PooledCorePeople, WorstPeople>;

struct LeavingHolder {
  std::string person;
  Certainty certainty = Certainty::kNone;

  friend bool operator==(const LeavingHolder&, const LeavingHolder&) = default;
};

// Who of the holders of a role leaves.
struct LeavingRole {
  Role role = Role::kNone;
  int holder_count = 0;                // All, firm and tentative.
  std::vector<LeavingHolder> leaving;  // By person, ascending.

  friend bool operator==(const LeavingRole&, const LeavingRole&) = default;
};

// A network, or several united, before and after.
struct DepartureEffect {
  // If set, what follows from the departure is not measured: kResponseGate,
  // unless the gate is kAllRoles, or it is kHubsOnly and PooledCorePeople
  // leave. Of people whom the caller can choose, the loss would be a measure of
  // each: a few more who have no ties change nothing, and sets that differ by
  // one person can be compared.
  std::optional<NotMeasured> not_measured;
  ReachFigures before;
  ReachFigures after;  // Of those who stay.
  // Counts of the core, if there is one that may be told (ToldCores).
  std::optional<int> core_count;
  std::optional<int> core_leaving_count;
  // What nobody is left of, or of a layer too few people or answers, so that
  // the loss of paths to it says nothing and is not told. Ascending.
  std::vector<PathTarget> targets_gone;
  // Of those who stay. Persons are named where all gates are kAllRoles.
  std::vector<PathChange> lost_paths;

  friend bool operator==(const DepartureEffect&,
                         const DepartureEffect&) = default;
};

struct NetworkDeparture {
  std::string network_id;
  Gate gate = Gate::kNone;
  DepartureEffect effect;
  // By role; those that are withheld or that nobody holds are left out.
  std::vector<LeavingRole> roles;

  friend bool operator==(const NetworkDeparture&,
                         const NetworkDeparture&) = default;
};

struct Departures {
  std::vector<std::string> persons;        // Who leaves; ascending.
  std::vector<NetworkDeparture> networks;  // In the instrument's order.
  // Of the ties of all networks whose gate is above kGroupOnly, taken as one;
  // its core is the pooled core. Absent if there is none.
  std::optional<DepartureEffect> united;

  friend bool operator==(const Departures&, const Departures&) = default;
};

// `result` is an analysis of the wave, with the roles and cores.
//
// First match: INVALID_ARGUMENT, ANALYSIS_OF_OTHER_WAVE. For NamedPeople:
// INVALID_ARGUMENT, NO_LEAVERS: nobody is named; NOT_FOUND, PERSON_NOT_FOUND:
// the first id, ascending, that is not of an invited person (metadata
// `person`). For PooledCorePeople: FAILED_PRECONDITION, RESPONSE_TOO_LOW: a
// network that counts has a gate other than kAllRoles, so its core is not told
// (metadata `network`); FAILED_PRECONDITION, NO_POOLED_CORE: it has fewer than
// kPooledCoreMin people. For WorstPeople: NOT_FOUND, NETWORK_NOT_FOUND
// (metadata `network`); INVALID_ARGUMENT, PARAMETER_OUT_OF_RANGE: the count;
// FAILED_PRECONDITION, RESPONSE_TOO_LOW. Then INVALID_ARGUMENT, TOO_FEW_STAY:
// fewer than two people would be left. CANCELLED. OUT_OF_RANGE,
// PATH_COUNT_OVERFLOW.
//
// Time: that of ReachOf, twice for each network, plus that of
// FindScreenedKeyPlayers if asked for.
absl::StatusOr<Departures> SimulateDepartures(const Wave& wave,
                                              const AnalysisResult& result,
                                              const Leavers& leavers,
                                              IsCancelled is_cancelled);

}  // namespace pulsetaker::network
