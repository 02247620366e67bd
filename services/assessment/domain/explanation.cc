#include "services/assessment/domain/explanation.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/assessment/domain/explanation_writer.h"
#include "services/assessment/domain/metrics.h"

namespace pulsetaker::assessment {
namespace {

Statement ExplainEvidence(const Evidence& evidence, absl::string_view path,
                          const Writer& writer) {
  Statement statement;
  statement.metric = evidence.metric;
  statement.description =
      writer.Describe(evidence.metric, evidence.description);
  statement.unit = evidence.unit;
  statement.value = evidence.value;
  statement.comparison = evidence.comparison;
  statement.threshold = evidence.threshold;
  statement.holds = evidence.holds;
  statement.clause = evidence.clause;
  statement.support = evidence.support;
  statement.origins = OriginsOf(evidence.metric);
  writer.SayCondition(absl::StrCat(path, ".value.value"),
                      absl::StrCat(path, ".threshold"), statement);
  writer.SaySupport(path, statement);
  return statement;
}

Statement ExplainPhaseCondition(const Finding& finding,
                                const PhaseResult& phase,
                                const Writer& writer) {
  Statement statement;
  if (finding.phases.empty()) {
    statement.sentence = writer.Say(Phrase::kPhaseConditionAny);
    statement.holds = true;
    return statement;
  }
  std::string phases;
  for (const Phase applies : finding.phases) {
    absl::StrAppend(&phases, phases.empty() ? "" : ", ",
                    writer.Say(PhraseOf(applies)));
    const bool is_first = applies == phase.phase;
    const bool is_second = applies == phase.second_phase;
    statement.holds = statement.holds ||
                      (is_first && (phase.verdict == PhaseVerdict::kPhase ||
                                    phase.verdict == PhaseVerdict::kBetween)) ||
                      (is_second && phase.verdict == PhaseVerdict::kBetween);
  }
  statement.sentence = writer.Say(
      Phrase::kPhaseConditionSome,
      {{"phases", phases}, {"verdict", writer.SayVerdict(phase, statement)}});
  return statement;
}

// "capacity: 71.0 fits one phase (70) better than another (60)".
Statement ExplainFeature(const FeatureEvidence& evidence,
                         const PhaseResult& phase, std::size_t index,
                         const Writer& writer) {
  const bool is_prior = evidence.prior_first.has_value();
  const bool for_first = evidence.log_likelihood_ratio >= 0;
  const std::string path = absl::StrCat("phase.evidence[", index, "]");
  const MetricUnit unit =
      is_prior ? MetricUnit::kProbability : MetricUnit::kPoints;
  Statement statement;
  statement.metric = is_prior ? "" : evidence.feature;
  statement.description = writer.Describe(evidence.feature);
  statement.unit = unit;
  statement.holds = for_first;
  PhraseArguments arguments = {{"feature", statement.description}};
  if (evidence.value) {
    statement.value = Reading::Of(*evidence.value);
    statement.origins = OriginsOf(evidence.feature);
    arguments.emplace_back(
        "value", writer.Plain("value", *evidence.value, unit,
                              absl::StrCat(path, ".value"), statement));
  }
  const auto expected = [&](bool first) {
    const absl::string_view name =
        is_prior ? (first ? "prior_first" : "prior_second")
                 : (first ? "expected_first" : "expected_second");
    const std::optional<double>& value =
        is_prior ? (first ? evidence.prior_first : evidence.prior_second)
                 : (first ? evidence.expected_first : evidence.expected_second);
    return writer.Plain(name, value.value_or(0), unit,
                        absl::StrCat(path, ".", name), statement);
  };
  const auto label = [&](bool first) {
    return writer.Say(PhraseOf(first ? phase.phase : phase.second_phase));
  };
  arguments.emplace_back("better", label(for_first));
  arguments.emplace_back("better_expected", expected(for_first));
  arguments.emplace_back("worse", label(!for_first));
  arguments.emplace_back("worse_expected", expected(!for_first));
  const Phrase phrase = is_prior ? Phrase::kEvidencePrior
                        : evidence.log_likelihood_ratio == 0
                            ? Phrase::kEvidenceFitsEqually
                            : Phrase::kEvidenceFits;
  statement.sentence = writer.Say(phrase, arguments);
  return statement;
}

Statement ExplainRule(const RuleCondition& rule, std::size_t index,
                      const Writer& writer) {
  const std::string path =
      absl::StrCat("phase.rule_tree_conditions[", index, "]");
  Statement statement;
  statement.metric = rule.feature;
  statement.description = writer.Describe(rule.feature);
  statement.origins = OriginsOf(rule.feature);
  if (!rule.less_feature.empty()) {
    statement.description = writer.Say(
        Phrase::kDifference, {{"first", statement.description},
                              {"second", writer.Describe(rule.less_feature)}});
    for (Origin& origin : statement.origins) origin.is_value = false;
    for (Origin& origin : OriginsOf(rule.less_feature)) {
      origin.is_value = false;
      statement.origins.push_back(std::move(origin));
    }
  }
  statement.value = Reading::Of(rule.value);
  statement.comparison =
      rule.at_least ? Comparison::kAtLeast : Comparison::kLess;
  statement.threshold = rule.threshold;
  statement.holds = true;
  writer.SayCondition(absl::StrCat(path, ".value"),
                      absl::StrCat(path, ".threshold"), statement);
  return statement;
}

Statement ExplainFlip(const Flip& flip, const Writer& writer) {
  Statement statement;
  statement.metric = flip.feature;
  statement.description = writer.Describe(flip.feature);
  statement.value = Reading::Of(flip.from);
  statement.origins = OriginsOf(flip.feature);
  std::string to = writer.Plain("to", flip.to, statement.unit,
                                "phase.smallest_flip.to", statement);
  statement.sentence =
      writer.Say(Phrase::kFlip,
                 {{"feature", statement.description},
                  {"to", std::move(to)},
                  {"from", writer.Plain("from", flip.from, statement.unit,
                                        "phase.smallest_flip.from", statement)},
                  {"phase", writer.Say(PhraseOf(flip.phase))}});
  return statement;
}

Statement ExplainChangeCondition(const ChangeCondition& condition,
                                 Phrase description, MetricUnit unit,
                                 Comparison comparison, absl::string_view path,
                                 const Writer& writer) {
  Statement statement;
  statement.description = writer.Say(description);
  statement.unit = unit;
  statement.value = condition.value;
  statement.comparison = comparison;
  statement.threshold = condition.threshold;
  statement.holds = condition.holds;
  writer.SayCondition(absl::StrCat(path, ".value.value"),
                      absl::StrCat(path, ".threshold"), statement);
  return statement;
}

std::vector<Origin> OriginsOfWarning(const ChangeWarning& warning) {
  if (warning.metric != "network.layers.coverage") {
    return OriginsOf(warning.metric);
  }
  constexpr std::array<absl::string_view, kLayerCount> kNames = {
      "unspecified", "systemic", "sectoral", "frontline", "public"};
  const auto name = [&](Layer layer) {
    return kNames[static_cast<std::size_t>(layer)];
  };
  const bool is_upper = warning.from < warning.to;
  return {
      {OriginKind::kAnalysis,
       absl::StrCat("layer_links.vertical[",
                    name(std::min(warning.from, warning.to)), "-",
                    name(std::max(warning.from, warning.to)), "].",
                    is_upper ? "upper_coverage" : "lower_coverage", ".value"),
       true},
      {OriginKind::kPreviousAssessment, "inputs.analysis", false}};
}

Statement ExplainWarning(const ChangeWarning& warning, std::size_t index,
                         const Writer& writer) {
  const bool is_feature =
      FindMetric(warning.metric) != nullptr &&
      FindMetric(warning.metric)->unit == MetricUnit::kPoints;
  const std::string path = absl::StrCat("change.warning_evidence[", index, "]");
  Statement statement;
  statement.metric = warning.metric;
  statement.description = writer.Describe(warning.metric);
  statement.unit = is_feature ? MetricUnit::kPoints : MetricUnit::kShare;
  statement.value = warning.current;
  statement.holds = true;
  statement.origins = OriginsOfWarning(warning);
  PhraseArguments arguments = {
      {"feature", statement.description},
      {"from", writer.Say(PhraseOf(warning.from))},
      {"to", writer.Say(PhraseOf(warning.to))},
  };
  if (warning.previous.measured()) {
    arguments.emplace_back(
        "previous",
        writer.Plain("previous", warning.previous.value, statement.unit,
                     absl::StrCat(path, ".previous.value"), statement));
  }
  arguments.emplace_back(
      "current", writer.Plain("current", warning.current.value, statement.unit,
                              absl::StrCat(path, ".current.value"), statement));
  const Phrase phrase = is_feature                    ? Phrase::kWarningFeature
                        : warning.previous.measured() ? Phrase::kWarningCoverage
                                                      : Phrase::kWarningCore;
  statement.sentence = writer.Say(phrase, arguments);
  return statement;
}

Statement Outcome(std::string sentence) {
  Statement statement;
  statement.sentence = std::move(sentence);
  return statement;
}

}  // namespace

Explanation ExplainFinding(const Finding& finding, const PhaseResult& phase,
                           absl::string_view path,
                           const Vocabulary& vocabulary) {
  const Writer writer(vocabulary);
  Explanation explanation;
  explanation.subject = finding.id;
  explanation.title = finding.title;
  explanation.text = finding.text;
  const FindingDefinition* entry = vocabulary.catalogue.Find(finding.id);
  if (entry != nullptr) {
    const FindingText& english = entry->texts[IndexOf(Language::kEnglish)];
    if (english.title == finding.title && english.text == finding.text) {
      const FindingText& text = entry->texts[IndexOf(vocabulary.language)];
      explanation.language = vocabulary.language;
      explanation.title = text.title;
      explanation.text = text.text;
    }
  }
  explanation.status = finding.status;
  explanation.statements.push_back(
      Outcome(writer.Say(PhraseOf(finding.status))));
  explanation.statements.push_back(
      ExplainPhaseCondition(finding, phase, writer));
  for (std::size_t i = 0; i < finding.evidence.size(); ++i) {
    explanation.statements.push_back(ExplainEvidence(
        finding.evidence[i], absl::StrCat(path, ".evidence[", i, "]"), writer));
  }
  explanation.missing_inputs = finding.missing_inputs;
  explanation.withheld_inputs = finding.withheld_inputs;
  explanation.sectors = finding.sectors;
  explanation.source = finding.source;
  return explanation;
}

Explanation ExplainPhase(const PhaseResult& phase,
                         const Vocabulary& vocabulary) {
  const Writer writer(vocabulary);
  Explanation explanation;
  explanation.subject = std::string(kPhaseSubject);
  explanation.language = vocabulary.language;
  explanation.title = writer.Say(Phrase::kPhaseTitle);
  std::vector<Statement>& statements = explanation.statements;
  Statement& verdict = statements.emplace_back();
  verdict.sentence = writer.SayVerdict(phase, verdict);
  if (phase.verdict == PhaseVerdict::kNotMeasured) return explanation;
  for (std::size_t i = 0; i < phase.evidence.size(); ++i) {
    // A prior of an assessment that did not keep it states no numbers.
    const FeatureEvidence& evidence = phase.evidence[i];
    if (!evidence.value && !evidence.prior_first) continue;
    statements.push_back(ExplainFeature(evidence, phase, i, writer));
  }
  if (phase.smallest_flip) {
    statements.push_back(ExplainFlip(*phase.smallest_flip, writer));
  }
  statements.push_back(Outcome(
      phase.rule_tree_phase
          ? writer.Say(
                Phrase::kRulePhase,
                {{"phase", writer.Say(PhraseOf(*phase.rule_tree_phase))}})
          : writer.Say(Phrase::kRuleNone)));
  for (std::size_t i = 0; i < phase.rule_tree_conditions.size(); ++i) {
    statements.push_back(ExplainRule(phase.rule_tree_conditions[i], i, writer));
  }
  return explanation;
}

Explanation ExplainChange(const Change& change, const Vocabulary& vocabulary) {
  const Writer writer(vocabulary);
  Explanation explanation;
  explanation.subject = std::string(kChangeSubject);
  explanation.language = vocabulary.language;
  explanation.title = writer.Say(Phrase::kChangeTitle);
  std::vector<Statement>& statements = explanation.statements;
  statements.push_back(Outcome(writer.Say(PhraseOf(change.status))));
  if (change.status == ChangeStatus::kNoPreviousWave) return explanation;
  statements.push_back(ExplainChangeCondition(
      change.phase_reversed, Phrase::kChangePhaseReversed,
      MetricUnit::kProbability, Comparison::kAtLeast, "change.phase_reversed",
      writer));
  statements.push_back(ExplainChangeCondition(
      change.level_falls, Phrase::kChangeLevelFalls, MetricUnit::kCount,
      Comparison::kAtLeast, "change.level_falls", writer));
  statements.push_back(ExplainChangeCondition(
      change.comparable_mix, Phrase::kChangeComparableMix, MetricUnit::kShare,
      Comparison::kAtMost, "change.comparable_mix", writer));
  statements.push_back(Outcome(
      writer.Say(change.same_instrument ? Phrase::kChangeSameInstrument
                                        : Phrase::kChangeOtherInstrument)));
  for (std::size_t i = 0; i < change.warning_evidence.size(); ++i) {
    statements.push_back(ExplainWarning(change.warning_evidence[i], i, writer));
  }
  return explanation;
}

}  // namespace pulsetaker::assessment
