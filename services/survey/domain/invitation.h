// Invitations: who was asked to answer by themselves, and what became of it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "services/survey/domain/invitation_token.h"
#include "services/survey/domain/participant.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kInvitePersonsMax = 1'000;
inline constexpr absl::Duration kInvitationLifeMax = absl::Hours(24 * 400);
inline constexpr std::int32_t kReminderCountMax = 1'000;

// .../waves/{wave}/invitations/{person}
//
// The one invitation of a person to a wave. Times are whole microseconds.
struct IssuedInvitation {
  std::string person;
  std::int32_t issue = 0;       // 1 for the first token of the person.
  std::int32_t key_number = 0;  // What the token is signed with.
  std::string language;         // A BCP 47 tag, or empty.
  absl::Time create_time;
  absl::Time expire_time;
  std::optional<absl::Time> use_time;
  std::string used_by;  // The id of the request, where use_time is set.
  std::optional<absl::Time> revoke_time;
  // Of this issue and the former ones.
  std::int32_t reminder_count = 0;
  std::optional<absl::Time> remind_time;

  friend bool operator==(const IssuedInvitation&,
                         const IssuedInvitation&) = default;
};

// What a token is issued with.
struct IssueTerms {
  std::int32_t key_number = 0;
  std::string language;
  absl::Time expire_time;
  absl::Time now;
};

// The next issue for `person`, whose former one is nullptr if there is none.
// Reminders stay counted: they went to the same person.
IssuedInvitation NextIssue(absl::string_view person,
                           const IssuedInvitation* former,
                           const IssueTerms& terms);

// INVALID_ARGUMENT, INVITATION_INVALID: the one error for every token that is
// none, so that nobody learns why.
absl::Status InvalidTokenError();

// Whether a response may come in with `token`, which is verified. `invitation`
// is that of its person, nullptr if there is none. In order:
//   INVALID_ARGUMENT, INVITATION_INVALID       void or revoked
//   FAILED_PRECONDITION, INVITATION_USED
//   FAILED_PRECONDITION, INVITATION_EXPIRED    at expire_time or later
// All have the `field` "invitation_token".
absl::Status CheckToken(const IssuedInvitation* invitation,
                        const InvitationToken& token, absl::Time now);

// OK if tokens can be made for a wave in this state: DRAFT, OPEN.
// FAILED_PRECONDITION, WAVE_NOT_OPEN.
absl::Status CheckInvitable(const Wave& wave);

// The people of a request. INVALID_ARGUMENT: PERSON_COUNT_INVALID, as the
// `field` "persons", for none or more than kInvitePersonsMax; of the first at
// fault ID_MALFORMED, PERSON_REPEATED, as "persons[2]".
absl::Status CheckPersons(absl::Span<const std::string> persons);

// INVALID_ARGUMENT, TIME_OUT_OF_RANGE, as the `field` "expire_time": not after
// `now`, or more than kInvitationLifeMax after it.
absl::Status CheckExpireTime(absl::Time expire_time, absl::Time now);

// The same for how long a token is to be good, as the `field` "ttl": less than
// a microsecond, or more than kInvitationLifeMax.
absl::Status CheckTtl(absl::Duration ttl);

// The same as the `field` "send_time": after `now`, or more than
// kInvitationLifeMax before it.
absl::Status CheckSendTime(absl::Time send_time, absl::Time now);

// INVALID_ARGUMENT, LANGUAGE_MALFORMED; empty is fine.
absl::Status CheckLanguageTag(absl::string_view field,
                              absl::string_view language);

// The last time that the person was written to.
absl::Time LastContact(const IssuedInvitation& invitation);

// Who is to be reminded.
struct DueFilter {
  absl::Duration quiet;                 // Since the last contact, at least.
  std::int32_t reminder_count_max = 0;  // Sent before, at most.
  absl::Time now;
};

// TIME_OUT_OF_RANGE, as "min_time_since_contact": quiet is not of
// [0, kInvitationLifeMax]. NUMBER_OUT_OF_RANGE, as "max_reminder_count": not of
// [0, kReminderCountMax].
absl::Status CheckDueFilter(const DueFilter& filter);

// Whether the invitation itself makes a reminder due. The caller knows whether
// the person is still invited and has not answered.
bool IsDue(const IssuedInvitation& invitation, const DueFilter& filter);

// With one more reminder. The last one stays the last, whatever the order in
// which they are recorded.
IssuedInvitation Reminded(const IssuedInvitation& invitation,
                          absl::Time send_time);

}  // namespace pulsetaker::survey
