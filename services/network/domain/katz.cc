#include "services/network/domain/katz.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/network/domain/dominant_parts.h"
#include "services/network/domain/strong_components.h"

namespace pulsetaker::network {
namespace {

// How near alpha * eigenvalue may be to 1: the eigenvalue is not known better.
constexpr double kMargin = 1e-9;

absl::Status CheckAlpha(double alpha, double eigenvalue) {
  if (!std::isfinite(alpha) || alpha < 0) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "INVALID_ALPHA",
        absl::StrCat("alpha is ", alpha, ", want a finite one of 0 or above"));
  }
  if (alpha * eigenvalue > 1 - kMargin) {
    return MakeError(
        absl::StatusCode::kInvalidArgument, "ALPHA_TOO_LARGE",
        absl::StrCat("alpha is ", alpha, ", want one below ", 1 / eigenvalue,
                     ", which is 1 / (largest eigenvalue)"));
  }
  return absl::OkStatus();
}

double DefaultAlpha(const Rows& in_rows, double eigenvalue) {
  if (eigenvalue > 0) return kKatzAlphaShare / eigenvalue;
  double largest = 0;
  for (NodeId u = 0; u < in_rows.node_count(); ++u) {
    for (const double weight : in_rows.weights(u)) {
      largest = std::max(largest, weight);
    }
  }
  return largest > 0 ? kKatzAlphaShare / largest : 0.0;
}

absl::StatusOr<Katz> FromInRows(const Rows& in_rows,
                                std::optional<double> alpha,
                                const IterationLimits& limits,
                                IsCancelled is_cancelled) {
  const StrongComponents parts = StrongComponentsOf(in_rows);
  PT_ASSIGN_OR_RETURN(const DominantParts dominant,
                      DominantPartsOf(in_rows, parts, limits, is_cancelled));
  Katz katz{.value = std::vector<double>(in_rows.node_count(), 1.0),
            .alpha = alpha.value_or(DefaultAlpha(in_rows, dominant.eigenvalue)),
            .eigenvalue = dominant.eigenvalue};
  PT_RETURN_IF_ERROR(CheckAlpha(katz.alpha, katz.eigenvalue));
  if (katz.alpha == 0) return katz;
  const LinearSystem paths{.rows = in_rows,
                           .parts = parts,
                           .divisor = 1 / katz.alpha,
                           .constant = 1 / katz.alpha};
  const std::vector<bool> none_kept(parts.part_count(), false);
  PT_RETURN_IF_ERROR(
      SolveInOrder(paths, none_kept, limits, is_cancelled, katz.value));
  return katz;
}

}  // namespace

absl::StatusOr<Katz> KatzCentrality(const Graph& graph,
                                    std::optional<double> alpha,
                                    IsCancelled is_cancelled,
                                    const IterationLimits& limits) {
  return FromInRows(graph.rows(), alpha, limits, is_cancelled);
}

absl::StatusOr<Katz> KatzCentrality(const Digraph& graph,
                                    std::optional<double> alpha,
                                    IsCancelled is_cancelled,
                                    const IterationLimits& limits) {
  return FromInRows(graph.in_rows(), alpha, limits, is_cancelled);
}

}  // namespace pulsetaker::network
