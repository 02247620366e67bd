#include "services/network/domain/pagerank.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// More than the slowest case, damping of kPageRankDampingMax, takes to arrive
// at the last digit.
constexpr int kSweepsMax = 40'000;

absl::Status CheckDamping(double damping) {
  if (damping >= 0 && damping <= kPageRankDampingMax) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, "INVALID_DAMPING",
                   absl::StrCat("damping is ", damping, ", want 0 to ",
                                kPageRankDampingMax));
}

absl::Status NotConverged(double tolerance) {
  return MakeError(
      absl::StatusCode::kOutOfRange, "NOT_CONVERGED",
      absl::StrCat("not within ", tolerance, " after ", kSweepsMax, " sweeps"));
}

// y_i = c + d * sum over j of (w_ji / s_j) * y_j, which is x_i up to a factor,
// whatever c is.
class LinearSystem {
 public:
  LinearSystem(const Rows& in_rows, double damping)
      : in_rows_(in_rows),
        damping_(damping),
        y_(in_rows.node_count(), 1.0),
        share_(in_rows.node_count(), 0.0),
        passed_(in_rows.node_count(), 0.0) {}

  // Everyone begins with the same.
  absl::Status Start(const Rows& out_rows) {
    double lost = 0;
    for (NodeId u = 0; u < out_rows.node_count(); ++u) {
      double sum = 0;
      for (const double weight : out_rows.weights(u)) sum += weight;
      if (std::isinf(sum)) {
        return MakeError(
            absl::StatusCode::kOutOfRange, "WEIGHTS_TOO_LARGE",
            absl::StrCat("weights at node ", u, " sum to infinity"));
      }
      if (sum > 0) share_[u] = damping_ / sum;
      passed_[u] = share_[u] * y_[u];
      lost += Lost(u);
    }
    SetConstant(lost);
    return absl::OkStatus();
  }

  // A bound on the error of all values that is left, as a share of their sum.
  double Sweep() {
    double change = 0;
    double total = 0;
    double lost = 0;
    for (NodeId u = 0; u < in_rows_.node_count(); ++u) {
      const absl::Span<const NodeId> row = in_rows_.row(u);
      const absl::Span<const double> weights = in_rows_.weights(u);
      double value = constant_;
      for (std::size_t i = 0; i < row.size(); ++i) {
        value += weights[i] * passed_[row[i]];
      }
      change += std::abs(value - y_[u]);
      total += value;
      y_[u] = value;
      passed_[u] = share_[u] * value;
      lost += Lost(u);
    }
    SetConstant(lost);
    // What a sweep leaves unsettled is at most d of its change, and unsettled
    // amounts add up to at most 1 / (1 - d) of themselves.
    return change * damping_ / (1 - damping_) / total;
  }

  std::vector<double> Normalized() && {
    double sum = 0;
    for (const double value : y_) sum += value;
    for (double& value : y_) value /= sum;
    return std::move(y_);
  }

 private:
  // What a node has and does not pass on.
  double Lost(NodeId node) const {
    return share_[node] > 0 ? (1 - damping_) * y_[node] : y_[node];
  }

  // At the solution as much is lost as comes in. To hold to that after every
  // sweep takes out the slowest part of the error, which shrinks by d alone.
  void SetConstant(double lost) { constant_ = lost / in_rows_.node_count(); }

  const Rows& in_rows_;
  double damping_;
  double constant_ = 0.0;  // c
  std::vector<double> y_;
  std::vector<double> share_;   // d / s_j; 0 for who names nobody.
  std::vector<double> passed_;  // What y_j passes on for a weight of 1.
};

absl::StatusOr<std::vector<double>> FromRows(const Rows& in_rows,
                                             const Rows& out_rows,
                                             const PageRankOptions& options,
                                             IsCancelled is_cancelled) {
  PT_RETURN_IF_ERROR(CheckDamping(options.damping));
  if (in_rows.node_count() == 0) return std::vector<double>();
  LinearSystem system(in_rows, options.damping);
  PT_RETURN_IF_ERROR(system.Start(out_rows));
  for (int sweep = 0; sweep < kSweepsMax; ++sweep) {
    if (is_cancelled()) return absl::CancelledError("PageRank");
    if (system.Sweep() <= options.tolerance) {
      return std::move(system).Normalized();
    }
  }
  return NotConverged(options.tolerance);
}

}  // namespace

absl::StatusOr<std::vector<double>> PageRank(const Digraph& graph,
                                             IsCancelled is_cancelled,
                                             const PageRankOptions& options) {
  return FromRows(graph.in_rows(), graph.out_rows(), options, is_cancelled);
}

absl::StatusOr<std::vector<double>> PageRank(const Graph& graph,
                                             IsCancelled is_cancelled,
                                             const PageRankOptions& options) {
  return FromRows(graph.rows(), graph.rows(), options, is_cancelled);
}

}  // namespace pulsetaker::network
