#include "services/assessment/rpc/phase_to_proto.h"

#include <cstddef>
#include <string>

#include "services/assessment/rpc/measurement_to_proto.h"

namespace pulsetaker::assessment {
namespace {

// The API's enumerations keep 0 for "unspecified".
constexpr int kFirst = 1;

static_assert(static_cast<int>(PhaseVerdict::kNotMeasured) + kFirst ==
              v1::PhaseResult::VERDICT_NOT_MEASURED);
static_assert(static_cast<int>(PhaseVerdict::kNotMeasured) + kFirst ==
              v1::PhaseResult::Verdict_MAX);
static_assert(static_cast<int>(ChangeStatus::kNoPreviousWave) + kFirst ==
              v1::Change::STATUS_NO_PREVIOUS_WAVE);
static_assert(static_cast<int>(ChangeStatus::kNoPreviousWave) + kFirst ==
              v1::Change::Status_MAX);

void ToProto(const FeatureEvidence& from, v1::FeatureEvidence& to) {
  to.set_feature(from.feature);
  if (from.value.has_value()) to.set_value(*from.value);
  if (from.expected_first.has_value()) {
    to.set_expected_first(*from.expected_first);
  }
  if (from.expected_second.has_value()) {
    to.set_expected_second(*from.expected_second);
  }
  if (from.prior_first.has_value()) to.set_prior_first(*from.prior_first);
  if (from.prior_second.has_value()) to.set_prior_second(*from.prior_second);
  to.set_log_likelihood_ratio(from.log_likelihood_ratio);
  to.set_sentence(from.sentence);
}

void ToProto(const RuleCondition& from, v1::RuleCondition& to) {
  to.set_feature(from.feature);
  to.set_less_feature(from.less_feature);
  to.set_value(from.value);
  to.set_threshold(from.threshold);
  to.set_at_least(from.at_least);
}

void ToProto(const ChangeWarning& from, v1::ChangeWarning& to) {
  to.set_metric(from.metric);
  to.set_from(ToWire(from.from));
  to.set_to(ToWire(from.to));
  ToProto(from.previous, *to.mutable_previous());
  ToProto(from.current, *to.mutable_current());
}

// What is only there when the phase is measured.
void PutClassification(const PhaseResult& from, v1::PhaseResult& to) {
  to.set_phase(ToWire(from.phase));
  to.set_second_phase(ToWire(from.second_phase));
  to.set_margin(from.margin);
  for (int i = 0; i < kPhaseCount; ++i) {
    v1::PhaseProbability& probability = *to.add_probabilities();
    probability.set_phase(ToWire(static_cast<Phase>(i)));
    probability.set_prior(from.prior[static_cast<std::size_t>(i)]);
    probability.set_posterior(from.posterior[static_cast<std::size_t>(i)]);
  }
  for (const FeatureEvidence& evidence : from.evidence) {
    ToProto(evidence, *to.add_evidence());
  }
  if (from.smallest_flip.has_value()) {
    v1::Flip& flip = *to.mutable_smallest_flip();
    flip.set_feature(from.smallest_flip->feature);
    flip.set_from(from.smallest_flip->from);
    flip.set_to(from.smallest_flip->to);
    flip.set_phase(ToWire(from.smallest_flip->phase));
  }
  for (const std::string& feature : from.unused_features) {
    to.add_unused_features(feature);
  }
  if (from.rule_tree_phase.has_value()) {
    to.set_rule_tree_phase(ToWire(*from.rule_tree_phase));
  }
  to.set_rule_tree_reason(from.rule_tree_reason);
  for (const RuleCondition& condition : from.rule_tree_conditions) {
    ToProto(condition, *to.add_rule_tree_conditions());
  }
  to.set_rule_tree_disagrees(from.rule_tree_disagrees);
}

void ToProto(const FeatureChange& from, v1::FeatureChange& to) {
  ToProto(from.previous, *to.mutable_previous());
  ToProto(from.current, *to.mutable_current());
  ToProto(from.difference, *to.mutable_difference());
  ToProto(from.p_value, *to.mutable_p_value());
  if (from.panel_count > 0) to.set_panel_count(from.panel_count);
  ToProto(from.panel_difference, *to.mutable_panel_difference());
  ToProto(from.panel_p_value, *to.mutable_panel_p_value());
  ToProto(from.panel_reliable_fall_share,
          *to.mutable_panel_reliable_fall_share());
  to.set_falls_reliably(from.falls_reliably);
}

void ToProto(const ChangeCondition& from, v1::ChangeCondition& to) {
  to.set_description(from.description);
  ToProto(from.value, *to.mutable_value());
  to.set_threshold(from.threshold);
  to.set_holds(from.holds);
}

}  // namespace

void ToProto(const PhaseResult& from, v1::PhaseResult& to) {
  to.set_verdict(static_cast<v1::PhaseResult::Verdict>(
      static_cast<int>(from.verdict) + kFirst));
  to.set_reason(ToWire(from.absence));
  if (from.verdict != PhaseVerdict::kNotMeasured) PutClassification(from, to);
  ToProto(from.self_placed_phase, *to.mutable_self_placed_phase());
  ToProto(from.pervasive, *to.mutable_pervasive());
}

void ToProto(const Change& from, v1::Change& to) {
  to.set_status(
      static_cast<v1::Change::Status>(static_cast<int>(from.status) + kFirst));
  ToProto(from.phase_reversed, *to.mutable_phase_reversed());
  ToProto(from.level_falls, *to.mutable_level_falls());
  ToProto(from.comparable_mix, *to.mutable_comparable_mix());
  to.set_same_instrument(from.same_instrument);
  for (std::size_t i = 0; i < from.features.size(); ++i) {
    v1::FeatureChange& feature = *to.add_features();
    feature.set_feature(std::string(FeatureNames()[i]));
    ToProto(from.features[i], feature);
  }
  for (const std::string& warning : from.warnings) to.add_warnings(warning);
  for (const ChangeWarning& warning : from.warning_evidence) {
    ToProto(warning, *to.add_warning_evidence());
  }
}

}  // namespace pulsetaker::assessment
