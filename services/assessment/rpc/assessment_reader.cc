#include "services/assessment/rpc/assessment_reader.h"

#include <algorithm>
#include <cstddef>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/assessment_from_proto.h"

namespace pulsetaker::assessment {
namespace {

// The API's enumerations keep 0 for "unspecified"; what is unspecified becomes
// the first value. The ..._to_proto files hold both to the same order.
template <typename Enum, typename Wire>
Enum FromWire(Wire value) {
  return static_cast<Enum>(std::max(static_cast<int>(value) - 1, 0));
}

Absence FromWire(v1::NotMeasuredReason reason) {
  return v1::NotMeasuredReason_IsValid(reason) ? static_cast<Absence>(reason)
                                               : Absence::kUndefined;
}

Reading FromProto(const v1::Reading& from) {
  return from.has_value() ? Reading::Of(from.value())
                          : Reading::Missing(FromWire(from.reason()));
}

Level FromProto(const v1::Level& from) {
  Level to;
  to.absence = FromWire(from.reason());
  to.raw = from.raw();
  to.post_stratified = from.post_stratified();
  to.interval_low = from.interval_low();
  to.interval_high = from.interval_high();
  to.standard_error = from.standard_error();
  to.respondent_count = from.respondent_count();
  return to;
}

CornerResult FromProto(const v1::CornerResult& from) {
  CornerResult to;
  to.level = FromProto(from.level());
  to.item_count = from.item_count();
  to.rating_count = from.rating_count();
  to.dont_know_count = from.dont_know_count();
  to.not_applicable_count = from.not_applicable_count();
  to.agreement = FromProto(from.agreement());
  to.agreement_skewed_null = FromProto(from.agreement_skewed_null());
  to.alpha = FromProto(from.alpha());
  for (const v1::StratumLevel& stratum : from.strata()) {
    const Level level = FromProto(stratum.level());
    if (stratum.has_layer()) {
      to.layers.push_back({static_cast<Layer>(stratum.layer()), level});
    } else {
      to.sectors.push_back({stratum.sector(), level});
    }
  }
  to.perception_gap = FromProto(from.perception_gap());
  to.dip_p_value = FromProto(from.dip_p_value());
  to.score_deviation = FromProto(from.score_deviation());
  to.importance = FromProto(from.importance());
  return to;
}

Triangle FromProto(const v1::Triangle& from) {
  Triangle to;
  for (std::size_t c = 0; c < to.corners.size(); ++c) {
    to.corners[c] = FromProto(from.corners(static_cast<int>(c)));
  }
  for (std::size_t a = 0; a < to.arrows.size(); ++a) {
    to.arrows[a] = FromProto(from.arrows(static_cast<int>(a)).strength());
  }
  for (const v1::SubscaleResult& subscale : from.subscales()) {
    to.subscales.push_back(
        {subscale.subscale_id(),
         {subscale.item_ids().begin(), subscale.item_ids().end()},
         FromProto(subscale.level()),
         FromProto(subscale.alpha()),
         subscale.alpha_low(),
         FromProto(subscale.omega())});
  }
  for (const v1::ItemResult& item : from.items()) {
    to.items.push_back({item.item_id(), FromProto(item.level()),
                        item.dont_know_count(), item.not_applicable_count()});
  }
  to.largest_perception_gap = FromProto(from.largest_perception_gap());
  to.largest_perception_gap_corner =
      FromWire<Corner>(from.largest_perception_gap_corner());
  to.spread = FromProto(from.spread());
  to.invited_count = from.invited_count();
  to.respondent_count = from.respondent_count();
  to.response_rate = from.response_rate();
  return to;
}

Change ChangeOf(const v1::Change& from) {
  Change to = assessment::FromProto(from);
  for (const v1::FeatureChange& feature : from.features()) {
    to.features.push_back(
        {FromProto(feature.previous()), FromProto(feature.current()),
         FromProto(feature.difference()), FromProto(feature.p_value()),
         feature.panel_count(), FromProto(feature.panel_difference()),
         FromProto(feature.panel_p_value()),
         FromProto(feature.panel_reliable_fall_share()),
         feature.falls_reliably()});
  }
  return to;
}

Assessment FromProto(const v1::Assessment& from) {
  Assessment to;
  to.name = from.name();
  const v1::AssessmentInputs& inputs = from.inputs();
  to.snapshot_digest = inputs.snapshot_digest();
  to.instrument_digest = inputs.instrument_digest();
  to.analysis = inputs.analysis();
  to.previous_assessment = inputs.previous_assessment();
  to.parameters_version = inputs.parameters_version();
  to.engine_version = inputs.engine_version();
  to.parameters = assessment::FromProto(inputs.parameters());
  to.triangle = FromProto(from.triangle());
  to.phase = assessment::FromProto(from.phase());
  to.change = ChangeOf(from.change());
  for (const v1::Finding& risk : from.risks()) {
    to.risks.push_back(assessment::FromProto(risk));
  }
  for (const v1::Finding& recommendation : from.recommendations()) {
    to.recommendations.push_back(assessment::FromProto(recommendation));
  }
  return to;
}

class ApiAssessmentReader final : public report::AssessmentReader {
 public:
  absl::StatusOr<Assessment> Decode(
      const StoredAssessment& stored) const override {
    v1::Assessment message;
    if (!message.ParseFromString(stored.message) ||
        message.triangle().corners_size() != kCornerCount ||
        message.triangle().arrows_size() != kArrowCount ||
        message.phase().probabilities_size() > kPhaseCount) {
      return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                       absl::StrCat(stored.name, ": not an Assessment"));
    }
    return FromProto(message);
  }
};

}  // namespace

std::unique_ptr<report::AssessmentReader> MakeAssessmentReader() {
  return std::make_unique<ApiAssessmentReader>();
}

}  // namespace pulsetaker::assessment
