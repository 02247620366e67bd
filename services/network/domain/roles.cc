#include "services/network/domain/roles.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "common/base/status.h"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/brokerage.h"
#include "services/network/domain/components.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/distances.h"

namespace pulsetaker::network {
namespace {

// Fewer give no "between hubs" to speak of.
constexpr std::size_t kHubsMin = 4;
constexpr int kBetweenHubsMin = 3;
constexpr NodeId kCutOffPeopleMin = 3;
constexpr double kCutOffShareMin = 0.02;

// Below this a score is the rounding of a sum that is 0.
constexpr double kRounding = 1e-9;

NodeFlags Positive(absl::Span<const double> scores) {
  NodeFlags positive(scores.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    positive[i] = scores[i] > kRounding ? 1 : 0;
  }
  return positive;
}

std::vector<NodeId> CutOffCounts(const Graph& tied, NodeId part_min) {
  std::vector<NodeId> counts(tied.node_count(), 0);
  for (const ArticulationPoint& point : ArticulationPoints(tied)) {
    for (std::size_t part = 1; part < point.part_sizes.size(); ++part) {
      if (point.part_sizes[part] >= part_min) {
        counts[point.node] += point.part_sizes[part];
      }
    }
  }
  return counts;
}

bool IsGatekeeper(const GatekeeperScores& scores, NodeId node) {
  return scores.top.contains(node) &&
         (scores.cut_off_count[node] > 0 ||
          scores.fragmentation_top.contains(node) ||
          scores.sector_top.contains(node));
}

}  // namespace

HubScores FindHubs(const RoleNetwork& network, const RoleSettings& settings) {
  HubScores hubs;
  const NodeId node_count = network.graph.node_count();
  hubs.in_degree.assign(node_count, 0);
  hubs.named_share.assign(node_count, 0.0);
  const auto respondents =
      std::count(network.answered.begin(), network.answered.end(), char{1});
  NodeFlags eligible(node_count);
  for (NodeId node = 0; node < node_count; ++node) {
    // An undirected tie that only the other side reported, and did not answer
    // for, names nobody: arcs count from respondents alone.
    const auto namers = network.graph.in(node);
    hubs.in_degree[node] = static_cast<NodeId>(std::count_if(
        namers.begin(), namers.end(),
        [&](NodeId namer) { return network.answered[namer] != 0; }));
    const auto others = respondents - (network.answered[node] != 0 ? 1 : 0);
    if (others > 0) {
      hubs.named_share[node] = static_cast<double>(hubs.in_degree[node]) /
                               static_cast<double>(others);
    }
    eligible[node] = hubs.in_degree[node] >=
                             static_cast<NodeId>(kThresholds.hub_in_degree_min)
                         ? 1
                         : 0;
  }
  hubs.top = TopShareOf(hubs.named_share, eligible,
                        TargetCount(settings.role_share, node_count));
  return hubs;
}

absl::StatusOr<BetweenScores> ScoreBetween(const Digraph& graph,
                                           const HubScores& hubs,
                                           absl::Span<const double> betweenness,
                                           IsCancelled is_cancelled) {
  BetweenScores scores;
  const std::vector<NodeId>& between = hubs.top.members;
  if (between.size() >= kHubsMin) {
    // On F = A^T: with equal sources and targets the sums are those on A.
    PT_ASSIGN_OR_RETURN(
        scores.among_hubs,
        SubsetBetweenness(graph, between, between, is_cancelled));
    const NodeFlags positive = Positive(scores.among_hubs);
    if (std::count(positive.begin(), positive.end(), char{1}) >=
        kBetweenHubsMin) {
      scores.rule = RoleRule::kBetweenHubs;
      scores.value = scores.among_hubs;
      return scores;
    }
  }
  scores.rule = RoleRule::kBetweenness;
  if (betweenness.empty()) {
    PT_ASSIGN_OR_RETURN(scores.value, Betweenness(graph, is_cancelled));
  } else {
    scores.value.assign(betweenness.begin(), betweenness.end());
  }
  return scores;
}

absl::StatusOr<GatekeeperScores> FindGatekeepers(const RoleNetwork& network,
                                                 const RoleSettings& settings,
                                                 const GatekeeperBasis& basis,
                                                 IsCancelled is_cancelled) {
  GatekeeperScores scores;
  const NodeId node_count = network.graph.node_count();
  const int target = TargetCount(settings.role_share, node_count);
  PT_ASSIGN_OR_RETURN(
      BetweenScores between,
      ScoreBetween(network.graph, basis.hubs, basis.betweenness, is_cancelled));
  scores.rule = between.rule;
  scores.between = std::move(between.value);
  scores.among_hubs = std::move(between.among_hubs);
  scores.top = TopShareOf(scores.between, Positive(scores.between), target);

  const Graph tied = Graph::Symmetrized(network.graph, Symmetrization::kOr);
  scores.cut_off_min = CutOffMin(node_count);
  scores.cut_off_count = CutOffCounts(tied, scores.cut_off_min);
  if (basis.known_gain != nullptr) {
    scores.fragmentation_gain = basis.known_gain->fragmentation_gain;
    scores.fragmentation_top = basis.known_gain->fragmentation_top;
  } else if (node_count <= kCostlyMeasuresNodesMax) {
    PT_ASSIGN_OR_RETURN(scores.fragmentation_gain,
                        FragmentationGains(tied, is_cancelled));
    scores.fragmentation_top = TopShareOf(
        scores.fragmentation_gain, Positive(scores.fragmentation_gain), target);
  }
  scores.sector_gate = SectorGateCounts(network.graph, network.sector);
  scores.sector_top =
      TopShareOf(scores.sector_gate, Positive(scores.sector_gate), target);

  for (NodeId node = 0; node < node_count; ++node) {
    if (IsGatekeeper(scores, node)) scores.members.push_back(node);
  }
  return scores;
}

std::vector<double> SectorGateCounts(const Digraph& graph,
                                     absl::Span<const GroupId> sector) {
  static_assert(kNoGroup == kUngrouped);
  // The sum of the two roles is the same in both directions.
  const std::vector<BrokerageRoles> roles =
      BrokerageOf(graph, sector, BrokerageDirection::kNomination,
                  kNeverCancelled)
          .value();
  std::vector<double> counts;
  counts.reserve(roles.size());
  for (const BrokerageRoles& of : roles) {
    counts.push_back(static_cast<double>(of.gatekeeper + of.representative));
  }
  return counts;
}

std::vector<NodeId> CutOffWithout(const Graph& tied, NodeId node,
                                  NodeId part_min) {
  std::vector<NodeId> cut_off;
  const std::vector<std::vector<NodeId>> parts = PartsWithout(tied, node);
  for (std::size_t part = 1; part < parts.size(); ++part) {
    if (parts[part].size() < part_min) continue;
    cut_off.insert(cut_off.end(), parts[part].begin(), parts[part].end());
  }
  std::sort(cut_off.begin(), cut_off.end());
  return cut_off;
}

NodeId CutOffMin(NodeId node_count) {
  return std::max(kCutOffPeopleMin, static_cast<NodeId>(TargetCount(
                                        kCutOffShareMin, node_count)));
}

}  // namespace pulsetaker::network
