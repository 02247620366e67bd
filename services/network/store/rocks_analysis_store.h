#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/kv/rocks.h"
#include "services/network/domain/analysis_store.h"
#include "services/network/domain/withdrawable_analyses.h"

namespace pulsetaker::network {

// The families that OpenRocks must be given for what is made here; operations
// are in another one, that is purged with these.
std::vector<std::string> AnalysisStoreFamilies();

// `rocks` must outlive what is returned. keys.h has the layout.
std::unique_ptr<AnalysisStore> MakeRocksAnalysisStore(kv::Rocks& rocks);

// The analyses of such a store. `rocks` must have kv::kOperationsFamily, too,
// and outlive what is returned.
std::unique_ptr<WithdrawableAnalyses> MakeRocksWithdrawableAnalyses(
    kv::Rocks& rocks, Clock clock);

}  // namespace pulsetaker::network
