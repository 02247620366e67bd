#pragma once

#include <memory>

#include "services/network/domain/analysis_reader.h"

namespace pulsetaker::network {

// Reads messages of pulsetaker.network.v1 back, as analysis_encoder.h wrote
// them.
std::unique_ptr<AnalysisDecoder> MakeAnalysisDecoder();

}  // namespace pulsetaker::network
