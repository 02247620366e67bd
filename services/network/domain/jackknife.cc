#include "services/network/domain/jackknife.h"

#include <algorithm>
#include <cmath>

#include "boost/math/distributions/students_t.hpp"
#include "services/network/domain/statistics.h"

namespace pulsetaker::network {
namespace {

constexpr double kUpperTail = 0.025;  // Of intervals of 95 %.

}  // namespace

Jackknife JackknifeOf(int people, int respondents, int dropped) {
  const double unseen = 1.0 - static_cast<double>(respondents) / people;
  const boost::math::students_t_distribution<double> errors(respondents - 1);
  return {
      .factor = std::max(
          1.0, unseen * (static_cast<double>(respondents) - dropped) / dropped),
      .quantile = boost::math::quantile(complement(errors, kUpperTail))};
}

Interval JackknifeInterval(double value, absl::Span<const double> replicates,
                           const Jackknife& jackknife, const Interval& range) {
  const double mean = Mean(replicates);
  double squares = 0.0;
  for (const double replicate : replicates) {
    squares += (replicate - mean) * (replicate - mean);
  }
  // Of replicates drawn from all there are, not all of them.
  const double variance =
      squares / (static_cast<double>(replicates.size()) - 1);
  const double reach =
      jackknife.quantile * std::sqrt(jackknife.factor * variance);
  return {std::max(range.low, value - reach),
          std::min(range.high, value + reach)};
}

}  // namespace pulsetaker::network
