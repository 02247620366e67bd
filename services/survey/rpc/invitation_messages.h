// Invitations and consent texts between the API and the domain.

#pragma once

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "pulsetaker/survey/v1/consent.pb.h"
#include "pulsetaker/survey/v1/invitation.pb.h"
#include "services/survey/domain/consent.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/domain/invitations.h"
#include "services/survey/domain/roster_search.h"

namespace pulsetaker::survey {

// The time, cut to the microsecond. TIME_OUT_OF_RANGE: not a time of 1970 to
// 9999.
absl::StatusOr<absl::Time> ReadTime(
    absl::string_view field, const google::protobuf::Timestamp& timestamp);

// TIME_OUT_OF_RANGE: not a well-formed Duration.
absl::StatusOr<absl::Duration> ReadDuration(
    absl::string_view field, const google::protobuf::Duration& duration);

void ToProto(const ConsentText& text, v1::ConsentText& message);
void ToProto(const WaveKey& wave, const IssuedInvitation& invitation,
             v1::Invitation& message);
void ToProto(const Questionnaire& questionnaire, v1::Questionnaire& message);
void ToProto(const RosterMatches& found, v1::SearchRosterResponse& message);

}  // namespace pulsetaker::survey
