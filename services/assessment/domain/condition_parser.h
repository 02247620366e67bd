// The conditions of a catalogue entry:
//
//   expression = term { "and" term } | term { "or" term }
//   term       = "(" expression ")" | metric comparison number
//   comparison = "<" | "<=" | ">" | ">="
//
// "and" and "or" beside each other need parentheses, so that nobody has to know
// which binds tighter.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/finding.h"
#include "services/assessment/domain/metrics.h"

namespace pulsetaker::assessment {

inline constexpr std::size_t kClausesMax = 16;
inline constexpr std::size_t kConditionsMax = 64;

struct Condition {
  absl::string_view metric;  // A name of MetricDefinitions().
  Comparison comparison = Comparison::kLess;
  double threshold = 0;

  friend bool operator==(const Condition&, const Condition&) = default;
};

// Conditions of which one is enough.
using Clause = std::vector<Condition>;

struct ConditionProblem {
  std::size_t offset = 0;  // In the text, in bytes.
  std::string problem;
  std::string allowed;  // Empty: nothing to say.
};

// Clauses that must all hold, in the order of the text: the expression in
// conjunctive normal form, "(a and b) or c" being "(a or c) and (b or c)". That
// is the same in three-valued logic too. Every metric is one of
// MetricDefinitions() and every threshold in its range and such that it decides
// something; at most kClausesMax clauses of kConditionsMax conditions in all.
// Or the first problem: then the result is empty.
std::vector<Clause> ParseConditions(absl::string_view text,
                                    ConditionProblem& problem);

}  // namespace pulsetaker::assessment
