#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/kv/rocks.h"
#include "services/network/domain/analysis_store.h"

namespace pulsetaker::network {

// The families that OpenRocks must be given for MakeRocksAnalysisStore.
std::vector<std::string> AnalysisStoreFamilies();

// `rocks` must outlive what is returned. keys.h has the layout.
std::unique_ptr<AnalysisStore> MakeRocksAnalysisStore(kv::Rocks& rocks);

}  // namespace pulsetaker::network
