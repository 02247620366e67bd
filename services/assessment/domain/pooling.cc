#include "services/assessment/domain/pooling.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

struct Moments {
  double mean = 0;
  double between_variance = 0;
};

double MedianOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle]
                                : (values[middle - 1] + values[middle]) / 2;
}

// What stands in for a standard error of 0; 0 if there is nothing else.
double TypicalError(absl::Span<const PlaceLevel> places) {
  std::vector<double> errors;
  for (const PlaceLevel& place : places) {
    if (place.standard_error >= kStandardErrorMin)
      errors.push_back(place.standard_error);
  }
  return errors.empty() ? 0 : MedianOf(std::move(errors));
}

double WeightedMean(const std::vector<PlaceLevel>& places, double between) {
  double total = 0;
  double weight = 0;
  for (const PlaceLevel& place : places) {
    const double w =
        1 / (place.standard_error * place.standard_error + between);
    total += w * place.level;
    weight += w;
  }
  return total / weight;
}

Moments Estimate(const std::vector<PlaceLevel>& places) {
  const double mean = WeightedMean(places, 0);
  double weight = 0;
  double weight_squares = 0;
  double q = 0;
  for (const PlaceLevel& place : places) {
    const double w = 1 / (place.standard_error * place.standard_error);
    weight += w;
    weight_squares += w * w;
    q += w * (place.level - mean) * (place.level - mean);
  }
  Moments moments;
  moments.between_variance =
      std::max(0.0, (q - static_cast<double>(places.size() - 1)) /
                        (weight - weight_squares / weight));
  moments.mean = WeightedMean(places, moments.between_variance);
  return moments;
}

// Where no place has an error, the levels are the truth.
Moments Describe(const std::vector<PlaceLevel>& places) {
  std::vector<double> levels;
  for (const PlaceLevel& place : places) levels.push_back(place.level);
  return {Mean(levels), Variance(levels)};
}

}  // namespace

Pooling PoolLevels(absl::Span<const PlaceLevel> places) {
  Pooling result;
  if (places.size() < static_cast<std::size_t>(kPooledPlacesMin)) {
    result.national_mean = Reading::Missing(Absence::kTooFewAnswers);
    result.between_variance = result.national_mean;
    for (const PlaceLevel& place : places) {
      result.places.push_back({place.level, place.level, 0});
    }
    return result;
  }
  const double typical = TypicalError(places);
  std::vector<PlaceLevel> known(places.begin(), places.end());
  for (PlaceLevel& place : known) {
    if (place.standard_error < kStandardErrorMin)
      place.standard_error = typical;
  }
  std::vector<PlaceLevel> sorted = known;
  std::sort(sorted.begin(), sorted.end(),
            [](const PlaceLevel& a, const PlaceLevel& b) {
              return std::tie(a.level, a.standard_error) <
                     std::tie(b.level, b.standard_error);
            });
  const Moments moments = typical > 0 ? Estimate(sorted) : Describe(sorted);
  result.national_mean = Reading::Of(moments.mean);
  result.between_variance = Reading::Of(moments.between_variance);
  for (const PlaceLevel& place : known) {
    const double error = place.standard_error * place.standard_error;
    const double shrinkage =
        error > 0 ? error / (error + moments.between_variance) : 0;
    result.places.push_back(
        {place.level, shrinkage * moments.mean + (1 - shrinkage) * place.level,
         shrinkage});
  }
  return result;
}

}  // namespace pulsetaker::assessment
