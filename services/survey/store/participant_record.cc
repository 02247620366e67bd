#include "services/survey/store/participant_record.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/store/keys.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {
namespace {

absl::Status Unreadable(absl::string_view person) {
  return kv::UnreadableError(
      absl::StrCat("participant ", person, ": no such code"));
}

storage::ParticipantTextsRecord TextsOf(const Participant& participant) {
  storage::ParticipantTextsRecord texts;
  texts.set_display_name(participant.display_name.Reveal());
  texts.set_organisation(participant.organisation);
  texts.set_sector(participant.sector);
  for (const auto& [key, value] : participant.attributes) {
    (*texts.mutable_attributes())[key] = value;
  }
  return texts;
}

// From either record.
template <typename Record>
void TakeTexts(const Record& texts, Participant& participant) {
  participant.display_name = PersonalText(texts.display_name());
  participant.organisation = texts.organisation();
  participant.sector = texts.sector();
  participant.attributes = {texts.attributes().begin(),
                            texts.attributes().end()};
}

bool TakeCodes(const storage::ParticipantRecord& record,
               Participant& participant) {
  bool valid = FromCode(record.layer(), Layer::kPublic, participant.layer) &&
               FromCode(record.invitation(), Invitation::kOptedOut,
                        participant.invitation) &&
               participant.invitation != Invitation::kUnknown;
  for (const std::int32_t code : record.secondary_layers()) {
    Layer layer = Layer::kUnknown;
    valid = FromCode(code, Layer::kPublic, layer) && layer != Layer::kUnknown &&
            valid;
    participant.secondary_layers.push_back(layer);
  }
  return valid && std::is_sorted(participant.secondary_layers.begin(),
                                 participant.secondary_layers.end());
}

}  // namespace

absl::StatusOr<std::string> EncodeParticipant(PersonSealer& sealer,
                                              absl::string_view key,
                                              const Participant& participant) {
  storage::ParticipantRecord record;
  record.set_layer(static_cast<std::int32_t>(participant.layer));
  for (const Layer layer : participant.secondary_layers) {
    record.add_secondary_layers(static_cast<std::int32_t>(layer));
  }
  record.set_invitation(static_cast<std::int32_t>(participant.invitation));
  PT_ASSIGN_OR_RETURN(
      *record.mutable_sealed_texts(),
      sealer.Seal({participant.person, keys::kParticipantsFamily, key},
                  TextsOf(participant).SerializeAsString()));
  return record.SerializeAsString();
}

absl::StatusOr<Participant> DecodeParticipant(const PersonOpener& opener,
                                              absl::string_view key,
                                              absl::string_view person,
                                              absl::string_view value) {
  PT_ASSIGN_OR_RETURN(
      const auto record,
      ParseRecord<storage::ParticipantRecord>(value, "a participant"));
  Participant participant;
  participant.person = std::string(person);
  if (!TakeCodes(record, participant)) return Unreadable(person);
  if (record.sealed_texts().empty()) {
    TakeTexts(record, participant);
    return participant;
  }
  PT_ASSIGN_OR_RETURN(const std::string opened,
                      opener.Open({person, keys::kParticipantsFamily, key},
                                  record.sealed_texts()));
  PT_ASSIGN_OR_RETURN(const auto texts,
                      ParseRecord<storage::ParticipantTextsRecord>(
                          opened, "texts of a participant"));
  TakeTexts(texts, participant);
  return participant;
}

absl::StatusOr<Invitation> DecodeInvitation(absl::string_view person,
                                            absl::string_view value) {
  PT_ASSIGN_OR_RETURN(
      const auto record,
      ParseRecord<storage::ParticipantRecord>(value, "a participant"));
  Participant participant;
  if (!TakeCodes(record, participant)) return Unreadable(person);
  return participant.invitation;
}

}  // namespace pulsetaker::survey
