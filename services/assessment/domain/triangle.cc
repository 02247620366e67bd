#include "services/assessment/domain/triangle.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "services/assessment/domain/dip.h"
#include "services/assessment/domain/disclosure.h"
#include "services/assessment/domain/reliability.h"
#include "services/assessment/domain/scores.h"
#include "services/assessment/domain/statistics.h"
#include "services/assessment/domain/strata.h"
#include "services/assessment/domain/subscales.h"

namespace pulsetaker::assessment {
namespace {

using ItemIndices = std::vector<std::size_t>;

// Streams of the seed, so that no two uses draw the same numbers.
constexpr std::uint64_t kDipStream = std::uint64_t{1} << 32;

struct RawMean {
  double mean = 0;
  std::int32_t count = 0;
};

template <typename Predicate>
RawMean MeanOf(const Scores& scores, const Predicate& is_counted) {
  RawMean result;
  double sum = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const std::optional<double>& score = scores[i];
    if (!score || !is_counted(i)) continue;
    sum += *score;
    ++result.count;
  }
  if (result.count > 0) result.mean = sum / result.count;
  return result;
}

RawMean MeanOf(const Scores& scores) {
  return MeanOf(scores, [](std::size_t) { return true; });
}

// Everything that has a level: features, subscales, items, in this order.
struct Measures {
  std::vector<ItemIndices> items;
  std::vector<Scores> scores;
  std::vector<Level> levels;
};

class Scorer {
 public:
  Scorer(const WaveData& wave, const Parameters& parameters)
      : wave_(wave),
        parameters_(parameters),
        table_(wave),
        strata_(MakeStrata(wave, table_, parameters.min_cell_count)),
        subscales_(FindSubscales(wave)) {}

  Triangle Score() {
    CountResponse();
    Measure();
    for (std::size_t i = 0; i < kCornerCount; ++i) ScoreCorner(i);
    for (std::size_t i = 0; i < kArrowCount; ++i) {
      triangle_.arrows[i] = measures_.levels[kCornerCount + i];
    }
    ScoreSubscales();
    ScoreSingleItems();
    Summarize();
    return std::move(triangle_);
  }

 private:
  void CountResponse() {
    for (const RosterStratum& stratum : wave_.roster) {
      triangle_.invited_count += stratum.invited_count;
    }
    for (std::size_t i = 0; i < table_.respondent_count(); ++i) {
      if (table_.rated_any(i)) ++triangle_.respondent_count;
    }
    if (triangle_.invited_count > 0) {
      triangle_.response_rate =
          static_cast<double>(triangle_.respondent_count) /
          triangle_.invited_count;
    }
  }

  void Measure() {
    for (ItemIndices& items : FeatureItems(wave_)) {
      measures_.items.push_back(std::move(items));
    }
    for (const Subscale& subscale : subscales_) {
      measures_.items.push_back(subscale.items);
    }
    for (std::size_t i = 0; i < wave_.items.size(); ++i) {
      measures_.items.push_back({i});
    }
    for (const ItemIndices& items : measures_.items) {
      measures_.scores.push_back(ScoreItems(table_, items));
    }
    const std::vector<Interval> intervals = BootstrapIntervals(
        strata_, measures_.scores, parameters_.replicate_count,
        static_cast<std::uint64_t>(parameters_.seed));
    for (std::size_t m = 0; m < measures_.items.size(); ++m) {
      measures_.levels.push_back(LevelOf(m, intervals[m]));
    }
  }

  Absence AbsenceOf(const ItemIndices& items, std::int32_t count) const {
    if (items.empty()) return Absence::kNotAsked;
    if (count < parameters_.min_cell_count) return Absence::kTooFewAnswers;
    if (triangle_.response_rate < parameters_.response_min) {
      return Absence::kWithheld;
    }
    return Absence::kNone;
  }

  Level LevelOf(std::size_t measure, const Interval& interval) const {
    const Scores& scores = measures_.scores[measure];
    const RawMean raw = MeanOf(scores);
    Level level;
    level.absence = AbsenceOf(measures_.items[measure], raw.count);
    const std::optional<double> weighted = PostStratify(strata_, scores);
    if (!level.measured() || !weighted) return level;
    level.raw = raw.mean;
    level.post_stratified = *weighted;
    level.interval_low = interval.low;
    level.interval_high = interval.high;
    level.standard_error = interval.standard_error;
    level.respondent_count = raw.count;
    return level;
  }

  void ScoreCorner(std::size_t index) {
    CornerResult& corner = triangle_.corners[index];
    const ItemIndices& items = measures_.items[index];
    corner.level = measures_.levels[index];
    corner.item_count = static_cast<std::int32_t>(items.size());
    for (const std::size_t item : items) {
      corner.rating_count += table_.rating_count(item);
      corner.dont_know_count += table_.dont_know_count(item);
      corner.not_applicable_count += table_.not_applicable_count(item);
    }
    const auto gated = [&corner](Reading reading) {
      return corner.level.measured() ? reading
                                     : Reading::Missing(corner.level.absence);
    };
    const std::int32_t min_count = parameters_.min_cell_count;
    corner.agreement =
        gated(Agreement(wave_, table_, items, Null::kUniform, min_count));
    corner.agreement_skewed_null = gated(
        Agreement(wave_, table_, items, Null::kSlightlySkewed, min_count));
    corner.alpha = gated(Alpha(table_, items, min_count));
    ScoreLayers(measures_.scores[index], corner);
    ScoreSectors(measures_.scores[index], corner);
    corner.perception_gap = PerceptionGap(corner);
    corner.dip_p_value = corner.level.measured()
                             ? Reading::Of(DipOf(index))
                             : Reading::Missing(corner.level.absence);
    corner.score_deviation = gated(
        Reading::Of(std::sqrt(Variance(ValuesOf(measures_.scores[index])))));
  }

  // Levels of the cells of a partition, `means` in its order.
  std::vector<Level> CellLevels(const std::vector<RawMean>& means,
                                Absence corner_absence) const {
    std::vector<std::int32_t> counts;
    counts.reserve(means.size());
    for (const RawMean& mean : means) counts.push_back(mean.count);
    const std::vector<Absence> absences =
        CellAbsences(counts, parameters_.min_cell_count);
    std::vector<Level> levels(means.size());
    for (std::size_t i = 0; i < means.size(); ++i) {
      levels[i].absence =
          corner_absence != Absence::kNone ? corner_absence : absences[i];
      if (!levels[i].measured()) continue;
      levels[i].raw = means[i].mean;
      levels[i].post_stratified = means[i].mean;
      levels[i].respondent_count = means[i].count;
    }
    return levels;
  }

  void ScoreLayers(const Scores& scores, CornerResult& corner) const {
    std::vector<RawMean> means;
    for (const RosterStratum& stratum : wave_.roster) {
      const Layer layer = stratum.layer;
      if (!corner.layers.empty() && corner.layers.back().layer == layer) {
        continue;  // The roster is ordered by layer.
      }
      corner.layers.push_back({layer, {}});
      means.push_back(MeanOf(scores, [&](std::size_t i) {
        return wave_.respondents[i].layer == layer;
      }));
    }
    std::vector<Level> levels = CellLevels(means, corner.level.absence);
    for (std::size_t i = 0; i < levels.size(); ++i) {
      corner.layers[i].level = levels[i];
    }
  }

  void ScoreSectors(const Scores& scores, CornerResult& corner) const {
    std::map<absl::string_view, RawMean> by_sector;
    for (const RosterStratum& stratum : wave_.roster) {
      by_sector[stratum.sector];
    }
    std::vector<RawMean> means;
    for (auto& [sector, mean] : by_sector) {
      const absl::string_view wanted = sector;
      mean = MeanOf(scores, [&](std::size_t i) {
        return wave_.respondents[i].sector == wanted;
      });
      corner.sectors.push_back({std::string(sector), {}});
      means.push_back(mean);
    }
    std::vector<Level> levels = CellLevels(means, corner.level.absence);
    for (std::size_t i = 0; i < levels.size(); ++i) {
      corner.sectors[i].level = levels[i];
    }
  }

  // From the layers that are shown only: the gap must not give away one that is
  // not.
  static Reading PerceptionGap(const CornerResult& corner) {
    if (!corner.level.measured()) {
      return Reading::Missing(corner.level.absence);
    }
    std::optional<double> systemic;
    double sum = 0;
    std::int32_t count = 0;
    for (const LayerLevel& layer : corner.layers) {
      if (!layer.level.measured()) continue;
      if (layer.layer == Layer::kSystemic) systemic = layer.level.raw;
      if (layer.layer == Layer::kFrontline || layer.layer == Layer::kPublic) {
        sum += layer.level.raw * layer.level.respondent_count;
        count += layer.level.respondent_count;
      }
    }
    if (!systemic || count == 0) {
      return Reading::Missing(Absence::kTooFewAnswers);
    }
    return Reading::Of(*systemic - sum / count);
  }

  static std::vector<double> ValuesOf(const Scores& scores) {
    std::vector<double> values;
    for (const std::optional<double>& score : scores) {
      if (score) values.push_back(*score);
    }
    return values;
  }

  double DipOf(std::size_t corner) const {
    const std::vector<double> values = ValuesOf(measures_.scores[corner]);
    // A person's score moves by one option of one item.
    std::int32_t options = 1;
    for (const std::size_t item : measures_.items[corner]) {
      options = std::max(
          options, wave_.items[item].scale_max - wave_.items[item].scale_min);
    }
    const double step =
        100.0 / (static_cast<double>(measures_.items[corner].size()) * options);
    return DipPValue(
        std::move(values), step, parameters_.replicate_count,
        static_cast<std::uint64_t>(parameters_.seed) + kDipStream + corner);
  }

  void ScoreSubscales() {
    for (std::size_t i = 0; i < subscales_.size(); ++i) {
      SubscaleResult result;
      result.id = subscales_[i].id;
      for (const std::size_t item : subscales_[i].items) {
        result.item_ids.push_back(wave_.items[item].id);
      }
      result.level = measures_.levels[kFeatureCount + i];
      result.alpha =
          result.level.measured()
              ? Alpha(table_, subscales_[i].items, parameters_.min_cell_count)
              : Reading::Missing(result.level.absence);
      result.omega =
          result.level.measured()
              ? Omega(table_, subscales_[i].items, parameters_.min_cell_count)
              : Reading::Missing(result.level.absence);
      result.alpha_low =
          result.alpha.measured() && result.alpha.value < kAlphaLow;
      triangle_.subscales.push_back(std::move(result));
    }
  }

  void ScoreSingleItems() {
    const std::size_t first = kFeatureCount + subscales_.size();
    for (std::size_t i = 0; i < wave_.items.size(); ++i) {
      triangle_.items.push_back({wave_.items[i].id, measures_.levels[first + i],
                                 table_.dont_know_count(i),
                                 table_.not_applicable_count(i)});
    }
  }

  void Summarize() {
    double low = 100;
    double high = 0;
    for (std::size_t i = 0; i < kCornerCount; ++i) {
      const CornerResult& corner = triangle_.corners[i];
      if (!corner.level.measured()) {
        triangle_.spread = Reading::Missing(corner.level.absence);
        triangle_.largest_perception_gap =
            Reading::Missing(corner.level.absence);
        return;
      }
      low = std::min(low, corner.level.post_stratified);
      high = std::max(high, corner.level.post_stratified);
    }
    triangle_.spread = Reading::Of(high - low);

    Reading& largest = triangle_.largest_perception_gap;
    largest = Reading::Missing(Absence::kTooFewAnswers);
    for (std::size_t i = 0; i < kCornerCount; ++i) {
      const Reading& gap = triangle_.corners[i].perception_gap;
      if (!gap.measured()) continue;
      if (largest.measured() &&
          std::abs(gap.value) <= std::abs(largest.value)) {
        continue;
      }
      largest = gap;
      triangle_.largest_perception_gap_corner = static_cast<Corner>(i);
    }
  }

  const WaveData& wave_;
  const Parameters& parameters_;
  const RatingTable table_;
  const Strata strata_;
  const std::vector<Subscale> subscales_;
  Measures measures_;
  Triangle triangle_;
};

}  // namespace

const Level& Triangle::feature(int index) const {
  const auto i = static_cast<std::size_t>(index);
  return i < kCornerCount ? corners[i].level : arrows[i - kCornerCount];
}

Triangle ScoreTriangle(const WaveData& wave, const Parameters& parameters) {
  return Scorer(wave, parameters).Score();
}

}  // namespace pulsetaker::assessment
