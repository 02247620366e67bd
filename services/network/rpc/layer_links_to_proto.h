#pragma once

#include "pulsetaker/network/v1/layer_links.pb.h"
#include "services/network/domain/layer_findings.h"

namespace pulsetaker::network {

void ToProto(const LayerLinks& from, v1::LayerLinks& to);

}  // namespace pulsetaker::network
