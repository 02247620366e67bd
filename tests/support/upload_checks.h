// Compares what a server has with what must be there.

#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"
#include "tests/support/made_up_rows.h"

namespace pulsetaker::testing {

// How far an upload has come: 0 rows if there is none.
absl::StatusOr<survey::v1::Upload> GetUpload(
    survey::v1::SurveyService::Stub& stub, const std::string& name);

// What is wrong with the counts of an upload, or "". The model has come at
// least as far as it.
std::string ProblemOf(const survey::v1::Upload& upload, const RowModel& model);

// What is wrong with the verdicts of an acknowledgement, or "".
std::string ProblemOf(const survey::v1::StreamResponsesResponse& response,
                      const RowModel& model);

// How the response of a person differs from what must be there.
struct PersonCheck {
  std::int64_t lost = 0;     // Revisions that are missing.
  std::int64_t twice = 0;    // Revisions too many.
  std::string problem = {};  // Any other difference, or "".
};

PersonCheck CheckPerson(survey::v1::SurveyService::Stub& stub,
                        const std::string& wave, const RowSource& source,
                        const RowModel& model, std::int64_t person);

// The same, of someone who must have this revision, 0 for none, with these
// answers.
PersonCheck CheckResponse(survey::v1::SurveyService::Stub& stub,
                          const std::string& name, std::int64_t revision,
                          std::int64_t content);

}  // namespace pulsetaker::testing
