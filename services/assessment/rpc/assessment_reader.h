#pragma once

#include <memory>

#include "services/assessment/domain/report/reporter.h"

namespace pulsetaker::assessment {

// Assessments from messages of pulsetaker.assessment.v1: the way back from
// MakeAssessmentCodec. What the message leaves out of an assessment is left at
// its default: the likelihood of the phases, and numbers of what is not
// measured.
std::unique_ptr<report::AssessmentReader> MakeAssessmentReader();

}  // namespace pulsetaker::assessment
