#pragma once

#include "pulsetaker/network/v1/layer_links.pb.h"
#include "services/network/domain/layer_findings.h"

namespace pulsetaker::network {

// As layer_links_to_proto.h writes it.
LayerLinks FromProto(const v1::LayerLinks& from);

}  // namespace pulsetaker::network
