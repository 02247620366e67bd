#include "services/network/domain/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace pulsetaker::network {
namespace {

// Sums of squares and products about the means.
struct Moments {
  double mean_x = 0.0;
  double mean_y = 0.0;
  double xx = 0.0;
  double xy = 0.0;
  double yy = 0.0;
};

Moments MomentsOf(absl::Span<const double> x, absl::Span<const double> y) {
  Moments moments{.mean_x = Mean(x), .mean_y = Mean(y)};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = x[i] - moments.mean_x;
    const double dy = y[i] - moments.mean_y;
    moments.xx += dx * dx;
    moments.xy += dx * dy;
    moments.yy += dy * dy;
  }
  return moments;
}

// Asked of the values themselves: the mean of equal values may be off by a
// rounding, and a variance of 1e-32 is none.
bool Varies(absl::Span<const double> values) {
  return std::any_of(values.begin(), values.end(),
                     [&](double value) { return value != values.front(); });
}

}  // namespace

bool IsTie(double a, double b) {
  constexpr double kTolerance = 1e-10;
  return std::abs(a - b) <= kTolerance * std::max(std::abs(a), std::abs(b));
}

std::vector<double> MidRankPercentiles(absl::Span<const double> values) {
  const std::size_t count = values.size();
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return values[a] != values[b] ? values[a] < values[b] : a < b;
  });
  std::vector<double> percentiles(count);
  for (std::size_t begin = 0, end = 0; begin < count; begin = end) {
    while (end < count && IsTie(values[order[begin]], values[order[end]]))
      ++end;
    const double percentile =
        static_cast<double>(begin + end) / 2 / static_cast<double>(count);
    for (std::size_t i = begin; i < end; ++i) {
      percentiles[order[i]] = percentile;
    }
  }
  return percentiles;
}

double Mean(absl::Span<const double> values) {
  if (values.empty()) return 0;
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

std::optional<double> PearsonCorrelation(absl::Span<const double> x,
                                         absl::Span<const double> y) {
  if (!Varies(x) || !Varies(y)) return std::nullopt;
  const Moments moments = MomentsOf(x, y);
  // Each root by itself: the product of two small sums may underflow.
  const double scale = std::sqrt(moments.xx) * std::sqrt(moments.yy);
  if (scale == 0) return std::nullopt;
  return std::clamp(moments.xy / scale, -1.0, 1.0);
}

std::vector<double> LinearResiduals(absl::Span<const double> x,
                                    absl::Span<const double> y) {
  const Moments moments = MomentsOf(x, y);
  const double slope =
      Varies(x) && moments.xx > 0 ? moments.xy / moments.xx : 0.0;
  std::vector<double> residuals(y.size());
  for (std::size_t i = 0; i < y.size(); ++i) {
    residuals[i] = (y[i] - moments.mean_y) - slope * (x[i] - moments.mean_x);
  }
  return residuals;
}

}  // namespace pulsetaker::network
