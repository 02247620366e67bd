#pragma once

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/network/domain/graph.h"

namespace pulsetaker::network {

// When an iteration ends.
struct IterationLimits {
  // Ends well once no value is estimated to be off by more than this share of
  // the largest one. Below about 1e-13, rounding may never let it.
  double tolerance = 1e-11;
  // Ends with an error after so many products of the matrix with a vector.
  int products_max = 30'000;
};

// OUT_OF_RANGE, NOT_CONVERGED.
absl::Status NotConverged(const IterationLimits& limits);

// Whether an iteration whose steps shrink by a steady factor has arrived.
class ConvergenceTest {
 public:
  explicit ConvergenceTest(double tolerance) : tolerance_(tolerance) {}

  // `change`: by how much the last step changed any value, as a share of the
  // largest one. Never true of NaN.
  bool HasArrived(double change);

 private:
  double tolerance_;
  double change_before_ = 0.0;
};

struct PerronPair {
  double root = 0.0;
  std::vector<double> vector;  // At least 0, of Euclidean length 1.
};

// The largest eigenvalue of the matrix whose rows these are, and its vector:
// root * x_i = sum over j of w_ij * x_j. Of eigenvalues of the same modulus,
// such as the two of a bipartite graph, it is the positive one. Weights should
// be about 1, as their squares must not overflow. Each of two nodes or more
// must be reachable from each along the rows: then, by the theorem of Perron
// and Frobenius, the root is simple and x is above 0 everywhere.
//
// Method: power iteration from equal values. Every 16 products, the best vector
// of those that they span takes their place (W. Arnoldi, 1951), so that the
// number of products grows with the root of 1 / gap, not with 1 / gap, where
// gap is the distance of the next eigenvalue. Memory O(nodes).
//
// OUT_OF_RANGE, NOT_CONVERGED. CANCELLED: `is_cancelled`, asked every 16
// products, said yes.
absl::StatusOr<PerronPair> PerronPairOf(const Rows& rows,
                                        const IterationLimits& limits,
                                        IsCancelled is_cancelled);

}  // namespace pulsetaker::network
