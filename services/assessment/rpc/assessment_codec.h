#pragma once

#include <memory>

#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "services/assessment/domain/assessor.h"
#include "services/assessment/domain/parameters.h"

namespace pulsetaker::assessment {

// Assessments as messages of pulsetaker.assessment.v1. They have no maps and
// the fields of a message are written in the order of their numbers, so equal
// assessments give equal bytes.
std::unique_ptr<AssessmentCodec> MakeAssessmentCodec();

Parameters FromProto(const v1::AssessmentParameters& from);
v1::AssessmentParameters ToProto(const Parameters& from);

}  // namespace pulsetaker::assessment
