#include "services/assessment/domain/explanation_writer.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace pulsetaker::assessment {
namespace {

constexpr int kDecimalsMax = 6;
constexpr double kPercent = 100;

Phrase BoundOf(Comparison comparison) {
  switch (comparison) {
    case Comparison::kLess:
      return Phrase::kBoundLess;
    case Comparison::kAtLeast:
      return Phrase::kBoundAtLeast;
    case Comparison::kGreater:
      return Phrase::kBoundGreater;
    case Comparison::kAtMost:
      return Phrase::kBoundAtMost;
  }
  return Phrase::kBoundLess;
}

double ScaleOf(MetricUnit unit) {
  return unit == MetricUnit::kShare ? kPercent : 1;
}

int DecimalsOf(MetricUnit unit) {
  switch (unit) {
    case MetricUnit::kCount:
    case MetricUnit::kFlag:
      return 0;
    case MetricUnit::kPoints:
    case MetricUnit::kShare:
    case MetricUnit::kPercentile:
      return 1;
    case MetricUnit::kIndex:
    case MetricUnit::kRatio:
    case MetricUnit::kDeviations:
      return 2;
    case MetricUnit::kProbability:
      return 3;
  }
  return 1;
}

double Rounded(double value, int decimals) {
  double rounded = 0;
  (void)absl::SimpleAtod(absl::StrFormat("%.*f", decimals, value), &rounded);
  return rounded;
}

// As many decimals as tell the value apart from what it is compared with.
int DecimalsOfValue(double value, MetricUnit unit, Comparison comparison,
                    double threshold) {
  const double scale = ScaleOf(unit);
  int decimals = DecimalsOf(unit);
  while (decimals < kDecimalsMax &&
         Holds(Rounded(value * scale, decimals), comparison,
               threshold * scale) != Holds(value, comparison, threshold)) {
    ++decimals;
  }
  return decimals;
}

// As few decimals as a number of a catalogue needs.
int DecimalsOfThreshold(double value, MetricUnit unit) {
  constexpr double kTolerance = 1e-9;
  const double scaled = value * ScaleOf(unit);
  int decimals = 0;
  while (decimals < kDecimalsMax &&
         std::abs(Rounded(scaled, decimals) - scaled) > kTolerance) {
    ++decimals;
  }
  return decimals;
}

}  // namespace

Phrase PhraseOf(Phase phase) {
  constexpr std::array<Phrase, kPhaseCount> kPhrases = {
      Phrase::kPhaseLatent, Phrase::kPhaseDesign, Phrase::kPhaseMobilisation,
      Phrase::kPhaseMainstreaming, Phrase::kPhaseEmbedding};
  return kPhrases[static_cast<std::size_t>(phase)];
}

Phrase PhraseOf(Layer layer) {
  constexpr std::array<Phrase, kLayerCount> kPhrases = {
      Phrase::kLayerUnknown, Phrase::kLayerSystemic, Phrase::kLayerSectoral,
      Phrase::kLayerFrontline, Phrase::kLayerPublic};
  return kPhrases[static_cast<std::size_t>(layer)];
}

Phrase PhraseOf(Absence absence) {
  switch (absence) {
    case Absence::kNotAsked:
      return Phrase::kAbsenceNotAsked;
    case Absence::kTooFewAnswers:
      return Phrase::kAbsenceTooFewAnswers;
    case Absence::kWithheld:
      return Phrase::kAbsenceWithheld;
    case Absence::kNoPreviousWave:
      return Phrase::kAbsenceNoPreviousWave;
    case Absence::kNoSource:
      return Phrase::kAbsenceNoSource;
    case Absence::kNone:
    case Absence::kUndefined:
      break;
  }
  return Phrase::kAbsenceUndefined;
}

Phrase PhraseOf(FindingStatus status) {
  switch (status) {
    case FindingStatus::kFired:
      return Phrase::kStatusFired;
    case FindingStatus::kNotFired:
      return Phrase::kStatusNotFired;
    case FindingStatus::kNotMeasured:
      return Phrase::kStatusNotMeasured;
    case FindingStatus::kWithheld:
      return Phrase::kStatusWithheld;
  }
  return Phrase::kStatusNotMeasured;
}

Phrase PhraseOf(ChangeStatus status) {
  switch (status) {
    case ChangeStatus::kRegression:
      return Phrase::kChangeRegression;
    case ChangeStatus::kNoRegression:
      return Phrase::kChangeNoRegression;
    case ChangeStatus::kCompositionShift:
      return Phrase::kChangeCompositionShift;
    case ChangeStatus::kWatch:
      return Phrase::kChangeWatch;
    case ChangeStatus::kNotComparable:
      return Phrase::kChangeNotComparable;
    case ChangeStatus::kNoPreviousWave:
      return Phrase::kChangeNoPreviousWave;
  }
  return Phrase::kChangeNotComparable;
}

std::string Writer::Say(Phrase phrase, const PhraseArguments& arguments) const {
  return vocabulary_.book.Say(phrase, vocabulary_.language, arguments);
}

std::string Writer::Describe(absl::string_view metric,
                             absl::string_view otherwise) const {
  const absl::string_view found =
      vocabulary_.book.Describe(metric, vocabulary_.language);
  return std::string(found.empty() ? otherwise : found);
}

std::string Writer::Number(absl::string_view name, double value,
                           MetricUnit unit, int decimals, bool with_unit,
                           absl::string_view path, Statement& statement) const {
  std::string text = absl::StrFormat("%.*f", decimals, value * ScaleOf(unit));
  if (text.find_first_not_of("-0.") == std::string::npos &&
      text.front() == '-') {
    text.erase(0, 1);
  }
  if (vocabulary_.language != Language::kEnglish) {
    text = absl::StrReplaceAll(text, {{".", ","}});
  }
  if (unit == MetricUnit::kFlag) {
    text = Say(value != 0 ? Phrase::kAnswerYes : Phrase::kAnswerNo);
  } else if (unit == MetricUnit::kShare) {
    text = Say(Phrase::kQuantityPercent, {{"number", text}});
  } else if (with_unit && unit == MetricUnit::kPoints) {
    text = Say(Phrase::kQuantityPoints, {{"number", text}});
  } else if (with_unit && unit == MetricUnit::kDeviations) {
    text = Say(Phrase::kQuantityDeviations, {{"number", text}});
  }
  statement.quantities.push_back(
      {std::string(name), value, text, std::string(path)});
  return text;
}

std::string Writer::Plain(absl::string_view name, double value, MetricUnit unit,
                          absl::string_view path, Statement& statement) const {
  return Number(name, value, unit, DecimalsOf(unit), false, path, statement);
}

std::string Writer::Bound(Comparison comparison, double threshold,
                          MetricUnit unit, absl::string_view path,
                          Statement& statement) const {
  if (unit == MetricUnit::kFlag) {
    return Say(Holds(1, comparison, threshold) ? Phrase::kAnswerYes
                                               : Phrase::kAnswerNo);
  }
  return Say(BoundOf(comparison),
             {{"threshold", Number("threshold", threshold, unit,
                                   DecimalsOfThreshold(threshold, unit), false,
                                   path, statement)}});
}

void Writer::SayCondition(absl::string_view value_path,
                          absl::string_view threshold_path,
                          Statement& statement) const {
  const Reading& value = *statement.value;
  PhraseArguments arguments = {{"description", statement.description}};
  Phrase phrase = Phrase::kConditionUnknown;
  if (value.measured()) {
    phrase =
        statement.holds ? Phrase::kConditionHolds : Phrase::kConditionFails;
    const int decimals =
        DecimalsOfValue(value.value, statement.unit, *statement.comparison,
                        *statement.threshold);
    arguments.emplace_back(
        "value", Number("value", value.value, statement.unit, decimals, true,
                        value_path, statement));
  } else {
    arguments.emplace_back("reason", Say(PhraseOf(value.absence)));
  }
  arguments.emplace_back("bound",
                         Bound(*statement.comparison, *statement.threshold,
                               statement.unit, threshold_path, statement));
  statement.sentence = Say(phrase, arguments);
}

void Writer::SaySupport(absl::string_view path, Statement& statement) const {
  const Support& support = statement.support;
  const auto add = [&](Phrase phrase, const PhraseArguments& arguments) {
    absl::StrAppend(&statement.sentence, " ", Say(phrase, arguments));
  };
  const auto count = [&](absl::string_view name, std::int32_t value) {
    return Plain(name, value, MetricUnit::kCount, absl::StrCat(path, ".", name),
                 statement);
  };
  if (support.respondent_count && support.invited_count) {
    std::string respondents =
        count("respondent_count", *support.respondent_count);
    add(Phrase::kBasisPeople,
        {{"respondents", std::move(respondents)},
         {"invited", count("invited_count", *support.invited_count)}});
  } else if (support.response_rate) {
    add(Phrase::kBasisResponse,
        {{"rate",
          Plain("response_rate", *support.response_rate, MetricUnit::kShare,
                absl::StrCat(path, ".response_rate"), statement)}});
  }
  if (support.interval_low && support.interval_high) {
    std::string low =
        Plain("interval_low", *support.interval_low, statement.unit,
              absl::StrCat(path, ".interval_low"), statement);
    add(Phrase::kBasisInterval,
        {{"low", std::move(low)},
         {"high", Plain("interval_high", *support.interval_high, statement.unit,
                        absl::StrCat(path, ".interval_high"), statement)}});
  }
}

std::string Writer::SayVerdict(const PhaseResult& phase,
                               Statement& statement) const {
  if (phase.verdict == PhaseVerdict::kNotMeasured) {
    return Say(Phrase::kVerdictNotMeasured,
               {{"reason", Say(PhraseOf(phase.absence))}});
  }
  const Phrase phrase =
      phase.verdict == PhaseVerdict::kPhase     ? Phrase::kVerdictPhase
      : phase.verdict == PhaseVerdict::kBetween ? Phrase::kVerdictBetween
                                                : Phrase::kVerdictIndeterminate;
  std::string first =
      Posterior("first_probability", phase, phase.phase, statement);
  return Say(phrase, {{"first", Say(PhraseOf(phase.phase))},
                      {"first_probability", std::move(first)},
                      {"second", Say(PhraseOf(phase.second_phase))},
                      {"second_probability",
                       Posterior("second_probability", phase,
                                 phase.second_phase, statement)}});
}

std::string Writer::Posterior(absl::string_view name, const PhaseResult& phase,
                              Phase which, Statement& statement) const {
  const auto index = static_cast<std::size_t>(which);
  return Plain(name, phase.posterior[index], MetricUnit::kProbability,
               absl::StrCat("phase.probabilities[", index, "].posterior"),
               statement);
}

}  // namespace pulsetaker::assessment
