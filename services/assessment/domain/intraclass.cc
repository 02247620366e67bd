#include "services/assessment/domain/intraclass.h"

#include <algorithm>
#include <tuple>

#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

struct Place {
  double size = 0;
  double mean = 0;
  double squares = 0;  // Sum of squared distances from the mean.
};

Place Summarize(std::vector<double> scores) {
  std::sort(scores.begin(), scores.end());
  Place place;
  place.size = static_cast<double>(scores.size());
  place.mean = Mean(scores);
  place.squares = Variance(scores) * (place.size - 1);
  return place;
}

// In an order that does not depend on that of the input.
std::vector<Place> SummarizeAll(absl::Span<const std::vector<double>> places) {
  std::vector<Place> summaries;
  for (const std::vector<double>& scores : places) {
    if (!scores.empty()) summaries.push_back(Summarize(scores));
  }
  std::sort(summaries.begin(), summaries.end(),
            [](const Place& a, const Place& b) {
              return std::tie(a.size, a.mean, a.squares) <
                     std::tie(b.size, b.mean, b.squares);
            });
  return summaries;
}

Reading Ratio(double numerator, double denominator) {
  return denominator > 0 ? Reading::Of(numerator / denominator)
                         : Reading::Missing(Absence::kUndefined);
}

}  // namespace

Intraclass IntraclassCorrelation(absl::Span<const std::vector<double>> places) {
  const std::vector<Place> summaries = SummarizeAll(places);
  double people = 0;
  double size_squares = 0;
  double sum = 0;
  double within = 0;
  for (const Place& place : summaries) {
    people += place.size;
    size_squares += place.size * place.size;
    sum += place.size * place.mean;
    within += place.squares;
  }
  Intraclass result;
  result.place_count = static_cast<std::int32_t>(summaries.size());
  result.person_count = static_cast<std::int32_t>(people);
  if (result.place_count < 2 || result.person_count == result.place_count) {
    result.icc1 = Reading::Missing(Absence::kTooFewAnswers);
    result.icc2 = result.icc1;
    return result;
  }
  const double mean = sum / people;
  double between = 0;
  for (const Place& place : summaries) {
    between += place.size * (place.mean - mean) * (place.mean - mean);
  }
  const double count = result.place_count;
  result.between_mean_square = between / (count - 1);
  result.within_mean_square = within / (people - count);
  result.effective_size = (people - size_squares / people) / (count - 1);
  const double difference =
      result.between_mean_square - result.within_mean_square;
  result.icc1 = Ratio(
      difference, result.between_mean_square +
                      (result.effective_size - 1) * result.within_mean_square);
  result.icc2 = Ratio(difference, result.between_mean_square);
  return result;
}

}  // namespace pulsetaker::assessment
