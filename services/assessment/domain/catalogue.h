// The catalogue of risks and recommendations, as data, and how an entry of it
// is decided. docs/domain/assessment.md has the catalogue for people.

#pragma once

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/assessment/domain/finding.h"
#include "services/assessment/domain/metrics.h"
#include "services/assessment/domain/network_findings.h"
#include "services/assessment/domain/phase.h"

namespace pulsetaker::assessment {

struct Condition {
  absl::string_view metric;  // A name of MetricDefinitions().
  Comparison comparison;
  double threshold;
};

// Conditions of which one is enough.
using Clause = std::vector<Condition>;

// Which sectors a finding lists.
enum class SectorList : std::uint8_t { kNone, kExcluded, kWeakOrDetached };

struct FindingDefinition {
  absl::string_view id;
  absl::string_view title;
  absl::string_view text;
  absl::string_view source;
  std::vector<Phase> phases;  // Empty: all, and no phase is needed.
  std::vector<Clause> clauses;
  SectorList sectors = SectorList::kNone;
};

const std::vector<FindingDefinition>& RiskCatalogue();
const std::vector<FindingDefinition>& RecommendationCatalogue();

// Whether `value` compares with `threshold` as said.
bool Holds(double value, Comparison comparison, double threshold);

// Decides an entry. Every clause and the phase must hold. What is missing is
// neither true nor false: a clause holds if a condition does, fails if all do,
// and is open otherwise.
//   kNotFired     a clause fails, or the wave is in another phase
//   kFired        every clause holds, and the phase
//   kWithheld     open, and something that would close it is withheld
//   kNotMeasured  open otherwise
// A wave between two phases is in both. An indeterminate one leaves the phase
// open.
Finding Decide(const FindingDefinition& definition, const MetricTable& metrics,
               const PhaseResult& phase);

// All entries of a catalogue in its order, sectors listed where they fired.
std::vector<Finding> DecideAll(const std::vector<FindingDefinition>& catalogue,
                               const MetricTable& metrics,
                               const PhaseResult& phase,
                               const NetworkFindings& network);

}  // namespace pulsetaker::assessment
