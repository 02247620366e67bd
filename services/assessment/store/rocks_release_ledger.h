#pragma once

#include <memory>

#include "common/kv/rocks.h"
#include "services/assessment/domain/release_ledger.h"

namespace pulsetaker::assessment {

// `rocks` must outlive what is returned. A tenant that is no id, or a digest
// that is none, is INTERNAL: whoever calls has checked it.
std::unique_ptr<ReleaseLedger> MakeRocksReleaseLedger(kv::Rocks& rocks);

}  // namespace pulsetaker::assessment
