#include "cli/import/import_wire.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "cli/import/standard_instrument.h"
#include "common/base/digest.h"
#include "common/base/status.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/util/json_util.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = survey::v1;

v1::Layer ToWireLayer(Layer layer) {
  switch (layer) {
    case Layer::kUnknown:
      return v1::LAYER_UNSPECIFIED;
    case Layer::kSystemic:
      return v1::LAYER_SYSTEMIC;
    case Layer::kSectoral:
      return v1::LAYER_SECTORAL;
    case Layer::kFrontline:
      return v1::LAYER_FRONTLINE;
    case Layer::kPublic:
      return v1::LAYER_PUBLIC;
  }
  return v1::LAYER_UNSPECIFIED;
}

v1::Participant::Invitation ToWireInvitation(Invitation invitation) {
  switch (invitation) {
    case Invitation::kInvited:
      return v1::Participant::INVITATION_INVITED;
    case Invitation::kNotInvited:
      return v1::Participant::INVITATION_NOT_INVITED;
    case Invitation::kOptedOut:
      return v1::Participant::INVITATION_OPTED_OUT;
  }
  return v1::Participant::INVITATION_UNSPECIFIED;
}

v1::Network ToWireNetwork(const NetworkSpec& spec) {
  v1::Network network;
  network.set_network_id(spec.id);
  network.set_label(spec.label);
  network.set_wording(spec.wording);
  // Someone else's question: where its words are from is not known here.
  network.set_provenance(v1::Network::PROVENANCE_DESIGN);
  network.set_direction(spec.is_directed ? v1::Network::DIRECTION_DIRECTED
                                         : v1::Network::DIRECTION_UNDIRECTED);
  if (spec.weight_max > 1) {
    network.set_weight_min(spec.weight_min);
    network.set_weight_max(spec.weight_max);
  }
  network.set_nomination_cap(spec.nomination_cap);
  return network;
}

// The same bytes for the same message, maps included.
std::string Serialized(const google::protobuf::Message& message) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

// The order that the survey service keeps answers in.
void Sort(v1::SnapshotResponse& response) {
  auto& networks = *response.mutable_network_answers();
  std::sort(networks.begin(), networks.end(),
            [](const v1::NetworkAnswer& a, const v1::NetworkAnswer& b) {
              return a.network_id() < b.network_id();
            });
  for (v1::NetworkAnswer& answer : networks) {
    auto& nominations = *answer.mutable_nominations();
    std::sort(nominations.begin(), nominations.end(),
              [](const v1::Nomination& a, const v1::Nomination& b) {
                return a.person() < b.person();
              });
    for (v1::Nomination& nomination : nominations) {
      nomination.set_weight(std::max(nomination.weight(), 1));
    }
  }
  auto& items = *response.mutable_item_answers();
  std::sort(items.begin(), items.end(),
            [](const v1::ItemAnswer& a, const v1::ItemAnswer& b) {
              return a.item_id() < b.item_id();
            });
}

v1::SnapshotParticipant ToSnapshotParticipant(const PlannedPerson& person) {
  const v1::Participant participant = ToParticipant(person, "");
  v1::SnapshotParticipant snapshot;
  snapshot.set_person(person.id);
  snapshot.set_organisation(participant.organisation());
  snapshot.set_sector(participant.sector());
  snapshot.set_layer(participant.layer());
  snapshot.set_invitation(participant.invitation());
  *snapshot.mutable_attributes() = participant.attributes();
  return snapshot;
}

v1::SnapshotResponse ToSnapshotResponse(const PlannedResponse& response) {
  const v1::Response wire = ToResponse(response);
  v1::SnapshotResponse snapshot;
  snapshot.set_person(response.person);
  *snapshot.mutable_network_answers() = wire.network_answers();
  *snapshot.mutable_item_answers() = wire.item_answers();
  Sort(snapshot);
  return snapshot;
}

}  // namespace

absl::StatusOr<v1::Instrument> ParseInstrument(absl::string_view json) {
  v1::Instrument instrument;
  const auto status = google::protobuf::util::JsonStringToMessage(
      google::protobuf::StringPiece(json.data(), json.size()), &instrument);
  if (!status.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "is not an instrument: ",
        absl::string_view(status.message().data(), status.message().size())));
  }
  if (instrument.networks().empty()) {
    return absl::InvalidArgumentError("has no networks");
  }
  return instrument;
}

const v1::Instrument& StandardInstrument() {
  static const v1::Instrument* const kInstrument = [] {
    absl::StatusOr<v1::Instrument> parsed =
        ParseInstrument(kStandardInstrumentJson);
    if (!parsed.ok()) {
      FailStop(
          absl::StrCat("the standard instrument ", parsed.status().message()));
    }
    return new v1::Instrument(*std::move(parsed));
  }();
  return *kInstrument;
}

InstrumentSpec ToSpec(const v1::Instrument& instrument) {
  InstrumentSpec spec;
  for (const v1::Network& network : instrument.networks()) {
    NetworkSpec& to = spec.networks.emplace_back();
    to.id = network.network_id();
    to.label = network.label();
    to.wording = network.wording();
    to.is_directed = network.direction() != v1::Network::DIRECTION_UNDIRECTED;
    to.weight_min = std::max(network.weight_min(), 1);
    to.weight_max = std::max(network.weight_max(), to.weight_min);
    to.nomination_cap = network.nomination_cap();
  }
  for (const v1::Item& item : instrument.items()) {
    spec.items.push_back({item.item_id(), item.scale_min(), item.scale_max()});
  }
  return spec;
}

v1::Instrument DerivedInstrument(const InstrumentSpec& spec,
                                 absl::string_view display_name) {
  v1::Instrument instrument;
  instrument.set_display_name(std::string(display_name));
  instrument.set_language("en");
  for (const NetworkSpec& network : spec.networks) {
    *instrument.add_networks() = ToWireNetwork(network);
  }
  for (const v1::Item& item : StandardInstrument().items()) {
    for (const ItemSpec& wanted : spec.items) {
      if (item.item_id() == wanted.id) *instrument.add_items() = item;
    }
  }
  return instrument;
}

v1::Participant ToParticipant(const PlannedPerson& person,
                              absl::string_view wave_name) {
  v1::Participant participant;
  participant.set_name(absl::StrCat(wave_name, "/participants/", person.id));
  participant.set_display_name(person.display_name);
  participant.set_organisation(person.organisation);
  participant.set_sector(person.sector);
  participant.set_layer(ToWireLayer(person.layer));
  participant.set_invitation(ToWireInvitation(person.invitation));
  for (const auto& [key, value] : person.attributes) {
    (*participant.mutable_attributes())[key] = value;
  }
  return participant;
}

v1::Response ToResponse(const PlannedResponse& response) {
  v1::Response wire;
  for (const PlannedNetworkAnswer& network : response.networks) {
    v1::NetworkAnswer& answer = *wire.add_network_answers();
    answer.set_network_id(network.network);
    answer.set_state(network.state == AnswerState::kResponded
                         ? v1::NetworkAnswer::STATE_RESPONDED
                         : v1::NetworkAnswer::STATE_RESPONDED_NOBODY);
    for (const PlannedNomination& planned : network.nominations) {
      v1::Nomination& nomination = *answer.add_nominations();
      nomination.set_person(planned.person);
      nomination.set_weight(planned.weight);
    }
  }
  for (const PlannedItemAnswer& item : response.items) {
    v1::ItemAnswer& answer = *wire.add_item_answers();
    answer.set_item_id(item.item);
    switch (item.kind) {
      case PlannedItemAnswer::Kind::kRating:
        answer.set_rating(item.rating);
        break;
      case PlannedItemAnswer::Kind::kDontKnow:
        answer.set_non_answer(v1::ItemAnswer::NON_ANSWER_DONT_KNOW);
        break;
      case PlannedItemAnswer::Kind::kNotApplicable:
        answer.set_non_answer(v1::ItemAnswer::NON_ANSWER_NOT_APPLICABLE);
        break;
    }
  }
  return wire;
}

std::string ContentDigest(const PlannedWave& wave) {
  Sha256 digest;
  digest.UpdateNumber(wave.roster.size());
  for (const PlannedPerson& person : wave.roster) {
    digest.UpdateText(DigestOf(person));
  }
  digest.UpdateNumber(wave.responses.size());
  for (const PlannedResponse& response : wave.responses) {
    digest.UpdateText(Serialized(ToSnapshotResponse(response)));
  }
  return digest.FinishHex();
}

std::string DigestOf(const PlannedPerson& person) {
  return Sha256Hex(Serialized(ToParticipant(person, "")));
}

std::string DerivedUuid(absl::string_view content) {
  std::string hex = Sha256Hex(content).substr(0, 32);
  // Version 8 of RFC 9562: made from content in a way of our own.
  hex[12] = '8';
  hex[16] = "89ab"[static_cast<unsigned char>(hex[16]) % 4];
  return absl::StrCat(hex.substr(0, 8), "-", hex.substr(8, 4), "-",
                      hex.substr(12, 4), "-", hex.substr(16, 4), "-",
                      hex.substr(20));
}

SnapshotComparison::SnapshotComparison(const PlannedWave& wave) {
  for (const PlannedPerson& person : wave.roster) {
    people_.emplace(person.id, Serialized(ToSnapshotParticipant(person)));
  }
  for (const PlannedResponse& response : wave.responses) {
    responses_.emplace(response.person,
                       Serialized(ToSnapshotResponse(response)));
  }
}

void SnapshotComparison::Take(const v1::StreamWaveSnapshotResponse& piece) {
  const auto compare = [this](const auto& planned, const std::string& id,
                              const std::string& found, std::size_t& count) {
    const auto entry = planned.find(id);
    if (entry == planned.end()) {
      has_others_ = true;
      return;
    }
    ++count;
    if (entry->second != found) has_different_ = true;
  };
  for (const auto& person : piece.participants().participants()) {
    compare(people_, person.person(), Serialized(person), people_found_);
  }
  for (v1::SnapshotResponse response : piece.responses().responses()) {
    Sort(response);
    compare(responses_, response.person(), Serialized(response),
            responses_found_);
  }
}

bool SnapshotComparison::IsSame() const { return HasAll() && !has_others_; }

bool SnapshotComparison::HasAll() const {
  return !has_different_ && people_found_ == people_.size() &&
         responses_found_ == responses_.size();
}

}  // namespace pulsetaker::cli
