#include "services/network/domain/role_stability.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/distances.h"
#include "services/network/domain/eigenvector.h"
#include "services/network/domain/stability.h"

namespace pulsetaker::network {
namespace {

static_assert(kStabilityMin == kThresholds.stability_min);
static_assert(kStabilityPreferred == kThresholds.stability_preferred);
static_assert(kCaseDropDrawsDefault == kThresholds.case_drop_draw_count);

PersonScores Known(const std::vector<double>& scores) {
  return {scores.begin(), scores.end()};
}

// The first score of the role's rule, without the rows of `dropped`.
absl::StatusOr<PersonScores> ScoresWithout(const WaveNetwork& network,
                                           const NodeFlags& dropped, Role role,
                                           const RoleSettings& settings,
                                           IsCancelled is_cancelled) {
  const NodeId node_count = network.graph.node_count();
  PT_ASSIGN_OR_RETURN(const Digraph graph,
                      GraphOf(network, node_count, dropped));
  if (role == Role::kPulsetaker) {
    if (settings.pulsetaker_rule == RoleRule::kQuadrant) {
      const auto eigenvector = EigenvectorCentrality(graph, is_cancelled);
      // No ranking where two parts are too alike.
      if (absl::IsOutOfRange(eigenvector.status())) {
        return PersonScores(node_count, 0.0);
      }
      PT_RETURN_IF_ERROR(eigenvector.status());
      return Known(eigenvector->value);
    }
    PT_ASSIGN_OR_RETURN(const InDistances distances,
                        DistancesIn(graph, is_cancelled));
    return Known(distances.harmonic);
  }
  NodeFlags answered = network.answered;
  for (NodeId node = 0; node < node_count; ++node) {
    if (dropped[node] != 0) answered[node] = 0;
  }
  const std::vector<GroupId> no_sectors;
  const HubScores hubs = FindHubs({graph, answered, no_sectors}, settings);
  if (role == Role::kHub) return Known(hubs.named_share);
  PT_ASSIGN_OR_RETURN(const BetweenScores between,
                      ScoreBetween(graph, hubs, {}, is_cancelled));
  return Known(between.value);
}

NotMeasured ProblemOf(const WaveNetwork& network) {
  const auto respondents =
      std::count(network.answered.begin(), network.answered.end(), char{1});
  if (respondents < kStabilityRespondentsMin) {
    return {NotMeasuredReason::kTooFewPeople,
            absl::StrCat(respondents, " answered, want ",
                         kStabilityRespondentsMin)};
  }
  return {NotMeasuredReason::kNoTies, "the score is the same for all"};
}

// Why the role is not named here, if so.
std::optional<NotMeasured> RoleGate(const WaveNetwork& network, Role role) {
  switch (RoleProblem(network)) {
    case WithheldRole::Reason::kNone:
      break;
    case WithheldRole::Reason::kTooFewNodes:
      return NotMeasured{NotMeasuredReason::kTooFewNodes, ""};
    case WithheldRole::Reason::kTooFewArcs:
      return NotMeasured{NotMeasuredReason::kTooFewArcs, ""};
    default:
      return NotMeasured{NotMeasuredReason::kResponseGate, ""};
  }
  if (role != Role::kHub && network.gate != Gate::kAllRoles) {
    return NotMeasured{NotMeasuredReason::kResponseGate, ""};
  }
  return std::nullopt;
}

}  // namespace

RoleStability::Band StabilityBandOf(const Measure& coefficient) {
  if (!coefficient.measured()) return RoleStability::Band::kNone;
  if (*coefficient.value < kThresholds.stability_min) {
    return RoleStability::Band::kBelowMin;
  }
  return *coefficient.value > kThresholds.stability_preferred
             ? RoleStability::Band::kPreferred
             : RoleStability::Band::kAcceptable;
}

absl::StatusOr<std::vector<RoleStability>> StabilitiesOf(
    const WaveNetwork& network, const RoleSettings& settings,
    const Random& random, IsCancelled is_cancelled) {
  std::vector<RoleStability> stabilities;
  for (const Role role : {Role::kHub, Role::kGatekeeper, Role::kPulsetaker}) {
    RoleStability& stability = stabilities.emplace_back();
    stability.role = role;
    if (const auto problem = RoleGate(network, role)) {
      stability.coefficient = Measure::Missing(problem->reason);
      continue;
    }
    PT_ASSIGN_OR_RETURN(
        const std::optional<double> coefficient,
        StabilityCoefficientOf(network.answered, kCaseDropDrawsDefault,
                               random.Fork(static_cast<std::uint64_t>(role)),
                               [&](const NodeFlags& dropped) {
                                 return ScoresWithout(network, dropped, role,
                                                      settings, is_cancelled);
                               }));
    const NotMeasured problem = ProblemOf(network);
    stability.coefficient =
        coefficient.has_value()
            ? Measure::Of(*coefficient)
            : Measure::Missing(problem.reason, problem.detail);
    stability.band = StabilityBandOf(stability.coefficient);
  }
  return stabilities;
}

}  // namespace pulsetaker::network
