#include "services/survey/domain/survey.h"

#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {

absl::Status CheckSurvey(const Survey& survey) {
  PT_RETURN_IF_ERROR(CheckRequiredText("survey.display_name",
                                       survey.display_name, kNameLengthMax));
  PT_RETURN_IF_ERROR(
      CheckText("survey.innovation", survey.innovation, kNoteLengthMax));
  return CheckText("survey.service_field", survey.service_field,
                   kNameLengthMax);
}

}  // namespace pulsetaker::survey
