#include "services/network/clients/snapshot_builder.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::network {
namespace {

namespace wire = survey::v1;

absl::Status Invalid(absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID", problem);
}

absl::StatusOr<Layer> FromWire(wire::Layer layer) {
  switch (layer) {
    case wire::LAYER_UNSPECIFIED:
      return Layer::kUnknown;
    case wire::LAYER_SYSTEMIC:
      return Layer::kSystemic;
    case wire::LAYER_SECTORAL:
      return Layer::kSectoral;
    case wire::LAYER_FRONTLINE:
      return Layer::kFrontline;
    case wire::LAYER_PUBLIC:
      return Layer::kPublic;
    default:
      return Invalid(absl::StrCat("layer ", static_cast<int>(layer),
                                  " is not known here"));
  }
}

absl::StatusOr<Invitation> FromWire(wire::Participant::Invitation invitation) {
  switch (invitation) {
    case wire::Participant::INVITATION_INVITED:
      return Invitation::kInvited;
    case wire::Participant::INVITATION_NOT_INVITED:
      return Invitation::kNotInvited;
    case wire::Participant::INVITATION_OPTED_OUT:
      return Invitation::kOptedOut;
    default:
      return Invalid(absl::StrCat("invitation ", static_cast<int>(invitation),
                                  " is not known here"));
  }
}

absl::StatusOr<AnswerState> FromWire(wire::NetworkAnswer::State state) {
  switch (state) {
    case wire::NetworkAnswer::STATE_RESPONDED:
      return AnswerState::kResponded;
    case wire::NetworkAnswer::STATE_RESPONDED_NOBODY:
      return AnswerState::kRespondedNobody;
    case wire::NetworkAnswer::STATE_SKIPPED:
      return AnswerState::kSkipped;
    default:
      return Invalid(absl::StrCat("answer state ", static_cast<int>(state),
                                  " is not known here"));
  }
}

absl::StatusOr<NetworkDefinition> FromWire(const wire::Network& from) {
  if (from.direction() != wire::Network::DIRECTION_DIRECTED &&
      from.direction() != wire::Network::DIRECTION_UNDIRECTED) {
    return Invalid(absl::StrCat("network ", from.network_id(),
                                " has a direction that is not known here"));
  }
  return NetworkDefinition{
      .id = from.network_id(),
      .directed = from.direction() == wire::Network::DIRECTION_DIRECTED,
      .nomination_cap = from.nomination_cap()};
}

absl::StatusOr<Participant> FromWire(const wire::SnapshotParticipant& from) {
  Participant participant;
  participant.id = from.person();
  participant.organisation = from.organisation();
  participant.sector = from.sector();
  PT_ASSIGN_OR_RETURN(participant.layer, FromWire(from.layer()));
  for (const int layer : from.secondary_layers()) {
    PT_ASSIGN_OR_RETURN(const Layer secondary,
                        FromWire(static_cast<wire::Layer>(layer)));
    participant.secondary_layers.push_back(secondary);
  }
  PT_ASSIGN_OR_RETURN(participant.invitation, FromWire(from.invitation()));
  return participant;
}

absl::StatusOr<Response> FromWire(const wire::SnapshotResponse& from) {
  Response response;
  response.person = from.person();
  for (const wire::NetworkAnswer& answer : from.network_answers()) {
    NetworkAnswer& added = response.answers.emplace_back();
    added.network_id = answer.network_id();
    PT_ASSIGN_OR_RETURN(added.state, FromWire(answer.state()));
    for (const wire::Nomination& nomination : answer.nominations()) {
      added.nominations.push_back(
          {.person = nomination.person(),
           .weight = nomination.weight() == 0 ? 1 : nomination.weight()});
    }
  }
  return response;
}

}  // namespace

absl::Status SnapshotBuilder::Take(
    const wire::StreamWaveSnapshotResponse& message) {
  if (!has_header_ && !message.has_header()) {
    return Invalid("the stream does not begin with a header");
  }
  switch (message.payload_case()) {
    case wire::StreamWaveSnapshotResponse::kHeader:
      return TakeHeader(message.header());
    case wire::StreamWaveSnapshotResponse::kParticipants:
      return TakeParticipants(message.participants());
    case wire::StreamWaveSnapshotResponse::kResponses:
      return TakeResponses(message.responses());
    case wire::StreamWaveSnapshotResponse::PAYLOAD_NOT_SET:
      break;
  }
  return Invalid("a message holds nothing that is known here");
}

absl::StatusOr<WaveSnapshot> SnapshotBuilder::Finish() {
  if (!has_header_) return Invalid("the stream is empty");
  const auto counted = [](absl::string_view what, std::size_t count,
                          std::int64_t announced) {
    return static_cast<std::int64_t>(count) == announced
               ? absl::OkStatus()
               : Invalid(absl::StrCat(count, " ", what, " came and ", announced,
                                      " were announced"));
  };
  PT_RETURN_IF_ERROR(counted("participants", snapshot_.participants.size(),
                             participant_count_));
  PT_RETURN_IF_ERROR(
      counted("responses", snapshot_.responses.size(), response_count_));
  PT_RETURN_IF_ERROR(CheckSnapshot(snapshot_));
  return std::move(snapshot_);
}

absl::Status SnapshotBuilder::TakeHeader(const wire::SnapshotHeader& header) {
  if (has_header_) return Invalid("the stream has two headers");
  has_header_ = true;
  if (header.wave().name() != wave_) {
    return Invalid(
        absl::StrCat("asked for ", wave_, ", got ", header.wave().name()));
  }
  if (header.snapshot_digest().empty() ||
      header.snapshot_digest() != header.wave().snapshot_digest()) {
    return Invalid("the header has no digest, or another one than its wave");
  }
  snapshot_.digest = header.snapshot_digest();
  participant_count_ = header.participant_count();
  response_count_ = header.response_count();
  for (const wire::Network& network : header.instrument().networks()) {
    PT_ASSIGN_OR_RETURN(NetworkDefinition definition, FromWire(network));
    snapshot_.networks.push_back(std::move(definition));
  }
  return absl::OkStatus();
}

absl::Status SnapshotBuilder::TakeParticipants(
    const wire::SnapshotParticipants& participants) {
  if (!snapshot_.responses.empty()) {
    return Invalid("participants come after responses");
  }
  std::vector<Participant>& taken = snapshot_.participants;
  for (const wire::SnapshotParticipant& from : participants.participants()) {
    if (static_cast<std::int64_t>(taken.size()) >= participant_count_) {
      return Invalid("more participants come than were announced");
    }
    PT_ASSIGN_OR_RETURN(Participant participant, FromWire(from));
    if (!taken.empty() && participant.id <= taken.back().id) {
      return Invalid(absl::StrCat("participant ", participant.id,
                                  " is not in ascending order"));
    }
    taken.push_back(std::move(participant));
  }
  return absl::OkStatus();
}

absl::Status SnapshotBuilder::TakeResponses(
    const wire::SnapshotResponses& responses) {
  std::vector<Response>& taken = snapshot_.responses;
  for (const wire::SnapshotResponse& from : responses.responses()) {
    if (static_cast<std::int64_t>(taken.size()) >= response_count_) {
      return Invalid("more responses come than were announced");
    }
    PT_ASSIGN_OR_RETURN(Response response, FromWire(from));
    if (!taken.empty() && response.person <= taken.back().person) {
      return Invalid(absl::StrCat("the response of ", response.person,
                                  " is not in ascending order"));
    }
    taken.push_back(std::move(response));
  }
  return absl::OkStatus();
}

}  // namespace pulsetaker::network
