// What a valid locality, survey and instrument is: one row an error, in the
// order of the headers. Each row is also wrong in the ways of the rows below
// it, so the order itself is tested.

#include <functional>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/survey/domain/field_checks.h"
#include "services/survey/domain/instrument.h"
#include "services/survey/domain/locality.h"
#include "services/survey/domain/survey.h"

namespace pulsetaker::survey {
namespace {

std::string FieldOf(const absl::Status& status) {
  for (const auto& [key, value] : MetadataOf(status)) {
    if (key == "field") return value;
  }
  return "";
}

// A row: repairs what the rows above it are about, then is wrong itself.
template <typename Resource>
struct Row {
  std::string reason;
  std::string field;
  std::function<void(Resource&)> change;
};

template <typename Resource, typename Check>
void ExpectErrorsInOrder(Resource worst, const std::vector<Row<Resource>>& rows,
                         const Check& check) {
  Resource resource = std::move(worst);
  for (const auto& row : rows) {
    SCOPED_TRACE(row.reason + " " + row.field);
    row.change(resource);
    const absl::Status status = check(resource);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(ReasonOf(status), row.reason) << status;
    EXPECT_EQ(FieldOf(status), row.field);
  }
}

const std::string kLongName(kNameLengthMax + 1, 'x');
const std::string kLongNote(kNoteLengthMax + 1, 'x');
const std::string kLongWording(kWordingLengthMax + 1, 'x');

TEST(CheckLocalityTest, ReportsTheFirstError) {
  Locality worst;
  worst.region = kLongName;
  worst.population = -1;
  for (int i = 0; i <= static_cast<int>(kEntryCountMax); ++i) {
    worst.profile["Key " + std::to_string(i)] = kLongNote;
  }
  ExpectErrorsInOrder<Locality>(
      worst,
      {
          {"FIELD_REQUIRED", "locality.display_name", [](Locality&) {}},
          {"TEXT_TOO_LONG", "locality.display_name",
           [](Locality& l) { l.display_name = kLongName; }},
          {"TEXT_MALFORMED", "locality.display_name",
           [](Locality& l) { l.display_name = "a\xff"; }},
          {"TEXT_MALFORMED", "locality.display_name",
           [](Locality& l) { l.display_name = "a\x07"; }},
          {"TEXT_TOO_LONG", "locality.region",
           [](Locality& l) { l.display_name = "Leeds"; }},
          {"TEXT_MALFORMED", "locality.region",
           [](Locality& l) { l.region = "\xc0\x80"; }},
          {"NUMBER_OUT_OF_RANGE", "locality.population",
           [](Locality& l) { l.region = ""; }},
          {"NUMBER_OUT_OF_RANGE", "locality.population",
           [](Locality& l) { l.population = kPopulationMax + 1; }},
          {"TOO_MANY_ENTRIES", "locality.profile",
           [](Locality& l) { l.population = kPopulationMax; }},
          {"ID_MALFORMED", "locality.profile",
           [](Locality& l) { l.profile.erase("Key 0"); }},
          {"TEXT_TOO_LONG", "locality.profile[key]",
           [](Locality& l) { l.profile = {{"key", kLongNote}}; }},
          {"TEXT_MALFORMED", "locality.profile[key]",
           [](Locality& l) { l.profile = {{"key", "\x80"}}; }},
      },
      CheckLocality);
}

TEST(CheckLocalityTest, TakesWhatIsOnTheLimits) {
  Locality locality;
  locality.display_name = std::string(kNameLengthMax, 'x');
  locality.region = "\xe2\x82\xac\n\t";
  locality.population = kPopulationMax;
  for (int i = 0; i < static_cast<int>(kEntryCountMax); ++i) {
    locality.profile["k" + std::to_string(i)] =
        std::string(kNoteLengthMax, 'x');
  }
  EXPECT_TRUE(CheckLocality(locality).ok()) << CheckLocality(locality);
}

TEST(CheckSurveyTest, ReportsTheFirstError) {
  Survey worst;
  worst.innovation = kLongNote;
  worst.service_field = kLongName;
  ExpectErrorsInOrder<Survey>(
      worst,
      {
          {"FIELD_REQUIRED", "survey.display_name", [](Survey&) {}},
          {"TEXT_TOO_LONG", "survey.display_name",
           [](Survey& s) { s.display_name = kLongName; }},
          {"TEXT_MALFORMED", "survey.display_name",
           [](Survey& s) { s.display_name = "\xff"; }},
          {"TEXT_TOO_LONG", "survey.innovation",
           [](Survey& s) { s.display_name = "Home care"; }},
          {"TEXT_MALFORMED", "survey.innovation",
           [](Survey& s) { s.innovation = "\xff"; }},
          {"TEXT_TOO_LONG", "survey.service_field",
           [](Survey& s) { s.innovation = ""; }},
          {"TEXT_MALFORMED", "survey.service_field",
           [](Survey& s) { s.service_field = "\xff"; }},
      },
      CheckSurvey);
}

Network ValidNetwork(const std::string& id) {
  Network network;
  network.network_id = id;
  network.label = "Work";
  network.wording = "With whom?";
  network.provenance = Provenance::kSourced;
  network.direction = Direction::kDirected;
  return network;
}

Item ValidItem(const std::string& id) {
  Item item;
  item.item_id = id;
  item.wording = "We agree.";
  item.kind = ItemKind::kCorner;
  item.corner = Corner::kValue;
  item.scale_min = 1;
  item.scale_max = 5;
  return item;
}

Instrument ValidInstrument() {
  Instrument instrument;
  instrument.display_name = "Standard";
  instrument.language = "en-GB";
  instrument.networks = {ValidNetwork("work"), ValidNetwork("social")};
  instrument.items = {ValidItem("au1"), ValidItem("au2")};
  return instrument;
}

TEST(CheckInstrumentTest, ReportsTheFirstErrorOfTheWhole) {
  Instrument worst;
  worst.items.resize(kItemCountMax + 1);
  ExpectErrorsInOrder<Instrument>(
      worst,
      {
          {"FIELD_REQUIRED", "instrument.display_name", [](Instrument&) {}},
          {"TEXT_TOO_LONG", "instrument.display_name",
           [](Instrument& i) { i.display_name = kLongName; }},
          {"TEXT_MALFORMED", "instrument.display_name",
           [](Instrument& i) { i.display_name = "\xff"; }},
          {"LANGUAGE_MALFORMED", "instrument.language",
           [](Instrument& i) { i.display_name = "Standard"; }},
          {"LANGUAGE_MALFORMED", "instrument.language",
           [](Instrument& i) { i.language = "en_GB"; }},
          {"LANGUAGE_MALFORMED", "instrument.language",
           [](Instrument& i) { i.language = std::string(36, 'a'); }},
          {"NETWORK_COUNT_INVALID", "instrument.networks",
           [](Instrument& i) { i.language = "en"; }},
          {"NETWORK_COUNT_INVALID", "instrument.networks",
           [](Instrument& i) { i.networks.resize(kNetworkCountMax + 1); }},
          {"TOO_MANY_ITEMS", "instrument.items",
           [](Instrument& i) { i.networks.resize(kNetworkCountMax); }},
          {"ID_MALFORMED", "instrument.networks[0].network_id",
           [](Instrument& i) { i.items.resize(kItemCountMax); }},
          {"ID_MALFORMED", "instrument.items[0].item_id",
           [](Instrument& i) { i.networks = {ValidNetwork("work")}; }},
      },
      CheckInstrument);
}

TEST(CheckInstrumentTest, ReportsTheFirstErrorOfANetwork) {
  Network worst;
  worst.network_id = "Work";
  worst.direction_meaning = kLongNote;
  worst.weight_min = 0;
  worst.weight_max = -1;
  worst.nomination_cap = -1;
  const auto check = [](const Network& network) {
    Instrument instrument = ValidInstrument();
    instrument.networks[1] = network;
    return CheckInstrument(instrument);
  };
  const std::string path = "instrument.networks[1].";
  ExpectErrorsInOrder<Network>(
      worst,
      {
          {"ID_MALFORMED", path + "network_id", [](Network&) {}},
          {"ID_REPEATED", path + "network_id",
           [](Network& n) { n.network_id = "work"; }},
          {"FIELD_REQUIRED", path + "label",
           [](Network& n) { n.network_id = "social"; }},
          {"TEXT_TOO_LONG", path + "label",
           [](Network& n) { n.label = kLongName; }},
          {"TEXT_MALFORMED", path + "label",
           [](Network& n) { n.label = "\xff"; }},
          {"FIELD_REQUIRED", path + "wording",
           [](Network& n) { n.label = "Social"; }},
          {"TEXT_TOO_LONG", path + "wording",
           [](Network& n) { n.wording = kLongWording; }},
          {"TEXT_MALFORMED", path + "wording",
           [](Network& n) { n.wording = "\xff"; }},
          {"PROVENANCE_UNKNOWN", path + "provenance",
           [](Network& n) { n.wording = "With whom?"; }},
          {"PROVENANCE_UNKNOWN", path + "provenance",
           [](Network& n) { n.provenance = Provenance{4}; }},
          {"DIRECTION_UNKNOWN", path + "direction",
           [](Network& n) { n.provenance = Provenance::kDesign; }},
          {"DIRECTION_UNKNOWN", path + "direction",
           [](Network& n) { n.direction = Direction{3}; }},
          {"TEXT_TOO_LONG", path + "direction_meaning",
           [](Network& n) { n.direction = Direction::kUndirected; }},
          {"TEXT_MALFORMED", path + "direction_meaning",
           [](Network& n) { n.direction_meaning = "\xff"; }},
          {"WEIGHT_RANGE_INVALID", path + "weight_min",
           [](Network& n) { n.direction_meaning = ""; }},
          {"WEIGHT_RANGE_INVALID", path + "weight_min",
           [](Network& n) { n.weight_min = kWeightMax + 1; }},
          {"WEIGHT_RANGE_INVALID", path + "weight_max",
           [](Network& n) { n.weight_min = kWeightMax; }},
          {"WEIGHT_RANGE_INVALID", path + "weight_max",
           [](Network& n) { n.weight_max = kWeightMax + 1; }},
          {"NUMBER_OUT_OF_RANGE", path + "nomination_cap",
           [](Network& n) { n.weight_max = kWeightMax; }},
          {"NUMBER_OUT_OF_RANGE", path + "nomination_cap",
           [](Network& n) { n.nomination_cap = kNominationCountMax + 1; }},
      },
      check);
}

TEST(CheckInstrumentTest, ReportsTheFirstErrorOfAnItem) {
  Item worst;
  worst.item_id = "AU1";
  worst.corner = Corner::kValue;
  worst.arrow = Arrow{};
  worst.cluster = "Will to change";
  worst.scale_min = -1;
  worst.source = kLongNote;
  const auto check = [](const Item& item) {
    Instrument instrument = ValidInstrument();
    instrument.items[1] = item;
    return CheckInstrument(instrument);
  };
  const std::string path = "instrument.items[1].";
  ExpectErrorsInOrder<Item>(
      worst,
      {
          {"ID_MALFORMED", path + "item_id", [](Item&) {}},
          {"ID_REPEATED", path + "item_id", [](Item& i) { i.item_id = "au1"; }},
          {"FIELD_REQUIRED", path + "wording",
           [](Item& i) { i.item_id = "au2"; }},
          {"TEXT_TOO_LONG", path + "wording",
           [](Item& i) { i.wording = kLongWording; }},
          {"TEXT_MALFORMED", path + "wording",
           [](Item& i) { i.wording = "\xff"; }},
          {"ITEM_KIND_UNKNOWN", path + "kind",
           [](Item& i) { i.wording = "We agree."; }},
          {"ITEM_KIND_UNKNOWN", path + "kind",
           [](Item& i) { i.kind = ItemKind{6}; }},
          {"CORNER_INVALID", path + "corner",
           [](Item& i) { i.kind = ItemKind::kPervasive; }},
          {"CORNER_INVALID", path + "arrow",
           [](Item& i) { i.corner = Corner::kNone; }},
          {"CORNER_INVALID", path + "corner",
           [](Item& i) { i.kind = ItemKind::kCorner; }},
          {"CORNER_INVALID", path + "corner",
           [](Item& i) { i.corner = Corner{4}; }},
          {"CORNER_INVALID", path + "arrow",
           [](Item& i) { i.corner = Corner::kCapacity; }},
          {"CORNER_INVALID", path + "arrow",
           [](Item& i) {
             i.kind = ItemKind::kArrow;
             i.corner = Corner::kNone;
           }},
          {"CORNER_INVALID", path + "arrow",
           [](Item& i) { i.arrow = Arrow{Corner::kValue, Corner::kValue}; }},
          {"CORNER_INVALID", path + "arrow", [](Item& i) { i.arrow.reset(); }},
          {"ID_MALFORMED", path + "cluster",
           [](Item& i) { i.arrow = Arrow{Corner::kValue, Corner::kCapacity}; }},
          {"SCALE_INVALID", path + "scale_min",
           [](Item& i) { i.cluster = ""; }},
          {"SCALE_INVALID", path + "scale_min",
           [](Item& i) { i.scale_min = kRatingMax; }},
          {"SCALE_INVALID", path + "scale_max",
           [](Item& i) { i.scale_min = i.scale_max = 5; }},
          {"SCALE_INVALID", path + "scale_max",
           [](Item& i) { i.scale_max = kRatingMax + 1; }},
          {"TEXT_TOO_LONG", path + "source",
           [](Item& i) { i.scale_max = kRatingMax; }},
          {"TEXT_MALFORMED", path + "source",
           [](Item& i) { i.source = "\xff"; }},
      },
      check);
}

TEST(CheckInstrumentTest, TakesTheLargest) {
  Instrument instrument = ValidInstrument();
  instrument.networks.clear();
  for (std::size_t i = 0; i < kNetworkCountMax; ++i) {
    instrument.networks.push_back(ValidNetwork("n" + std::to_string(i)));
  }
  instrument.items.clear();
  for (std::size_t i = 0; i < kItemCountMax; ++i) {
    instrument.items.push_back(ValidItem("i" + std::to_string(i)));
  }
  EXPECT_TRUE(CheckInstrument(instrument).ok());
  instrument.items.clear();
  EXPECT_TRUE(CheckInstrument(instrument).ok());
}

}  // namespace
}  // namespace pulsetaker::survey
