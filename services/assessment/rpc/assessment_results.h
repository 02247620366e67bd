#pragma once

#include <memory>

#include "common/erasure/withdrawals.h"
#include "services/assessment/domain/withdrawable_assessments.h"

namespace pulsetaker::assessment {

// The assessments as results that are withdrawn. `assessments` must outlive it.
std::unique_ptr<erasure::ResultStore> MakeAssessmentResults(
    WithdrawableAssessments& assessments);

}  // namespace pulsetaker::assessment
