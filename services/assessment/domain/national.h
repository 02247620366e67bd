// All places of a tenant together: which they are, and what can be said of them
// once each is assessed. Pure. docs/domain/national.md has the formulas.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/assessment/domain/change.h"
#include "services/assessment/domain/measurement.h"
#include "services/assessment/domain/parameters.h"
#include "services/assessment/domain/phase.h"
#include "services/assessment/domain/place_source.h"
#include "services/assessment/domain/pooling.h"

namespace pulsetaker::assessment {

inline constexpr std::size_t kPlacesMax = 2'000;
inline constexpr std::size_t kFailureBytesMax = 500;  // Of a message.

struct NationalScope {
  std::string survey_id = {};  // Empty: all surveys.
  std::string region = {};     // Empty: all regions.

  friend bool operator==(const NationalScope&, const NationalScope&) = default;
};

enum class PlaceOutcome : std::uint8_t {
  kAssessed = 0,
  kNotMeasured = 1,   // Assessed, but the phase is not measured.
  kNoClosedWave = 2,  // Skipped, as the next.
  kNoSurvey = 3,
  kFailed = 4,
};
inline constexpr int kPlaceOutcomeCount = 5;
inline constexpr int kChangeStatusCount = 6;

// A corner of one place's triangle, whose level is measured.
struct PlaceCorner {
  double raw = 0;              // Mean of the people's scores.
  double post_stratified = 0;  // The level.
  double standard_error = 0;   // Of the level.
  std::int32_t respondent_count = 0;
  Reading score_deviation;  // Of the people's scores.

  friend bool operator==(const PlaceCorner&, const PlaceCorner&) = default;
};

// What the nation needs of the assessment of one place.
struct PlaceAssessment {
  std::string assessment = {};           // Resource names.
  std::string previous_assessment = {};  // Empty: none.
  PhaseVerdict verdict = PhaseVerdict::kNotMeasured;
  Absence absence = Absence::kNotAsked;  // kNone unless kNotMeasured.
  Phase phase = Phase::kLatent;          // Means nothing then.
  ChangeStatus change = ChangeStatus::kNoPreviousWave;
  // One-sided p-values of a fall, all respondents, of the corners and arrows
  // that have one.
  std::vector<double> fall_p_values = {};
  // By Corner; none where it is not measured.
  std::array<std::optional<PlaceCorner>, kCornerCount> corners = {};

  friend bool operator==(const PlaceAssessment&,
                         const PlaceAssessment&) = default;
};

struct NationalPlace {
  std::string locality;  // Resource names, as the next two.
  std::string survey;    // Empty: none, or not known.
  std::string wave;      // The latest closed one. Empty: none, or not known.
  PlaceOutcome outcome = PlaceOutcome::kFailed;
  std::optional<PlaceAssessment> summary;  // Exactly if assessed.
  absl::Status failure;                    // OK unless kFailed.

  // Filled in by Aggregate.
  std::optional<double> fall_p_value;
  std::optional<double> fall_q_value;
  bool national_regression = false;
  // By Corner; none where it is not measured, or of too few places.
  std::array<std::optional<PooledLevel>, kCornerCount> pooled;

  friend bool operator==(const NationalPlace&, const NationalPlace&) = default;
};

struct NationalFalls {
  std::int32_t tested_count = 0;
  std::int32_t falling_count = 0;
  std::int32_t regression_count = 0;
  std::int32_t local_regression_count = 0;

  friend bool operator==(const NationalFalls&, const NationalFalls&) = default;
};

// One corner over all places where it is measured.
struct NationalCorner {
  std::int32_t place_count = 0;
  Reading mean;               // PoolLevels: national_mean.
  Reading between_deviation;  // Root of its between_variance, in points.
  Reading icc1;               // IntraclassCorrelation.
  Reading icc2;

  friend bool operator==(const NationalCorner&,
                         const NationalCorner&) = default;
};

struct NationalAssessment {
  std::string name;  // Resource name.
  NationalScope scope;
  Parameters parameters;
  std::vector<NationalPlace> places;  // By locality, then survey.
  std::array<std::int32_t, kPlaceOutcomeCount> outcome_counts{};
  // Of assessed places: those with a verdict of a phase, by phase.
  std::array<std::int32_t, kPhaseCount> phase_counts{};
  std::int32_t between_count = 0;
  std::int32_t indeterminate_count = 0;
  std::int32_t not_measured_count = 0;
  std::array<std::int32_t, kChangeStatusCount> change_counts{};
  NationalFalls falls;
  std::array<NationalCorner, kCornerCount> corners;  // By Corner.

  friend bool operator==(const NationalAssessment&,
                         const NationalAssessment&) = default;
};

// Whether `locality` is of the scope.
bool InScope(const ListedLocality& locality, const NationalScope& scope);

// The places of a locality, by the surveys that it has: those of the scope, or
// else one that is skipped for having none. Their outcome is kFailed until
// something becomes of them.
std::vector<NationalPlace> PlacesOf(const ListedLocality& locality,
                                    const std::vector<std::string>& surveys,
                                    const NationalScope& scope);

// An assessed place: outcome and summary.
void SetAssessed(PlaceAssessment summary, NationalPlace& place);

// A place that failed, the message clipped to kFailureBytesMax.
void SetFailed(const absl::Status& why, NationalPlace& place);

// Simes' p-value that nothing of this place fell. None if its waves cannot be
// compared.
std::optional<double> FallPValue(const PlaceAssessment& summary);

struct NationalInputs {
  std::string tenant;  // Resource name.
  NationalScope scope = {};
  Parameters parameters = {};              // From WithDefaults.
  std::vector<NationalPlace> places = {};  // Any order.
};

// Puts the places together. The same places in any order give the same bits.
NationalAssessment Aggregate(NationalInputs inputs);

// How long the places that are open will take, if each takes as long as those
// for which something was computed took in `elapsed`: none before the first.
std::optional<absl::Duration> RemainingTime(absl::Duration elapsed,
                                            std::int64_t computed_place_count,
                                            std::int64_t open_place_count);

}  // namespace pulsetaker::assessment
