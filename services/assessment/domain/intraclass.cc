#include "services/assessment/domain/intraclass.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

PlaceScores Summarize(std::vector<double> scores) {
  std::sort(scores.begin(), scores.end());
  PlaceScores place;
  place.size = static_cast<double>(scores.size());
  place.mean = Mean(scores);
  place.squares = Variance(scores) * (place.size - 1);
  return place;
}

Reading Ratio(double numerator, double denominator) {
  return denominator > 0 ? Reading::Of(numerator / denominator)
                         : Reading::Missing(Absence::kUndefined);
}

}  // namespace

Intraclass IntraclassCorrelation(absl::Span<const std::vector<double>> places) {
  std::vector<PlaceScores> summaries;
  for (const std::vector<double>& scores : places) {
    if (!scores.empty()) summaries.push_back(Summarize(scores));
  }
  return IntraclassCorrelation(std::move(summaries));
}

Intraclass IntraclassCorrelation(std::vector<PlaceScores> places) {
  std::erase_if(places,
                [](const PlaceScores& place) { return place.size == 0; });
  // In an order that does not depend on that of the input.
  std::sort(places.begin(), places.end(),
            [](const PlaceScores& a, const PlaceScores& b) {
              return std::tie(a.size, a.mean, a.squares) <
                     std::tie(b.size, b.mean, b.squares);
            });
  double people = 0;
  double size_squares = 0;
  double sum = 0;
  double within = 0;
  for (const PlaceScores& place : places) {
    people += place.size;
    size_squares += place.size * place.size;
    sum += place.size * place.mean;
    within += place.squares;
  }
  Intraclass result;
  result.place_count = static_cast<std::int32_t>(places.size());
  result.person_count = static_cast<std::int32_t>(people);
  if (result.place_count < 2 || result.person_count == result.place_count) {
    result.icc1 = Reading::Missing(Absence::kTooFewAnswers);
    result.icc2 = result.icc1;
    return result;
  }
  const double mean = sum / people;
  double between = 0;
  for (const PlaceScores& place : places) {
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
