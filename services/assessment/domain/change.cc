#include "services/assessment/domain/change.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_format.h"
#include "services/assessment/domain/reliability.h"
#include "services/assessment/domain/scores.h"
#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

// Apart from the streams of the triangle.
constexpr std::uint64_t kPanelStream = std::uint64_t{1} << 33;

Reading LevelReading(const Level& level) {
  return level.measured() ? Reading::Of(level.post_stratified)
                          : Reading::Missing(level.absence);
}

// Respondents of both waves: index before, index now.
std::vector<std::pair<std::size_t, std::size_t>> Panel(
    const WaveData& previous, const WaveData& current) {
  std::map<absl::string_view, std::size_t> before;
  for (std::size_t i = 0; i < previous.respondents.size(); ++i) {
    before.emplace(previous.respondents[i].person, i);
  }
  std::vector<std::pair<std::size_t, std::size_t>> panel;
  for (std::size_t i = 0; i < current.respondents.size(); ++i) {
    const auto it = before.find(current.respondents[i].person);
    if (it != before.end()) panel.emplace_back(it->second, i);
  }
  return panel;
}

void CompareLevels(const Level& previous, const Level& current,
                   FeatureChange& change) {
  change.previous = LevelReading(previous);
  change.current = LevelReading(current);
  if (!previous.measured() || !current.measured()) {
    const Absence why = current.measured() ? previous.absence : current.absence;
    change.difference = Reading::Missing(why);
    change.p_value = Reading::Missing(why);
    return;
  }
  const double difference = current.post_stratified - previous.post_stratified;
  const double error =
      std::hypot(previous.standard_error, current.standard_error);
  change.difference = Reading::Of(difference);
  if (error > 0) {
    change.p_value = Reading::Of(NormalCdf(difference / error));
  } else {
    change.p_value = Reading::Of(difference < 0 ? 0 : 1);
  }
}

// Share of the panel below the critical reliable change index,
//   (now - before) / sqrt(2 sd^2 (1 - r)), r the alpha of the wave before.
Reading ReliableFallShare(const std::vector<double>& before,
                          const std::vector<double>& changes,
                          const Reading& alpha) {
  if (!alpha.measured()) return alpha;
  const double variance = Variance(before);
  const double error = std::sqrt(2 * variance * std::max(0.0, 1 - alpha.value));
  if (error <= 0) return Reading::Missing(Absence::kUndefined);
  int fallen = 0;
  for (const double change : changes) {
    if (change / error < kReliableChangeIndex) ++fallen;
  }
  return Reading::Of(static_cast<double>(fallen) /
                     static_cast<double>(changes.size()));
}

class Comparer {
 public:
  Comparer(const WaveView& previous, const WaveView& current,
           const Parameters& parameters)
      : previous_(previous), current_(current), parameters_(parameters) {}

  Change Compare(const std::optional<PhaseDistribution>& previous_posterior,
                 const PhaseResult& phase) {
    change_.same_instrument =
        previous_.wave.instrument_digest == current_.wave.instrument_digest;
    CompareFeatures();
    MarkFalls();
    SetPhaseCondition(previous_posterior, phase);
    SetFallCondition();
    SetMixCondition();
    Warn();
    change_.status = Decide();
    return std::move(change_);
  }

 private:
  void CompareFeatures() {
    change_.features.resize(kFeatureCount);
    for (int f = 0; f < kFeatureCount; ++f) {
      CompareLevels(previous_.triangle.feature(f), current_.triangle.feature(f),
                    change_.features[static_cast<std::size_t>(f)]);
    }
    if (change_.same_instrument) ComparePanel();
  }

  void ComparePanel() {
    const RatingTable table_before(previous_.wave);
    const RatingTable table_now(current_.wave);
    const auto items_before = FeatureItems(previous_.wave);
    const auto items_now = FeatureItems(current_.wave);
    const auto panel = Panel(previous_.wave, current_.wave);
    for (std::size_t f = 0; f < change_.features.size(); ++f) {
      FeatureChange& feature = change_.features[f];
      if (!feature.difference.measured()) {
        SetPanelMissing(feature.difference.absence, feature);
        continue;
      }
      const Scores before = ScoreItems(table_before, items_before[f]);
      const Scores now = ScoreItems(table_now, items_now[f]);
      std::vector<double> values_before;
      std::vector<double> changes;
      for (const auto& [i, j] : panel) {
        const std::optional<double>& was = before[i];
        const std::optional<double>& is = now[j];
        if (!was || !is) continue;
        values_before.push_back(*was);
        changes.push_back(*is - *was);
      }
      if (changes.size() <
          static_cast<std::size_t>(parameters_.min_cell_count)) {
        SetPanelMissing(Absence::kTooFewAnswers, feature);
        continue;
      }
      feature.panel_count = static_cast<std::int32_t>(changes.size());
      feature.panel_difference = Reading::Of(Mean(changes));
      feature.panel_p_value = Reading::Of(SignFlipPValue(
          changes, parameters_.replicate_count,
          static_cast<std::uint64_t>(parameters_.seed) + kPanelStream + f));
      feature.panel_reliable_fall_share = ReliableFallShare(
          values_before, changes,
          Alpha(table_before, items_before[f], parameters_.min_cell_count));
    }
  }

  static void SetPanelMissing(Absence why, FeatureChange& feature) {
    feature.panel_difference = Reading::Missing(why);
    feature.panel_p_value = Reading::Missing(why);
    feature.panel_reliable_fall_share = Reading::Missing(why);
  }

  // Benjamini-Hochberg over the features that have a p-value; which, says
  // `p_value_of`.
  template <typename PValueOf>
  std::vector<bool> Falls(PValueOf&& p_value_of) const {
    std::vector<double> p_values;
    std::vector<std::size_t> tested;
    for (std::size_t f = 0; f < change_.features.size(); ++f) {
      const Reading p_value = p_value_of(change_.features[f]);
      if (!p_value.measured()) continue;
      p_values.push_back(p_value.value);
      tested.push_back(f);
    }
    const std::vector<bool> rejected =
        RejectAtRate(p_values, kFalseDiscoveryRate);
    std::vector<bool> falls(change_.features.size());
    for (std::size_t i = 0; i < tested.size(); ++i) {
      falls[tested[i]] = rejected[i];
    }
    return falls;
  }

  void MarkFalls() {
    const std::vector<bool> falls = Falls([](const FeatureChange& feature) {
      return feature.panel_p_value.measured() ? feature.panel_p_value
                                              : feature.p_value;
    });
    for (std::size_t f = 0; f < falls.size(); ++f) {
      change_.features[f].falls_reliably = falls[f];
    }
    const std::vector<bool> all =
        Falls([](const FeatureChange& feature) { return feature.p_value; });
    falls_among_all_ = std::find(all.begin(), all.end(), true) != all.end();
  }

  void SetPhaseCondition(const std::optional<PhaseDistribution>& posterior,
                         const PhaseResult& phase) {
    ChangeCondition& condition = change_.phase_reversed;
    condition.description = "the probability that the phase went back";
    condition.threshold = kReverseProbabilityMin;
    if (phase.verdict == PhaseVerdict::kNotMeasured) {
      condition.value = Reading::Missing(phase.absence);
    } else if (!posterior) {
      condition.value = Reading::Missing(Absence::kNoPreviousWave);
    } else {
      condition.value =
          Reading::Of(ReverseProbability(*posterior, phase.likelihood));
      condition.holds = condition.value.value >= condition.threshold;
    }
  }

  void SetFallCondition() {
    ChangeCondition& condition = change_.level_falls;
    condition.description = "corners and arrows that fall reliably";
    condition.threshold = 1;
    condition.value = Reading::Missing(CornerAbsence());
    if (condition.value.absence != Absence::kNone) return;
    const auto count = std::count_if(
        change_.features.begin(), change_.features.end(),
        [](const FeatureChange& feature) { return feature.falls_reliably; });
    condition.value = Reading::Of(static_cast<double>(count));
    condition.holds = count >= 1;
  }

  // Why a corner cannot be compared, the first that cannot; else kNone.
  Absence CornerAbsence() const {
    for (std::size_t f = 0; f < kCornerCount; ++f) {
      const Reading& difference = change_.features[f].difference;
      if (!difference.measured()) return difference.absence;
    }
    return Absence::kNone;
  }

  void SetMixCondition() {
    ChangeCondition& condition = change_.comparable_mix;
    condition.description =
        "how far the layers and sectors of the respondents moved";
    condition.threshold = kMixDistanceMax;
    const auto before = Mix(previous_.wave);
    auto moved = Mix(current_.wave);
    if (before.empty() || moved.empty()) {
      condition.value = Reading::Missing(Absence::kTooFewAnswers);
      return;
    }
    for (const auto& [cell, share] : before) moved[cell] -= share;
    double distance = 0;
    for (const auto& [cell, share] : moved) distance += std::abs(share) / 2;
    condition.value = Reading::Of(distance);
    condition.holds =
        change_.same_instrument && distance <= condition.threshold;
  }

  using MixShares = std::map<std::pair<Layer, absl::string_view>, double>;

  // Shares of layer and sector among those who rated anything.
  static MixShares Mix(const WaveData& wave) {
    const RatingTable table(wave);
    MixShares shares;
    double count = 0;
    for (std::size_t i = 0; i < wave.respondents.size(); ++i) {
      if (!table.rated_any(i)) continue;
      shares[{wave.respondents[i].layer, wave.respondents[i].sector}] += 1;
      count += 1;
    }
    for (auto& [cell, share] : shares) share /= count;
    return shares;
  }

  void Warn() {
    for (std::size_t f = 0; f < change_.features.size(); ++f) {
      const FeatureChange& feature = change_.features[f];
      if (!feature.falls_reliably) continue;
      AddWarning(
          {.metric = std::string(FeatureNames()[f]),
           .previous = feature.previous,
           .current = feature.current},
          absl::StrFormat("%s fell from %.0f to %.0f", FeatureLabels()[f],
                          feature.previous.value, feature.current.value));
    }
    const Reading& turnover = current_.network.core_turnover;
    if (turnover.measured() && turnover.value >= kWatchTurnoverMin) {
      AddWarning({.metric = "network.clique.turnover",
                  .previous = Reading::Missing(Absence::kUndefined),
                  .current = turnover},
                 absl::StrFormat("%.0f %% of the core is no longer in it",
                                 100 * turnover.value));
    }
    for (const LayerLink& link : current_.network.layer_links) {
      if (link.low == link.high) continue;
      const LayerLink* before =
          FindLink(previous_.network, link.low, link.high);
      if (before == nullptr) continue;
      WarnOfCoverage(*before, link);
    }
  }

  void AddWarning(ChangeWarning evidence, std::string sentence) {
    change_.warning_evidence.push_back(std::move(evidence));
    change_.warnings.push_back(std::move(sentence));
  }

  void WarnOfCoverage(const LayerLink& before, const LayerLink& now) {
    // A link is the same from either end; sides are matched by layer.
    const bool swapped = before.low != now.low;
    const struct {
      Layer from;
      Layer to;
      const Reading& before;
      const Reading& now;
    } sides[] = {
        {now.low, now.high,
         swapped ? before.high_coverage : before.low_coverage,
         now.low_coverage},
        {now.high, now.low,
         swapped ? before.low_coverage : before.high_coverage,
         now.high_coverage},
    };
    for (const auto& side : sides) {
      if (!side.before.measured() || !side.now.measured()) continue;
      if (side.before.value - side.now.value < kWatchCoverageDropMin) continue;
      AddWarning(
          {.metric = "network.layers.coverage",
           .from = side.from,
           .to = side.to,
           .previous = side.before,
           .current = side.now},
          absl::StrFormat("the %s people with a tie to a %s person fell "
                          "from %.0f %% to %.0f %%",
                          LayerLabel(side.from), LayerLabel(side.to),
                          100 * side.before.value, 100 * side.now.value));
    }
  }

  ChangeStatus Decide() const {
    if (!change_.same_instrument || CornerAbsence() != Absence::kNone) {
      return ChangeStatus::kNotComparable;
    }
    const bool reversed = change_.phase_reversed.holds;
    const bool falls = change_.level_falls.holds;
    const bool comparable = change_.comparable_mix.holds;
    if (reversed && falls && comparable) return ChangeStatus::kRegression;
    if (falls_among_all_ && (!falls || !comparable)) {
      return ChangeStatus::kCompositionShift;
    }
    return change_.warnings.empty() ? ChangeStatus::kNoRegression
                                    : ChangeStatus::kWatch;
  }

  const WaveView& previous_;
  const WaveView& current_;
  const Parameters& parameters_;
  Change change_;
  bool falls_among_all_ = false;
};

}  // namespace

Change CompareWaves(const WaveView& previous, const WaveView& current,
                    const std::optional<PhaseDistribution>& previous_posterior,
                    const PhaseResult& phase, const Parameters& parameters) {
  return Comparer(previous, current, parameters)
      .Compare(previous_posterior, phase);
}

}  // namespace pulsetaker::assessment
