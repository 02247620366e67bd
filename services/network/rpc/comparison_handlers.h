// CompareWaves and SuggestIntroductions: wire message in, domain call, wire
// message out.

#pragma once

#include "absl/status/status.h"
#include "common/rpc/unary.h"
#include "pulsetaker/network/v1/introductions.pb.h"
#include "pulsetaker/network/v1/wave_comparison.pb.h"
#include "services/network/domain/analysis_reader.h"

namespace pulsetaker::network {

absl::Status HandleCompareWaves(const AnalysisReader& reader,
                                const rpc::CallContext& call,
                                const v1::CompareWavesRequest& request,
                                v1::CompareWavesResponse& response);

absl::Status HandleSuggestIntroductions(
    const AnalysisReader& reader, const rpc::CallContext& call,
    const v1::SuggestIntroductionsRequest& request,
    v1::SuggestIntroductionsResponse& response);

}  // namespace pulsetaker::network
