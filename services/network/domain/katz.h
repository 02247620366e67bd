#pragma once

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/perron.h"

namespace pulsetaker::network {

// The alpha of Katz centrality where none is given, as a share of the largest
// one that has a meaning.
inline constexpr double kKatzAlphaShare = 0.9;

struct Katz {
  std::vector<double> value;  // Of each node, at least 1.
  double alpha = 0.0;         // What they were computed with.
  // The largest eigenvalue of the matrix of weights; 0 without cycles.
  double eigenvalue = 0.0;
};

// Katz centrality (L. Katz, "A new status index derived from sociometric
// analysis", 1953), with beta = 1 and not normalised: one, and all the paths
// that end at the node, where each further step counts alpha times as much.
//
//   x_i = 1 + alpha * sum over j of w_ji * x_j
//
// In a digraph those count who name i, and who name them. Weights are
// strengths. Isolates and who is never named have 1. Unlike eigenvector
// centrality, each component has values that do not depend on the others, but
// through the default of alpha: kKatzAlphaShare / eigenvalue. Without cycles
// any alpha will do, and it is kKatzAlphaShare / (largest weight); without arcs
// it is 0.
//
// Time: that of the eigenvalue, and about 1 / (1 - alpha * eigenvalue) times
// O(arcs), at most some 25 times that.
//
// INVALID_ARGUMENT: INVALID_ALPHA, where alpha is below 0 or not finite;
// ALPHA_TOO_LARGE, where alpha is not below 1 / eigenvalue, to 9 digits: the
// sum over all paths is infinite. OUT_OF_RANGE: NOT_CONVERGED;
// WEIGHTS_TOO_LARGE, where weights at a node sum, or values grow, to infinity.
// CANCELLED: `is_cancelled` said yes.
absl::StatusOr<Katz> KatzCentrality(const Graph& graph,
                                    std::optional<double> alpha,
                                    IsCancelled is_cancelled,
                                    const IterationLimits& limits = {});
absl::StatusOr<Katz> KatzCentrality(const Digraph& graph,
                                    std::optional<double> alpha,
                                    IsCancelled is_cancelled,
                                    const IterationLimits& limits = {});

}  // namespace pulsetaker::network
