#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

struct PageRankOptions {
  // The share of attention that follows the arcs; the rest starts anew at
  // anyone. 0 to kPageRankDampingMax.
  double damping = 0.85;
  // A bound on the error of all values together, which sum to 1.
  double tolerance = 1e-12;
};

inline constexpr double kPageRankDampingMax = 0.999;

// PageRank (S. Brin and L. Page, "The anatomy of a large-scale hypertextual Web
// search engine", 1998): where attention is, if it forever follows one of the
// arcs of where it is, drawn by weight, and at times starts anew.
//
//   x_i = (1 - d) / n + d * (sum over j of (w_ji / s_j) * x_j + z / n)
//
// with d the damping, s_j the sum of the weights of j's arcs and z the values
// of all who name nobody, which are spread evenly. In a digraph those count who
// name i. Values are above 0 and sum to 1; isolates have as much as anyone who
// is never named. Components need no rule of their own.
//
// Method: without z, the equation is a linear system whose solution is the same
// up to a factor (G. Del Corso, A. Gulli, F. Romani, "Fast PageRank computation
// via a sparse linear system", 2005); it is solved by Gauss and Seidel. Up to
// log(tolerance) / log(damping) sweeps of O(arcs), usually some 20.
//
// INVALID_ARGUMENT, INVALID_DAMPING. OUT_OF_RANGE: NOT_CONVERGED, where the
// tolerance is below what doubles can give; WEIGHTS_TOO_LARGE, where weights at
// a node sum to infinity. CANCELLED: `is_cancelled`, asked once a sweep, said
// yes.
absl::StatusOr<std::vector<double>> PageRank(
    const Digraph& graph, IsCancelled is_cancelled,
    const PageRankOptions& options = {});
// An edge leads both ways.
absl::StatusOr<std::vector<double>> PageRank(
    const Graph& graph, IsCancelled is_cancelled,
    const PageRankOptions& options = {});

}  // namespace pulsetaker::network
