#pragma once

#include <memory>

#include "pulsetaker/network/v1/analysis.pb.h"
#include "services/network/domain/analysis_store.h"
#include "services/network/domain/parameters.h"

namespace pulsetaker::network {

// Analyses as messages of pulsetaker.network.v1. They have no maps and the
// fields of a message are written in the order of their numbers, so equal
// results give equal bytes.
std::unique_ptr<AnalysisEncoder> MakeAnalysisEncoder();

// A rule that this program does not know becomes one of hubs, which Canonical
// refuses for pulsetakers.
AnalysisParameters FromProto(const v1::AnalysisParameters& from);

}  // namespace pulsetaker::network
