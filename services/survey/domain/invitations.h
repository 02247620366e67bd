// The use cases of invitations and consent texts: check, sign, keep.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/clock.h"
#include "services/survey/domain/consent_store.h"
#include "services/survey/domain/invitation_store.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// Whom someone asks to invite.
struct InviteRequest {
  WaveKey wave;
  std::vector<std::string> persons;
  bool all_pending = false;  // Instead of `persons`.
  std::string after;         // With all_pending: people above it.
  // Whole microseconds; without it, `ttl` after the call.
  std::optional<absl::Time> expire_time;
  absl::Duration ttl;  // Whole microseconds.
  std::string language;
  std::string request_id;
};

struct PersonToken {
  std::string person;
  std::string token;
  std::int32_t issue = 0;
};

struct InviteResult {
  std::vector<PersonToken> tokens;
  std::string next_after;  // Empty when all of the roster was looked at.
};

// Whether a token can be used. The numbers are those of the API.
enum class TokenState : std::uint8_t {
  kUsable = 1,
  kUsed = 2,
  kExpired = 3,
  kWaveNotOpen = 4,
  kNotInvited = 5,
};

// What the page of a respondent needs.
struct Questionnaire {
  TokenState state = TokenState::kUsable;
  absl::Time expire_time;
  Survey survey;
  std::string locality_display_name;
  Instrument instrument;
  std::int32_t consent_version = 0;  // 0: none, and the two texts are empty.
  std::string consent_text;
  std::string consent_language;
};

// Safe for use by any number of threads at once. Keys and request ids are
// well-formed; the rest is not checked.
class Invitations {
 public:
  // All must outlive this.
  Invitations(const SurveyStore& surveys, ConsentStore& consents,
              InvitationStore& store, Clock clock);

  // CheckConsentTexts; then ConsentStore::Publish.
  absl::StatusOr<ConsentText> PublishConsentText(
      const SurveyKey& survey, const std::map<std::string, std::string>& texts,
      const std::string& request_id);

  // CheckTtl, without expire_time; CheckPersons, or PERSON_COUNT_INVALID for
  // persons besides all_pending; CheckLanguageTag; then InvitationStore::Issue.
  // Makes the tokens.
  absl::StatusOr<InviteResult> Invite(const InviteRequest& invite);

  // INVITATION_NOT_FOUND; INVITATION_USED.
  absl::StatusOr<IssuedInvitation> Revoke(const WaveKey& wave,
                                          const std::string& person,
                                          const std::string& request_id);

  // CheckPersons; then InvitationStore::RecordReminders. Without `send_time`,
  // they were sent at the time of the call.
  absl::StatusOr<std::int32_t> RecordReminders(
      const WaveKey& wave, const std::vector<std::string>& persons,
      const std::optional<absl::Time>& send_time,
      const std::string& request_id);

  // WAVE_NOT_FOUND; WAVE_NOT_OPEN. `filter` passed CheckDueFilter; its `now` is
  // set here.
  absl::StatusOr<ScanPage<IssuedInvitation>> ListDue(const WaveKey& wave,
                                                     DueFilter filter,
                                                     absl::string_view after,
                                                     std::size_t limit) const;

  // REQUEST_ID_REUSED; TOO_MANY_KEYS.
  absl::StatusOr<InvitationKey> RotateKey(const std::string& tenant,
                                          const std::string& request_id);

  // What a token says, once its signature is verified; whether it is void, used
  // or expired is left to CheckToken. INVITATION_INVALID.
  absl::StatusOr<InvitationToken> Identify(absl::string_view token) const;

  // Whether a response can come in with a token, which is verified.
  // INVITATION_INVALID: it is void. FAILED_PRECONDITION: INVITATION_USED,
  // INVITATION_EXPIRED, WAVE_NOT_OPEN, RESPONDENT_NOT_INVITED.
  absl::Status CheckUsable(const InvitationToken& token) const;

  // LANGUAGE_MALFORMED; INVITATION_INVALID.
  absl::StatusOr<Questionnaire> ReadQuestionnaire(
      absl::string_view token, absl::string_view language) const;

 private:
  absl::Time Now() const;
  // What the token is of. INVITATION_INVALID.
  absl::StatusOr<IssuedInvitation> Find(const InvitationToken& token) const;
  // Whether the person is among those who are asked, opted out or not.
  absl::StatusOr<bool> IsInvited(const WaveKey& wave,
                                 const std::string& person) const;
  absl::StatusOr<TokenState> StateOf(const IssuedInvitation& invitation,
                                     const Wave& wave) const;

  const SurveyStore& surveys_;
  ConsentStore& consents_;
  InvitationStore& store_;
  const Clock clock_;
};

}  // namespace pulsetaker::survey
