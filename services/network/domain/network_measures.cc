#include "services/network/domain/network_measures.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "common/base/status.h"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/k_core.h"

namespace pulsetaker::network {
namespace {

// Above so many people, counterparts take P1 from the network as it is: it
// costs the cube of their number, for each of hundreds of counterparts.
constexpr NodeId kPositionAgainNodesMax = 250;

std::vector<NodeId> Shared(const std::vector<NodeId>& a,
                           const std::vector<NodeId>& b) {
  std::vector<NodeId> shared;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(shared));
  return shared;
}

}  // namespace

WithheldRole::Reason RoleProblem(const WaveNetwork& network) {
  if (network.graph.node_count() <
      static_cast<NodeId>(kThresholds.role_node_count_min)) {
    return WithheldRole::Reason::kTooFewNodes;
  }
  if (network.graph.arc_count() <
      static_cast<std::size_t>(kThresholds.role_arc_count_min)) {
    return WithheldRole::Reason::kTooFewArcs;
  }
  if (network.gate == Gate::kGroupOnly) {
    return WithheldRole::Reason::kResponseGate;
  }
  return WithheldRole::Reason::kNone;
}

absl::StatusOr<NetworkMeasures> MeasureNetwork(const Wave& wave,
                                               const WaveNetwork& network,
                                               const RoleSettings& settings,
                                               IsCancelled is_cancelled) {
  NetworkMeasures measures;
  const Digraph& graph = network.graph;
  const RoleNetwork roles{graph, network.answered, wave.sector};
  measures.components = WeakComponents(graph);
  measures.hubs = FindHubs(roles, settings);
  if (network.gate == Gate::kGroupOnly) return measures;

  measures.holes = StructuralHolesOf(graph);
  measures.core_numbers =
      CoreNumbers(Graph::Symmetrized(graph, Symmetrization::kOr));
  PT_ASSIGN_OR_RETURN(measures.betweenness, Betweenness(graph, is_cancelled));
  PT_ASSIGN_OR_RETURN(
      measures.gatekeepers,
      FindGatekeepers(roles, settings, {measures.hubs, measures.betweenness},
                      is_cancelled));
  PT_ASSIGN_OR_RETURN(
      measures.pulsetakers,
      ScorePulsetakers(graph,
                       {measures.hubs, measures.gatekeepers, nullptr,
                        settings.pulsetaker_rule, measures.betweenness},
                       is_cancelled));
  measures.candidates =
      PulsetakerCandidates(measures.pulsetakers, measures.hubs, settings);
  return measures;
}

void DecidePulsetakers(const std::vector<std::vector<int>>& draws,
                       const RoleSettings& settings,
                       NetworkMeasures& measures) {
  const std::vector<NodeId>& candidates = measures.candidates.members;
  if (settings.pulsetaker_rule != RoleRule::kConnectorNamed) {
    measures.pulsetaker_members = candidates;
    return;
  }
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const int observed = measures.pulsetakers.connector_count[candidates[i]];
    const auto as_many =
        std::count_if(draws.begin(), draws.end(),
                      [&](const auto& draw) { return draw[i] >= observed; });
    const double p = static_cast<double>(1 + as_many) /
                     static_cast<double>(1 + draws.size());
    measures.connector_p.push_back(p);
    if (p < kConnectorPMax) {
      measures.pulsetaker_members.push_back(candidates[i]);
    }
  }
}

absl::StatusOr<RoleHolders> FindAgain(const RoleNetwork& counterpart,
                                      const FindAgainBasis& basis,
                                      IsCancelled is_cancelled) {
  RoleHolders holders;
  const NetworkMeasures& whole = basis.whole;
  const HubScores hubs =
      basis.keeps_hubs ? whole.hubs : FindHubs(counterpart, basis.settings);
  holders.hubs = Shared(hubs.top.members, whole.hubs.top.members);
  const std::vector<NodeId>& gatekeepers = whole.gatekeepers.members;
  const std::vector<NodeId>& pulsetakers = whole.pulsetaker_members;
  if (basis.gate != Gate::kAllRoles ||
      (gatekeepers.empty() && pulsetakers.empty())) {
    return holders;
  }

  PT_ASSIGN_OR_RETURN(
      holders.gatekeeper_scores,
      FindGatekeepers(counterpart, basis.settings,
                      {hubs, {}, &whole.gatekeepers}, is_cancelled));
  holders.gatekeepers = Shared(holders.gatekeeper_scores.members, gatekeepers);
  if (pulsetakers.empty()) return holders;

  const Digraph& graph = counterpart.graph;
  const bool costly = graph.node_count() > kPositionAgainNodesMax;
  PT_ASSIGN_OR_RETURN(holders.pulsetaker_scores,
                      ScorePulsetakers(graph,
                                       {hubs, holders.gatekeeper_scores,
                                        costly ? &whole.pulsetakers : nullptr,
                                        basis.settings.pulsetaker_rule},
                                       is_cancelled));
  const TopShare candidates =
      PulsetakerCandidates(holders.pulsetaker_scores, hubs, basis.settings);
  holders.pulsetakers = Shared(candidates.members, pulsetakers);
  return holders;
}

}  // namespace pulsetaker::network
