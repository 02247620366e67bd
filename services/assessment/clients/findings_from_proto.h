#pragma once

#include "pulsetaker/network/v1/analysis.pb.h"
#include "services/assessment/domain/analysis_source.h"

namespace pulsetaker::assessment {

// What the assessment needs of an analysis. What the analysis withholds, or did
// not measure, arrives with the reason; what it has no field for, as kNoSource.
NetworkAnalysis FromProto(const network::v1::Analysis& from);

// Values that a later release may add become the one that says least.
CliqueVerdict VerdictFromProto(network::v1::CliqueRisk::Verdict verdict);
SectorStanding StandingFromProto(network::v1::SectorStanding::Status status);
Richness RichnessFromProto(network::v1::LayerCell::Richness richness);

}  // namespace pulsetaker::assessment
