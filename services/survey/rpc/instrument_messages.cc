#include "services/survey/rpc/instrument_messages.h"

#include <string>
#include <vector>

#include "google/protobuf/repeated_field.h"
#include "services/survey/rpc/convert.h"

namespace pulsetaker::survey {
namespace {

Network FromProto(const v1::Network& message) {
  Network network;
  network.network_id = message.network_id();
  network.label = message.label();
  network.wording = message.wording();
  network.provenance = ToEnum(message.provenance(), Provenance::kDesign);
  network.direction = ToEnum(message.direction(), Direction::kUndirected);
  network.direction_meaning = message.direction_meaning();
  network.weight_min = message.weight_min() == 0 ? 1 : message.weight_min();
  network.weight_max =
      message.weight_max() == 0 ? network.weight_min : message.weight_max();
  network.nomination_cap = message.nomination_cap();
  return network;
}

Item FromProto(const v1::Item& message) {
  Item item;
  item.item_id = message.item_id();
  item.wording = message.wording();
  item.kind = ToEnum(message.kind(), ItemKind::kPervasive);
  item.corner = ToEnum(message.corner(), Corner::kValue);
  if (message.has_arrow()) {
    item.arrow =
        Arrow{.from = ToEnum(message.arrow().from_corner(), Corner::kValue),
              .to = ToEnum(message.arrow().to_corner(), Corner::kValue)};
  }
  item.cluster = message.cluster();
  item.external_resource = message.external_resource();
  item.reverse_scored = message.reverse_scored();
  item.scale_min = message.scale_min();
  item.scale_max = message.scale_max();
  item.source = message.source();
  return item;
}

void ToProto(const Network& network, v1::Network& message) {
  message.set_network_id(network.network_id);
  message.set_label(network.label);
  message.set_wording(network.wording);
  message.set_provenance(
      static_cast<v1::Network::Provenance>(network.provenance));
  message.set_direction(static_cast<v1::Network::Direction>(network.direction));
  message.set_direction_meaning(network.direction_meaning);
  message.set_weight_min(network.weight_min);
  message.set_weight_max(network.weight_max);
  message.set_nomination_cap(network.nomination_cap);
}

void ToProto(const Item& item, v1::Item& message) {
  message.set_item_id(item.item_id);
  message.set_wording(item.wording);
  message.set_kind(static_cast<v1::Item::Kind>(item.kind));
  message.set_corner(static_cast<v1::Corner>(item.corner));
  if (item.arrow.has_value()) {
    v1::Item::Arrow& arrow = *message.mutable_arrow();
    arrow.set_from_corner(static_cast<v1::Corner>(item.arrow->from));
    arrow.set_to_corner(static_cast<v1::Corner>(item.arrow->to));
  }
  message.set_cluster(item.cluster);
  message.set_external_resource(item.external_resource);
  message.set_reverse_scored(item.reverse_scored);
  message.set_scale_min(item.scale_min);
  message.set_scale_max(item.scale_max);
  message.set_source(item.source);
}

Translation FromProto(const v1::InstrumentTranslation& message) {
  Translation translation;
  translation.language = message.language();
  translation.display_name = message.display_name();
  for (const v1::NetworkTexts& texts : message.networks()) {
    translation.networks.push_back(
        {.network_id = texts.network_id(),
         .label = texts.label(),
         .wording = texts.wording(),
         .direction_meaning = texts.direction_meaning()});
  }
  for (const v1::ItemTexts& texts : message.items()) {
    translation.items.push_back(
        {.item_id = texts.item_id(), .wording = texts.wording()});
  }
  return translation;
}

void ToProto(const Translation& translation,
             v1::InstrumentTranslation& message) {
  message.set_language(translation.language);
  message.set_display_name(translation.display_name);
  for (const NetworkTexts& texts : translation.networks) {
    v1::NetworkTexts& added = *message.add_networks();
    added.set_network_id(texts.network_id);
    added.set_label(texts.label);
    added.set_wording(texts.wording);
    added.set_direction_meaning(texts.direction_meaning);
  }
  for (const ItemTexts& texts : translation.items) {
    v1::ItemTexts& added = *message.add_items();
    added.set_item_id(texts.item_id);
    added.set_wording(texts.wording);
  }
}

using ChangeMessages = google::protobuf::RepeatedPtrField<v1::InstrumentChange>;

void ToProto(const std::vector<InstrumentChange>& changes,
             ChangeMessages& messages) {
  for (const InstrumentChange& change : changes) {
    v1::InstrumentChange& added = *messages.Add();
    added.set_part(static_cast<v1::InstrumentChange::Part>(change.part));
    added.set_language(change.language);
    added.set_comparability(
        static_cast<v1::Comparability>(change.comparability));
  }
}

using QuestionMessages =
    google::protobuf::RepeatedPtrField<v1::QuestionComparison>;

void ToProto(const std::vector<QuestionComparison>& questions,
             QuestionMessages& messages) {
  for (const QuestionComparison& question : questions) {
    v1::QuestionComparison& added = *messages.Add();
    added.set_question_id(question.id);
    added.set_presence(
        static_cast<v1::QuestionComparison::Presence>(question.presence));
    added.set_comparability(
        static_cast<v1::Comparability>(question.comparability));
    ToProto(question.changes, *added.mutable_changes());
    added.set_from_position(question.from_position);
    added.set_to_position(question.to_position);
  }
}

std::int32_t NumberOf(const Instrument& instrument) {
  return instrument.is_draft() ? 0 : instrument.revision;
}

}  // namespace

Instrument FromProto(const InstrumentKey& key, const v1::Instrument& message) {
  Instrument instrument;
  instrument.key = key;
  instrument.display_name = message.display_name();
  instrument.language = message.language();
  for (const v1::Network& network : message.networks()) {
    instrument.networks.push_back(FromProto(network));
  }
  for (const v1::Item& item : message.items()) {
    instrument.items.push_back(FromProto(item));
  }
  for (const v1::InstrumentTranslation& translation : message.translations()) {
    instrument.translations.push_back(FromProto(translation));
  }
  return instrument;
}

void ToProto(const Instrument& instrument, v1::Instrument& message) {
  message.set_name(NameOf(instrument.key));
  message.set_display_name(instrument.display_name);
  message.set_language(instrument.language);
  for (const Network& network : instrument.networks) {
    ToProto(network, *message.add_networks());
  }
  for (const Item& item : instrument.items) {
    ToProto(item, *message.add_items());
  }
  message.set_content_digest(instrument.content_digest);
  *message.mutable_create_time() = ToTimestamp(instrument.create_time);
  for (const Translation& translation : instrument.translations) {
    ToProto(translation, *message.add_translations());
  }
  message.set_state(static_cast<v1::Instrument::State>(instrument.state));
  message.set_etag(EtagOf(instrument));
  *message.mutable_update_time() = ToTimestamp(instrument.update_time);
  if (instrument.is_draft()) return;
  message.set_revision(instrument.revision);
  *message.mutable_publish_time() = ToTimestamp(instrument.publish_time);
}

void ToProto(const ComparedInstruments& compared,
             v1::CompareInstrumentRevisionsResponse& message) {
  message.set_from_revision(NumberOf(compared.from));
  message.set_to_revision(NumberOf(compared.to));
  message.set_from_content_digest(compared.from.content_digest);
  message.set_to_content_digest(compared.to.content_digest);
  ToProto(compared.comparison.changes, *message.mutable_changes());
  ToProto(compared.comparison.networks, *message.mutable_networks());
  ToProto(compared.comparison.items, *message.mutable_items());
}

}  // namespace pulsetaker::survey
