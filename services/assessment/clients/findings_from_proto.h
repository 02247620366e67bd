#pragma once

#include "pulsetaker/network/v1/analysis.pb.h"
#include "services/assessment/domain/analysis_source.h"

namespace pulsetaker::assessment {

// What the assessment needs of an analysis. What the analysis withholds, or did
// not measure, arrives with the reason; what it has no field for, as kNoSource.
NetworkAnalysis FromProto(const network::v1::Analysis& from);

}  // namespace pulsetaker::assessment
