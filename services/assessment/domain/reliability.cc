#include "services/assessment/domain/reliability.h"

#include <algorithm>
#include <optional>

#include "services/assessment/domain/factor_model.h"
#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

bool RatedAll(const RatingTable& table, absl::Span<const std::size_t> items,
              std::size_t person) {
  return std::all_of(items.begin(), items.end(), [&](std::size_t item) {
    return table.ratings(item)[person].has_value();
  });
}

// The ratings of those who rated all of `items`, a column an item.
std::vector<std::vector<double>> CompleteRows(
    const RatingTable& table, absl::Span<const std::size_t> items) {
  std::vector<std::vector<double>> columns(items.size());
  for (std::size_t person = 0; person < table.respondent_count(); ++person) {
    if (!RatedAll(table, items, person)) continue;
    for (std::size_t i = 0; i < items.size(); ++i) {
      columns[i].push_back(table.ratings(items[i])[person].value_or(0));
    }
  }
  return columns;
}

// In squared points of the item's own scale.
double NullVariance(const Item& item, Null null) {
  if (null == Null::kSlightlySkewed) return kSkewedNullVariance;
  const double options = item.scale_max - item.scale_min + 1;
  return (options * options - 1) / 12;
}

}  // namespace

Reading Alpha(const RatingTable& table, absl::Span<const std::size_t> items,
              std::int32_t min_cell_count) {
  if (items.empty()) return Reading::Missing(Absence::kNotAsked);
  if (items.size() == 1) return Reading::Missing(Absence::kUndefined);
  const std::vector<std::vector<double>> columns = CompleteRows(table, items);
  std::vector<double> sums(columns[0].size());
  if (sums.size() < static_cast<std::size_t>(min_cell_count)) {
    return Reading::Missing(Absence::kTooFewAnswers);
  }
  double item_variances = 0;
  for (const std::vector<double>& column : columns) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += column[i];
    item_variances += Variance(column);
  }
  const double sum_variance = Variance(sums);
  if (sum_variance <= 0) return Reading::Missing(Absence::kUndefined);
  const auto count = static_cast<double>(items.size());
  return Reading::Of(count / (count - 1) * (1 - item_variances / sum_variance));
}

Reading Omega(const RatingTable& table, absl::Span<const std::size_t> items,
              std::int32_t min_cell_count) {
  if (items.empty()) return Reading::Missing(Absence::kNotAsked);
  if (items.size() < 3) return Reading::Missing(Absence::kUndefined);
  const std::vector<std::vector<double>> columns = CompleteRows(table, items);
  if (columns[0].size() < std::max(static_cast<std::size_t>(min_cell_count),
                                   kOmegaPeoplePerItem * items.size())) {
    return Reading::Missing(Absence::kTooFewAnswers);
  }
  Matrix covariance(items.size(), std::vector<double>(items.size()));
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = 0; j < items.size(); ++j) {
      covariance[i][j] = Covariance(columns[i], columns[j]);
    }
  }
  const std::optional<FactorModel> model = FitFactorModel(covariance);
  if (!model) return Reading::Missing(Absence::kUndefined);
  return Reading::Of(OmegaOf(*model));
}

Reading Agreement(const WaveData& wave, const RatingTable& table,
                  absl::Span<const std::size_t> items, Null null,
                  std::int32_t min_cell_count) {
  if (items.empty()) return Reading::Missing(Absence::kNotAsked);
  double ratio_sum = 0;
  int item_count = 0;
  for (const std::size_t i : items) {
    if (table.rating_count(i) < min_cell_count) continue;
    const Item& item = wave.items[i];
    const double range = item.scale_max - item.scale_min;
    if (null == Null::kSlightlySkewed && range != 4) {
      return Reading::Missing(Absence::kUndefined);
    }
    std::vector<double> ratings;
    for (const std::optional<double>& rating : table.ratings(i)) {
      if (rating) ratings.push_back(*rating * range / 100);
    }
    ratio_sum += Variance(ratings) / NullVariance(item, null);
    ++item_count;
  }
  if (item_count == 0) return Reading::Missing(Absence::kTooFewAnswers);
  const double q = ratio_sum / item_count;
  if (q >= 1) return Reading::Of(0);
  return Reading::Of(item_count * (1 - q) / (item_count * (1 - q) + q));
}

}  // namespace pulsetaker::assessment
