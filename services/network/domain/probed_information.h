#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "common/base/random.h"
#include "services/network/domain/components.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// Fewer probes are refused: the standard errors would be guesses themselves.
inline constexpr int kProbesMin = 16;
inline constexpr int kProbesMax = 4'096;

// Components up to this many nodes are exact, which takes less time than some
// probes of them.
inline constexpr NodeId kProbedComponentMin = 128;

struct InformationProbing {
  int probe_count = 64;  // kProbesMin to kProbesMax; 8 cost as much as 1.
  int thread_count = 1;  // At least 1; more than one for each 8 are idle.
};

struct ProbedInformation {
  std::vector<double> value;  // As Information's; at least 0.
  // Standard errors: 1.96 of them to either side cover the true value about 95
  // times of 100. 0 in components that are exact.
  std::vector<double> error;
  Components components;
};

// Information centrality on the scale of information.h, for components that are
// too large for its matrix. There, with M = L+ the pseudoinverse of the
// Laplacian of a component of n_c nodes,
//
//   I(i) = (n_c - 1) / (n - 1) * n_c / R(i), R(i) = n_c * m_ii + trace(M)
//
// Probe q is a vector of -1 and 1, each as likely. It takes one solution of
// L x = q, both without their means, and then q_i * x_i is m_ii but for chance
// (M. Hutchinson, "A stochastic estimator of the trace of the influence
// matrix", 1990). Most of that chance comes from near nodes, whose share in it
// is known: with D the strengths and A the weights, M begins as the series
// D^-1 + D^-1 A D^-1 + D^-1 A D^-1 A D^-1. So
//
//   m_ii ~ q_i * (x_i - y_i - z_i) + sum of w_ik^2 / (d_i^2 * d_k) over k
//
// with y = D^-1 A D^-1 q and z = D^-1 A y, of which the mean is the same and
// the variance a fraction. Each probe gives R(i) so, trace included; their mean
// R and its standard error e give value(i) and error(i) = value(i) * e / R.
// Errors are largest where ties are strictly local and paths long, as in a
// chain, or in places with hardly a tie between them: a probe then sees all the
// others of a place as one. Where R is not even five times e, nothing is known
// but what R(i) is at least, n_c * l_i + the sum of all l_k with
// l_k = (1 - 1 / n_c)^2 / d_k; R is at least that, and error(i) the value that
// goes with it, so that the interval covers all that is possible.
//
// Method: conjugate gradients, preconditioned by D, for 8 probes at once, until
// the residual, measured by D^-1, is a millionth of the probe's. Time O(probes
// * iterations * edges); memory 260 bytes a node and thread. Probes 8 b to 8 b
// + 7 come from stream b of `random`, and sums run in a fixed order: the result
// is the same for any number of threads.
//
// INVALID_ARGUMENT, PROBES_OUT_OF_RANGE. OUT_OF_RANGE: WEIGHTS_TOO_UNEVEN, over
// kInformationWeightRatioMax of information.h; NOT_CONVERGED, after 10,000
// iterations. CANCELLED: `is_cancelled`, asked once an iteration, maybe by
// several threads at once, said yes.
absl::StatusOr<ProbedInformation> ProbeInformation(
    const Graph& graph, const InformationProbing& probing, const Random& random,
    IsCancelled is_cancelled);

}  // namespace pulsetaker::network
