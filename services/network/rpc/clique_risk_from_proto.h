#pragma once

#include "pulsetaker/network/v1/clique_risk.pb.h"
#include "services/network/domain/clique_findings.h"

namespace pulsetaker::network {

// As clique_risk_to_proto.h writes it, without the bands, which are thresholds.
CliqueRisk FromProto(const v1::CliqueRisk& from);

}  // namespace pulsetaker::network
