#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/clock.h"
#include "common/kv/rocks.h"
#include "services/assessment/domain/assessment_store.h"
#include "services/assessment/domain/place_summary.h"
#include "services/assessment/domain/withdrawable_assessments.h"

namespace pulsetaker::assessment {

// The families that OpenRocks must be given for what is made here and for
// MakeRocksReleaseLedger.
std::vector<std::string> AssessmentStoreFamilies();

// `rocks` must outlive what is returned. keys.h has the layout. A name that is
// no assessment's, or no wave's, is INTERNAL: whoever calls has checked it.
std::unique_ptr<AssessmentStore> MakeRocksAssessmentStore(kv::Rocks& rocks);

// Everything that such a store keeps. `rocks` must outlive what is returned.
std::unique_ptr<AssessmentScan> MakeRocksAssessmentScan(kv::Rocks& rocks);

// The same, to withdraw from. `rocks` must have kv::kOperationsFamily, too.
std::unique_ptr<WithdrawableAssessments> MakeRocksWithdrawableAssessments(
    kv::Rocks& rocks, Clock clock);

}  // namespace pulsetaker::assessment
