// A response log that counts what it is told.

#pragma once

#include <memory>

#include "common/base/metrics.h"
#include "services/survey/domain/response_log.h"

namespace pulsetaker::survey {

// Counts what `log` says to each frame and each single response, once it is on
// disk:
//   pulsetaker_survey_rows_total{verdict}      rows of uploads
//   pulsetaker_survey_responses_total{result}  single responses: "ok",
//   "refused"
// Both must outlive it.
std::unique_ptr<ResponseLog> MakeCountedResponseLog(ResponseLog& log,
                                                    Metrics& metrics);

}  // namespace pulsetaker::survey
