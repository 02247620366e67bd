// How well the rankings that roles rest on hold without some respondents:
// stability.h, for each role of a network.

#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "services/network/domain/network_measures.h"
#include "services/network/domain/role_findings.h"
#include "services/network/domain/roles.h"
#include "services/network/domain/wave.h"

namespace pulsetaker::network {

// Every role, ascending. The ranking is that of the first score of its rule: H
// of hubs, G1 of gatekeepers, harmonic in-closeness of pulsetakers, or
// eigenvector centrality by the rule of quadrants. Not measured where the gate
// forbids to name the role, or as StabilityCoefficientOf says.
//
// Role r comes from stream r of `random`. CANCELLED; the errors of the kernels.
// Time: up to kDropPercentMax / kDropPercentStep * kCaseDropDrawsDefault scores
// of a role, as a rule a fifth of that.
absl::StatusOr<std::vector<RoleStability>> StabilitiesOf(
    const WaveNetwork& network, const RoleSettings& settings,
    const Random& random, IsCancelled is_cancelled);

// kPreferred above .5, kBelowMin below .25.
RoleStability::Band StabilityBandOf(const Measure& coefficient);

}  // namespace pulsetaker::network
