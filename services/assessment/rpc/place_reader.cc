#include "services/assessment/rpc/place_reader.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "services/assessment/domain/parameters.h"
#include "services/assessment/rpc/assessment_codec.h"

namespace pulsetaker::assessment {
namespace {

Absence FromWire(v1::NotMeasuredReason reason) {
  switch (reason) {
    case v1::NOT_MEASURED_REASON_TOO_FEW_ANSWERS:
      return Absence::kTooFewAnswers;
    case v1::NOT_MEASURED_REASON_WITHHELD:
      return Absence::kWithheld;
    case v1::NOT_MEASURED_REASON_NO_PREVIOUS_WAVE:
      return Absence::kNoPreviousWave;
    case v1::NOT_MEASURED_REASON_NO_SOURCE:
      return Absence::kNoSource;
    case v1::NOT_MEASURED_REASON_UNDEFINED:
      return Absence::kUndefined;
    default:
      return Absence::kNotAsked;
  }
}

void Take(const v1::Level& from, std::size_t feature, PlaceSummary& to) {
  if (from.state() != v1::MEASUREMENT_STATE_MEASURED) {
    to.features[feature] = Reading::Missing(FromWire(from.reason()));
    return;
  }
  to.features[feature] = Reading::Of(from.post_stratified());
  to.standard_errors[feature] = from.standard_error();
}

void TakeTriangle(const v1::Triangle& from, PlaceSummary& to) {
  to.invited_count = from.invited_count();
  to.respondent_count = from.respondent_count();
  // In the order of the enums, as the codec writes them.
  const int corners = std::min(from.corners_size(), kCornerCount);
  for (int c = 0; c < corners; ++c) {
    Take(from.corners(c).level(), static_cast<std::size_t>(c), to);
  }
  const int arrows = std::min(from.arrows_size(), kArrowCount);
  for (int a = 0; a < arrows; ++a) {
    Take(from.arrows(a).strength(), static_cast<std::size_t>(kCornerCount + a),
         to);
  }
}

PhaseVerdict FromWire(v1::PhaseResult::Verdict verdict) {
  switch (verdict) {
    case v1::PhaseResult::VERDICT_PHASE:
      return PhaseVerdict::kPhase;
    case v1::PhaseResult::VERDICT_BETWEEN:
      return PhaseVerdict::kBetween;
    case v1::PhaseResult::VERDICT_INDETERMINATE:
      return PhaseVerdict::kIndeterminate;
    default:
      return PhaseVerdict::kNotMeasured;
  }
}

void TakePhase(const v1::PhaseResult& from, PlaceSummary& to) {
  to.verdict = FromWire(from.verdict());
  const int phase = from.phase() - v1::PHASE_LATENT;
  if (phase >= 0 && phase < kPhaseCount) to.phase = static_cast<Phase>(phase);
}

FindingStatus FromWire(v1::Finding::Status status) {
  switch (status) {
    case v1::Finding::STATUS_FIRED:
      return FindingStatus::kFired;
    case v1::Finding::STATUS_NOT_FIRED:
      return FindingStatus::kNotFired;
    case v1::Finding::STATUS_WITHHELD:
      return FindingStatus::kWithheld;
    default:
      return FindingStatus::kNotMeasured;
  }
}

void TakeEvidence(const v1::Finding& from, PlaceSummary& to) {
  for (const v1::Evidence& evidence : from.evidence()) {
    if (!absl::StartsWith(evidence.metric(), "network.")) continue;
    const v1::Reading& value = evidence.value();
    to.network_metrics[evidence.metric()] =
        value.state() == v1::MEASUREMENT_STATE_MEASURED
            ? Reading::Of(value.value())
            : Reading::Missing(FromWire(value.reason()));
  }
}

bool IsDefault(const v1::AssessmentInputs& inputs) {
  return FromProto(inputs.parameters()) == Parameters{} &&
         inputs.engine_version() == kEngineVersion &&
         inputs.parameters_version() == kParametersVersion;
}

class ApiPlaceReader final : public PlaceReader {
 public:
  absl::StatusOr<PlaceSummary> Read(absl::string_view name,
                                    absl::string_view message) const override {
    v1::Assessment from;
    if (!from.ParseFromArray(message.data(),
                             static_cast<int>(message.size()))) {
      return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                       absl::StrCat(name, ": not an Assessment"));
    }
    PlaceSummary place;
    place.locality = LocalityOf(name);
    place.assessment = std::string(name);
    place.is_default = IsDefault(from.inputs());
    TakeTriangle(from.triangle(), place);
    TakePhase(from.phase(), place);
    for (const v1::Finding& risk : from.risks()) {
      place.risks[risk.finding_id()] = FromWire(risk.status());
      TakeEvidence(risk, place);
    }
    for (const v1::Finding& finding : from.recommendations()) {
      TakeEvidence(finding, place);
    }
    return place;
  }
};

}  // namespace

std::unique_ptr<PlaceReader> MakePlaceReader() {
  return std::make_unique<ApiPlaceReader>();
}

}  // namespace pulsetaker::assessment
