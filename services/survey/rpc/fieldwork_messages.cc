#include "services/survey/rpc/fieldwork_messages.h"

#include "services/survey/rpc/convert.h"

namespace pulsetaker::survey {
namespace {

// Message is v1::Participant or v1::SnapshotParticipant.
template <typename Message>
void PseudonymousToProto(const Participant& participant, Message& message) {
  message.set_organisation(participant.organisation);
  message.set_sector(participant.sector);
  message.set_layer(static_cast<v1::Layer>(participant.layer));
  for (const Layer layer : participant.secondary_layers) {
    message.add_secondary_layers(static_cast<v1::Layer>(layer));
  }
  message.set_invitation(
      static_cast<v1::Participant::Invitation>(participant.invitation));
  message.mutable_attributes()->insert(participant.attributes.begin(),
                                       participant.attributes.end());
}

void ToProto(const ParticipationCounts& counts,
             v1::ParticipationCounts& message) {
  message.set_participant_count(counts.participants);
  message.set_invited_count(counts.invited);
  message.set_responded_count(counts.responded);
  message.set_responded_nobody_count(counts.responded_nobody);
  message.set_skipped_count(counts.skipped);
  message.set_nonresponse_count(counts.nonresponse);
  message.set_not_invited_count(counts.not_invited);
  message.set_opted_out_count(counts.opted_out);
  message.set_nominations_inside_count(counts.nominations_inside);
  message.set_nominations_to_not_invited_count(
      counts.nominations_to_not_invited);
  message.set_nominations_to_opted_out_count(counts.nominations_to_opted_out);
  message.set_nominations_off_roster_count(counts.nominations_off_roster);
  message.set_respondents_at_cap_count(counts.respondents_at_cap);
  message.set_withdrawn_count(counts.withdrawn);
  message.set_nominations_of_self_count(counts.nominations_of_self);
  message.set_nominations_repeated_count(counts.nominations_repeated);
}

// Counts with their rate, of a sector, a layer or an organisation.
template <typename Message>
void GroupToProto(const ParticipationCounts& counts, Message& message) {
  ToProto(counts, *message.mutable_counts());
  if (const auto rate = ResponseRate(counts); rate.has_value()) {
    message.set_response_rate(*rate);
  }
}

void ToProto(const MostNamed& most, v1::MostNamedCoverage& message) {
  message.set_people_count(most.people);
  message.set_answered_count(most.answered);
  if (most.people > 0) {
    message.set_coverage(static_cast<double>(most.answered) /
                         static_cast<double>(most.people));
  }
}

void ToProto(const NetworkParticipation& network,
             v1::NetworkParticipation& message) {
  message.set_network_id(network.network_id);
  ToProto(network.total, *message.mutable_total());
  for (const auto& [sector, counts] : network.by_sector) {
    v1::SectorParticipation& group = *message.add_sectors();
    group.set_sector(sector);
    GroupToProto(counts, group);
    group.set_exclusion_measured(ExclusionMeasured(counts));
  }
  for (const auto& [layer, counts] : network.by_layer) {
    v1::LayerParticipation& group = *message.add_layers();
    group.set_layer(static_cast<v1::Layer>(layer));
    GroupToProto(counts, group);
  }
  for (const auto& [organisation, counts] : network.by_organisation) {
    v1::OrganisationParticipation& group = *message.add_organisations();
    group.set_organisation(organisation);
    GroupToProto(counts, group);
  }
  ToProto(network.other_organisations, *message.mutable_other_organisations());
  if (const auto rate = ResponseRate(network.total); rate.has_value()) {
    message.set_response_rate(*rate);
  }
  message.set_naming_gate(static_cast<v1::NamingGate>(GateOf(network.total)));
  ToProto(network.most_named, *message.mutable_most_named());
}

}  // namespace

Participant FromProto(const std::string& person,
                      const v1::Participant& message) {
  Participant participant;
  participant.person = person;
  participant.display_name = PersonalText(message.display_name());
  participant.organisation = message.organisation();
  participant.sector = message.sector();
  participant.layer = ToEnum(message.layer(), Layer::kPublic);
  for (const int layer : message.secondary_layers()) {
    participant.secondary_layers.push_back(ToEnum(layer, Layer::kPublic));
  }
  participant.invitation = ToEnum(message.invitation(), Invitation::kOptedOut);
  participant.attributes.insert(message.attributes().begin(),
                                message.attributes().end());
  return participant;
}

void ToProto(const Wave& wave, v1::Wave& message) {
  message.set_name(NameOf(wave.key));
  message.set_display_name(wave.display_name);
  message.set_instrument(NameOf(wave.instrument_key()));
  message.set_instrument_revision(wave.instrument_revision);
  message.set_state(static_cast<v1::Wave::State>(wave.state));
  message.set_snapshot_digest(wave.snapshot_digest);
  message.set_participant_count(wave.participant_count);
  message.set_response_count(wave.response_count);
  if (wave.open_time.has_value()) {
    *message.mutable_open_time() = ToTimestamp(*wave.open_time);
  }
  if (wave.close_time.has_value()) {
    *message.mutable_close_time() = ToTimestamp(*wave.close_time);
  }
  message.set_etag(EtagOf(wave.revision));
  *message.mutable_create_time() = ToTimestamp(wave.create_time);
  message.set_consent_version(wave.consent_version);
}

void ToProto(const WaveKey& wave, const Participant& participant,
             v1::Participant& message) {
  message.set_name(NameOf(wave, rpc::kParticipants, participant.person));
  message.set_display_name(participant.display_name.Reveal());
  PseudonymousToProto(participant, message);
}

void ToProto(const Participant& participant, v1::SnapshotParticipant& message) {
  message.set_person(participant.person);
  PseudonymousToProto(participant, message);
}

void ToProto(const Wave& wave,
             const std::vector<NetworkParticipation>& networks,
             v1::Participation& message) {
  message.set_name(NameOf(wave.key));
  message.set_wave_state(static_cast<v1::Wave::State>(wave.state));
  for (const NetworkParticipation& network : networks) {
    ToProto(network, *message.add_networks());
  }
}

}  // namespace pulsetaker::survey
