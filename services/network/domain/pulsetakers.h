// Who is close to everyone, named by connectors, and not conspicuous: by the
// definitions of docs/domain/network.md, before any gate.

#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/components.h"
#include "services/network/domain/roles.h"

namespace pulsetaker::network {

inline constexpr double kNearShare = 0.25;
inline constexpr int kConnectorCountMin = 2;
inline constexpr double kConnectorPMax = 0.10;

// At the heart of the core, but not on the way between others: eigenvector
// centrality above its median and betweenness at or below its own (Conway 2009;
// FAFI's quadrants).
struct Quadrants {
  // False where eigenvector centrality is not decided by the network alone.
  bool is_defined = false;
  std::vector<double> eigenvector;  // By those who name; the largest is 1.
  std::vector<double> betweenness;  // Plain, raw.
  double eigenvector_median = 0.0;
  double betweenness_median = 0.0;

  bool contains(NodeId node) const;
};

struct PulsetakerScores {
  std::vector<double> harmonic;      // Cin
  TopShare near;                     // Of `harmonic`, its top quarter.
  std::vector<double> information;   // I; empty if not measured.
  std::vector<double> residual;      // P1
  NodeFlags connectors;              // Hubs and gatekeepers.
  std::vector<int> connector_count;  // P2
  Quadrants quadrants;               // For the rule of that name alone.
};

// What ScorePulsetakers builds on.
struct PulsetakerBasis {
  const HubScores& hubs;
  const GatekeeperScores& gatekeepers;
  // If given, P1 is taken from here and information is not measured.
  const PulsetakerScores* known_residual = nullptr;
  RoleRule rule = RoleRule::kConnectorNamed;
  absl::Span<const double> betweenness = {};  // Measured if not given.
};

// CANCELLED. RESOURCE_EXHAUSTED, COMPONENT_TOO_LARGE.
absl::StatusOr<PulsetakerScores> ScorePulsetakers(const Digraph& graph,
                                                  const PulsetakerBasis& basis,
                                                  IsCancelled is_cancelled);

// The score that the rule looks at first.
const std::vector<double>& LeadingScore(const PulsetakerScores& scores,
                                        const RoleSettings& settings);

// Who meets every condition of the rule but "more connectors than popularity
// explains", the only one that needs random draws. Ascending; empty and
// `separated` false where ties at a cut blur it.
TopShare PulsetakerCandidates(const PulsetakerScores& scores,
                              const HubScores& hubs,
                              const RoleSettings& settings);

// Adds, for each arc that starts at a connector and ends at candidate c, one to
// the count of c. As long as `candidates`, which ascend.
std::vector<int> ConnectorCounts(absl::Span<const Arc> arcs,
                                 const NodeFlags& connectors,
                                 absl::Span<const NodeId> candidates);

}  // namespace pulsetaker::network
