#include "services/assessment/rpc/local_system_to_proto.h"

#include <cstddef>

#include "services/assessment/rpc/measurement_to_proto.h"

namespace pulsetaker::assessment {
namespace {

static_assert(static_cast<int>(Richness::kAtrophied) ==
              v1::SystemLink::RICHNESS_ATROPHIED);
static_assert(static_cast<int>(Richness::kAtrophied) ==
              v1::SystemLink::Richness_MAX);

void ToProto(const LayerLink& from, v1::SystemLink& to) {
  to.set_upper(ToWire(from.low));
  to.set_lower(ToWire(from.high));
  to.set_richness(static_cast<v1::SystemLink::Richness>(from.richness));
  to.set_reason(ToWire(from.absence));
  ToProto(from.low_coverage, *to.mutable_upper_coverage());
  ToProto(from.high_coverage, *to.mutable_lower_coverage());
}

void ToProto(const SystemLayer& from, v1::SystemLayer& to) {
  to.set_layer(ToWire(from.layer));
  to.set_invited_count(from.invited_count);
  to.set_respondent_count_reason(ToWire(from.respondents));
  if (from.respondents == Absence::kNone) {
    to.set_respondent_count(from.respondent_count);
  }
  for (std::size_t i = 0; i < from.corners.size(); ++i) {
    v1::CornerLevel& corner = *to.add_corners();
    corner.set_corner(ToWire(static_cast<Corner>(i)));
    ToProtoOfStratum(from.corners[i], *corner.mutable_level());
  }
  ToProto(from.horizontal, *to.mutable_horizontal_link());
}

}  // namespace

void ToProto(const LocalSystem& from, v1::LocalSystem& to) {
  for (const SystemLayer& layer : from.layers) {
    ToProto(layer, *to.add_layers());
  }
  for (const LayerLink& link : from.vertical) {
    ToProto(link, *to.add_vertical_links());
  }
  to.set_unknown_layer_invited_count(from.unknown_layer_invited_count);
}

}  // namespace pulsetaker::assessment
