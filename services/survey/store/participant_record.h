// Participants to records and back, as records.h does for all else, with what
// is written of them sealed.

#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/participant.h"
#include "services/survey/store/person_keys.h"

namespace pulsetaker::survey {

// The value of the row `key` of `participants`.
absl::StatusOr<std::string> EncodeParticipant(PersonSealer& sealer,
                                              absl::string_view key,
                                              const Participant& participant);
absl::StatusOr<Participant> DecodeParticipant(const PersonOpener& opener,
                                              absl::string_view key,
                                              absl::string_view person,
                                              absl::string_view value);

// Only whether the person is invited, which is not sealed.
absl::StatusOr<Invitation> DecodeInvitation(absl::string_view person,
                                            absl::string_view value);

}  // namespace pulsetaker::survey
