#include "services/assessment/domain/catalogue.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace pulsetaker::assessment {
namespace {

enum class Truth : std::uint8_t { kFalse, kOpen, kTrue };

// What kept a finding from being decided.
struct Missing {
  std::vector<std::string> inputs;
  std::vector<std::string> withheld;  // Those of them that are.

  void Add(absl::string_view input, Absence why) {
    if (std::find(inputs.begin(), inputs.end(), input) != inputs.end()) return;
    inputs.emplace_back(input);
    if (why == Absence::kWithheld) withheld.emplace_back(input);
  }
};

bool Includes(const std::vector<Phase>& phases, Phase phase) {
  return std::find(phases.begin(), phases.end(), phase) != phases.end();
}

Truth DecidePhase(const std::vector<Phase>& phases, const PhaseResult& phase,
                  Missing& missing, bool& tentative) {
  if (phases.empty()) return Truth::kTrue;
  switch (phase.verdict) {
    case PhaseVerdict::kPhase:
      return Includes(phases, phase.phase) ? Truth::kTrue : Truth::kFalse;
    case PhaseVerdict::kBetween: {
      const bool first = Includes(phases, phase.phase);
      const bool second = Includes(phases, phase.second_phase);
      tentative = first != second;
      return first || second ? Truth::kTrue : Truth::kFalse;
    }
    case PhaseVerdict::kIndeterminate:
      missing.Add("phase", Absence::kUndefined);
      return Truth::kOpen;
    case PhaseVerdict::kNotMeasured:
      missing.Add("phase", phase.absence);
      return Truth::kOpen;
  }
  return Truth::kOpen;
}

Truth DecideClause(const Clause& clause, std::int32_t number,
                   const MetricTable& metrics, Finding& finding,
                   Missing& missing) {
  Truth truth = Truth::kFalse;
  Missing open;
  for (const Condition& condition : clause) {
    const Reading& value = metrics.Get(condition.metric);
    const bool holds =
        value.measured() &&
        Holds(value.value, condition.comparison, condition.threshold);
    const MetricDefinition& metric = *FindMetric(condition.metric);
    Evidence& evidence = finding.evidence.emplace_back();
    evidence.metric = std::string(metric.name);
    evidence.description = std::string(metric.description);
    evidence.value = value;
    evidence.comparison = condition.comparison;
    evidence.threshold = condition.threshold;
    evidence.holds = holds;
    evidence.clause = number;
    evidence.unit = metric.unit;
    evidence.support = metrics.SupportOf(metric.name);
    if (holds) truth = Truth::kTrue;
    if (value.measured()) continue;
    open.Add(condition.metric, value.absence);
    if (truth == Truth::kFalse) truth = Truth::kOpen;
  }
  if (truth == Truth::kOpen) {
    for (const std::string& input : open.inputs) {
      missing.Add(input, metrics.Get(input).absence);
    }
  }
  return truth;
}

std::vector<std::string> ListSectors(SectorList list,
                                     const NetworkFindings& network) {
  std::vector<std::string> sectors;
  for (const SectorFinding& sector : network.sectors) {
    const bool excluded = sector.standing == SectorStanding::kExcluded;
    const bool weak = sector.standing == SectorStanding::kWeak ||
                      sector.standing == SectorStanding::kDetached;
    if ((list == SectorList::kExcluded && excluded) ||
        (list == SectorList::kWeakOrDetached && weak)) {
      sectors.push_back(sector.sector);
    }
  }
  std::sort(sectors.begin(), sectors.end());
  return sectors;
}

}  // namespace

const FindingDefinition* Catalogue::Find(absl::string_view id) const {
  for (const auto* list : {&risks, &recommendations}) {
    for (const FindingDefinition& definition : *list) {
      if (definition.id == id) return &definition;
    }
  }
  return nullptr;
}

bool Holds(double value, Comparison comparison, double threshold) {
  switch (comparison) {
    case Comparison::kLess:
      return value < threshold;
    case Comparison::kAtLeast:
      return value >= threshold;
    case Comparison::kGreater:
      return value > threshold;
    case Comparison::kAtMost:
      return value <= threshold;
  }
  return false;
}

Finding Decide(const FindingDefinition& definition, const MetricTable& metrics,
               const PhaseResult& phase) {
  Finding finding;
  const FindingText& text = definition.texts[IndexOf(Language::kEnglish)];
  finding.id = definition.id;
  finding.title = text.title;
  finding.text = text.text;
  finding.source = definition.source;
  finding.phases = definition.phases;

  Missing missing;
  Truth truth =
      DecidePhase(definition.phases, phase, missing, finding.phase_tentative);
  for (std::size_t i = 0; i < definition.clauses.size(); ++i) {
    truth = std::min(
        truth, DecideClause(definition.clauses[i], static_cast<std::int32_t>(i),
                            metrics, finding, missing));
  }
  switch (truth) {
    case Truth::kTrue:
      finding.status = FindingStatus::kFired;
      break;
    case Truth::kFalse:
      finding.status = FindingStatus::kNotFired;
      break;
    case Truth::kOpen:
      finding.status = missing.withheld.empty() ? FindingStatus::kNotMeasured
                                                : FindingStatus::kWithheld;
      finding.missing_inputs = std::move(missing.inputs);
      finding.withheld_inputs = std::move(missing.withheld);
      break;
  }
  return finding;
}

std::vector<Finding> DecideAll(const std::vector<FindingDefinition>& catalogue,
                               const MetricTable& metrics,
                               const PhaseResult& phase,
                               const NetworkFindings& network) {
  std::vector<Finding> findings;
  findings.reserve(catalogue.size());
  for (const FindingDefinition& definition : catalogue) {
    Finding finding = Decide(definition, metrics, phase);
    if (finding.status == FindingStatus::kFired) {
      finding.sectors = ListSectors(definition.sectors, network);
    }
    findings.push_back(std::move(finding));
  }
  return findings;
}

}  // namespace pulsetaker::assessment
