#pragma once

#include <memory>

#include "services/assessment/domain/comparer.h"

namespace pulsetaker::assessment {

// Answers as messages of pulsetaker.assessment.v1, which have no maps.
std::unique_ptr<ComparisonCodec> MakeComparisonCodec();

}  // namespace pulsetaker::assessment
