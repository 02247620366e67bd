#include "services/survey/domain/invitation.h"

#include <algorithm>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

constexpr std::size_t kLanguageLengthMax = 35;  // As RFC 5646, 4.4.1 has it.
constexpr char kTokenField[] = "invitation_token";

absl::Status TokenError(absl::string_view reason, absl::string_view problem) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason,
                   absl::StrCat(kTokenField, " ", problem),
                   {{"field", kTokenField}});
}

absl::Status TimeError(absl::string_view field, absl::string_view problem) {
  return FieldError("TIME_OUT_OF_RANGE", field, problem);
}

}  // namespace

IssuedInvitation NextIssue(absl::string_view person,
                           const IssuedInvitation* former,
                           const IssueTerms& terms) {
  IssuedInvitation next;
  next.person = std::string(person);
  next.issue = 1;
  next.key_number = terms.key_number;
  next.language = terms.language;
  next.create_time = terms.now;
  next.expire_time = terms.expire_time;
  if (former != nullptr) {
    next.issue = former->issue + 1;
    next.reminder_count = former->reminder_count;
    next.remind_time = former->remind_time;
  }
  return next;
}

absl::Status InvalidTokenError() {
  return FieldError("INVITATION_INVALID", kTokenField,
                    "is not a valid invitation");
}

absl::Status CheckToken(const IssuedInvitation* invitation,
                        const InvitationToken& token, absl::Time now) {
  if (invitation == nullptr || invitation->issue != token.issue ||
      invitation->key_number != token.key_number ||
      invitation->revoke_time.has_value()) {
    return InvalidTokenError();
  }
  if (invitation->use_time.has_value()) {
    return TokenError("INVITATION_USED", "was used for a response before");
  }
  if (now >= invitation->expire_time) {
    return TokenError("INVITATION_EXPIRED", "has expired");
  }
  return absl::OkStatus();
}

absl::Status CheckInvitable(const Wave& wave) {
  return wave.state == WaveState::kDraft ? absl::OkStatus() : CheckOpen(wave);
}

absl::Status CheckPersons(absl::Span<const std::string> persons) {
  if (persons.empty() || persons.size() > kInvitePersonsMax) {
    return FieldError("PERSON_COUNT_INVALID", "persons",
                      absl::StrCat("has ", persons.size(), ", want 1 to ",
                                   kInvitePersonsMax));
  }
  absl::flat_hash_set<absl::string_view> seen;
  for (std::size_t i = 0; i < persons.size(); ++i) {
    const std::string field = absl::StrCat("persons[", i, "]");
    PT_RETURN_IF_ERROR(CheckId(field, persons[i]));
    if (!seen.insert(persons[i]).second) {
      return FieldError("PERSON_REPEATED", field, "is listed before");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckExpireTime(absl::Time expire_time, absl::Time now) {
  if (expire_time <= now) return TimeError("expire_time", "is in the past");
  if (expire_time > now + kInvitationLifeMax) {
    return TimeError("expire_time", "is more than 400 days from now");
  }
  return absl::OkStatus();
}

absl::Status CheckTtl(absl::Duration ttl) {
  if (ttl >= absl::Microseconds(1) && ttl <= kInvitationLifeMax) {
    return absl::OkStatus();
  }
  return TimeError("ttl", absl::StrCat("is ", absl::FormatDuration(ttl),
                                       ", want 1us to 400 days"));
}

absl::Status CheckSendTime(absl::Time send_time, absl::Time now) {
  if (send_time > now) return TimeError("send_time", "is in the future");
  if (send_time < now - kInvitationLifeMax) {
    return TimeError("send_time", "is more than 400 days ago");
  }
  return absl::OkStatus();
}

absl::Status CheckLanguageTag(absl::string_view field,
                              absl::string_view language) {
  if (language.empty() ||
      (language.size() <= kLanguageLengthMax &&
       absl::ascii_isalpha(static_cast<unsigned char>(language.front())) &&
       language.back() != '-' && absl::c_all_of(language, [](char c) {
         return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-';
       }))) {
    return absl::OkStatus();
  }
  return FieldError("LANGUAGE_MALFORMED", field, "is not a BCP 47 tag");
}

absl::Time LastContact(const IssuedInvitation& invitation) {
  return std::max(invitation.create_time,
                  invitation.remind_time.value_or(absl::InfinitePast()));
}

absl::Status CheckDueFilter(const DueFilter& filter) {
  if (filter.quiet < absl::ZeroDuration() ||
      filter.quiet > kInvitationLifeMax) {
    return TimeError("min_time_since_contact",
                     absl::StrCat("is ", absl::FormatDuration(filter.quiet),
                                  ", want 0 to 400 days"));
  }
  return CheckNumber("max_reminder_count", filter.reminder_count_max,
                     {0, kReminderCountMax});
}

bool IsDue(const IssuedInvitation& invitation, const DueFilter& filter) {
  return !invitation.use_time.has_value() &&
         !invitation.revoke_time.has_value() &&
         filter.now < invitation.expire_time &&
         invitation.reminder_count <= filter.reminder_count_max &&
         filter.now - LastContact(invitation) >= filter.quiet;
}

IssuedInvitation Reminded(const IssuedInvitation& invitation,
                          absl::Time send_time) {
  IssuedInvitation reminded = invitation;
  ++reminded.reminder_count;
  reminded.remind_time =
      std::max(send_time, invitation.remind_time.value_or(send_time));
  return reminded;
}

}  // namespace pulsetaker::survey
