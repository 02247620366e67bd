#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"
#include "services/network/domain/perron.h"
#include "services/network/domain/strong_components.h"

// What eigenvector and Katz centrality share: the largest eigenvalue of a graph
// is that of one of its strong components, or of several, and within each of
// those all is simple.

namespace pulsetaker::network {

// Eigenvalues that differ by less, relative to the larger one, count as equal.
inline constexpr double kEigenvalueTolerance = 1e-10;

struct DominantPart {
  NodeId part = 0;
  double eigenvalue = 0.0;
  std::vector<double> vector;  // Of its members; of Euclidean length 1.
};

struct DominantParts {
  // The largest of all eigenvalues; 0 where there is no cycle, and no part
  // either.
  double eigenvalue = 0.0;
  std::vector<DominantPart> parts;  // Ascending by part.
};

// The parts whose largest eigenvalue is that of the graph, in which the rows of
// a node are what its value is summed from. `parts` are those of `rows`.
//
// OUT_OF_RANGE: NOT_CONVERGED; WEIGHTS_TOO_LARGE, where the weights of a row
// sum to infinity. CANCELLED.
absl::StatusOr<DominantParts> DominantPartsOf(const Rows& rows,
                                              const StrongComponents& parts,
                                              const IterationLimits& limits,
                                              IsCancelled is_cancelled);

// divisor * x_i = constant + sum over j of w_ij * x_j, for each node i.
struct LinearSystem {
  const Rows& rows;
  const StrongComponents& parts;  // Of `rows`.
  double divisor = 1.0;
  double constant = 0.0;
};

// Makes x the solution for the nodes of all parts but those of `is_kept`, whose
// values stay. The divisor must be above the largest eigenvalue of the parts
// that are not kept. Part by part, by Gauss and Seidel.
//
// OUT_OF_RANGE: NOT_CONVERGED; WEIGHTS_TOO_LARGE, where values grow to
// infinity. CANCELLED: `is_cancelled`, asked once a sweep through a part of two
// nodes or more, said yes.
absl::Status SolveInOrder(const LinearSystem& system,
                          const std::vector<bool>& is_kept,
                          const IterationLimits& limits,
                          IsCancelled is_cancelled, std::vector<double>& x);

}  // namespace pulsetaker::network
