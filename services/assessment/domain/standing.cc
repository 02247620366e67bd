#include "services/assessment/domain/standing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <tuple>
#include <utility>

#include "common/base/random.h"
#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

constexpr double kPercent = 100;
constexpr double kTail = 0.025;

// The continued fraction of the incomplete beta function, by the modified
// method of Lentz (DLMF 8.17.22).
double BetaFraction(double a, double b, double x) {
  constexpr double kTiny = 1e-300;
  constexpr int kStepsMax = 10'000;
  double c = 1;
  double d = 1 - (a + b) * x / (a + 1);
  d = 1 / (std::abs(d) < kTiny ? kTiny : d);
  double value = d;
  for (int m = 1; m <= kStepsMax; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd =
        -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double change = 1;
    for (const double term : {even, odd}) {
      d = 1 + term * d;
      c = 1 + term / c;
      d = 1 / (std::abs(d) < kTiny ? kTiny : d);
      if (std::abs(c) < kTiny) c = kTiny;
      change = c * d;
      value *= change;
    }
    if (std::abs(change - 1) < 1e-15) break;
  }
  return value;
}

// I_x(a, b), x in (0, 1).
double IncompleteBeta(double a, double b, double x) {
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
               a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * BetaFraction(a, b, x) / a;
  return 1 - front * BetaFraction(b, a, 1 - x) / b;
}

// By Box and Muller; the second number is not used.
double Normal(Random& random) {
  const double radius = std::sqrt(-2 * std::log1p(-random.UnitDouble()));
  return radius * std::cos(2 * std::numbers::pi * random.UnitDouble());
}

Reading PValue(double difference, double standard_error,
               absl::Span<const double> peers) {
  if (standard_error <= 0) return Reading::Missing(Absence::kNoSource);
  const auto count = static_cast<double>(peers.size());
  const double of_mean = Variance(peers) / count;
  const double of_both = standard_error * standard_error + of_mean;
  const double t = difference / std::sqrt(of_both);
  if (of_mean <= 0) {  // Peers that are all alike: nothing but the own error.
    return Reading::Of(2 * NormalCdf(-std::abs(t)));
  }
  const double freedom = of_both * of_both / (of_mean * of_mean) * (count - 1);
  return Reading::Of(StudentTwoSidedP(t, freedom));
}

std::pair<double, double> PercentileInterval(const Measured& own,
                                             const std::vector<Measured>& peers,
                                             std::int32_t replicate_count,
                                             std::uint64_t seed) {
  std::vector<double> percentiles;
  std::vector<double> drawn(peers.size());
  const Random seeds(seed);
  for (std::int32_t r = 0; r < replicate_count; ++r) {
    Random random = seeds.Fork(static_cast<std::uint64_t>(r));
    const double value = own.value.value + own.standard_error * Normal(random);
    for (double& each : drawn) {
      const Measured& peer =
          peers[static_cast<std::size_t>(random.Uniform(peers.size()))];
      each = peer.value.value + peer.standard_error * Normal(random);
    }
    percentiles.push_back(MidRankPercentile(value, drawn));
  }
  std::sort(percentiles.begin(), percentiles.end());
  const auto last = static_cast<double>(percentiles.size() - 1);
  return {percentiles[static_cast<std::size_t>(std::floor(kTail * last))],
          percentiles[static_cast<std::size_t>(std::ceil((1 - kTail) * last))]};
}

}  // namespace

double MidRankPercentile(double value, absl::Span<const double> others) {
  double below = 0;
  for (const double other : others) {
    if (other < value) below += 1;
    if (other == value) below += 0.5;
  }
  return kPercent * below / static_cast<double>(others.size());
}

double StudentTwoSidedP(double t, double freedom) {
  if (t == 0) return 1;
  const double x = freedom / (freedom + t * t);
  if (x <= 0) return 0;
  if (x >= 1) return 2 * NormalCdf(-std::abs(t));
  return IncompleteBeta(freedom / 2, 0.5, x);
}

Standing Stand(std::string dimension, const Measured& own,
               std::vector<Measured> peers, std::int32_t replicate_count,
               std::uint64_t seed) {
  std::erase_if(peers,
                [](const Measured& peer) { return !peer.value.measured(); });
  std::sort(peers.begin(), peers.end(),
            [](const Measured& a, const Measured& b) {
              return std::tuple(a.value.value, a.standard_error) <
                     std::tuple(b.value.value, b.standard_error);
            });
  Standing standing;
  standing.dimension = std::move(dimension);
  standing.value = own.value;
  standing.peer_count = static_cast<std::int32_t>(peers.size());
  if (peers.size() < kPeersMin || !own.value.measured()) {
    const Reading missing = Reading::Missing(
        own.value.measured() ? Absence::kTooFewAnswers : own.value.absence);
    standing.peer_mean = missing;
    standing.percentile = missing;
    standing.percentile_low = missing;
    standing.percentile_high = missing;
    standing.difference = missing;
    standing.p_value = missing;
    return standing;
  }
  std::vector<double> values;
  for (const Measured& peer : peers) values.push_back(peer.value.value);
  const double mean = Mean(values);
  const double difference = own.value.value - mean;
  standing.peer_mean = Reading::Of(mean);
  standing.percentile = Reading::Of(MidRankPercentile(own.value.value, values));
  const auto [low, high] =
      PercentileInterval(own, peers, replicate_count, seed);
  standing.percentile_low = Reading::Of(low);
  standing.percentile_high = Reading::Of(high);
  standing.difference = Reading::Of(difference);
  standing.p_value = PValue(difference, own.standard_error, values);
  return standing;
}

void MarkDiffering(std::vector<Standing>& standings) {
  std::vector<double> p_values;
  std::vector<Standing*> tested;
  for (Standing& standing : standings) {
    if (!standing.p_value.measured()) continue;
    p_values.push_back(standing.p_value.value);
    tested.push_back(&standing);
  }
  const std::vector<bool> rejected = RejectAtRate(p_values, kDiffersRate);
  for (std::size_t i = 0; i < tested.size(); ++i) {
    tested[i]->differs = rejected[i];
  }
}

}  // namespace pulsetaker::assessment
