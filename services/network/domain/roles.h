// Who is hub, gatekeeper and pulsetaker of one network, by the definitions of
// docs/domain/network.md, before any gate.

#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/role_findings.h"
#include "services/network/domain/top_share.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Above so many people, the gain in fragmentation is not measured, as it costs
// a search of the whole graph for each of them. Counterparts take P1 from all
// the answers above fewer people still: see FindAgain.
inline constexpr NodeId kCostlyMeasuresNodesMax = 600;

// A network as the roles see it.
struct RoleNetwork {
  const Digraph& graph;
  const NodeFlags& answered;
  absl::Span<const GroupId> sector;
};

struct RoleSettings {
  double role_share = kRoleShareDefault;
  RoleRule pulsetaker_rule = RoleRule::kConnectorNamed;
};

// Scores of each node, and who is at the top.
struct HubScores {
  std::vector<NodeId> in_degree;
  std::vector<double> named_share;  // H
  TopShare top;
};

// H(i) = in-degree(i) / (respondents - [i responded]); 0 where nobody else
// responded. Only people with an in-degree at or above the floor are eligible.
HubScores FindHubs(const RoleNetwork& network, const RoleSettings& settings);

// G1: how much is on the way between hubs, or where hubs are too few, between
// all.
struct BetweenScores {
  RoleRule rule = RoleRule::kBetweenHubs;
  std::vector<double> value;       // By the rule.
  std::vector<double> among_hubs;  // Empty where hubs are too few.
};

// `betweenness`, of the graph, plain, is measured where it is needed if it is
// not given. CANCELLED. OUT_OF_RANGE, PATH_COUNT_OVERFLOW.
absl::StatusOr<BetweenScores> ScoreBetween(const Digraph& graph,
                                           const HubScores& hubs,
                                           absl::Span<const double> betweenness,
                                           IsCancelled is_cancelled);

struct GatekeeperScores {
  RoleRule rule = RoleRule::kBetweenHubs;
  std::vector<double> between;     // G1, by the rule.
  std::vector<double> among_hubs;  // As BetweenScores has it.
  TopShare top;                    // Of `between`, above 0.
  // G2: people in parts of the floor's size or more that are cut off.
  std::vector<NodeId> cut_off_count;
  NodeId cut_off_min = 0;
  // G2: gain in distance-weighted fragmentation. Empty if not measured.
  std::vector<double> fragmentation_gain;
  TopShare fragmentation_top;
  // G3: Gould and Fernandez, gatekeeper + representative of one's own sector.
  std::vector<double> sector_gate;
  TopShare sector_top;
  std::vector<NodeId> members;  // Who has the role; ascending.
};

// What FindGatekeepers builds on.
struct GatekeeperBasis {
  const HubScores& hubs;
  absl::Span<const double> betweenness = {};  // As ScoreBetween takes it.
  // If given, the gain in fragmentation is taken from here.
  const GatekeeperScores* known_gain = nullptr;
};

// CANCELLED. OUT_OF_RANGE, PATH_COUNT_OVERFLOW.
absl::StatusOr<GatekeeperScores> FindGatekeepers(const RoleNetwork& network,
                                                 const RoleSettings& settings,
                                                 const GatekeeperBasis& basis,
                                                 IsCancelled is_cancelled);

// For each node v of a sector: pairs a -> v -> b without a -> b, where v and
// just one of a and b are of that sector, the other's being known. Those that v
// brokers as gatekeeper or representative: see brokerage.h.
std::vector<double> SectorGateCounts(const Digraph& graph,
                                     absl::Span<const GroupId> sector);

// Parts of at least `part_min` people that fall off without `node`: all but
// the largest. Ascending.
std::vector<NodeId> CutOffWithout(const Graph& tied, NodeId node,
                                  NodeId part_min);

// max(3, 2 % of the people, rounded up).
NodeId CutOffMin(NodeId node_count);

}  // namespace pulsetaker::network
