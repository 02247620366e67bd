#include "services/network/domain/false_discovery.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

// n * p / j may be above the rate by the rounding of two operations.
constexpr double kRounding = 1e-12;

}  // namespace

absl::StatusOr<std::vector<double>> BenjaminiHochbergAdjusted(
    absl::Span<const double> p_values) {
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    // Written so that what is not a number fails.
    if (!(p_values[i] >= 0 && p_values[i] <= 1)) {
      return MakeError(absl::StatusCode::kInvalidArgument,
                       "P_VALUE_OUT_OF_RANGE",
                       absl::StrCat("p-value number ", i, " is ", p_values[i],
                                    ", not in [0, 1]"));
    }
  }
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return p_values[a] != p_values[b] ? p_values[a] < p_values[b] : a < b;
  });
  const auto count = static_cast<double>(order.size());
  std::vector<double> adjusted(order.size());
  double smallest = 1.0;
  for (std::size_t rank = order.size(); rank > 0; --rank) {
    const std::size_t i = order[rank - 1];
    smallest =
        std::min(smallest, count / static_cast<double>(rank) * p_values[i]);
    adjusted[i] = smallest;
  }
  return adjusted;
}

absl::StatusOr<FalseDiscoveryControl> ControlFalseDiscoveries(
    absl::Span<const double> p_values, double rate) {
  if (!(rate > 0 && rate < 1)) {
    return MakeError(absl::StatusCode::kInvalidArgument, "RATE_OUT_OF_RANGE",
                     absl::StrCat("the rate is ", rate, ", not in (0, 1)"));
  }
  FalseDiscoveryControl control;
  PT_ASSIGN_OR_RETURN(control.adjusted, BenjaminiHochbergAdjusted(p_values));
  for (const double adjusted : control.adjusted) {
    const bool rejected = adjusted <= rate * (1 + kRounding);
    control.rejected.push_back(rejected ? 1 : 0);
    control.rejected_count += rejected ? 1 : 0;
  }
  return control;
}

}  // namespace pulsetaker::network
