#include "services/network/rpc/layer_links_from_proto.h"

#include <algorithm>

#include "services/network/rpc/measure_from_proto.h"

namespace pulsetaker::network {
namespace {

using network::FromProto;  // Or those below would hide it.

LayerCell FromProto(const v1::LayerCell& from) {
  LayerCell cell;
  cell.upper = FromWire<Layer>(from.upper());
  cell.lower = FromWire<Layer>(from.lower());
  cell.adjacent = from.adjacent();
  if (from.has_not_measured()) {
    cell.not_measured = FromProto(from.not_measured());
  }
  cell.richness = FromWire<LayerCell::Richness>(from.richness());
  cell.density_up = FromProto(from.density_up());
  cell.density_down = FromProto(from.density_down());
  cell.relative_density = FromProto(from.relative_density());
  cell.reciprocity = FromProto(from.reciprocity());
  cell.coverage = FromProto(from.coverage());
  cell.upper_coverage = FromProto(from.upper_coverage());
  cell.lower_coverage = FromProto(from.lower_coverage());
  cell.redundancy = FromProto(from.redundancy());
  cell.resilience = FromProto(from.resilience());
  cell.largest_component_share = FromProto(from.largest_component_share());
  cell.rise = FromProto(from.rise());
  cell.descent = FromProto(from.descent());
  return cell;
}

}  // namespace

LayerLinks FromProto(const v1::LayerLinks& from) {
  LayerLinks links;
  if (from.has_not_measured()) {
    links.not_measured = FromProto(from.not_measured());
  }
  for (const v1::LayerCell& cell : from.horizontal()) {
    links.horizontal.push_back(FromProto(cell));
  }
  for (const v1::LayerCell& cell : from.vertical()) {
    links.vertical.push_back(FromProto(cell));
  }
  links.external_internal = FromProto(from.external_internal());
  const int layers = std::min(from.person_counts_size(),
                              static_cast<int>(links.person_counts.size()));
  std::copy_n(from.person_counts().begin(), layers,
              links.person_counts.begin());
  return links;
}

}  // namespace pulsetaker::network
