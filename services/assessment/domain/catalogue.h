// The catalogue of risks and recommendations, and how an entry of it is
// decided. The entries are data: catalogue/findings.catalogue, which
// catalogue_parser.h reads. docs/domain/assessment.md has the catalogue for
// people.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/assessment/domain/condition_parser.h"
#include "services/assessment/domain/finding.h"
#include "services/assessment/domain/language.h"
#include "services/assessment/domain/metrics.h"
#include "services/assessment/domain/network_findings.h"
#include "services/assessment/domain/phase.h"

namespace pulsetaker::assessment {

// Which sectors a finding lists.
enum class SectorList : std::uint8_t { kNone, kExcluded, kWeakOrDetached };

struct FindingText {
  std::string title;
  std::string text;
};

struct FindingDefinition {
  std::string id;
  std::string source;
  std::vector<Phase> phases;  // Empty: all, and no phase is needed.
  std::vector<Clause> clauses;
  SectorList sectors = SectorList::kNone;
  PerLanguage<FindingText> texts;
};

// In the order in which an assessment lists them.
struct Catalogue {
  std::vector<FindingDefinition> risks;
  std::vector<FindingDefinition> recommendations;

  // The entry of either list, or null.
  const FindingDefinition* Find(absl::string_view id) const;
};

// Whether `value` compares with `threshold` as said.
bool Holds(double value, Comparison comparison, double threshold);

// Decides an entry. Every clause and the phase must hold. What is missing is
// neither true nor false: a clause holds if a condition does, fails if all do,
// and is open otherwise.
//   kNotFired     a clause fails, or the wave is in another phase
//   kFired        every clause holds, and the phase
//   kWithheld     open, and something that would close it is withheld
//   kNotMeasured  open otherwise
// Its texts are those in English.
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
