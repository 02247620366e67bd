#include "services/network/domain/clique_facts.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "services/network/domain/clique_index.h"
#include "services/network/domain/jackknife.h"
#include "services/network/domain/statistics.h"
#include "services/network/domain/treatment_bounds.h"

namespace pulsetaker::network {
namespace {

using Basis = CliqueRisk::ExclusivityBasis;
using Reason = NotMeasuredReason;

constexpr Interval kUnit{0.0, 1.0};
constexpr Interval kSigned{-1.0, 1.0};
constexpr Interval kAtLeastZero{0.0, HUGE_VAL};
constexpr Interval kPercent{0.0, 100.0};
constexpr Interval kUnbounded{-HUGE_VAL, HUGE_VAL};

SampleStatistic Field(std::optional<double> CliqueSample::* field) {
  return [field](const CliqueSample& sample) { return sample.*field; };
}

std::vector<double> ValuesOf(const std::vector<CliqueSample>& samples,
                             const SampleStatistic& statistic) {
  std::vector<double> values;
  for (const CliqueSample& sample : samples) {
    if (const auto value = statistic(sample)) values.push_back(*value);
  }
  return values;
}

// As it is in the raw score of recurrence.
double RecurrentShareOf(const CliqueSample& sample) {
  return std::min(1.0, sample.recurrent_share.value_or(0.0));
}

}  // namespace

std::optional<double> ExclusivityParts::mean() const {
  double sum = 0.0;
  int count = 0;
  for (const auto& part : {closure, homogeneity}) {
    if (!part.has_value()) continue;
    sum += *part;
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / count;
}

double RescaledRecurrence(double raw, double relabelled_mean) {
  // Independent networks cannot overlap wholly, but their cores may fill the
  // roster; then there is nothing left to rise to.
  if (relabelled_mean >= 1) return 0.0;
  return std::clamp((raw - relabelled_mean) / (1 - relabelled_mean), 0.0, 1.0);
}

CliqueFacts::CliqueFacts(const Wave& wave, const CliqueObservation& observation,
                         const CliqueDraws& draws)
    : wave_(wave), observation_(observation), draws_(draws) {
  const std::vector<double> relabelled =
      ValuesOf(draws.relabelled, Field(&CliqueSample::recurrence_raw));
  if (!relabelled.empty()) {
    relabelled_mean_ = Mean(relabelled);
    relabelled_share_mean_ =
        Mean(ValuesOf(draws.relabelled, [](const CliqueSample& sample) {
          return std::optional<double>(RecurrentShareOf(sample));
        }));
    relabelled_jaccard_mean_ =
        Mean(ValuesOf(draws.relabelled, Field(&CliqueSample::jaccard)));
  }
  // Nothing is many times what chance never gives.
  if (draws.sectors.expected_cross_share.value_or(0.0) > 0) {
    expected_cross_share_ = draws.sectors.expected_cross_share;
  }
  external_internal_draws_ =
      ValuesOf(draws.degrees_kept, Field(&CliqueSample::external_internal));
}

std::optional<double> CliqueFacts::RecurrenceOf(
    const CliqueSample& sample) const {
  if (!sample.recurrence_raw.has_value() || !relabelled_mean_.has_value()) {
    return std::nullopt;
  }
  return RescaledRecurrence(*sample.recurrence_raw, *relabelled_mean_);
}

ExclusivityParts CliqueFacts::PartsOf(const CliqueSample& sample) const {
  ExclusivityParts parts;
  const std::size_t draw_count = draws_.degrees_kept.size();
  if (sample.external_internal &&
      Enough(external_internal_draws_.size(), draw_count)) {
    parts.closure =
        1 - PercentileIn(external_internal_draws_, *sample.external_internal);
  }
  if (sample.blau && Enough(draws_.sectors.blau.size(), draw_count)) {
    parts.homogeneity = 1 - PercentileIn(draws_.sectors.blau, *sample.blau);
  }
  return parts;
}

std::optional<double> CliqueFacts::HybridityOf(
    const CliqueSample& sample) const {
  if (!sample.cross_share || !expected_cross_share_) return std::nullopt;
  return *sample.cross_share / *expected_cross_share_;
}

Measure CliqueFacts::Estimate(const SampleStatistic& statistic,
                              const Interval& range) const {
  const std::optional<double> value = statistic(observation_.sample);
  if (!value.has_value()) return Measure::Missing(Reason::kNoTies);
  Measure measure = Measure::Of(*value);
  const std::vector<double> replicates = ValuesOf(draws_.replicates, statistic);
  if (Enough(replicates.size(), draws_.replicates.size())) {
    measure.interval =
        JackknifeInterval(*value, replicates, draws_.jackknife, range);
  }
  return measure;
}

void CliqueFacts::Compare(const SampleStatistic& statistic,
                          const std::vector<CliqueSample>& draws,
                          NullModel model, Measure& measure) const {
  const std::vector<double> values = ValuesOf(draws, statistic);
  if (!Enough(values.size(), draws.size())) return;
  CompareWithDraws(values, model, measure);
}

Measure CliqueFacts::Recurrence() const {
  if (!observation_.sample.recurrence_raw.has_value()) {
    return Measure::Missing(Reason::kTooFewNetworks,
                            "recurrence needs two networks");
  }
  return Estimate(
      [this](const CliqueSample& sample) { return RecurrenceOf(sample); },
      kUnit);
}

std::optional<double> CliqueFacts::ExclusivityOf(
    const CliqueSample& sample) const {
  const ExclusivityParts seen = PartsOf(observation_.sample);
  const ExclusivityParts parts = PartsOf(sample);
  // A mean of other parts would be another number.
  if (parts.closure.has_value() != seen.closure.has_value() ||
      parts.homogeneity.has_value() != seen.homogeneity.has_value()) {
    return std::nullopt;
  }
  return parts.mean();
}

Measure CliqueFacts::Exclusivity() const {
  Measure measure = Estimate(
      [this](const CliqueSample& sample) { return ExclusivityOf(sample); },
      kUnit);
  if (!measure.measured()) {
    return Measure::Missing(Reason::kComponentNotMeasured,
                            "none of its parts is measured");
  }
  return measure;
}

CliqueIndex CliqueFacts::Index() const {
  CliqueIndex index;
  index.value = Estimate(
      [this](const CliqueSample& sample) -> std::optional<double> {
        const std::optional<double> recurrence = RecurrenceOf(sample);
        const std::optional<double> exclusivity = ExclusivityOf(sample);
        if (!recurrence || !exclusivity) return std::nullopt;
        return 100 * std::sqrt(*recurrence * *exclusivity);
      },
      kPercent);
  const CliqueSample& seen = observation_.sample;
  const ExclusivityParts parts = PartsOf(seen);
  index.sensitivity =
      IndexSensitivity({.recurrent_share = RecurrentShareOf(seen),
                        .jaccard = seen.jaccard.value_or(0.0),
                        .recurrent_share_mean = relabelled_share_mean_,
                        .jaccard_mean = relabelled_jaccard_mean_,
                        .closure = parts.closure,
                        .homogeneity = parts.homogeneity});
  return index;
}

Measure CliqueFacts::MostNamedRecurrence() const {
  if (!draws_.most_named.recurrence_raw.has_value()) {
    return Measure::Missing(Reason::kTooFewNetworks, "it needs two networks");
  }
  Measure measure = Measure::Of(*draws_.most_named.recurrence_raw);
  CompareWithDraws(
      ValuesOf(draws_.reputation, Field(&CliqueSample::recurrence_raw)),
      NullModel::kNetworksShuffled, measure);
  return measure;
}

VerdictRobustness CliqueFacts::UnderTreatments() const {
  VerdictRobustness result;
  result.recurrence = EffectOn(
      [this](const CliqueSample& sample) { return RecurrenceOf(sample); },
      kThresholds.recurrence_band);
  result.exclusivity = EffectOn(
      [this](const CliqueSample& sample) { return ExclusivityOf(sample); },
      kThresholds.exclusivity_band);
  return result;
}

MissingRowsEffect CliqueFacts::EffectOn(const SampleStatistic& statistic,
                                        double edge) const {
  // "Not measured" is a side too.
  const auto side = [&](const CliqueSample& sample) {
    const std::optional<double> value = statistic(sample);
    return value ? (*value > edge ? 1 : 0) : -1;
  };
  TreatedVerdict verdict;
  TreatedFigure figure;
  verdict.empty = verdict.reciprocated = side(observation_.sample);
  figure.empty = figure.reciprocated =
      statistic(observation_.sample).value_or(0.0);
  for (const CliqueSample& sample : draws_.reciprocated_rows) {
    verdict.reciprocated = side(sample);
    figure.reciprocated = statistic(sample).value_or(figure.empty);
  }
  for (const CliqueSample& sample : draws_.random_rows) {
    verdict.random.push_back(side(sample));
    if (const auto value = statistic(sample)) figure.random.push_back(*value);
  }
  const auto kept =
      std::count(verdict.random.begin(), verdict.random.end(), verdict.empty);
  return {.robustness = RobustnessOf(verdict),
          .bounds = BoundsOf(figure).value(),  // Shares are finite.
          .kept_share = verdict.random.empty()
                            ? 1.0
                            : static_cast<double>(kept) /
                                  static_cast<double>(verdict.random.size())};
}

void CliqueFacts::SetMeasures(CliqueRisk& risk) const {
  const auto set = [&](Measure& measure,
                       std::optional<double> CliqueSample::* field,
                       const Interval& range, NullModel model) {
    measure = Estimate(Field(field), range);
    if (model == NullModel::kNone) return;
    Compare(Field(field),
            model == NullModel::kPeopleRelabelled ? draws_.relabelled
                                                  : draws_.degrees_kept,
            model, measure);
  };
  using Sample = CliqueSample;
  const NullModel none = NullModel::kNone;
  const NullModel relabelled = NullModel::kPeopleRelabelled;
  const NullModel degrees = NullModel::kDegreesKept;
  set(risk.all_networks_share, &Sample::all_share, kUnit, none);
  set(risk.recurrent_share, &Sample::recurrent_share, kAtLeastZero, relabelled);
  set(risk.mean_jaccard, &Sample::jaccard, kUnit, relabelled);
  set(risk.concentration, &Sample::concentration, kUnit, none);
  set(risk.core_fit, &Sample::fit, kSigned, degrees);
  set(risk.core_density_ratio, &Sample::density_ratio, kAtLeastZero, none);
  set(risk.external_internal, &Sample::external_internal, kSigned, degrees);
  set(risk.listening_asymmetry, &Sample::asymmetry, kUnbounded, none);
  set(risk.core_share_of_periphery, &Sample::core_share_of_periphery, kUnit,
      none);
  set(risk.periphery_share_of_core, &Sample::periphery_share_of_core, kUnit,
      none);
  set(risk.fragility.reach_loss, &Sample::reach_loss, kSigned, degrees);
  set(risk.fragility.fragmentation_gain, &Sample::fragmentation_gain, kSigned,
      none);
  if (!risk.mean_jaccard.measured()) {
    risk.mean_jaccard =
        Measure::Missing(Reason::kTooFewNetworks, "it needs two networks");
  }
}

void CliqueFacts::SetSectorMeasures(const AnalysisParameters& parameters,
                                    CliqueRisk& risk) const {
  if (const auto problem = SectorProblem(wave_)) {
    for (Measure* measure :
         {&risk.core_blau, &risk.roster_blau, &risk.core_rao_stirling,
          &risk.hybridity, &risk.sector_reach}) {
      *measure = Measure::Missing(problem->reason, problem->detail);
    }
    return;
  }
  const NodeFlags everybody(wave_.node_count(), 1);
  if (const auto blau = Blau(everybody, wave_.sector)) {
    risk.roster_blau = Measure::Of(*blau);
  }
  const auto rao = RaoStirling(observation_.pooled_members, wave_,
                               parameters.sector_distances);
  if (observation_.basis != Basis::kPooledCore || !rao.has_value()) {
    risk.core_blau = risk.core_rao_stirling = Measure::Missing(
        Reason::kNoCore,
        absl::StrCat("the pooled core has ", observation_.pooled.size(),
                     " people, want ", kPooledCoreMin));
  } else {
    risk.core_blau = Estimate(Field(&CliqueSample::blau), kUnit);
    risk.core_rao_stirling = Measure::Of(*rao);
    CompareWithDraws(draws_.sectors.blau, NullModel::kLabelsShuffled,
                     risk.core_blau);
  }
  risk.hybridity = Estimate(
      [this](const CliqueSample& sample) { return HybridityOf(sample); },
      kAtLeastZero);
  if (expected_cross_share_.has_value()) {
    std::vector<double> draws = draws_.sectors.cross_share;
    for (double& draw : draws) draw /= *expected_cross_share_;
    CompareWithDraws(draws, NullModel::kLabelsShuffled, risk.hybridity);
  }
  risk.sector_reach = Estimate(Field(&CliqueSample::sector_reach), kUnit);
}

}  // namespace pulsetaker::network
