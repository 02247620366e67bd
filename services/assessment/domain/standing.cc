#include "services/assessment/domain/standing.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <tuple>
#include <utility>

#include "boost/math/distributions/students_t.hpp"
#include "common/base/random.h"
#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

constexpr double kPercent = 100;
constexpr double kTail = 0.025;

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
  const boost::math::students_t_distribution<double> student(freedom);
  return 2 * cdf(complement(student, std::abs(t)));
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
