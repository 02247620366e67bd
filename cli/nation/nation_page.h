// What a national assessment comes to, as text in 80 columns: counts, falls
// that hold for the nation, and the places that were not assessed.

#pragma once

#include <cstdint>
#include <string>

#include "cli/command.h"
#include "pulsetaker/assessment/v1/assessment_service.pb.h"
#include "pulsetaker/assessment/v1/national.pb.h"

namespace pulsetaker::cli {

std::string NationPage(const assessment::v1::NationalAssessment& national);

// kOk if no place failed, kFailed if some did and others were assessed, else
// what the first failure says.
ExitCode ExitCodeOfNation(const assessment::v1::NationalAssessment& national);

// "assessing, 2m10s left" of an operation that runs.
std::string NationStepText(
    const assessment::v1::RunNationalAssessmentMetadata& metadata);

// Places of which is known what became of them.
std::int64_t FinishedCount(
    const assessment::v1::RunNationalAssessmentMetadata& metadata);

}  // namespace pulsetaker::cli
