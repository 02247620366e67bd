#include "services/network/domain/pulsetakers.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "common/base/status.h"
#include "services/network/domain/betweenness.h"
#include "services/network/domain/degree.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/eigenvector.h"
#include "services/network/domain/information.h"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

// P1: what of the percentile of information the percentile of weighted degree
// does not explain, on W = (A + A^T) / 2.
absl::Status ScoreInformation(const Digraph& graph, PulsetakerScores& scores,
                              IsCancelled is_cancelled) {
  const Graph tied = Graph::Symmetrized(graph, Symmetrization::kMean);
  PT_ASSIGN_OR_RETURN(Information information,
                      InformationCentrality(tied, is_cancelled));
  scores.information = std::move(information.value);
  const std::vector<double> strengths = Strengths(tied);
  scores.residual = LinearResiduals(MidRankPercentiles(strengths),
                                    MidRankPercentiles(scores.information));
  return absl::OkStatus();
}

// Between the two in the middle if there are two. `values` must not be empty.
double MedianOf(std::vector<double> values) {
  const std::size_t half = values.size() / 2;
  std::sort(values.begin(), values.end());
  return values.size() % 2 == 1 ? values[half]
                                : (values[half - 1] + values[half]) / 2;
}

absl::StatusOr<Quadrants> QuadrantsOf(const Digraph& graph,
                                      absl::Span<const double> betweenness,
                                      IsCancelled is_cancelled) {
  Quadrants quadrants;
  if (graph.node_count() == 0) return quadrants;
  quadrants.betweenness.assign(betweenness.begin(), betweenness.end());
  if (betweenness.empty()) {
    PT_ASSIGN_OR_RETURN(quadrants.betweenness,
                        Betweenness(graph, is_cancelled));
  }
  absl::StatusOr<Eigenvector> eigenvector =
      EigenvectorCentrality(graph, is_cancelled);
  // Two parts that are too alike to tell which of them is the core.
  if (absl::IsOutOfRange(eigenvector.status())) {
    quadrants.eigenvector.assign(graph.node_count(), 0.0);
    return quadrants;
  }
  PT_RETURN_IF_ERROR(eigenvector.status());
  quadrants.is_defined = eigenvector->is_unique;
  quadrants.eigenvector = std::move(eigenvector->value);
  quadrants.eigenvector_median = MedianOf(quadrants.eigenvector);
  quadrants.betweenness_median = MedianOf(quadrants.betweenness);
  return quadrants;
}

// Below this a residual is the rounding of the fit, not a position.
constexpr double kResidualRounding = 1e-9;

bool IsAbove(double value, double other) {
  return value > other && !IsTie(value, other);
}

}  // namespace

bool Quadrants::contains(NodeId node) const {
  return is_defined && IsAbove(eigenvector[node], eigenvector_median) &&
         !IsAbove(betweenness[node], betweenness_median);
}

absl::StatusOr<PulsetakerScores> ScorePulsetakers(const Digraph& graph,
                                                  const PulsetakerBasis& basis,
                                                  IsCancelled is_cancelled) {
  PulsetakerScores scores;
  const NodeId node_count = graph.node_count();
  PT_ASSIGN_OR_RETURN(InDistances distances, DistancesIn(graph, is_cancelled));
  scores.harmonic = std::move(distances.harmonic);
  NodeFlags reached(node_count);
  for (NodeId node = 0; node < node_count; ++node) {
    reached[node] = scores.harmonic[node] > 0 ? 1 : 0;
  }
  scores.near =
      TopShareOf(scores.harmonic, reached, TargetCount(kNearShare, node_count));

  if (basis.known_residual != nullptr) {
    scores.residual = basis.known_residual->residual;
  } else {
    PT_RETURN_IF_ERROR(ScoreInformation(graph, scores, is_cancelled));
  }

  if (basis.rule == RoleRule::kQuadrant) {
    PT_ASSIGN_OR_RETURN(scores.quadrants,
                        QuadrantsOf(graph, basis.betweenness, is_cancelled));
  }

  scores.connectors.assign(node_count, 0);
  for (const NodeId hub : basis.hubs.top.members) scores.connectors[hub] = 1;
  for (const NodeId gatekeeper : basis.gatekeepers.members) {
    scores.connectors[gatekeeper] = 1;
  }
  scores.connector_count.assign(node_count, 0);
  for (NodeId node = 0; node < node_count; ++node) {
    for (const NodeId namer : graph.in(node)) {
      scores.connector_count[node] += scores.connectors[namer];
    }
  }
  return scores;
}

const std::vector<double>& LeadingScore(const PulsetakerScores& scores,
                                        const RoleSettings& settings) {
  return settings.pulsetaker_rule == RoleRule::kQuadrant
             ? scores.quadrants.eigenvector
             : scores.harmonic;
}

TopShare PulsetakerCandidates(const PulsetakerScores& scores,
                              const HubScores& hubs,
                              const RoleSettings& settings) {
  const auto node_count = static_cast<NodeId>(scores.harmonic.size());
  const int target = TargetCount(settings.role_share, node_count);
  NodeFlags eligible(node_count);
  if (settings.pulsetaker_rule == RoleRule::kCloseness) {
    for (NodeId node = 0; node < node_count; ++node) {
      eligible[node] =
          scores.harmonic[node] > 0 && !hubs.top.contains(node) ? 1 : 0;
    }
    return TopShareOf(scores.harmonic, eligible, target);
  }

  if (settings.pulsetaker_rule == RoleRule::kQuadrant) {
    const Quadrants& quadrants = scores.quadrants;
    for (NodeId node = 0; node < node_count; ++node) {
      eligible[node] =
          quadrants.contains(node) && !hubs.top.contains(node) ? 1 : 0;
    }
    TopShare top = TopShareOf(quadrants.eigenvector, eligible, target);
    // Nothing sets one part apart from another.
    top.separated = top.separated && quadrants.is_defined;
    return top;
  }

  if (!scores.near.separated) return scores.near;
  for (NodeId node = 0; node < node_count; ++node) {
    eligible[node] = scores.near.contains(node) && !hubs.top.contains(node) &&
                             scores.residual[node] > kResidualRounding
                         ? 1
                         : 0;
  }
  if (settings.pulsetaker_rule == RoleRule::kResidualInformation) {
    return TopShareOf(scores.residual, eligible, target);
  }
  TopShare candidates;
  for (NodeId node = 0; node < node_count; ++node) {
    if (eligible[node] != 0 &&
        scores.connector_count[node] >= kConnectorCountMin) {
      candidates.members.push_back(node);
    }
  }
  candidates.candidate_count = static_cast<int>(candidates.members.size());
  return candidates;
}

std::vector<int> ConnectorCounts(absl::Span<const Arc> arcs,
                                 const NodeFlags& connectors,
                                 absl::Span<const NodeId> candidates) {
  std::vector<int> counts(candidates.size(), 0);
  if (candidates.empty()) return counts;
  for (const Arc& arc : arcs) {
    if (connectors[arc.from] == 0) continue;
    const auto candidate =
        std::lower_bound(candidates.begin(), candidates.end(), arc.to);
    if (candidate != candidates.end() && *candidate == arc.to) {
      ++counts[static_cast<std::size_t>(candidate - candidates.begin())];
    }
  }
  return counts;
}

}  // namespace pulsetaker::network
