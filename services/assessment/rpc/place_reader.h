#pragma once

#include <memory>

#include "services/assessment/domain/place_summary.h"

namespace pulsetaker::assessment {

// Reads messages of pulsetaker.assessment.v1, as MakeAssessmentCodec makes
// them, of this version or an older one: what a message lacks is not measured.
std::unique_ptr<PlaceReader> MakePlaceReader();

}  // namespace pulsetaker::assessment
