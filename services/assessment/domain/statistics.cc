#include "services/assessment/domain/statistics.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

#include "common/base/random.h"

namespace pulsetaker::assessment {

double Mean(absl::Span<const double> values) {
  if (values.empty()) return 0;
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  return sum / static_cast<double>(values.size());
}

double Variance(absl::Span<const double> values) {
  if (values.size() < 2) return 0;
  const double mean = Mean(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size() - 1);
}

double Covariance(absl::Span<const double> a, absl::Span<const double> b) {
  if (a.size() < 2) return 0;
  const double mean_a = Mean(a);
  const double mean_b = Mean(b);
  double products = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    products += (a[i] - mean_a) * (b[i] - mean_b);
  }
  return products / static_cast<double>(a.size() - 1);
}

double NormalCdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }

double SignFlipPValue(absl::Span<const double> changes, std::int32_t draw_count,
                      std::uint64_t seed) {
  const double observed = std::accumulate(changes.begin(), changes.end(), 0.0);
  double scale = 0;
  for (const double change : changes) scale += std::abs(change);
  // Rounding differs between orders of signs; equal sums must count as equal.
  const double limit = observed + 1e-9 * scale;
  Random random(seed);
  std::int32_t as_low = 0;
  for (std::int32_t draw = 0; draw < draw_count; ++draw) {
    double sum = 0;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < changes.size(); ++i) {
      if (i % 64 == 0) bits = random.Next();
      sum += (bits & 1) != 0 ? changes[i] : -changes[i];
      bits >>= 1;
    }
    if (sum <= limit) ++as_low;
  }
  return static_cast<double>(1 + as_low) / static_cast<double>(1 + draw_count);
}

std::vector<bool> RejectAtRate(absl::Span<const double> p_values, double rate) {
  std::vector<double> sorted(p_values.begin(), p_values.end());
  std::sort(sorted.begin(), sorted.end());
  double limit = -1;
  for (std::size_t k = 0; k < sorted.size(); ++k) {
    const double allowed =
        rate * static_cast<double>(k + 1) / static_cast<double>(sorted.size());
    if (sorted[k] <= allowed) limit = sorted[k];
  }
  std::vector<bool> rejected(p_values.size());
  for (std::size_t i = 0; i < p_values.size(); ++i) {
    rejected[i] = p_values[i] <= limit;
  }
  return rejected;
}

double SimesPValue(absl::Span<const double> p_values) {
  const std::vector<double> q_values = QValues(p_values);
  if (q_values.empty()) return 1;
  return *std::min_element(q_values.begin(), q_values.end());
}

std::vector<double> QValues(absl::Span<const double> p_values) {
  std::vector<std::size_t> order(p_values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return p_values[a] < p_values[b];
  });
  const auto count = static_cast<double>(p_values.size());
  std::vector<double> q_values(p_values.size());
  double least = 1;
  // Equal p-values end up equal: the last of them has the least ratio.
  for (std::size_t k = order.size(); k > 0; --k) {
    const std::size_t i = order[k - 1];
    least = std::min(least, p_values[i] * count / static_cast<double>(k));
    q_values[i] = least;
  }
  return q_values;
}

}  // namespace pulsetaker::assessment
