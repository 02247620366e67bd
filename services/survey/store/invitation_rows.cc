#include "services/survey/store/invitation_rows.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {

storage::InvitationRecord ToRecord(const IssuedInvitation& invitation) {
  storage::InvitationRecord record;
  record.set_issue(invitation.issue);
  record.set_key_number(invitation.key_number);
  record.set_language(invitation.language);
  record.set_create_time_micros(absl::ToUnixMicros(invitation.create_time));
  record.set_expire_time_micros(absl::ToUnixMicros(invitation.expire_time));
  if (invitation.use_time.has_value()) {
    record.set_use_time_micros(absl::ToUnixMicros(*invitation.use_time));
    record.set_used_by(invitation.used_by);
  }
  if (invitation.revoke_time.has_value()) {
    record.set_revoke_time_micros(absl::ToUnixMicros(*invitation.revoke_time));
  }
  record.set_reminder_count(invitation.reminder_count);
  if (invitation.remind_time.has_value()) {
    record.set_remind_time_micros(absl::ToUnixMicros(*invitation.remind_time));
  }
  return record;
}

namespace {

// Whether it names whose request used it if it was used, and no one otherwise.
bool NamesItsUser(const IssuedInvitation& invitation) {
  return invitation.use_time.has_value() ? IsUuid(invitation.used_by)
                                         : invitation.used_by.empty();
}

}  // namespace

absl::StatusOr<IssuedInvitation> FromRecord(
    absl::string_view person, const storage::InvitationRecord& record) {
  IssuedInvitation invitation;
  invitation.person = std::string(person);
  invitation.issue = record.issue();
  invitation.key_number = record.key_number();
  invitation.language = record.language();
  invitation.create_time = absl::FromUnixMicros(record.create_time_micros());
  invitation.expire_time = absl::FromUnixMicros(record.expire_time_micros());
  if (record.has_use_time_micros()) {
    invitation.use_time = absl::FromUnixMicros(record.use_time_micros());
  }
  invitation.used_by = record.used_by();
  if (record.has_revoke_time_micros()) {
    invitation.revoke_time = absl::FromUnixMicros(record.revoke_time_micros());
  }
  invitation.reminder_count = record.reminder_count();
  if (record.has_remind_time_micros()) {
    invitation.remind_time = absl::FromUnixMicros(record.remind_time_micros());
  }
  if (invitation.issue < 1 || invitation.key_number < 1 ||
      invitation.reminder_count < 0 ||
      (invitation.reminder_count > 0) != invitation.remind_time.has_value() ||
      !NamesItsUser(invitation) ||
      !CheckLanguageTag("language", invitation.language).ok()) {
    return kv::UnreadableError(
        absl::StrCat("invitation ", person, ": not an InvitationRecord"));
  }
  return invitation;
}

absl::StatusOr<IssuedInvitation> ReadInvitation(absl::string_view person,
                                                absl::string_view value) {
  PT_ASSIGN_OR_RETURN(const auto record, ParseRecord<storage::InvitationRecord>(
                                             value, "an invitation"));
  return FromRecord(person, record);
}

storage::InvitationKeyRecord ToRecord(const InvitationKey& key) {
  storage::InvitationKeyRecord record;
  record.set_secret(key.secret);
  record.set_create_time_micros(absl::ToUnixMicros(key.create_time));
  return record;
}

absl::StatusOr<std::optional<IssuedInvitation>> FindInvitation(
    const Tables& tables, const StoredReader& reader, const WaveKey& wave,
    absl::string_view person) {
  std::string value;
  PT_ASSIGN_OR_RETURN(
      const bool found,
      reader.Get(tables.invitations, absl::StrCat(keys::ForWave(wave), person),
                 value));
  if (!found) return std::optional<IssuedInvitation>();
  return ReadInvitation(person, value);
}

absl::StatusOr<std::optional<InvitationKey>> FindInvitationKey(
    const Tables& tables, const StoredReader& reader, absl::string_view tenant,
    std::int32_t number) {
  std::string value;
  PT_ASSIGN_OR_RETURN(
      const bool found,
      reader.Get(tables.invitation_keys, keys::ForInvitationKey(tenant, number),
                 value));
  if (!found) return std::optional<InvitationKey>();
  PT_ASSIGN_OR_RETURN(
      const auto record,
      ParseRecord<storage::InvitationKeyRecord>(value, "an invitation key"));
  // An empty key would sign for anyone.
  if (record.secret().size() != kTokenSecretBytes) {
    return kv::UnreadableError("an invitation key");
  }
  return InvitationKey{
      .number = number,
      .secret = record.secret(),
      .create_time = absl::FromUnixMicros(record.create_time_micros())};
}

absl::StatusOr<std::int32_t> NewestKeyNumber(const Tables& tables,
                                             const StoredReader& reader,
                                             absl::string_view tenant) {
  const std::string prefix = keys::TenantPrefix(tenant);
  std::int32_t newest = 0;
  PT_RETURN_IF_ERROR(reader.Scan(
      tables.invitation_keys, prefix, prefix,
      [&](absl::string_view key, absl::string_view) -> absl::StatusOr<bool> {
        PT_ASSIGN_OR_RETURN(newest, keys::WaveOf(key, prefix));
        return true;
      }));
  return newest;
}

}  // namespace pulsetaker::survey
