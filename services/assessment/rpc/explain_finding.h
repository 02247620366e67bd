#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "pulsetaker/assessment/v1/explanation.pb.h"
#include "services/assessment/domain/language.h"

namespace pulsetaker::assessment {

// The language of a request's `language_code`.
//
// INVALID_ARGUMENT, LANGUAGE_UNSUPPORTED: there are no texts in it.
absl::StatusOr<Language> ReadLanguage(absl::string_view language_code);

// What `assessment` says of a finding, its phase or its change.
//
// NOT_FOUND, FINDING_NOT_FOUND: nothing of this id.
absl::Status ExplainFinding(const v1::Assessment& assessment,
                            absl::string_view finding_id, Language language,
                            v1::Explanation& explanation);

}  // namespace pulsetaker::assessment
