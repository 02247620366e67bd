#include "services/assessment/clients/wave_builder.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = survey::v1;

absl::Status Invalid(absl::string_view field, absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "SNAPSHOT_INVALID",
                   absl::StrCat(field, " ", problem),
                   {{"field", std::string(field)}});
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
      return Invalid("participants.layer", "is not known here");
  }
}

absl::StatusOr<Corner> FromWire(wire::Corner corner) {
  switch (corner) {
    case wire::CORNER_AUTHORITY:
      return Corner::kAuthority;
    case wire::CORNER_CAPACITY:
      return Corner::kCapacity;
    case wire::CORNER_VALUE:
      return Corner::kValue;
    default:
      return Invalid("instrument.items.corner", "is not known here");
  }
}

absl::StatusOr<Arrow> FromWire(const wire::Item::Arrow& from) {
  PT_ASSIGN_OR_RETURN(const Corner start, FromWire(from.from_corner()));
  PT_ASSIGN_OR_RETURN(const Corner end, FromWire(from.to_corner()));
  for (int i = 0; i < kArrowCount; ++i) {
    const auto arrow = static_cast<Arrow>(i);
    if (ArrowFrom(arrow) == start && ArrowTo(arrow) == end) return arrow;
  }
  return Invalid("instrument.items.arrow", "ends where it starts");
}

absl::StatusOr<Item> FromWire(const wire::Item& from) {
  Item item;
  item.id = from.item_id();
  item.cluster = from.cluster();
  item.external_resource = from.external_resource();
  item.reverse_scored = from.reverse_scored();
  item.scale_min = from.scale_min();
  item.scale_max = from.scale_max();
  switch (from.kind()) {
    case wire::Item::KIND_CORNER: {
      item.kind = ItemKind::kCorner;
      PT_ASSIGN_OR_RETURN(item.corner, FromWire(from.corner()));
      return item;
    }
    case wire::Item::KIND_ARROW: {
      item.kind = ItemKind::kArrow;
      PT_ASSIGN_OR_RETURN(item.arrow, FromWire(from.arrow()));
      return item;
    }
    case wire::Item::KIND_SELF_PLACED_PHASE:
      item.kind = ItemKind::kSelfPlacedPhase;
      return item;
    case wire::Item::KIND_TRIGGER_PRESENT:
      item.kind = ItemKind::kTriggerPresent;
      return item;
    case wire::Item::KIND_PERVASIVE:
      item.kind = ItemKind::kPervasive;
      return item;
    default:
      return Invalid("instrument.items.kind", "is not known here");
  }
}

absl::StatusOr<ItemAnswer> FromWire(const wire::ItemAnswer& from) {
  ItemAnswer answer;
  answer.item_id = from.item_id();
  switch (from.answer_case()) {
    case wire::ItemAnswer::kRating:
      answer.kind = AnswerKind::kRating;
      answer.rating = from.rating();
      return answer;
    case wire::ItemAnswer::kNonAnswer:
      if (from.non_answer() == wire::ItemAnswer::NON_ANSWER_DONT_KNOW) {
        answer.kind = AnswerKind::kDontKnow;
        return answer;
      }
      if (from.non_answer() == wire::ItemAnswer::NON_ANSWER_NOT_APPLICABLE) {
        answer.kind = AnswerKind::kNotApplicable;
        return answer;
      }
      break;
    case wire::ItemAnswer::ANSWER_NOT_SET:
      break;
  }
  return Invalid("responses.item_answers", "has an answer not known here");
}

}  // namespace

absl::Status WaveBuilder::Take(
    const wire::StreamWaveSnapshotResponse& message) {
  if (!has_header_ && !message.has_header()) {
    return Invalid("header", "does not come first");
  }
  switch (message.payload_case()) {
    case wire::StreamWaveSnapshotResponse::kHeader:
      return TakeHeader(message.header());
    case wire::StreamWaveSnapshotResponse::kParticipants:
      for (const auto& from : message.participants().participants()) {
        PT_RETURN_IF_ERROR(TakeParticipant(from));
      }
      return absl::OkStatus();
    case wire::StreamWaveSnapshotResponse::kResponses:
      for (const auto& from : message.responses().responses()) {
        PT_RETURN_IF_ERROR(TakeResponse(from));
      }
      return absl::OkStatus();
    case wire::StreamWaveSnapshotResponse::PAYLOAD_NOT_SET:
      break;
  }
  return Invalid("payload", "is not known here");
}

absl::StatusOr<WaveData> WaveBuilder::Finish() {
  if (!has_header_) return Invalid("header", "is missing");
  const auto participants = static_cast<std::int64_t>(places_.size());
  if (participants != participant_count_) {
    return Invalid("participants",
                   absl::StrCat("are ", participants, ", and ",
                                participant_count_, " were announced"));
  }
  if (responses_taken_ != response_count_) {
    return Invalid("responses",
                   absl::StrCat("are ", responses_taken_, ", and ",
                                response_count_, " were announced"));
  }
  for (const auto& [stratum, count] : invited_counts_) {
    data_.roster.push_back({.layer = stratum.first,
                            .sector = stratum.second,
                            .invited_count = count});
  }
  return std::move(data_);
}

absl::Status WaveBuilder::TakeHeader(const wire::SnapshotHeader& header) {
  if (has_header_) return Invalid("header", "comes twice");
  has_header_ = true;
  if (header.wave().name() != wave_) {
    return Invalid("header.wave", absl::StrCat("is ", header.wave().name(),
                                               ", and ", wave_, " was asked"));
  }
  if (header.snapshot_digest().empty() ||
      header.snapshot_digest() != header.wave().snapshot_digest()) {
    return Invalid("header.snapshot_digest", "is missing or not the wave's");
  }
  if (header.instrument().content_digest().empty()) {
    return Invalid("header.instrument.content_digest", "is missing");
  }
  data_.wave = wave_;
  data_.snapshot_digest = header.snapshot_digest();
  data_.instrument_digest = header.instrument().content_digest();
  participant_count_ = header.participant_count();
  response_count_ = header.response_count();
  for (const wire::Item& from : header.instrument().items()) {
    PT_ASSIGN_OR_RETURN(Item item, FromWire(from));
    data_.items.push_back(std::move(item));
  }
  return absl::OkStatus();
}

absl::Status WaveBuilder::TakeParticipant(
    const wire::SnapshotParticipant& from) {
  if (responses_taken_ > 0) {
    return Invalid("participants", "come after responses");
  }
  if (from.person() <= last_participant_) {
    return Invalid("participants.person", "does not ascend");
  }
  if (static_cast<std::int64_t>(places_.size()) >= participant_count_) {
    return Invalid("participants", "are more than were announced");
  }
  last_participant_ = from.person();
  Place place;
  PT_ASSIGN_OR_RETURN(place.layer, FromWire(from.layer()));
  place.sector = from.sector();
  switch (from.invitation()) {
    case wire::Participant::INVITATION_INVITED:
      place.invited = true;
      break;
    case wire::Participant::INVITATION_NOT_INVITED:
    case wire::Participant::INVITATION_OPTED_OUT:
      break;
    default:
      return Invalid("participants.invitation", "is not known here");
  }
  if (place.invited) ++invited_counts_[{place.layer, place.sector}];
  places_.emplace(from.person(), std::move(place));
  return absl::OkStatus();
}

absl::Status WaveBuilder::TakeResponse(const wire::SnapshotResponse& from) {
  if (from.person() <= last_respondent_) {
    return Invalid("responses.person", "does not ascend");
  }
  if (responses_taken_ >= response_count_) {
    return Invalid("responses", "are more than were announced");
  }
  last_respondent_ = from.person();
  ++responses_taken_;
  const auto place = places_.find(from.person());
  if (place == places_.end()) {
    return Invalid("responses.person", "is not on the roster");
  }
  if (!place->second.invited) return absl::OkStatus();
  Respondent respondent;
  respondent.person = from.person();
  respondent.sector = place->second.sector;
  respondent.layer = place->second.layer;
  for (const wire::ItemAnswer& answer : from.item_answers()) {
    PT_ASSIGN_OR_RETURN(ItemAnswer taken, FromWire(answer));
    respondent.answers.push_back(std::move(taken));
  }
  data_.respondents.push_back(std::move(respondent));
  return absl::OkStatus();
}

}  // namespace pulsetaker::assessment
