#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/kv/rocks.h"
#include "services/assessment/domain/national_store.h"

namespace pulsetaker::assessment {

// The families that OpenRocks must be given for MakeRocksNationalStore.
std::vector<std::string> NationalStoreFamilies();

// `rocks` must outlive what is returned. keys.h has the layout. A name that is
// no national assessment's, or no tenant's, is INTERNAL: whoever calls has
// checked it.
std::unique_ptr<NationalStore> MakeRocksNationalStore(kv::Rocks& rocks);

}  // namespace pulsetaker::assessment
