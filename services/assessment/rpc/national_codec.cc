#include "services/assessment/rpc/national_codec.h"

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "google/protobuf/util/time_util.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/measurement_to_proto.h"

namespace pulsetaker::assessment {
namespace {

// The API's enumerations keep 0 for "unspecified".
constexpr int kFirst = 1;

static_assert(static_cast<int>(PlaceOutcome::kFailed) + kFirst ==
              v1::NationalPlace::OUTCOME_FAILED);
static_assert(kPlaceOutcomeCount == v1::NationalPlace::Outcome_MAX);
static_assert(kChangeStatusCount == v1::Change::Status_MAX);

v1::NationalPlace::Outcome ToWire(PlaceOutcome outcome) {
  return static_cast<v1::NationalPlace::Outcome>(static_cast<int>(outcome) +
                                                 kFirst);
}

v1::PhaseResult::Verdict ToWire(PhaseVerdict verdict) {
  return static_cast<v1::PhaseResult::Verdict>(static_cast<int>(verdict) +
                                               kFirst);
}

v1::Change::Status ToWire(ChangeStatus status) {
  return static_cast<v1::Change::Status>(static_cast<int>(status) + kFirst);
}

void PutSummary(const PlaceAssessment& from, v1::NationalPlace& to) {
  to.set_assessment(from.assessment);
  to.set_previous_assessment(from.previous_assessment);
  to.set_verdict(ToWire(from.verdict));
  if (from.verdict == PhaseVerdict::kNotMeasured) {
    to.set_not_measured_reason(ToWire(from.absence));
  } else {
    to.set_phase(ToWire(from.phase));
  }
  to.set_change(ToWire(from.change));
}

void PutLevels(const NationalPlace& from, v1::NationalPlace& to) {
  if (!from.summary) return;
  for (std::size_t i = 0; i < from.pooled.size(); ++i) {
    const std::optional<PlaceCorner>& corner = from.summary->corners[i];
    if (!corner) continue;
    v1::NationalLevel& level = *to.add_levels();
    level.set_corner(ToWire(static_cast<Corner>(i)));
    level.set_level(corner->post_stratified);
    level.set_standard_error(corner->standard_error);
    if (!from.pooled[i]) continue;
    level.set_pooled(from.pooled[i]->pooled);
    level.set_shrinkage(from.pooled[i]->shrinkage);
  }
}

void PutCorners(const NationalAssessment& from, v1::NationalAssessment& to) {
  for (std::size_t i = 0; i < from.corners.size(); ++i) {
    v1::NationalCorner& corner = *to.add_corners();
    corner.set_corner(ToWire(static_cast<Corner>(i)));
    corner.set_place_count(from.corners[i].place_count);
    ToProto(from.corners[i].mean, *corner.mutable_mean());
    ToProto(from.corners[i].between_deviation,
            *corner.mutable_between_deviation());
    ToProto(from.corners[i].icc1, *corner.mutable_icc1());
    ToProto(from.corners[i].icc2, *corner.mutable_icc2());
  }
}

void PutPlace(const NationalPlace& from, v1::NationalPlace& to) {
  to.set_locality(from.locality);
  to.set_survey(from.survey);
  to.set_wave(from.wave);
  to.set_outcome(ToWire(from.outcome));
  if (from.summary) PutSummary(*from.summary, to);
  if (from.fall_p_value) to.set_fall_p_value(*from.fall_p_value);
  if (from.fall_q_value) to.set_fall_q_value(*from.fall_q_value);
  to.set_national_regression(from.national_regression);
  PutLevels(from, to);
  if (from.failure.ok()) return;
  v1::PlaceFailure& failure = *to.mutable_failure();
  failure.set_code(static_cast<int>(from.failure.code()));
  failure.set_reason(ReasonOf(from.failure));
  failure.set_message(std::string(from.failure.message()));
}

void AddPhaseCount(PhaseVerdict verdict, int count,
                   v1::NationalAssessment& to) {
  v1::PhaseCount& added = *to.add_phase_counts();
  added.set_verdict(ToWire(verdict));
  added.set_place_count(count);
}

void PutCounts(const NationalAssessment& from, v1::NationalAssessment& to) {
  for (int i = 0; i < kPlaceOutcomeCount; ++i) {
    v1::OutcomeCount& added = *to.add_outcome_counts();
    added.set_outcome(ToWire(static_cast<PlaceOutcome>(i)));
    added.set_place_count(from.outcome_counts[static_cast<std::size_t>(i)]);
  }
  for (int i = 0; i < kPhaseCount; ++i) {
    AddPhaseCount(PhaseVerdict::kPhase,
                  from.phase_counts[static_cast<std::size_t>(i)], to);
    to.mutable_phase_counts(i)->set_phase(ToWire(static_cast<Phase>(i)));
  }
  AddPhaseCount(PhaseVerdict::kBetween, from.between_count, to);
  AddPhaseCount(PhaseVerdict::kIndeterminate, from.indeterminate_count, to);
  AddPhaseCount(PhaseVerdict::kNotMeasured, from.not_measured_count, to);
  for (int i = 0; i < kChangeStatusCount; ++i) {
    v1::ChangeCount& added = *to.add_change_counts();
    added.set_status(ToWire(static_cast<ChangeStatus>(i)));
    added.set_place_count(from.change_counts[static_cast<std::size_t>(i)]);
  }
}

absl::Status Unreadable(const StoredAssessment& assessment,
                        absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                   absl::StrCat(assessment.name, ": ", problem));
}

std::optional<PlaceCorner> FromProto(const v1::CornerResult& from) {
  const v1::Level& level = from.level();
  if (level.state() != v1::MEASUREMENT_STATE_MEASURED) return std::nullopt;
  PlaceCorner corner;
  corner.raw = level.raw();
  corner.post_stratified = level.post_stratified();
  corner.standard_error = level.standard_error();
  corner.respondent_count = level.respondent_count();
  // Assessments of older engines have none.
  if (from.score_deviation().state() == v1::MEASUREMENT_STATE_MEASURED) {
    corner.score_deviation = Reading::Of(from.score_deviation().value());
  }
  return corner;
}

// That the values which this version turns into its own are ones it has.
bool HasKnownValues(const v1::Assessment& assessment) {
  const v1::PhaseResult& phase = assessment.phase();
  const bool has_phase =
      phase.verdict() == v1::PhaseResult::VERDICT_NOT_MEASURED ||
      (v1::Phase_IsValid(phase.phase()) && phase.phase() != 0);
  return has_phase && phase.verdict() != 0 &&
         v1::PhaseResult::Verdict_IsValid(phase.verdict()) &&
         v1::NotMeasuredReason_IsValid(phase.reason()) &&
         assessment.change().status() != 0 &&
         v1::Change::Status_IsValid(assessment.change().status());
}

class ApiNationalCodec final : public NationalCodec {
 public:
  std::string Encode(const NationalAssessment& from) const override {
    v1::NationalAssessment to;
    to.set_name(from.name);
    to.mutable_scope()->set_survey_id(from.scope.survey_id);
    to.mutable_scope()->set_region(from.scope.region);
    *to.mutable_parameters() = ToProto(from.parameters);
    to.set_parameters_version(std::string(kParametersVersion));
    to.set_engine_version(std::string(kEngineVersion));
    for (const NationalPlace& place : from.places) {
      PutPlace(place, *to.add_places());
    }
    PutCounts(from, to);
    PutCorners(from, to);
    v1::NationalFalls& falls = *to.mutable_falls();
    falls.set_false_discovery_rate(kFalseDiscoveryRate);
    falls.set_tested_count(from.falls.tested_count);
    falls.set_falling_count(from.falls.falling_count);
    falls.set_regression_count(from.falls.regression_count);
    falls.set_local_regression_count(from.falls.local_regression_count);
    return to.SerializeAsString();
  }

  absl::StatusOr<PlaceAssessment> Summarize(
      const StoredAssessment& assessment) const override {
    v1::Assessment from;
    if (!from.ParseFromString(assessment.message)) {
      return Unreadable(assessment, "not an Assessment");
    }
    if (!HasKnownValues(from)) {
      return Unreadable(assessment, "an Assessment of another version");
    }
    PlaceAssessment summary;
    summary.assessment = assessment.name;
    summary.previous_assessment = from.inputs().previous_assessment();
    summary.verdict =
        static_cast<PhaseVerdict>(from.phase().verdict() - kFirst);
    summary.absence = static_cast<Absence>(from.phase().reason());
    if (summary.verdict != PhaseVerdict::kNotMeasured) {
      summary.phase = static_cast<Phase>(from.phase().phase() - kFirst);
    }
    summary.change = static_cast<ChangeStatus>(from.change().status() - kFirst);
    for (const v1::FeatureChange& feature : from.change().features()) {
      if (feature.p_value().has_value()) {
        summary.fall_p_values.push_back(feature.p_value().value());
      }
    }
    for (const v1::CornerResult& corner : from.triangle().corners()) {
      const int index = corner.corner() - v1::CORNER_AUTHORITY;
      if (index < 0 || index >= kCornerCount) continue;
      summary.corners[static_cast<std::size_t>(index)] = FromProto(corner);
    }
    return summary;
  }
};

}  // namespace

std::unique_ptr<NationalCodec> MakeNationalCodec() {
  return std::make_unique<ApiNationalCodec>();
}

NationalScope FromProto(const v1::NationalScope& from) {
  return {.survey_id = from.survey_id(), .region = from.region()};
}

absl::StatusOr<v1::NationalAssessment> ToProto(const StoredNational& stored) {
  v1::NationalAssessment national;
  if (!national.ParseFromString(stored.message)) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     absl::StrCat(stored.name, ": not a NationalAssessment"));
  }
  *national.mutable_create_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
          absl::ToUnixMicros(stored.create_time));
  return national;
}

}  // namespace pulsetaker::assessment
