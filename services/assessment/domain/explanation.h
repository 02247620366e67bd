// What an assessment says, in words of any language, with each number that the
// words state and where it can be found again.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/assessment/domain/catalogue.h"
#include "services/assessment/domain/change.h"
#include "services/assessment/domain/finding.h"
#include "services/assessment/domain/language.h"
#include "services/assessment/domain/metric_origins.h"
#include "services/assessment/domain/phase.h"
#include "services/assessment/domain/phrases.h"

namespace pulsetaker::assessment {

// What can be explained beside the findings of the catalogue.
inline constexpr absl::string_view kPhaseSubject = "phase";
inline constexpr absl::string_view kChangeSubject = "change";

// A number that a sentence states.
struct Quantity {
  std::string name;  // What it is, such as "value" or "threshold".
  double value = 0;
  std::string text;  // As the sentence has it, with its unit.
  std::string path;  // Where the assessment has it; form as in Origin.

  friend bool operator==(const Quantity&, const Quantity&) = default;
};

// A sentence and everything behind it.
struct Statement {
  std::string sentence;
  std::string metric;  // Empty: it is about none.
  std::string description;
  MetricUnit unit = MetricUnit::kPoints;
  std::optional<Reading> value;
  std::optional<Comparison> comparison;
  std::optional<double> threshold;
  bool holds = false;  // Of a condition.
  std::int32_t clause = 0;
  Support support;
  std::vector<Quantity> quantities;
  std::vector<Origin> origins;

  friend bool operator==(const Statement&, const Statement&) = default;
};

struct Explanation {
  std::string subject;  // Id of the finding, or one of the two above.
  // Of title and text. Not the one asked for where a finding was made with
  // another catalogue, of whose text there is no translation: then English.
  Language language = Language::kEnglish;
  std::string title;
  std::string text;  // Of a finding; else empty.
  std::optional<FindingStatus> status;
  std::vector<Statement> statements;  // What came out first.
  std::vector<std::string> missing_inputs;
  std::vector<std::string> withheld_inputs;
  std::vector<std::string> sectors;
  std::string source;

  friend bool operator==(const Explanation&, const Explanation&) = default;
};

// The words to explain with. Both must outlive their use.
struct Vocabulary {
  const Catalogue& catalogue;
  const Phrasebook& book;
  Language language;
};

// A finding of an assessment that has this phase. `path` is where the
// assessment has the finding, such as "risks[complacency]". Its numbers are
// those of the finding and not those of today's catalogue.
Explanation ExplainFinding(const Finding& finding, const PhaseResult& phase,
                           absl::string_view path,
                           const Vocabulary& vocabulary);

// Why the wave is in this phase: the verdict, what each feature says, the rule
// tree and the smallest flip.
Explanation ExplainPhase(const PhaseResult& phase,
                         const Vocabulary& vocabulary);

// What changed: the outcome, the conditions of a regression, the warnings.
Explanation ExplainChange(const Change& change, const Vocabulary& vocabulary);

}  // namespace pulsetaker::assessment
