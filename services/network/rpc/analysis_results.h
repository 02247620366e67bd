#pragma once

#include <memory>

#include "common/erasure/withdrawals.h"
#include "services/network/domain/withdrawable_analyses.h"

namespace pulsetaker::network {

// The analyses as results that are withdrawn. `analyses` must outlive it.
std::unique_ptr<erasure::ResultStore> MakeAnalysisResults(
    WithdrawableAnalyses& analyses);

}  // namespace pulsetaker::network
