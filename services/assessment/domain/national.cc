#include "services/assessment/domain/national.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/digest.h"
#include "common/base/status.h"
#include "services/assessment/domain/intraclass.h"
#include "services/assessment/domain/statistics.h"

namespace pulsetaker::assessment {
namespace {

constexpr std::size_t kIdLength = 32;

template <typename Enum>
std::size_t IndexOf(Enum value) {
  return static_cast<std::size_t>(value);
}

// At most `bytes_max` bytes, none of which is half of a character.
absl::string_view Clip(absl::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  const auto continues = [&](std::size_t i) {
    return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  };
  std::size_t size = bytes_max;
  while (size > 0 && continues(size)) --size;
  return text.substr(0, size);
}

void ControlFalls(std::vector<NationalPlace>& places) {
  std::vector<double> p_values;
  for (NationalPlace& place : places) {
    if (place.summary) place.fall_p_value = FallPValue(*place.summary);
    if (place.fall_p_value) p_values.push_back(*place.fall_p_value);
  }
  const std::vector<double> q_values = QValues(p_values);
  std::size_t tested = 0;
  for (NationalPlace& place : places) {
    if (!place.fall_p_value) continue;
    place.fall_q_value = q_values[tested++];
    place.national_regression =
        place.summary->change == ChangeStatus::kRegression &&
        *place.fall_q_value <= kFalseDiscoveryRate;
  }
}

// Pools the levels of a corner, and tells how far people of one place are alike
// in it.
NationalCorner Pool(std::size_t corner, std::vector<NationalPlace>& places) {
  std::vector<NationalPlace*> measured;
  std::vector<PlaceLevel> levels;
  std::vector<PlaceScores> scores;
  for (NationalPlace& place : places) {
    if (!place.summary || !place.summary->corners[corner]) continue;
    const PlaceCorner& own = *place.summary->corners[corner];
    measured.push_back(&place);
    levels.push_back({own.post_stratified, own.standard_error});
    if (!own.score_deviation.measured()) continue;
    const double deviation = own.score_deviation.value;
    scores.push_back(
        {.size = static_cast<double>(own.respondent_count),
         .mean = own.raw,
         .squares = deviation * deviation * (own.respondent_count - 1)});
  }
  const Pooling pooling = PoolLevels(levels);
  if (pooling.national_mean.measured()) {
    for (std::size_t i = 0; i < measured.size(); ++i) {
      measured[i]->pooled[corner] = pooling.places[i];
    }
  }
  const Intraclass intraclass = IntraclassCorrelation(std::move(scores));
  NationalCorner result;
  result.place_count = static_cast<std::int32_t>(measured.size());
  result.mean = pooling.national_mean;
  result.between_deviation = pooling.between_variance;
  if (result.between_deviation.measured()) {
    result.between_deviation.value = std::sqrt(result.between_deviation.value);
  }
  result.icc1 = intraclass.icc1;
  result.icc2 = intraclass.icc2;
  return result;
}

void CountVerdict(const PlaceAssessment& summary,
                  NationalAssessment& national) {
  switch (summary.verdict) {
    case PhaseVerdict::kPhase:
      ++national.phase_counts[IndexOf(summary.phase)];
      return;
    case PhaseVerdict::kBetween:
      ++national.between_count;
      return;
    case PhaseVerdict::kIndeterminate:
      ++national.indeterminate_count;
      return;
    case PhaseVerdict::kNotMeasured:
      ++national.not_measured_count;
      return;
  }
}

void Count(const NationalPlace& place, NationalAssessment& national) {
  ++national.outcome_counts[IndexOf(place.outcome)];
  if (!place.summary) return;
  CountVerdict(*place.summary, national);
  ++national.change_counts[IndexOf(place.summary->change)];
  NationalFalls& falls = national.falls;
  if (place.summary->change == ChangeStatus::kRegression) {
    ++falls.local_regression_count;
  }
  if (!place.fall_q_value) return;
  ++falls.tested_count;
  if (*place.fall_q_value <= kFalseDiscoveryRate) ++falls.falling_count;
  if (place.national_regression) ++falls.regression_count;
}

// The rest of a place follows from its assessment's name.
void Digest(const NationalPlace& place, Sha256& digest) {
  digest.UpdateText(place.locality)
      .UpdateText(place.survey)
      .UpdateText(place.wave)
      .UpdateNumber(IndexOf(place.outcome))
      .UpdateText(place.summary ? place.summary->assessment : "")
      .UpdateNumber(static_cast<std::uint64_t>(place.failure.code()))
      .UpdateText(ReasonOf(place.failure))
      .UpdateText(place.failure.message());
}

std::string NameOf(absl::string_view tenant,
                   const NationalAssessment& national) {
  Sha256 digest;
  digest.UpdateText(kEngineVersion)
      .UpdateText(kParametersVersion)
      .UpdateText(tenant)
      .UpdateText(national.scope.survey_id)
      .UpdateText(national.scope.region);
  const Parameters& parameters = national.parameters;
  digest.UpdateNumber(static_cast<std::uint64_t>(parameters.seed))
      .UpdateNumber(static_cast<std::uint64_t>(parameters.replicate_count))
      .UpdateNumber(static_cast<std::uint64_t>(parameters.min_cell_count))
      .UpdateNumber(std::bit_cast<std::uint64_t>(parameters.response_min))
      .UpdateNumber(national.places.size());
  for (const NationalPlace& place : national.places) Digest(place, digest);
  return absl::StrCat(tenant, "/nationalAssessments/",
                      digest.FinishHex().substr(0, kIdLength));
}

}  // namespace

bool InScope(const ListedLocality& locality, const NationalScope& scope) {
  return scope.region.empty() || locality.region == scope.region;
}

std::vector<NationalPlace> PlacesOf(const ListedLocality& locality,
                                    const std::vector<std::string>& surveys,
                                    const NationalScope& scope) {
  const std::string wanted =
      absl::StrCat(locality.name, "/surveys/", scope.survey_id);
  std::vector<NationalPlace> places;
  for (const std::string& survey : surveys) {
    if (!scope.survey_id.empty() && survey != wanted) continue;
    NationalPlace& place = places.emplace_back();
    place.locality = locality.name;
    place.survey = survey;
  }
  if (places.empty()) {
    NationalPlace& place = places.emplace_back();
    place.locality = locality.name;
    place.outcome = PlaceOutcome::kNoSurvey;
  }
  return places;
}

void SetAssessed(PlaceAssessment summary, NationalPlace& place) {
  place.outcome = summary.verdict == PhaseVerdict::kNotMeasured
                      ? PlaceOutcome::kNotMeasured
                      : PlaceOutcome::kAssessed;
  place.summary = std::move(summary);
}

void SetFailed(const absl::Status& why, NationalPlace& place) {
  place.outcome = PlaceOutcome::kFailed;
  const absl::string_view message = Clip(why.message(), kFailureBytesMax);
  const std::string reason = ReasonOf(why);
  place.failure = reason.empty() ? absl::Status(why.code(), message)
                                 : MakeError(why.code(), reason, message);
}

std::optional<double> FallPValue(const PlaceAssessment& summary) {
  switch (summary.change) {
    case ChangeStatus::kNotComparable:
    case ChangeStatus::kNoPreviousWave:
      return std::nullopt;
    case ChangeStatus::kRegression:
    case ChangeStatus::kNoRegression:
    case ChangeStatus::kCompositionShift:
    case ChangeStatus::kWatch:
      break;
  }
  if (summary.fall_p_values.empty()) return std::nullopt;
  return SimesPValue(summary.fall_p_values);
}

NationalAssessment Aggregate(NationalInputs inputs) {
  NationalAssessment national;
  national.scope = std::move(inputs.scope);
  national.parameters = inputs.parameters;
  national.places = std::move(inputs.places);
  std::sort(national.places.begin(), national.places.end(),
            [](const NationalPlace& a, const NationalPlace& b) {
              return std::tie(a.locality, a.survey) <
                     std::tie(b.locality, b.survey);
            });
  ControlFalls(national.places);
  for (std::size_t corner = 0; corner < national.corners.size(); ++corner) {
    national.corners[corner] = Pool(corner, national.places);
  }
  for (const NationalPlace& place : national.places) Count(place, national);
  national.name = NameOf(inputs.tenant, national);
  return national;
}

std::optional<absl::Duration> RemainingTime(absl::Duration elapsed,
                                            std::int64_t computed_place_count,
                                            std::int64_t open_place_count) {
  if (computed_place_count < 1) return std::nullopt;
  return elapsed * open_place_count / computed_place_count;
}

}  // namespace pulsetaker::assessment
