// Says explanations in one language and keeps the numbers that were said.

#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "services/assessment/domain/explanation.h"

namespace pulsetaker::assessment {

// The phrase for a value of an enumeration.
Phrase PhraseOf(Phase phase);
Phrase PhraseOf(Layer layer);
Phrase PhraseOf(Absence absence);
Phrase PhraseOf(FindingStatus status);
Phrase PhraseOf(ChangeStatus status);

// `vocabulary` must outlive it.
class Writer {
 public:
  explicit Writer(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  std::string Say(Phrase phrase, const PhraseArguments& arguments = {}) const;

  // The metric's description, or what a finding of another catalogue had.
  std::string Describe(absl::string_view metric,
                       absl::string_view otherwise = "") const;

  // The number with its unit; what was said is kept in `statement`.
  std::string Number(absl::string_view name, double value, MetricUnit unit,
                     int decimals, bool with_unit, absl::string_view path,
                     Statement& statement) const;

  std::string Plain(absl::string_view name, double value, MetricUnit unit,
                    absl::string_view path, Statement& statement) const;

  // "at least 40"; of a flag, what it has to be.
  std::string Bound(Comparison comparison, double threshold, MetricUnit unit,
                    absl::string_view path, Statement& statement) const;

  // Fills in the sentence of a condition whose other members are set. The
  // paths are of its value and of its threshold.
  void SayCondition(absl::string_view value_path,
                    absl::string_view threshold_path,
                    Statement& statement) const;

  // Adds who is behind the number. `path` is of the evidence that says so.
  void SaySupport(absl::string_view path, Statement& statement) const;

  // The verdict on the phase as a sentence of `statement`.
  std::string SayVerdict(const PhaseResult& phase, Statement& statement) const;

 private:
  std::string Posterior(absl::string_view name, const PhaseResult& phase,
                        Phase which, Statement& statement) const;

  const Vocabulary& vocabulary_;
};

}  // namespace pulsetaker::assessment
