#include "services/assessment/rpc/triangle_to_proto.h"

#include <cstddef>
#include <string>

#include "services/assessment/domain/phase.h"
#include "services/assessment/rpc/measurement_to_proto.h"

namespace pulsetaker::assessment {
namespace {

void ToProto(const CornerResult& from, v1::CornerResult& to) {
  ToProto(from.level, *to.mutable_level());
  to.set_item_count(from.item_count);
  to.set_rating_count(from.rating_count);
  to.set_dont_know_count(from.dont_know_count);
  to.set_not_applicable_count(from.not_applicable_count);
  ToProto(from.agreement, *to.mutable_agreement());
  ToProto(from.agreement_skewed_null, *to.mutable_agreement_skewed_null());
  ToProto(from.alpha, *to.mutable_alpha());
  for (const LayerLevel& layer : from.layers) {
    v1::StratumLevel& stratum = *to.add_strata();
    stratum.set_layer(ToWire(layer.layer));
    ToProtoOfStratum(layer.level, *stratum.mutable_level());
  }
  for (const SectorLevel& sector : from.sectors) {
    v1::StratumLevel& stratum = *to.add_strata();
    stratum.set_sector(sector.sector);
    ToProtoOfStratum(sector.level, *stratum.mutable_level());
  }
  ToProto(from.perception_gap, *to.mutable_perception_gap());
  ToProto(from.dip_p_value, *to.mutable_dip_p_value());
  ToProto(from.score_deviation, *to.mutable_score_deviation());
  ToProto(from.importance, *to.mutable_importance());
  if (from.importance.measured()) {
    to.set_importance_source(std::string(kCornerImportanceSource));
  }
}

void ToProto(const SubscaleResult& from, v1::SubscaleResult& to) {
  to.set_subscale_id(from.id);
  for (const std::string& id : from.item_ids) to.add_item_ids(id);
  ToProto(from.level, *to.mutable_level());
  ToProto(from.alpha, *to.mutable_alpha());
  to.set_alpha_low(from.alpha_low);
  ToProto(from.omega, *to.mutable_omega());
}

void ToProto(const ItemResult& from, v1::ItemResult& to) {
  to.set_item_id(from.item_id);
  ToProto(from.level, *to.mutable_level());
  to.set_dont_know_count(from.dont_know_count);
  to.set_not_applicable_count(from.not_applicable_count);
}

}  // namespace

void ToProto(const Triangle& from, v1::Triangle& to) {
  for (std::size_t i = 0; i < from.corners.size(); ++i) {
    v1::CornerResult& corner = *to.add_corners();
    corner.set_corner(ToWire(static_cast<Corner>(i)));
    ToProto(from.corners[i], corner);
  }
  for (std::size_t i = 0; i < from.arrows.size(); ++i) {
    v1::ArrowResult& arrow = *to.add_arrows();
    arrow.set_from(ToWire(ArrowFrom(static_cast<Arrow>(i))));
    arrow.set_to(ToWire(ArrowTo(static_cast<Arrow>(i))));
    ToProto(from.arrows[i], *arrow.mutable_strength());
  }
  for (const SubscaleResult& subscale : from.subscales) {
    ToProto(subscale, *to.add_subscales());
  }
  for (const ItemResult& item : from.items) ToProto(item, *to.add_items());
  ToProto(from.largest_perception_gap, *to.mutable_largest_perception_gap());
  if (from.largest_perception_gap.measured()) {
    to.set_largest_perception_gap_corner(
        ToWire(from.largest_perception_gap_corner));
  }
  ToProto(from.spread, *to.mutable_spread());
  to.set_invited_count(from.invited_count);
  to.set_respondent_count(from.respondent_count);
  to.set_response_rate(from.response_rate);
}

}  // namespace pulsetaker::assessment
