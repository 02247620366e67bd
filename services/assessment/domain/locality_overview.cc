#include "services/assessment/domain/locality_overview.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>
#include <utility>

#include "services/assessment/domain/catalogue.h"
#include "services/assessment/domain/standard_catalogue.h"

namespace pulsetaker::assessment {
namespace {

void CountPhase(const Innovation& innovation, RollUp& roll_up) {
  const auto phase = static_cast<std::size_t>(innovation.phase);
  const auto second = static_cast<std::size_t>(innovation.second_phase);
  switch (innovation.verdict) {
    case PhaseVerdict::kPhase:
      ++roll_up.phases[phase].innovation_count;
      break;
    case PhaseVerdict::kBetween:
      ++roll_up.phases[std::min(phase, second)].between_next_count;
      break;
    case PhaseVerdict::kIndeterminate:
      ++roll_up.indeterminate_count;
      break;
    case PhaseVerdict::kNotMeasured:
      ++roll_up.phase_not_measured_count;
      break;
  }
}

// Place in the catalogue, its end for a risk that is not in it.
std::size_t CatalogueIndex(absl::string_view id) {
  const std::vector<FindingDefinition>& risks = StandardCatalogue().risks;
  const auto found = std::find_if(
      risks.begin(), risks.end(),
      [id](const FindingDefinition& risk) { return risk.id == id; });
  return static_cast<std::size_t>(found - risks.begin());
}

}  // namespace

bool IsDefaultMethod(const AssessmentMaking& making) {
  return making.parameters == Parameters() &&
         making.parameters_version == kParametersVersion &&
         making.engine_version == kEngineVersion;
}

bool IsPreferred(const AssessmentMaking& a, const AssessmentMaking& b) {
  return std::make_tuple(IsDefaultMethod(a), a.create_time_micros,
                         absl::string_view(a.name)) >
         std::make_tuple(IsDefaultMethod(b), b.create_time_micros,
                         absl::string_view(b.name));
}

RollUp RollUpInnovations(absl::Span<const Innovation> innovations) {
  RollUp roll_up;
  std::map<std::pair<std::size_t, std::string>, RiskRecurrence> risks;
  for (const Innovation& innovation : innovations) {
    CountPhase(innovation, roll_up);
    for (const RiskOutcome& risk : innovation.risks) {
      RiskRecurrence& recurrence = risks[{CatalogueIndex(risk.id), risk.id}];
      recurrence.id = risk.id;
      recurrence.title = risk.title;
      if (risk.status == FindingStatus::kFired) {
        recurrence.surveys.push_back(innovation.survey);
      } else if (risk.status != FindingStatus::kNotFired) {
        ++recurrence.undecided_count;
      }
    }
  }
  for (auto& [key, risk] : risks) {
    if (risk.surveys.empty()) continue;
    std::sort(risk.surveys.begin(), risk.surveys.end());
    risk.recurs =
        risk.surveys.size() >= static_cast<std::size_t>(kRecurrenceMin);
    roll_up.risks.push_back(std::move(risk));
  }
  return roll_up;
}

}  // namespace pulsetaker::assessment
