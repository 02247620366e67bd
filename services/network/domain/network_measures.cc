#include "services/network/domain/network_measures.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "common/base/status.h"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/k_core.h"

namespace pulsetaker::network {
namespace {

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
      FindGatekeepers(roles, settings,
                      {measures.hubs, measures.betweenness, nullptr},
                      is_cancelled));
  PT_ASSIGN_OR_RETURN(
      measures.pulsetakers,
      ScorePulsetakers(graph, {measures.hubs, measures.gatekeepers, nullptr},
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

absl::StatusOr<RoleHolders> FindAgain(const RoleNetwork& replicate, Gate gate,
                                      const RoleSettings& settings,
                                      const NetworkMeasures& whole,
                                      IsCancelled is_cancelled) {
  RoleHolders holders;
  const HubScores hubs = FindHubs(replicate, settings);
  holders.hubs = Shared(hubs.top.members, whole.hubs.top.members);
  const std::vector<NodeId>& gatekeepers = whole.gatekeepers.members;
  const std::vector<NodeId>& pulsetakers = whole.pulsetaker_members;
  if (gate != Gate::kAllRoles || (gatekeepers.empty() && pulsetakers.empty())) {
    return holders;
  }

  const Digraph& graph = replicate.graph;
  PT_ASSIGN_OR_RETURN(const std::vector<double> betweenness,
                      Betweenness(graph, is_cancelled));
  PT_ASSIGN_OR_RETURN(
      const GatekeeperScores again,
      FindGatekeepers(replicate, settings,
                      {hubs, betweenness, &whole.gatekeepers}, is_cancelled));
  holders.gatekeepers = Shared(again.members, gatekeepers);
  if (pulsetakers.empty()) return holders;

  const bool costly = graph.node_count() > kCostlyMeasuresNodesMax;
  PT_ASSIGN_OR_RETURN(
      const PulsetakerScores scores,
      ScorePulsetakers(graph,
                       {hubs, again, costly ? &whole.pulsetakers : nullptr},
                       is_cancelled));
  const TopShare candidates = PulsetakerCandidates(scores, hubs, settings);
  holders.pulsetakers = Shared(candidates.members, pulsetakers);
  return holders;
}

}  // namespace pulsetaker::network
