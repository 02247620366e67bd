// Localities and surveys between the API and the domain.

#pragma once

#include "absl/status/statusor.h"
#include "pulsetaker/survey/v1/locality.pb.h"
#include "pulsetaker/survey/v1/survey.pb.h"
#include "services/survey/domain/catalog.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/survey.h"

namespace pulsetaker::survey {

// What the message says of the resource, with defaults filled in and nothing
// checked. Output-only fields are left out.
Locality FromProto(const LocalityKey& key, const v1::Locality& message);
Survey FromProto(const SurveyKey& key, const v1::Survey& message);

// What the request changes. INVALID_ARGUMENT, UPDATE_MASK_UNKNOWN: a path that
// cannot be set.
absl::StatusOr<LocalityUpdate> FromProto(
    const LocalityKey& key, const v1::UpdateLocalityRequest& request);
absl::StatusOr<SurveyUpdate> FromProto(const SurveyKey& key,
                                       const v1::UpdateSurveyRequest& request);

void ToProto(const Locality& locality, v1::Locality& message);
void ToProto(const Survey& survey, v1::Survey& message);

}  // namespace pulsetaker::survey
