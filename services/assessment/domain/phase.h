// Which phase of the innovation lifecycle the triangle fits, how sure that is,
// and why. docs/domain/assessment.md has the profiles and their sources.

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/triangle.h"

namespace pulsetaker::assessment {

enum class Phase : std::uint8_t {
  kLatent = 0,
  kDesign = 1,
  kMobilisation = 2,
  kMainstreaming = 3,
  kEmbedding = 4,
};
inline constexpr int kPhaseCount = 5;

// "latent", "design and discover", ...
absl::string_view PhaseLabel(Phase phase);

using PhaseDistribution = std::array<double, kPhaseCount>;

// The level that each phase expects of each feature, in [0, 100].
const std::array<std::array<double, kFeatureCount>, kPhaseCount>&
PhaseProfiles();

// How much each corner counts in each phase, whatever its level: shares that
// sum to 1. A low level of a corner that hardly counts is no risk.
const std::array<std::array<double, kCornerCount>, kPhaseCount>&
PhaseCornerWeights();

// The weight from which on a corner counts.
inline constexpr double kCornerWeightMin = 0.25;

inline constexpr double kProfileDeviation = 12;  // tau, in points.
inline constexpr double kPosteriorMin = 0.55;    // Else no verdict of a phase,
inline constexpr double kMarginMin = 0.15;       // nor below this margin.
inline constexpr double kBetweenMin = 0.80;      // Two neighbours together.

enum class PhaseVerdict : std::uint8_t {
  kPhase = 0,
  kBetween = 1,
  kIndeterminate = 2,
  kNotMeasured = 3,
};

struct FeatureEvidence {
  std::string feature;  // A metric, or "prior".
  std::optional<double> value;
  std::optional<double> expected_first;
  std::optional<double> expected_second;
  std::optional<double> prior_first;  // Of "prior" alone.
  std::optional<double> prior_second;
  double log_likelihood_ratio = 0;
  std::string sentence;

  friend bool operator==(const FeatureEvidence&,
                         const FeatureEvidence&) = default;
};

struct Flip {
  std::string feature;
  double from = 0;
  double to = 0;
  Phase phase = Phase::kLatent;

  friend bool operator==(const Flip&, const Flip&) = default;
};

// A comparison of the rule tree: `feature`, less `less_feature` if there is
// one, with a threshold.
struct RuleCondition {
  std::string feature;
  std::string less_feature;
  double value = 0;
  double threshold = 0;  // The value is at least this if `at_least`,
  bool at_least = true;  // else below it.

  friend bool operator==(const RuleCondition&, const RuleCondition&) = default;
};

struct PhaseResult {
  PhaseVerdict verdict = PhaseVerdict::kNotMeasured;
  Absence absence = Absence::kNotAsked;  // kNone unless kNotMeasured.
  Phase phase = Phase::kLatent;          // The rest means nothing then,
  Phase second_phase = Phase::kLatent;   // but for self_placed_phase.
  double margin = 0;
  PhaseDistribution prior{};
  PhaseDistribution likelihood{};  // Scaled to sum to 1.
  PhaseDistribution posterior{};
  std::vector<FeatureEvidence> evidence;
  std::optional<Flip> smallest_flip;
  std::vector<std::string> unused_features;
  std::optional<Phase> rule_tree_phase;
  std::string rule_tree_reason;
  std::vector<RuleCondition> rule_tree_conditions;  // All of them hold.
  bool rule_tree_disagrees = false;
  Reading self_placed_phase;  // Median, 0 to 4.
  Reading pervasive;          // 1 or 0; filled in by AssessWave.

  friend bool operator==(const PhaseResult&, const PhaseResult&) = default;
};

// Where a wave that was in phase `from` is expected a wave later:
// [from][to], rows sum to 1.
const std::array<PhaseDistribution, kPhaseCount>& PhaseTransitions();

// Classifies. `previous` is the posterior of the wave before; without it the
// prior is uniform. Needs all three corners; arrows that are not measured are
// left out and named. self_placed_phase is left as not asked.
PhaseResult ClassifyPhase(const Triangle& triangle,
                          const std::optional<PhaseDistribution>& previous);

// The weight of a corner in a wave: that of each phase by the posterior
// probability of the phase, in [0, 1]; the three corners sum to 1. Missing as
// the phase is.
Reading CornerImportance(const PhaseResult& phase, Corner corner);

// Where CornerImportance comes from, for people.
inline constexpr absl::string_view kCornerImportanceSource =
    "Transformers 5.3 says which corner leads in which phase; the weights are "
    "a "
    "design choice, and are averaged by the probability of each phase";

// The probability that the phase of the wave before was a later one:
//   sum over p < q of joint(q, p), joint ~ previous(q) * T(q, p) * L(p)
double ReverseProbability(const PhaseDistribution& previous,
                          const PhaseDistribution& likelihood);

}  // namespace pulsetaker::assessment
