#include "services/survey/rpc/invitation_messages.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "google/protobuf/util/time_util.h"
#include "services/survey/rpc/catalog_messages.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/instrument_messages.h"

namespace pulsetaker::survey {
namespace {

using google::protobuf::util::TimeUtil;

constexpr std::int32_t kNanosMax = 999'999'999;

}  // namespace

absl::StatusOr<absl::Time> ReadTime(
    absl::string_view field, const google::protobuf::Timestamp& timestamp) {
  if (timestamp.seconds() < 0 ||
      timestamp.seconds() > TimeUtil::kTimestampMaxSeconds ||
      timestamp.nanos() < 0 || timestamp.nanos() > kNanosMax) {
    return rpc::InvalidField("TIME_OUT_OF_RANGE", field,
                             "is not a time of 1970 to 9999");
  }
  return absl::FromUnixSeconds(timestamp.seconds()) +
         absl::Microseconds(timestamp.nanos() / 1'000);
}

absl::StatusOr<absl::Duration> ReadDuration(
    absl::string_view field, const google::protobuf::Duration& duration) {
  const bool same_sign = duration.seconds() == 0 || duration.nanos() == 0 ||
                         (duration.seconds() > 0) == (duration.nanos() > 0);
  if (duration.seconds() < TimeUtil::kDurationMinSeconds ||
      duration.seconds() > TimeUtil::kDurationMaxSeconds ||
      duration.nanos() < -kNanosMax || duration.nanos() > kNanosMax ||
      !same_sign) {
    return rpc::InvalidField("TIME_OUT_OF_RANGE", field, "is not a Duration");
  }
  return absl::Seconds(duration.seconds()) +
         absl::Nanoseconds(duration.nanos());
}

void ToProto(const ConsentText& text, v1::ConsentText& message) {
  message.set_name(
      absl::StrCat(NameOf(text.survey), "/consentTexts/", text.version));
  message.set_version(text.version);
  message.mutable_texts()->insert(text.texts.begin(), text.texts.end());
  *message.mutable_create_time() = ToTimestamp(text.create_time);
}

void ToProto(const WaveKey& wave, const IssuedInvitation& invitation,
             v1::Invitation& message) {
  message.set_name(NameOf(wave, rpc::kInvitations, invitation.person));
  message.set_issue(invitation.issue);
  message.set_language(invitation.language);
  *message.mutable_create_time() = ToTimestamp(invitation.create_time);
  *message.mutable_expire_time() = ToTimestamp(invitation.expire_time);
  if (invitation.use_time.has_value()) {
    *message.mutable_use_time() = ToTimestamp(*invitation.use_time);
  }
  if (invitation.revoke_time.has_value()) {
    *message.mutable_revoke_time() = ToTimestamp(*invitation.revoke_time);
  }
  message.set_reminder_count(invitation.reminder_count);
  if (invitation.remind_time.has_value()) {
    *message.mutable_remind_time() = ToTimestamp(*invitation.remind_time);
  }
}

void ToProto(const Questionnaire& questionnaire, v1::Questionnaire& message) {
  message.set_token_state(
      static_cast<v1::Questionnaire::TokenState>(questionnaire.state));
  *message.mutable_expire_time() = ToTimestamp(questionnaire.expire_time);
  message.set_survey_display_name(questionnaire.survey.display_name);
  message.set_innovation(questionnaire.survey.innovation);
  message.set_service_field(questionnaire.survey.service_field);
  message.set_locality_display_name(questionnaire.locality_display_name);
  ToProto(questionnaire.instrument, *message.mutable_instrument());
  message.set_consent_version(questionnaire.consent_version);
  message.set_consent_text(questionnaire.consent_text);
  message.set_consent_language(questionnaire.consent_language);
}

void ToProto(const RosterMatches& found, v1::SearchRosterResponse& message) {
  for (const RosterMatch& match : found.matches) {
    v1::SearchRosterResponse::Match& added = *message.add_matches();
    added.set_person(match.person);
    added.set_display_name(match.display_name.Reveal());
    added.set_organisation(match.organisation);
  }
  message.set_is_cut_short(found.is_cut_short);
}

}  // namespace pulsetaker::survey
