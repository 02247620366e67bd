// All that is measured of one network as it is, before any gate decides what of
// it may be said.

#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/components.h"
#include "services/network/domain/pulsetakers.h"
#include "services/network/domain/roles.h"
#include "services/network/domain/structural_holes.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Why no role is named in a network, or kNone. kResponseGate here means that
// not even hubs are.
WithheldRole::Reason RoleProblem(const WaveNetwork& network);

struct NetworkMeasures {
  Components components;
  HubScores hubs;
  StructuralHoles holes;
  std::vector<NodeId> core_numbers;
  // Measured where the gate is above kGroupOnly.
  std::vector<double> betweenness;
  GatekeeperScores gatekeepers;
  PulsetakerScores pulsetakers;
  TopShare candidates;              // PulsetakerCandidates.
  std::vector<double> connector_p;  // P2, parallel to candidates.members.
  std::vector<NodeId> pulsetaker_members;  // Ascending.
};

// Everything but what needs random draws: `connector_p` and
// `pulsetaker_members` are empty. The errors of the kernels.
absl::StatusOr<NetworkMeasures> MeasureNetwork(const Wave& wave,
                                               const WaveNetwork& network,
                                               const RoleSettings& settings,
                                               IsCancelled is_cancelled);

// Sets `connector_p` and `pulsetaker_members`. `draws` has, for each draw of
// N3, the connectors that name each candidate; for the default rule there is
// at least one.
void DecidePulsetakers(const std::vector<std::vector<int>>& draws,
                       const RoleSettings& settings, NetworkMeasures& measures);

// Who has a role on a counterpart of the network, of those who have it on the
// whole; ascending. Scores are of all people; empty where nobody has the role
// on the whole, or the gate forbids to name it.
struct RoleHolders {
  std::vector<NodeId> hubs;
  std::vector<NodeId> gatekeepers;
  std::vector<NodeId> pulsetakers;
  GatekeeperScores gatekeeper_scores;
  PulsetakerScores pulsetaker_scores;
};

// What FindAgain builds on.
struct FindAgainBasis {
  Gate gate = Gate::kNone;
  const RoleSettings& settings;
  // What is costly or random is taken from here: the gain in fragmentation, the
  // p of P2 and, above 250 people, P1.
  const NetworkMeasures& whole;
  // Hubs too, where nobody's answers are left out.
  bool keeps_hubs = false;
};

// `counterpart` is the network without some respondents, or with something in
// the place of missing rows. The errors of the kernels.
absl::StatusOr<RoleHolders> FindAgain(const RoleNetwork& counterpart,
                                      const FindAgainBasis& basis,
                                      IsCancelled is_cancelled);

}  // namespace pulsetaker::network
