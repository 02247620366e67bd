// A place over its innovations: which assessment of each is the latest, and
// what they have in common. The unit of assessment is the innovation, so no
// level is averaged over innovations.

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/assessment/domain/finding.h"
#include "services/assessment/domain/parameters.h"
#include "services/assessment/domain/phase.h"

namespace pulsetaker::assessment {

// The innovations of a place that an overview can show.
inline constexpr int kInnovationsMax = 1'000;

// The fewest innovations in which a risk fires that recurs.
inline constexpr int kRecurrenceMin = 2;

// How an assessment of a wave was made.
struct AssessmentMaking {
  std::string name;  // Resource name.
  Parameters parameters;
  std::string parameters_version;
  std::string engine_version;
  std::int64_t create_time_micros = 0;  // Since 1970; 0: not known.
};

// Whether it was made with default parameters by this version of the method.
bool IsDefaultMethod(const AssessmentMaking& making);

// Whether `a` is to be shown for a wave rather than `b`: one of the default
// method before others, then the newer by creation, then the greater name, so
// that the choice does not depend on the order in which they come.
bool IsPreferred(const AssessmentMaking& a, const AssessmentMaking& b);

// A risk of an innovation.
struct RiskOutcome {
  std::string id;
  std::string title;
  FindingStatus status = FindingStatus::kNotMeasured;
};

// One innovation by its latest assessment, as far as it is rolled up.
struct Innovation {
  std::string survey;  // Resource name.
  PhaseVerdict verdict = PhaseVerdict::kNotMeasured;
  Phase phase = Phase::kLatent;         // Means nothing when not measured,
  Phase second_phase = Phase::kLatent;  // nor does this.
  std::vector<RiskOutcome> risks;       // In the order of the catalogue.
};

struct PhaseTally {
  std::int32_t innovation_count = 0;
  std::int32_t between_next_count = 0;  // Between this phase and the next.

  friend bool operator==(const PhaseTally&, const PhaseTally&) = default;
};

struct RiskRecurrence {
  std::string id;
  std::string title;
  std::vector<std::string> surveys;  // Where it fired, in order.
  std::int32_t undecided_count = 0;  // Not measured or withheld.
  bool recurs = false;

  friend bool operator==(const RiskRecurrence&,
                         const RiskRecurrence&) = default;
};

struct RollUp {
  std::array<PhaseTally, kPhaseCount> phases;  // Indexed by Phase.
  std::int32_t indeterminate_count = 0;
  std::int32_t phase_not_measured_count = 0;
  std::vector<RiskRecurrence> risks;  // Those that fired anywhere.

  friend bool operator==(const RollUp&, const RollUp&) = default;
};

// Rolls the innovations of a place up. Each is in exactly one of the counts by
// phase. Risks are in the order of StandardCatalogue().risks; those that are
// not in it, of an older version, come after them by id.
RollUp RollUpInnovations(absl::Span<const Innovation> innovations);

}  // namespace pulsetaker::assessment
