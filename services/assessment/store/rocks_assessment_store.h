#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/kv/rocks.h"
#include "services/assessment/domain/assessment_store.h"

namespace pulsetaker::assessment {

// The families that OpenRocks must be given for MakeRocksAssessmentStore.
std::vector<std::string> AssessmentStoreFamilies();

// `rocks` must outlive what is returned. keys.h has the layout. A name that is
// no assessment's, or no wave's, is INTERNAL: whoever calls has checked it.
std::unique_ptr<AssessmentStore> MakeRocksAssessmentStore(kv::Rocks& rocks);

}  // namespace pulsetaker::assessment
