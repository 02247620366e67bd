// What may be said of one network, and of each person in it, by its gate.

#pragma once

#include <optional>
#include <vector>

#include "services/network/domain/analysis.h"
#include "services/network/domain/clique_sampler.h"
#include "services/network/domain/counterparts.h"
#include "services/network/domain/network_measures.h"
#include "services/network/domain/row_treatments.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// How surely the roles of a network hold. All must outlive the call.
struct RoleCertainty {
  // Counted from as many replicates as the parameters say; empty for none.
  const RoleInclusions& inclusions;
  const TreatedRoles& treated;
  const std::vector<RoleStability>& stabilities;  // Of every role, ascending.
};

// Everything but core, layer links and comparisons with N5.
NetworkFindings FindingsOf(const Wave& wave, const WaveNetwork& network,
                           const NetworkMeasures& measures,
                           const RoleCertainty& certainty,
                           const AnalysisParameters& parameters);

// The core of network number `network`, if it counts for clique risk.
NetworkCore CoreOf(const Wave& wave, const CliqueObservation& observation,
                   std::size_t network);

// Of every invited person. Roles are those that `findings`, one for each
// network, name.
std::vector<PersonRoles> PersonsOf(
    const Wave& wave, const CliqueObservation& observation,
    const std::vector<NetworkMeasures>& measures,
    const std::vector<NetworkFindings>& findings);

}  // namespace pulsetaker::network
