#include "services/network/domain/measure.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

bool Equal(double a, double b) {
  return std::abs(a - b) <=
         kEqualityTolerance * std::max({1.0, std::abs(a), std::abs(b)});
}

struct Position {
  int below = 0;
  int equal = 0;
};

Position PositionIn(absl::Span<const double> draws, double value) {
  Position position;
  for (const double draw : draws) {
    if (Equal(draw, value)) {
      ++position.equal;
    } else if (draw < value) {
      ++position.below;
    }
  }
  return position;
}

}  // namespace

Measure Measure::Of(double value) {
  Measure measure;
  measure.value = value;
  return measure;
}

Measure Measure::Missing(NotMeasuredReason reason, absl::string_view detail) {
  Measure measure;
  measure.not_measured = {reason, std::string(detail)};
  return measure;
}

double PercentileIn(absl::Span<const double> draws, double value) {
  const Position position = PositionIn(draws, value);
  return (position.below + 0.5 * position.equal) /
         static_cast<double>(draws.size());
}

NullComparison CompareWithDraws(double value, absl::Span<const double> draws,
                                NullModel model) {
  NullComparison comparison;
  comparison.model = model;
  comparison.draw_count = static_cast<int>(draws.size());
  comparison.mean = Mean(draws);
  double squares = 0.0;
  for (const double draw : draws) {
    squares += (draw - comparison.mean) * (draw - comparison.mean);
  }
  if (draws.size() > 1) {
    comparison.standard_deviation =
        std::sqrt(squares / static_cast<double>(draws.size() - 1));
  }
  if (comparison.standard_deviation > kEqualityTolerance) {
    comparison.z = (value - comparison.mean) / comparison.standard_deviation;
  }
  const Position position = PositionIn(draws, value);
  const int count = comparison.draw_count;
  comparison.percentile = PercentileIn(draws, value);
  comparison.p_high = (1.0 + (count - position.below)) / (1.0 + count);
  comparison.p_low = (1.0 + position.below + position.equal) / (1.0 + count);
  comparison.central = {Quantile(draws, (1 - kIntervalLevel) / 2),
                        Quantile(draws, (1 + kIntervalLevel) / 2)};
  return comparison;
}

void CompareWithDraws(absl::Span<const double> draws, NullModel model,
                      Measure& measure) {
  if (!measure.value.has_value() || draws.empty()) return;
  measure.null_comparison = CompareWithDraws(*measure.value, draws, model);
}

double Quantile(absl::Span<const double> draws, double share) {
  std::vector<double> sorted(draws.begin(), draws.end());
  std::sort(sorted.begin(), sorted.end());
  const double position = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(position);
  if (below + 1 >= sorted.size()) return sorted.back();
  const double part = position - static_cast<double>(below);
  return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

}  // namespace pulsetaker::network
