#pragma once

#include "pulsetaker/network/v1/clique_risk.pb.h"
#include "services/network/domain/clique_findings.h"
#include "services/network/domain/parameters.h"

namespace pulsetaker::network {

// `thresholds` has the bands of the verdict.
void ToProto(const CliqueRisk& from, const AnalysisThresholds& thresholds,
             v1::CliqueRisk& to);

}  // namespace pulsetaker::network
