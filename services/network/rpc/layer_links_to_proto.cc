#include "services/network/rpc/layer_links_to_proto.h"

#include "services/network/rpc/measure_to_proto.h"

namespace pulsetaker::network {
namespace {

static_assert(static_cast<int>(LayerCell::Richness::kAtrophied) ==
              v1::LayerCell::RICHNESS_ATROPHIED);
static_assert(static_cast<int>(LayerCell::Richness::kAtrophied) ==
              v1::LayerCell::Richness_MAX);

void ToProto(const LayerCell& from, v1::LayerCell& to) {
  to.set_upper(ToWire<v1::Layer>(from.upper));
  to.set_lower(ToWire<v1::Layer>(from.lower));
  to.set_adjacent(from.adjacent);
  if (from.not_measured.has_value()) {
    ToProto(*from.not_measured, *to.mutable_not_measured());
  }
  to.set_richness(ToWire<v1::LayerCell::Richness>(from.richness));
  ToProto(from.density_up, *to.mutable_density_up());
  ToProto(from.density_down, *to.mutable_density_down());
  ToProto(from.relative_density, *to.mutable_relative_density());
  ToProto(from.reciprocity, *to.mutable_reciprocity());
  ToProto(from.coverage, *to.mutable_coverage());
  ToProto(from.upper_coverage, *to.mutable_upper_coverage());
  ToProto(from.lower_coverage, *to.mutable_lower_coverage());
  ToProto(from.redundancy, *to.mutable_redundancy());
  ToProto(from.resilience, *to.mutable_resilience());
  ToProto(from.largest_component_share, *to.mutable_largest_component_share());
  ToProto(from.rise, *to.mutable_rise());
  ToProto(from.descent, *to.mutable_descent());
}

}  // namespace

void ToProto(const LayerLinks& from, v1::LayerLinks& to) {
  if (from.not_measured.has_value()) {
    ToProto(*from.not_measured, *to.mutable_not_measured());
  }
  for (const LayerCell& cell : from.horizontal) {
    ToProto(cell, *to.add_horizontal());
  }
  for (const LayerCell& cell : from.vertical) {
    ToProto(cell, *to.add_vertical());
  }
  ToProto(from.external_internal, *to.mutable_external_internal());
  for (const int count : from.person_counts) to.add_person_counts(count);
}

}  // namespace pulsetaker::network
