#include "services/network/domain/clique_index.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "services/network/domain/clique_risk.h"

namespace pulsetaker::network {
namespace {

// .5 against 1.5, 1 against 1, and the other way round.
constexpr double kShares[] = {0.25, 0.5, 0.75};

double WeighedRecurrence(const IndexParts& parts, double share_weight) {
  const double raw =
      share_weight * parts.recurrent_share + (1 - share_weight) * parts.jaccard;
  const double mean = share_weight * parts.recurrent_share_mean +
                      (1 - share_weight) * parts.jaccard_mean;
  return RescaledRecurrence(raw, mean);
}

double WeighedExclusivity(const IndexParts& parts, double closure_weight) {
  if (!parts.closure) return parts.homogeneity.value_or(0.0);
  if (!parts.homogeneity) return *parts.closure;
  return closure_weight * *parts.closure +
         (1 - closure_weight) * *parts.homogeneity;
}

// a^(3/4) * b^(1/4)
double Unevenly(double a, double b) {
  return std::sqrt(a) * std::sqrt(std::sqrt(a * b));
}

}  // namespace

double CliqueIndexOf(const IndexParts& parts, const IndexWeights& weights) {
  const double recurrence = WeighedRecurrence(parts, weights.recurrent_share);
  const double exclusivity = WeighedExclusivity(parts, weights.closure);
  switch (weights.recurrence_quarters) {
    case 1:
      return 100 * Unevenly(exclusivity, recurrence);
    case 3:
      return 100 * Unevenly(recurrence, exclusivity);
    default:
      return 100 * std::sqrt(recurrence * exclusivity);
  }
}

Interval IndexSensitivity(const IndexParts& parts) {
  std::vector<double> indices;
  for (const double share : kShares) {
    for (const double closure : kShares) {
      for (const int quarters : {1, 2, 3}) {
        indices.push_back(CliqueIndexOf(parts, {share, closure, quarters}));
      }
    }
  }
  for (const double alone : {0.0, 1.0}) {
    indices.push_back(CliqueIndexOf(parts, {.recurrent_share = alone}));
    indices.push_back(CliqueIndexOf(parts, {.closure = alone}));
  }
  const auto [low, high] = std::minmax_element(indices.begin(), indices.end());
  return {*low, *high};
}

}  // namespace pulsetaker::network
