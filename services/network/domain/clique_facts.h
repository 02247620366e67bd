// The measures of clique risk one by one, each with its interval and its
// comparison with chance. clique_risk.cc makes dials and verdict of them.

#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "services/network/domain/clique_risk.h"

namespace pulsetaker::network {

// A number of a sample: a field, or what is made of several.
using SampleStatistic =
    std::function<std::optional<double>(const CliqueSample&)>;

// Reads the fields of CliqueRisk out of an observation and its counterparts.
class CliqueFacts {
 public:
  // All must outlive this.
  CliqueFacts(const Wave& wave, const CliqueObservation& observation,
              const CliqueDraws& draws);

  // Sets every measure but recurrence, exclusivity and those of sectors.
  void SetMeasures(CliqueRisk& risk) const;
  void SetSectorMeasures(const AnalysisParameters& parameters,
                         CliqueRisk& risk) const;

  // R and X.
  Measure Recurrence() const;
  Measure Exclusivity() const;

  // CR. R and X must be measured.
  CliqueIndex Index() const;

  // Beside N4.
  Measure MostNamedRecurrence() const;

  // Of R and X, which must be measured.
  VerdictRobustness UnderTreatments() const;

  // A value with its interval: `statistic` of the observation, and of the
  // replicates. kNoTies where the observation has none.
  Measure Estimate(const SampleStatistic& statistic,
                   const Interval& range) const;

  std::optional<double> RecurrenceOf(const CliqueSample& sample) const;
  ExclusivityParts PartsOf(const CliqueSample& sample) const;
  // Of the parts that the observation has; nullopt for a sample of others.
  std::optional<double> ExclusivityOf(const CliqueSample& sample) const;
  std::optional<double> HybridityOf(const CliqueSample& sample) const;

 private:
  void Compare(const SampleStatistic& statistic,
               const std::vector<CliqueSample>& draws, NullModel model,
               Measure& measure) const;
  // On being above `edge`.
  MissingRowsEffect EffectOn(const SampleStatistic& statistic,
                             double edge) const;
  bool Enough(std::size_t count, std::size_t of) const {
    return count > 0 && 2 * count >= of;
  }

  const Wave& wave_;
  const CliqueObservation& observation_;
  const CliqueDraws& draws_;
  std::optional<double> relabelled_mean_;
  double relabelled_share_mean_ = 0.0;  // At most 1 of each draw.
  double relabelled_jaccard_mean_ = 0.0;
  std::optional<double> expected_cross_share_;
  std::vector<double> external_internal_draws_;
};

}  // namespace pulsetaker::network
