#include "services/assessment/rpc/assessment_from_proto.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "services/assessment/domain/metrics.h"

namespace pulsetaker::assessment {
namespace {

// The API's enumerations keep 0 for "unspecified". What is not known here, or
// was never set, is the first.
template <typename Domain, typename Wire>
Domain FromWire(Wire wire, Domain last) {
  const int value = static_cast<int>(wire) - 1;
  return static_cast<Domain>(std::clamp(value, 0, static_cast<int>(last)));
}

Phase FromWire(v1::Phase phase) { return FromWire(phase, Phase::kEmbedding); }

Absence FromWire(v1::NotMeasuredReason reason) {
  return v1::NotMeasuredReason_IsValid(reason) ? static_cast<Absence>(reason)
                                               : Absence::kUndefined;
}

Layer FromWire(v1::Layer layer) {
  return v1::Layer_IsValid(layer) ? static_cast<Layer>(layer) : Layer::kUnknown;
}

Reading FromProto(const v1::Reading& from) {
  return from.state() == v1::MEASUREMENT_STATE_MEASURED
             ? Reading::Of(from.value())
             : Reading::Missing(FromWire(from.reason()));
}

// Units were not always kept.
MetricUnit UnitOf(const v1::Evidence& from) {
  if (from.unit() != v1::METRIC_UNIT_UNSPECIFIED) {
    return FromWire(from.unit(), MetricUnit::kFlag);
  }
  const MetricDefinition* metric = FindMetric(from.metric());
  return metric != nullptr ? metric->unit : MetricUnit::kRatio;
}

Evidence FromProto(const v1::Evidence& from) {
  Evidence to;
  to.metric = from.metric();
  to.description = from.description();
  to.value = FromProto(from.value());
  to.comparison = FromWire(from.comparison(), Comparison::kAtMost);
  to.threshold = from.threshold();
  to.holds = from.holds();
  to.clause = from.clause();
  to.unit = UnitOf(from);
  Support& support = to.support;
  if (from.has_respondent_count()) {
    support.respondent_count = from.respondent_count();
  }
  if (from.has_invited_count()) support.invited_count = from.invited_count();
  if (from.has_response_rate()) support.response_rate = from.response_rate();
  if (from.has_interval_low()) support.interval_low = from.interval_low();
  if (from.has_interval_high()) support.interval_high = from.interval_high();
  return to;
}

FeatureEvidence FromProto(const v1::FeatureEvidence& from) {
  FeatureEvidence to;
  to.feature = from.feature();
  if (from.has_value()) to.value = from.value();
  if (from.has_expected_first()) to.expected_first = from.expected_first();
  if (from.has_expected_second()) to.expected_second = from.expected_second();
  if (from.has_prior_first()) to.prior_first = from.prior_first();
  if (from.has_prior_second()) to.prior_second = from.prior_second();
  to.log_likelihood_ratio = from.log_likelihood_ratio();
  to.sentence = from.sentence();
  return to;
}

ChangeCondition FromProto(const v1::ChangeCondition& from) {
  ChangeCondition to;
  to.description = from.description();
  to.value = FromProto(from.value());
  to.threshold = from.threshold();
  to.holds = from.holds();
  return to;
}

}  // namespace

Finding FromProto(const v1::Finding& from) {
  Finding to;
  to.id = from.finding_id();
  to.title = from.title();
  to.text = from.text();
  to.status = FromWire(from.status(), FindingStatus::kWithheld);
  for (const int phase : from.phases()) {
    to.phases.push_back(FromWire(static_cast<v1::Phase>(phase)));
  }
  to.phase_tentative = from.phase_tentative();
  for (const v1::Evidence& evidence : from.evidence()) {
    to.evidence.push_back(FromProto(evidence));
  }
  to.missing_inputs.assign(from.missing_inputs().begin(),
                           from.missing_inputs().end());
  to.withheld_inputs.assign(from.withheld_inputs().begin(),
                            from.withheld_inputs().end());
  to.sectors.assign(from.sectors().begin(), from.sectors().end());
  to.source = from.source();
  return to;
}

PhaseResult FromProto(const v1::PhaseResult& from) {
  PhaseResult to;
  to.verdict = FromWire(from.verdict(), PhaseVerdict::kNotMeasured);
  to.absence = FromWire(from.reason());
  to.phase = FromWire(from.phase());
  to.second_phase = FromWire(from.second_phase());
  to.margin = from.margin();
  for (const v1::PhaseProbability& probability : from.probabilities()) {
    const auto p = static_cast<std::size_t>(FromWire(probability.phase()));
    to.prior[p] = probability.prior();
    to.posterior[p] = probability.posterior();
  }
  for (const v1::FeatureEvidence& evidence : from.evidence()) {
    to.evidence.push_back(FromProto(evidence));
  }
  if (from.has_smallest_flip()) {
    const v1::Flip& flip = from.smallest_flip();
    to.smallest_flip =
        Flip{flip.feature(), flip.from(), flip.to(), FromWire(flip.phase())};
  }
  to.unused_features.assign(from.unused_features().begin(),
                            from.unused_features().end());
  if (from.rule_tree_phase() != v1::PHASE_UNSPECIFIED) {
    to.rule_tree_phase = FromWire(from.rule_tree_phase());
  }
  to.rule_tree_reason = from.rule_tree_reason();
  for (const v1::RuleCondition& condition : from.rule_tree_conditions()) {
    to.rule_tree_conditions.push_back(
        {condition.feature(), condition.less_feature(), condition.value(),
         condition.threshold(), condition.at_least()});
  }
  to.rule_tree_disagrees = from.rule_tree_disagrees();
  to.self_placed_phase = FromProto(from.self_placed_phase());
  to.pervasive = FromProto(from.pervasive());
  return to;
}

Change FromProto(const v1::Change& from) {
  Change to;
  to.status = FromWire(from.status(), ChangeStatus::kNoPreviousWave);
  to.phase_reversed = FromProto(from.phase_reversed());
  to.level_falls = FromProto(from.level_falls());
  to.comparable_mix = FromProto(from.comparable_mix());
  to.same_instrument = from.same_instrument();
  to.warnings.assign(from.warnings().begin(), from.warnings().end());
  for (const v1::ChangeWarning& warning : from.warning_evidence()) {
    to.warning_evidence.push_back(
        {warning.metric(), FromWire(warning.from()), FromWire(warning.to()),
         FromProto(warning.previous()), FromProto(warning.current())});
  }
  return to;
}

}  // namespace pulsetaker::assessment
