// SimulateDepartures and SimulateTies: wire message in, domain call, wire
// message out.

#pragma once

#include "absl/status/status.h"
#include "common/rpc/unary.h"
#include "pulsetaker/network/v1/what_if.pb.h"
#include "services/network/domain/analysis_reader.h"

namespace pulsetaker::network {

absl::Status HandleSimulateDepartures(
    const AnalysisReader& reader, const rpc::CallContext& call,
    const v1::SimulateDeparturesRequest& request,
    v1::SimulateDeparturesResponse& response);

absl::Status HandleSimulateTies(const AnalysisReader& reader,
                                const rpc::CallContext& call,
                                const v1::SimulateTiesRequest& request,
                                v1::SimulateTiesResponse& response);

}  // namespace pulsetaker::network
