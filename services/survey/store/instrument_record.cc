#include <cstdint>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "services/survey/domain/translation_check.h"
#include "services/survey/store/records.h"

namespace pulsetaker::survey {
namespace {

using Record = storage::InstrumentRecord;

constexpr std::size_t kDigestHexLength = 64;

Record::Network ToRecord(const Network& network) {
  Record::Network record;
  record.set_network_id(network.network_id);
  record.set_label(network.label);
  record.set_wording(network.wording);
  record.set_provenance(static_cast<std::int32_t>(network.provenance));
  record.set_direction(static_cast<std::int32_t>(network.direction));
  record.set_direction_meaning(network.direction_meaning);
  record.set_weight_min(network.weight_min);
  record.set_weight_max(network.weight_max);
  record.set_nomination_cap(network.nomination_cap);
  return record;
}

bool FromRecord(const Record::Network& record, Network& network) {
  network.network_id = record.network_id();
  network.label = record.label();
  network.wording = record.wording();
  network.direction_meaning = record.direction_meaning();
  network.weight_min = record.weight_min();
  network.weight_max = record.weight_max();
  network.nomination_cap = record.nomination_cap();
  return FromCode(record.provenance(), Provenance::kDesign,
                  network.provenance) &&
         FromCode(record.direction(), Direction::kUndirected,
                  network.direction);
}

Record::Item ToRecord(const Item& item) {
  Record::Item record;
  record.set_item_id(item.item_id);
  record.set_wording(item.wording);
  record.set_kind(static_cast<std::int32_t>(item.kind));
  record.set_corner(static_cast<std::int32_t>(item.corner));
  if (item.arrow.has_value()) {
    record.mutable_arrow()->set_from(
        static_cast<std::int32_t>(item.arrow->from));
    record.mutable_arrow()->set_to(static_cast<std::int32_t>(item.arrow->to));
  }
  record.set_cluster(item.cluster);
  record.set_external_resource(item.external_resource);
  record.set_reverse_scored(item.reverse_scored);
  record.set_scale_min(item.scale_min);
  record.set_scale_max(item.scale_max);
  record.set_source(item.source);
  return record;
}

bool FromRecord(const Record::Item& record, Item& item) {
  item.item_id = record.item_id();
  item.wording = record.wording();
  item.cluster = record.cluster();
  item.external_resource = record.external_resource();
  item.reverse_scored = record.reverse_scored();
  item.scale_min = record.scale_min();
  item.scale_max = record.scale_max();
  item.source = record.source();
  if (record.has_arrow()) {
    Arrow& arrow = item.arrow.emplace();
    if (!FromCode(record.arrow().from(), Corner::kValue, arrow.from) ||
        !FromCode(record.arrow().to(), Corner::kValue, arrow.to)) {
      return false;
    }
  }
  return FromCode(record.kind(), ItemKind::kPervasive, item.kind) &&
         FromCode(record.corner(), Corner::kValue, item.corner);
}

Record::Translation ToRecord(const Translation& translation) {
  Record::Translation record;
  record.set_language(translation.language);
  record.set_display_name(translation.display_name);
  for (const NetworkTexts& texts : translation.networks) {
    Record::NetworkTexts& added = *record.add_networks();
    added.set_network_id(texts.network_id);
    added.set_label(texts.label);
    added.set_wording(texts.wording);
    added.set_direction_meaning(texts.direction_meaning);
  }
  for (const ItemTexts& texts : translation.items) {
    Record::ItemTexts& added = *record.add_items();
    added.set_item_id(texts.item_id);
    added.set_wording(texts.wording);
  }
  return record;
}

Translation FromRecord(const Record::Translation& record) {
  Translation translation;
  translation.language = record.language();
  translation.display_name = record.display_name();
  for (const Record::NetworkTexts& texts : record.networks()) {
    translation.networks.push_back(
        {.network_id = texts.network_id(),
         .label = texts.label(),
         .wording = texts.wording(),
         .direction_meaning = texts.direction_meaning()});
  }
  for (const Record::ItemTexts& texts : record.items()) {
    translation.items.push_back(
        {.item_id = texts.item_id(), .wording = texts.wording()});
  }
  return translation;
}

// What is not part of the content. A record of before there were revisions has
// only the time when it was made.
void ReadVersion(const Record& record, Instrument& instrument) {
  const auto time = [&](std::int64_t micros) {
    return absl::FromUnixMicros(
        record.has_revision() ? micros : record.create_time_micros());
  };
  instrument.state =
      record.is_draft() ? InstrumentState::kDraft : InstrumentState::kPublished;
  instrument.revision = record.has_revision() ? record.revision() : 1;
  instrument.create_time = absl::FromUnixMicros(record.create_time_micros());
  instrument.update_time = time(record.update_time_micros());
  instrument.publish_time = time(record.publish_time_micros());
}

absl::Status CheckVersion(const Instrument& instrument) {
  if (instrument.is_draft()) {
    if (instrument.revision >= 0) return absl::OkStatus();
    return absl::DataLossError("no such revision");
  }
  if (instrument.revision < 1) return absl::DataLossError("no revision");
  return CheckTranslationsComplete(instrument);
}

}  // namespace

storage::InstrumentRecord ToRecord(const Instrument& instrument) {
  Record record;
  record.set_display_name(instrument.display_name);
  record.set_language(instrument.language);
  for (const Network& network : instrument.networks) {
    *record.add_networks() = ToRecord(network);
  }
  for (const Item& item : instrument.items) {
    *record.add_items() = ToRecord(item);
  }
  record.set_content_digest(instrument.content_digest);
  record.set_create_time_micros(absl::ToUnixMicros(instrument.create_time));
  for (const Translation& translation : instrument.translations) {
    *record.add_translations() = ToRecord(translation);
  }
  record.set_revision(instrument.revision);
  record.set_is_draft(instrument.is_draft());
  record.set_update_time_micros(absl::ToUnixMicros(instrument.update_time));
  record.set_publish_time_micros(absl::ToUnixMicros(instrument.publish_time));
  return record;
}

absl::StatusOr<Instrument> FromRecord(const InstrumentKey& key,
                                      const storage::InstrumentRecord& record) {
  const auto unreadable = [&](absl::string_view why) {
    return kv::UnreadableError(
        absl::StrCat("instrument ", key.instrument, ": ", why));
  };
  Instrument instrument;
  instrument.key = key;
  instrument.display_name = record.display_name();
  instrument.language = record.language();
  for (const Record::Network& network : record.networks()) {
    if (!FromRecord(network, instrument.networks.emplace_back())) {
      return unreadable("no such code in a network");
    }
  }
  for (const Record::Item& item : record.items()) {
    if (!FromRecord(item, instrument.items.emplace_back())) {
      return unreadable("no such code in an item");
    }
  }
  instrument.content_digest = record.content_digest();
  for (const Record::Translation& translation : record.translations()) {
    instrument.translations.push_back(FromRecord(translation));
  }
  ReadVersion(record, instrument);
  if (const absl::Status valid = CheckInstrument(instrument); !valid.ok()) {
    return unreadable(valid.message());
  }
  if (const absl::Status valid = CheckVersion(instrument); !valid.ok()) {
    return unreadable(valid.message());
  }
  if (instrument.content_digest.size() != kDigestHexLength) {
    return unreadable("no digest");
  }
  return instrument;
}

}  // namespace pulsetaker::survey
