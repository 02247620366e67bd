#include "services/survey/domain/invitations.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/domain/response_check.h"

namespace pulsetaker::survey {
namespace {

// Rows that one call looks at.
constexpr std::size_t kScanRowsMax = 10'000;

absl::Status CheckInvite(const InviteRequest& invite) {
  if (!invite.expire_time.has_value()) {
    PT_RETURN_IF_ERROR(CheckTtl(invite.ttl));
  }
  if (!invite.all_pending) {
    PT_RETURN_IF_ERROR(CheckPersons(invite.persons));
  } else if (!invite.persons.empty()) {
    return FieldError("PERSON_COUNT_INVALID", "persons",
                      "is not empty, although all_pending is set");
  }
  return CheckLanguageTag("language", invite.language);
}

void AddPersons(const std::vector<std::string>& persons,
                RequestDigest& digest) {
  digest.Add(static_cast<std::int64_t>(persons.size()));
  for (const std::string& person : persons) digest.Add(person);
}

std::string DigestOf(const InviteRequest& invite) {
  RequestDigest digest("CreateInvitations");
  digest.Add(invite.wave)
      .Add(std::int64_t{invite.all_pending})
      .Add(invite.after)
      .Add(absl::ToUnixMicros(invite.expire_time.value_or(absl::UnixEpoch())))
      .Add(absl::ToInt64Microseconds(invite.ttl))
      .Add(invite.language);
  AddPersons(invite.persons, digest);
  return digest.Finish();
}

std::string TokenOf(const WaveKey& wave, const IssuedBatch& batch,
                    const IssuedBatch::Entry& entry) {
  return MakeToken({.key_number = batch.key.number,
                    .wave = wave,
                    .issue = entry.issue,
                    .expire_time = batch.expire_time,
                    .person = entry.person},
                   batch.key.secret);
}

}  // namespace

Invitations::Invitations(const SurveyStore& surveys, ConsentStore& consents,
                         InvitationStore& store, Clock clock)
    : surveys_(surveys),
      consents_(consents),
      store_(store),
      clock_(std::move(clock)) {}

absl::Time Invitations::Now() const {
  return absl::FromUnixMicros(absl::ToUnixMicros(clock_()));
}

absl::StatusOr<ConsentText> Invitations::PublishConsentText(
    const SurveyKey& survey, const std::map<std::string, std::string>& texts,
    const std::string& request_id) {
  PT_RETURN_IF_ERROR(CheckConsentTexts(texts));
  const Request request = {
      .id = request_id,
      .digest =
          RequestDigest("PublishConsentText").Add(survey).Add(texts).Finish()};
  return consents_.Publish(
      {.survey = survey, .version = 0, .texts = texts, .create_time = Now()},
      request);
}

absl::StatusOr<InviteResult> Invitations::Invite(const InviteRequest& invite) {
  PT_RETURN_IF_ERROR(CheckInvite(invite));
  IssueOrder order;
  order.wave = invite.wave;
  order.persons = invite.persons;
  order.pending_only = invite.all_pending;
  order.language = invite.language;
  order.request = {.id = invite.request_id, .digest = DigestOf(invite)};
  order.now = Now();
  order.expire_time = invite.expire_time.value_or(order.now + invite.ttl);
  if (invite.all_pending) {
    // The roster is read here, not on the committer's thread, which all wait
    // for; the store looks again at those who are found.
    PT_ASSIGN_OR_RETURN(
        auto pending,
        store_.ListPending(invite.wave,
                           {invite.after, kInvitePersonsMax, kScanRowsMax}));
    order.persons = std::move(pending.entries);
    order.next_after = std::move(pending.next_after);
  }
  PT_ASSIGN_OR_RETURN(IssuedBatch batch, store_.Issue(order));
  InviteResult result;
  result.tokens.reserve(batch.entries.size());
  for (const IssuedBatch::Entry& entry : batch.entries) {
    result.tokens.push_back({.person = entry.person,
                             .token = TokenOf(invite.wave, batch, entry),
                             .issue = entry.issue});
  }
  result.next_after = std::move(batch.next_after);
  return result;
}

absl::StatusOr<IssuedInvitation> Invitations::Revoke(
    const WaveKey& wave, const std::string& person,
    const std::string& request_id) {
  const absl::Time now = Now();
  const Request request = {
      .id = request_id,
      .digest =
          RequestDigest("RevokeInvitation").Add(wave).Add(person).Finish()};
  return store_.UpdateInvitation(
      wave, person, request,
      [&](const IssuedInvitation& current) -> absl::StatusOr<IssuedInvitation> {
        if (current.use_time.has_value()) {
          return MakeError(absl::StatusCode::kFailedPrecondition,
                           "INVITATION_USED",
                           "a response came in with the invitation");
        }
        IssuedInvitation revoked = current;
        if (!revoked.revoke_time.has_value()) revoked.revoke_time = now;
        return revoked;
      });
}

absl::StatusOr<std::int32_t> Invitations::RecordReminders(
    const WaveKey& wave, const std::vector<std::string>& persons,
    const std::optional<absl::Time>& send_time, const std::string& request_id) {
  PT_RETURN_IF_ERROR(CheckPersons(persons));
  const absl::Time now = Now();
  RequestDigest digest("RecordReminders");
  digest.Add(wave).Add(
      absl::ToUnixMicros(send_time.value_or(absl::UnixEpoch())));
  AddPersons(persons, digest);
  return store_.RecordReminders(
      {.wave = wave,
       .persons = persons,
       .send_time = send_time.value_or(now),
       .request = {.id = request_id, .digest = digest.Finish()},
       .now = now});
}

absl::StatusOr<ScanPage<IssuedInvitation>> Invitations::ListDue(
    const WaveKey& wave, DueFilter filter, absl::string_view after,
    std::size_t limit) const {
  PT_ASSIGN_OR_RETURN(const Wave found, surveys_.GetWave(wave));
  PT_RETURN_IF_ERROR(CheckOpen(found));
  filter.now = Now();
  return store_.ListDue(wave, filter, {after, limit, kScanRowsMax});
}

absl::StatusOr<InvitationKey> Invitations::RotateKey(
    const std::string& tenant, const std::string& request_id) {
  const Request request = {
      .id = request_id,
      .digest = RequestDigest("RotateInvitationKey").Add(tenant).Finish()};
  return store_.RotateKey(tenant, request, Now());
}

absl::StatusOr<InvitationToken> Invitations::Identify(
    absl::string_view token) const {
  const std::optional<UnverifiedToken> read = UnverifiedToken::Read(token);
  if (!read.has_value()) return InvalidTokenError();
  PT_ASSIGN_OR_RETURN(const auto key,
                      store_.FindKey(read->tenant(), read->key_number()));
  if (!key.has_value()) return InvalidTokenError();
  std::optional<InvitationToken> verified = read->Verify(key->secret);
  if (!verified.has_value()) return InvalidTokenError();
  return *std::move(verified);
}

absl::StatusOr<IssuedInvitation> Invitations::Find(
    const InvitationToken& token) const {
  auto invitation = store_.GetInvitation(token.wave, token.person);
  if (absl::IsNotFound(invitation.status())) return InvalidTokenError();
  if (!invitation.ok()) return invitation.status();
  if (const absl::Status state = CheckToken(&*invitation, token, Now());
      absl::IsInvalidArgument(state)) {
    return state;
  }
  return invitation;
}

absl::StatusOr<bool> Invitations::IsInvited(const WaveKey& wave,
                                            const std::string& person) const {
  // As it is shown: of one who opted out of the locality, too.
  const absl::StatusOr<Participant> entry =
      surveys_.GetParticipant(wave, person);
  if (absl::IsNotFound(entry.status())) return false;
  PT_RETURN_IF_ERROR(entry.status());
  return entry->invitation == Invitation::kInvited;
}

absl::StatusOr<TokenState> Invitations::StateOf(
    const IssuedInvitation& invitation, const Wave& wave) const {
  if (invitation.use_time.has_value()) return TokenState::kUsed;
  if (Now() >= invitation.expire_time) return TokenState::kExpired;
  if (!CheckOpen(wave).ok()) return TokenState::kWaveNotOpen;
  PT_ASSIGN_OR_RETURN(const bool is_invited,
                      IsInvited(wave.key, invitation.person));
  return is_invited ? TokenState::kUsable : TokenState::kNotInvited;
}

absl::Status Invitations::CheckUsable(const InvitationToken& token) const {
  PT_ASSIGN_OR_RETURN(const IssuedInvitation invitation, Find(token));
  PT_RETURN_IF_ERROR(CheckToken(&invitation, token, Now()));
  PT_ASSIGN_OR_RETURN(const Wave wave, surveys_.GetWave(token.wave));
  PT_RETURN_IF_ERROR(CheckOpen(wave));
  PT_ASSIGN_OR_RETURN(const bool is_invited,
                      IsInvited(token.wave, token.person));
  return is_invited
             ? absl::OkStatus()
             : CheckRespondent(Invitation::kNotInvited, "invitation_token");
}

absl::StatusOr<Questionnaire> Invitations::ReadQuestionnaire(
    absl::string_view token, absl::string_view language) const {
  PT_RETURN_IF_ERROR(CheckLanguageTag("language", language));
  PT_ASSIGN_OR_RETURN(const InvitationToken claim, Identify(token));
  PT_ASSIGN_OR_RETURN(const IssuedInvitation invitation, Find(claim));
  const WaveKey& key = claim.wave;
  PT_ASSIGN_OR_RETURN(const Wave wave, surveys_.GetWave(key));
  Questionnaire questionnaire;
  PT_ASSIGN_OR_RETURN(questionnaire.state, StateOf(invitation, wave));
  questionnaire.expire_time = invitation.expire_time;
  PT_ASSIGN_OR_RETURN(
      questionnaire.survey,
      surveys_.GetSurvey({key.tenant, key.locality, key.survey}));
  PT_ASSIGN_OR_RETURN(const Locality locality,
                      surveys_.GetLocality({key.tenant, key.locality}));
  questionnaire.locality_display_name = locality.display_name;
  PT_ASSIGN_OR_RETURN(questionnaire.instrument,
                      surveys_.GetInstrument(wave.instrument_revision_key()));
  if (wave.consent_version == 0) return questionnaire;
  PT_ASSIGN_OR_RETURN(
      ConsentText text,
      consents_.GetConsentText(questionnaire.survey.key, wave.consent_version));
  questionnaire.consent_version = text.version;
  questionnaire.consent_language = ChooseLanguage(
      text.texts,
      language.empty() ? absl::string_view(invitation.language) : language,
      questionnaire.instrument.language);
  questionnaire.consent_text = text.texts[questionnaire.consent_language];
  return questionnaire;
}

}  // namespace pulsetaker::survey
