#include "services/assessment/domain/phase.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/str_format.h"

namespace pulsetaker::assessment {
namespace {

constexpr std::size_t kPhases = kPhaseCount;
constexpr std::size_t kFeatures = kFeatureCount;

struct Observation {
  std::size_t feature;
  double value;
  double variance;  // Of the level and of places around the profile, together.
};

// Measured features. Sets what is left out, and why if a corner is.
std::vector<Observation> Observe(const Triangle& triangle,
                                 PhaseResult& result) {
  std::vector<Observation> observations;
  result.absence = Absence::kNone;
  for (int f = 0; f < kFeatureCount; ++f) {
    const Level& level = triangle.feature(f);
    const auto index = static_cast<std::size_t>(f);
    if (level.measured()) {
      observations.push_back({index, level.post_stratified,
                              level.standard_error * level.standard_error +
                                  kProfileDeviation * kProfileDeviation});
      continue;
    }
    result.unused_features.emplace_back(FeatureNames()[index]);
    if (f < kCornerCount && result.absence == Absence::kNone) {
      result.absence = level.absence;
    }
  }
  return observations;
}

// ln N(x; expected, variance) without the part that is equal for all phases.
double LogFit(const Observation& seen, double expected) {
  const double distance = seen.value - expected;
  return -0.5 * distance * distance / seen.variance;
}

double LogLikelihoodRatio(const Observation& seen, std::size_t first,
                          std::size_t second) {
  return LogFit(seen, PhaseProfiles()[first][seen.feature]) -
         LogFit(seen, PhaseProfiles()[second][seen.feature]);
}

PhaseDistribution Normalize(PhaseDistribution values) {
  double sum = 0;
  for (const double value : values) sum += value;
  for (double& value : values) value /= sum;
  return values;
}

PhaseDistribution Likelihood(const std::vector<Observation>& observations) {
  PhaseDistribution logs{};
  for (std::size_t p = 0; p < kPhases; ++p) {
    for (const Observation& seen : observations) {
      logs[p] += LogFit(seen, PhaseProfiles()[p][seen.feature]);
    }
  }
  const double best = *std::max_element(logs.begin(), logs.end());
  PhaseDistribution likelihood{};
  for (std::size_t p = 0; p < kPhases; ++p) {
    likelihood[p] = std::exp(logs[p] - best);
  }
  return Normalize(likelihood);
}

PhaseDistribution Prior(const std::optional<PhaseDistribution>& previous) {
  PhaseDistribution prior{};
  if (!previous) {
    prior.fill(1.0 / kPhaseCount);
    return prior;
  }
  for (std::size_t from = 0; from < kPhases; ++from) {
    for (std::size_t to = 0; to < kPhases; ++to) {
      prior[to] += (*previous)[from] * PhaseTransitions()[from][to];
    }
  }
  return Normalize(prior);
}

// The two most probable phases; of equals the earlier one.
std::pair<std::size_t, std::size_t> TopTwo(const PhaseDistribution& posterior) {
  std::size_t first = 0;
  for (std::size_t p = 1; p < kPhases; ++p) {
    if (posterior[p] > posterior[first]) first = p;
  }
  std::size_t second = first == 0 ? 1 : 0;
  for (std::size_t p = 0; p < kPhases; ++p) {
    if (p != first && posterior[p] > posterior[second]) second = p;
  }
  return {first, second};
}

PhaseVerdict VerdictOf(const PhaseDistribution& posterior, std::size_t first,
                       std::size_t second) {
  if (posterior[first] >= kPosteriorMin &&
      posterior[first] - posterior[second] >= kMarginMin) {
    return PhaseVerdict::kPhase;
  }
  const bool neighbours = first + 1 == second || second + 1 == first;
  if (neighbours && posterior[first] + posterior[second] >= kBetweenMin) {
    return PhaseVerdict::kBetween;
  }
  return PhaseVerdict::kIndeterminate;
}

std::string FeatureSentence(const Observation& seen, std::size_t first,
                            std::size_t second, double ratio) {
  const absl::string_view label = FeatureLabels()[seen.feature];
  const double expected_first = PhaseProfiles()[first][seen.feature];
  const double expected_second = PhaseProfiles()[second][seen.feature];
  const absl::string_view first_label = PhaseLabel(static_cast<Phase>(first));
  const absl::string_view second_label = PhaseLabel(static_cast<Phase>(second));
  if (ratio == 0) {
    return absl::StrFormat("%s %.0f fits %s (%.0f) and %s (%.0f) equally",
                           label, seen.value, first_label, expected_first,
                           second_label, expected_second);
  }
  if (ratio > 0) {
    return absl::StrFormat("%s %.0f fits %s (%.0f) better than %s (%.0f)",
                           label, seen.value, first_label, expected_first,
                           second_label, expected_second);
  }
  return absl::StrFormat("%s %.0f fits %s (%.0f) better than %s (%.0f)", label,
                         seen.value, second_label, expected_second, first_label,
                         expected_first);
}

FeatureEvidence PriorEvidence(const PhaseDistribution& prior, std::size_t first,
                              std::size_t second) {
  FeatureEvidence evidence;
  evidence.feature = "prior";
  evidence.prior_first = prior[first];
  evidence.prior_second = prior[second];
  evidence.log_likelihood_ratio = std::log(prior[first] / prior[second]);
  const bool for_first = prior[first] >= prior[second];
  evidence.sentence = absl::StrFormat(
      "after the wave before, %s (%.2f) is likelier than %s (%.2f)",
      PhaseLabel(static_cast<Phase>(for_first ? first : second)),
      for_first ? prior[first] : prior[second],
      PhaseLabel(static_cast<Phase>(for_first ? second : first)),
      for_first ? prior[second] : prior[first]);
  return evidence;
}

std::vector<FeatureEvidence> Explain(
    const std::vector<Observation>& observations,
    const PhaseDistribution& prior, std::size_t first, std::size_t second) {
  std::vector<FeatureEvidence> evidence;
  for (const Observation& seen : observations) {
    FeatureEvidence item;
    item.feature = std::string(FeatureNames()[seen.feature]);
    item.value = seen.value;
    item.expected_first = PhaseProfiles()[first][seen.feature];
    item.expected_second = PhaseProfiles()[second][seen.feature];
    item.log_likelihood_ratio = LogLikelihoodRatio(seen, first, second);
    item.sentence =
        FeatureSentence(seen, first, second, item.log_likelihood_ratio);
    evidence.push_back(std::move(item));
  }
  if (prior[first] != prior[second]) {
    evidence.push_back(PriorEvidence(prior, first, second));
  }
  std::sort(evidence.begin(), evidence.end(),
            [](const FeatureEvidence& a, const FeatureEvidence& b) {
              const double size_a = std::abs(a.log_likelihood_ratio);
              const double size_b = std::abs(b.log_likelihood_ratio);
              return size_a != size_b ? size_a > size_b : a.feature < b.feature;
            });
  return evidence;
}

// Log odds are linear in each feature, so each pair of feature and phase has
// one level at which the phase draws level with the first.
std::optional<Flip> SmallestFlip(const std::vector<Observation>& observations,
                                 const PhaseDistribution& prior,
                                 std::size_t first) {
  std::optional<Flip> smallest;
  for (std::size_t p = 0; p < kPhases; ++p) {
    if (p == first) continue;
    double log_odds = std::log(prior[first] / prior[p]);
    for (const Observation& seen : observations) {
      log_odds += LogLikelihoodRatio(seen, first, p);
    }
    for (const Observation& seen : observations) {
      const double slope = (PhaseProfiles()[first][seen.feature] -
                            PhaseProfiles()[p][seen.feature]) /
                           seen.variance;
      if (slope == 0) continue;
      const double to = seen.value - log_odds / slope;
      if (to < 0 || to > 100) continue;
      if (smallest && std::abs(to - seen.value) >=
                          std::abs(smallest->to - smallest->from)) {
        continue;
      }
      smallest = Flip{std::string(FeatureNames()[seen.feature]), seen.value, to,
                      static_cast<Phase>(p)};
    }
  }
  return smallest;
}

// The level of a corner, less that of another if there is one, and a threshold.
struct TreeTest {
  Corner corner;
  std::optional<Corner> less;
  bool at_least;  // Else below it.
  double threshold;
};

struct TreeRule {
  Phase phase;
  absl::string_view reason;
  std::vector<TreeTest> tests;
};

// First match wins. Each profile of PhaseProfiles() is taken by its own rule.
const std::vector<TreeRule>& TreeRules() {
  using enum Corner;
  static const std::vector<TreeRule> rules = {
      {Phase::kLatent,
       "value below 35 and authority below 40",
       {{kValue, {}, false, 35}, {kAuthority, {}, false, 40}}},
      {Phase::kDesign,
       "authority 20 or more above capacity, value below 40",
       {{kAuthority, kCapacity, true, 20}, {kValue, {}, false, 40}}},
      {Phase::kMainstreaming,
       "capacity 15 or more above authority, value 50 or more",
       {{kCapacity, kAuthority, true, 15}, {kValue, {}, true, 50}}},
      {Phase::kEmbedding,
       "all corners 60 or more",
       {{kAuthority, {}, true, 60},
        {kCapacity, {}, true, 60},
        {kValue, {}, true, 60}}},
      {Phase::kMobilisation,
       "authority 50 or more, capacity 45 or more, value 35 or more",
       {{kAuthority, {}, true, 50},
        {kCapacity, {}, true, 45},
        {kValue, {}, true, 35}}},
  };
  return rules;
}

RuleCondition Test(const TreeTest& test, const Triangle& triangle) {
  const auto level = [&](Corner corner) {
    return triangle.feature(static_cast<int>(corner)).post_stratified;
  };
  const auto name = [](Corner corner) {
    return std::string(FeatureNames()[static_cast<std::size_t>(corner)]);
  };
  RuleCondition condition;
  condition.feature = name(test.corner);
  condition.value = level(test.corner);
  if (test.less) {
    condition.less_feature = name(*test.less);
    condition.value -= level(*test.less);
  }
  condition.threshold = test.threshold;
  condition.at_least = test.at_least;
  return condition;
}

bool Holds(const RuleCondition& condition) {
  return condition.at_least == (condition.value >= condition.threshold);
}

void CrossCheck(const Triangle& triangle, PhaseResult& result) {
  for (const TreeRule& rule : TreeRules()) {
    std::vector<RuleCondition> conditions;
    for (const TreeTest& test : rule.tests) {
      conditions.push_back(Test(test, triangle));
    }
    if (!std::all_of(conditions.begin(), conditions.end(), Holds)) continue;
    result.rule_tree_phase = rule.phase;
    result.rule_tree_reason = std::string(rule.reason);
    result.rule_tree_conditions = std::move(conditions);
    result.rule_tree_disagrees = rule.phase != result.phase;
    return;
  }
  result.rule_tree_reason = "no rule applies";
}

std::array<PhaseDistribution, kPhaseCount> MakeTransitions() {
  constexpr double kStay = 0.60;
  constexpr double kForward = 0.25;
  constexpr double kBack = 0.12;
  constexpr double kOther = 0.03;
  std::array<PhaseDistribution, kPhaseCount> rows{};
  for (std::size_t from = 0; from < kPhases; ++from) {
    const bool has_forward = from + 1 < kPhases;
    const bool has_back = from > 0;
    const int other_count =
        kPhaseCount - 1 - (has_forward ? 1 : 0) - (has_back ? 1 : 0);
    rows[from].fill(kOther / other_count);
    rows[from][from] = kStay;
    if (has_forward) rows[from][from + 1] = kForward;
    if (has_back) rows[from][from - 1] = kBack;
    rows[from] = Normalize(rows[from]);  // The first and last lack a neighbour.
  }
  return rows;
}

}  // namespace

absl::string_view PhaseLabel(Phase phase) {
  switch (phase) {
    case Phase::kLatent:
      return "latent";
    case Phase::kDesign:
      return "design and discover";
    case Phase::kMobilisation:
      return "mobilisation";
    case Phase::kMainstreaming:
      return "mainstreaming";
    case Phase::kEmbedding:
      return "embedding";
  }
  return "unknown phase";
}

const std::array<std::array<double, kFeatureCount>, kPhaseCount>&
PhaseProfiles() {
  static constexpr std::array<std::array<double, kFeatures>, kPhases>
      kProfiles = {{
          // A   C   V   A>C C>A A>V V>A C>V V>C
          {{25, 25, 20, 15, 15, 10, 10, 15, 10}},  // Latent.
          {{65, 35, 25, 60, 25, 20, 15, 25, 15}},  // Design and discover.
          {{65, 60, 45, 65, 55, 35, 35, 55, 30}},  // Mobilisation.
          {{45, 70, 65, 40, 45, 35, 45, 70, 50}},  // Mainstreaming.
          {{65, 70, 75, 65, 55, 55, 70, 70, 65}},  // Embedding.
      }};
  return kProfiles;
}

const std::array<std::array<double, kCornerCount>, kPhaseCount>&
PhaseCornerWeights() {
  constexpr double kEqual = 1.0 / kCornerCount;
  static constexpr std::array<std::array<double, kCornerCount>, kPhases>
      kWeights = {{
          // A   C    V
          {{0.40, 0.30, 0.30}},        // Latent.
          {{0.60, 0.25, 0.15}},        // Design and discover.
          {{0.35, 0.45, 0.20}},        // Mobilisation.
          {{0.20, 0.50, 0.30}},        // Mainstreaming.
          {{kEqual, kEqual, kEqual}},  // Embedding.
      }};
  return kWeights;
}

const std::array<PhaseDistribution, kPhaseCount>& PhaseTransitions() {
  static const std::array<PhaseDistribution, kPhaseCount> transitions =
      MakeTransitions();
  return transitions;
}

PhaseResult ClassifyPhase(const Triangle& triangle,
                          const std::optional<PhaseDistribution>& previous) {
  PhaseResult result;
  const std::vector<Observation> observations = Observe(triangle, result);
  if (result.absence != Absence::kNone) return result;

  result.prior = Prior(previous);
  result.likelihood = Likelihood(observations);
  for (std::size_t p = 0; p < kPhases; ++p) {
    result.posterior[p] = result.prior[p] * result.likelihood[p];
  }
  result.posterior = Normalize(result.posterior);

  const auto [first, second] = TopTwo(result.posterior);
  result.verdict = VerdictOf(result.posterior, first, second);
  result.phase = static_cast<Phase>(first);
  result.second_phase = static_cast<Phase>(second);
  result.margin = result.posterior[first] - result.posterior[second];
  result.evidence = Explain(observations, result.prior, first, second);
  result.smallest_flip = SmallestFlip(observations, result.prior, first);
  CrossCheck(triangle, result);
  return result;
}

Reading CornerImportance(const PhaseResult& phase, Corner corner) {
  if (phase.verdict == PhaseVerdict::kNotMeasured) {
    return Reading::Missing(phase.absence);
  }
  double importance = 0;
  for (std::size_t p = 0; p < kPhases; ++p) {
    importance += phase.posterior[p] *
                  PhaseCornerWeights()[p][static_cast<std::size_t>(corner)];
  }
  return Reading::Of(importance);
}

double ReverseProbability(const PhaseDistribution& previous,
                          const PhaseDistribution& likelihood) {
  double reversed = 0;
  double total = 0;
  for (std::size_t from = 0; from < kPhases; ++from) {
    for (std::size_t to = 0; to < kPhases; ++to) {
      const double joint =
          previous[from] * PhaseTransitions()[from][to] * likelihood[to];
      total += joint;
      if (to < from) reversed += joint;
    }
  }
  return reversed / total;
}

}  // namespace pulsetaker::assessment
