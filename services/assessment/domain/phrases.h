// The words in which results are explained, in every language: phrases with
// places for what is put in, and descriptions of metrics.
// catalogue/words.catalogue has them.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/assessment/domain/entry_reader.h"
#include "services/assessment/domain/language.h"

namespace pulsetaker::assessment {

// Each is the phrase of that id: kBoundAtLeast is `bound.at_least`.
enum class Phrase : std::uint8_t {
  kQuantityPoints,
  kQuantityPercent,
  kQuantityDeviations,
  kAnswerYes,
  kAnswerNo,
  kDifference,
  kBoundLess,
  kBoundAtLeast,
  kBoundGreater,
  kBoundAtMost,
  kConditionHolds,
  kConditionFails,
  kConditionUnknown,
  kBasisPeople,
  kBasisInterval,
  kBasisResponse,
  kAbsenceNotAsked,
  kAbsenceTooFewAnswers,
  kAbsenceWithheld,
  kAbsenceNoPreviousWave,
  kAbsenceNoSource,
  kAbsenceUndefined,
  kStatusFired,
  kStatusNotFired,
  kStatusNotMeasured,
  kStatusWithheld,
  kPhaseLatent,
  kPhaseDesign,
  kPhaseMobilisation,
  kPhaseMainstreaming,
  kPhaseEmbedding,
  kPhaseConditionAny,
  kPhaseConditionSome,
  kVerdictPhase,
  kVerdictBetween,
  kVerdictIndeterminate,
  kVerdictNotMeasured,
  kPhaseTitle,
  kEvidenceFits,
  kEvidenceFitsEqually,
  kEvidencePrior,
  kFlip,
  kRulePhase,
  kRuleNone,
  kChangeTitle,
  kChangeRegression,
  kChangeNoRegression,
  kChangeCompositionShift,
  kChangeWatch,
  kChangeNotComparable,
  kChangeNoPreviousWave,
  kChangePhaseReversed,
  kChangeLevelFalls,
  kChangeComparableMix,
  kChangeSameInstrument,
  kChangeOtherInstrument,
  kWarningFeature,
  kWarningCore,
  kWarningCoverage,
  kLayerUnknown,
  kLayerSystemic,
  kLayerSectoral,
  kLayerFrontline,
  kLayerPublic,
};

// What is put into the places of a phrase: name and text.
using PhraseArguments = std::vector<std::pair<absl::string_view, std::string>>;

class Phrasebook {
 public:
  // `phrase` with its places filled in. One that is not given stays as it is.
  std::string Say(Phrase phrase, Language language,
                  const PhraseArguments& arguments = {}) const;

  // The description of a metric; "" for a name that is none.
  absl::string_view Describe(absl::string_view metric, Language language) const;

 private:
  friend absl::StatusOr<Phrasebook> ParsePhrasebook(const CatalogueFile& file);

  std::vector<PerLanguage<std::string>> phrases_;  // By Phrase.
  std::map<std::string, PerLanguage<std::string>, std::less<>> metrics_;
};

// Reads entries of these forms:
//
//   metric item.au1            every metric, in the languages beside English
//     de: a description
//   phrase bound.at_least      every phrase, in all languages
//     en: at least {threshold}
//
// INVALID_ARGUMENT, with the place and what is allowed: the first entry that
// is unknown, comes twice or lacks a language, a phrase whose places are not
// those that it is given, a number in either; or an entry that is missing.
absl::StatusOr<Phrasebook> ParsePhrasebook(const CatalogueFile& file);

}  // namespace pulsetaker::assessment
