// People between the API and the domain.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "pulsetaker/survey/v1/people_service.pb.h"
#include "pulsetaker/survey/v1/response.pb.h"
#include "services/survey/domain/likely_duplicates.h"
#include "services/survey/domain/person.h"
#include "services/survey/domain/response.h"

namespace pulsetaker::survey {

// tenants/{tenant}/localities/{locality}/people/{person}. NAME_MALFORMED.
absl::StatusOr<PersonKey> ParsePersonName(absl::string_view name,
                                          absl::string_view field);
std::string NameOf(const PersonKey& key);

void ToProto(const LocalityKey& locality, const OptOut& opt_out,
             v1::OptOut& message);
void ToProto(const LocalityKey& locality, const PersonAlias& alias,
             v1::PersonAlias& message);
void ToProto(const LocalityKey& locality, const LikelyDuplicate& pair,
             v1::LikelyDuplicate& message);
void ToProto(const ResponseKey& key, const Withdrawal& withdrawal,
             v1::Withdrawal& message);

}  // namespace pulsetaker::survey
