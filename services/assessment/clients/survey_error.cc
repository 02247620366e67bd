#include "services/assessment/clients/survey_error.h"

#include "absl/strings/str_cat.h"

namespace pulsetaker::assessment {

absl::Status FromSurveyError(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kDataLoss:
      return error;
    default:
      return absl::InternalError(absl::StrCat(
          "the survey service refused a call: ", error.ToString()));
  }
}

}  // namespace pulsetaker::assessment
