// What a valid translation is: one row an error, in the order of the header.
// Each row is also wrong in the ways of the rows below it.

#include "services/survey/domain/translation_check.h"

#include <functional>
#include <string>
#include <vector>

#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/survey/domain/content_digest.h"
#include "services/survey/domain/field_checks.h"

namespace pulsetaker::survey {
namespace {

std::string FieldOf(const absl::Status& status) {
  for (const auto& [key, value] : MetadataOf(status)) {
    if (key == "field") return value;
  }
  return "";
}

Network NetworkOf(const std::string& id, const std::string& meaning) {
  Network network;
  network.network_id = id;
  network.label = "Label";
  network.wording = "With whom?";
  network.provenance = Provenance::kDesign;
  network.direction = Direction::kDirected;
  network.direction_meaning = meaning;
  return network;
}

Item ItemOf(const std::string& id) {
  Item item;
  item.item_id = id;
  item.wording = "We agree.";
  item.kind = ItemKind::kPervasive;
  item.scale_max = 5;
  return item;
}

// With one translation, into Welsh, that is complete.
Instrument TranslatedInstrument() {
  Instrument instrument;
  instrument.display_name = "Standard";
  instrument.language = "en";
  instrument.networks = {NetworkOf("work", "i asks j"),
                         NetworkOf("social", "")};
  instrument.items = {ItemOf("z1"), ItemOf("a1")};
  instrument.translations = {
      {.language = "cy",
       .display_name = "Safonol",
       .networks = {{"work", "Gwaith", "Gyda phwy?", "i yn gofyn i j"},
                    {"social", "Cymdeithas", "Gyda phwy?", ""}},
       .items = {{"z1", "Cytunwn."}, {"a1", "Cytunwn."}}}};
  return instrument;
}

Translation EmptyTranslation(const std::string& language) {
  Translation translation;
  translation.language = language;
  return translation;
}

struct Row {
  std::string reason;
  std::string field;
  std::function<void(Translation&)> change;
};

constexpr char kPath[] = "instrument.translations[0]";

TEST(CheckTranslationsTest, ReportsTheFirstError) {
  const std::string long_name(kNameLengthMax + 1, 'x');
  const std::string long_note(kNoteLengthMax + 1, 'x');
  const std::string long_wording(kWordingLengthMax + 1, 'x');
  Instrument instrument = TranslatedInstrument();
  Translation& worst = instrument.translations[0];
  worst.language = "c_y";
  worst.display_name = long_name;
  worst.networks = {{"none", long_name, long_wording, long_note},
                    {"social", "", "", "i asks j"}};
  worst.items = {{"none", long_wording}, {"a1", ""}};
  const Row rows[] = {
      {"LANGUAGE_MALFORMED", ".language", [](Translation&) {}},
      {"LANGUAGE_REPEATED", ".language",
       [](Translation& t) { t.language = "EN"; }},
      {"TEXT_TOO_LONG", ".display_name",
       [](Translation& t) { t.language = "cy"; }},
      {"TEXT_MALFORMED", ".display_name",
       [](Translation& t) { t.display_name = "\xff"; }},
      {"TRANSLATION_UNKNOWN", ".networks[0].network_id",
       [](Translation& t) { t.display_name = ""; }},
      {"TEXT_TOO_LONG", ".networks[0].label",
       [](Translation& t) { t.networks[0].network_id = "work"; }},
      {"TEXT_MALFORMED", ".networks[0].label",
       [](Translation& t) { t.networks[0].label = "\xff"; }},
      {"TEXT_TOO_LONG", ".networks[0].wording",
       [](Translation& t) { t.networks[0].label = ""; }},
      {"TEXT_MALFORMED", ".networks[0].wording",
       [](Translation& t) { t.networks[0].wording = "\x01"; }},
      {"TEXT_TOO_LONG", ".networks[0].direction_meaning",
       [](Translation& t) { t.networks[0].wording = ""; }},
      {"TRANSLATION_UNKNOWN", ".networks[1].direction_meaning",
       [](Translation& t) { t.networks[0].direction_meaning = ""; }},
      {"ID_REPEATED", ".networks[1].network_id",
       [](Translation& t) { t.networks[1].network_id = "work"; }},
      {"TRANSLATION_UNKNOWN", ".items[0].item_id",
       [](Translation& t) { t.networks.pop_back(); }},
      {"TEXT_TOO_LONG", ".items[0].wording",
       [](Translation& t) { t.items[0].item_id = "z1"; }},
      {"TEXT_MALFORMED", ".items[0].wording",
       [](Translation& t) { t.items[0].wording = "\xff"; }},
      {"ID_REPEATED", ".items[1].item_id",
       [](Translation& t) {
         t.items[0].wording = "";
         t.items[1].item_id = "z1";
       }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.reason + " " + row.field);
    row.change(worst);
    const absl::Status status = CheckInstrument(instrument);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(ReasonOf(status), row.reason) << status;
    EXPECT_EQ(FieldOf(status), kPath + row.field);
  }
  worst.items[1].item_id = "a1";
  EXPECT_TRUE(CheckInstrument(instrument).ok()) << CheckInstrument(instrument);
}

TEST(CheckTranslationsTest, TakesTheMostAndNoMore) {
  Instrument instrument = TranslatedInstrument();
  const auto check = [&] { return ReasonOf(CheckTranslations(instrument)); };
  instrument.translations.clear();
  for (std::size_t i = 0; i < kTranslationCountMax; ++i) {
    instrument.translations.push_back(
        {.language = "x-" + std::to_string(i),
         .display_name = "",
         .networks = {},
         .items = {{"z1", std::string(kWordingLengthMax, 'x')}}});
  }
  EXPECT_EQ(check(), "");
  instrument.translations.push_back(EmptyTranslation("cy"));
  EXPECT_EQ(check(), "TRANSLATIONS_TOO_LARGE");

  // Of a size that only long texts of many items come to.
  instrument.items.clear();
  instrument.translations = {EmptyTranslation("cy")};
  constexpr std::size_t kCount = kTranslationBytesMax / 2'048;
  for (std::size_t i = 0; i < kCount; ++i) {
    const std::string id(63, static_cast<char>('a' + i % 26));
    const std::string own = std::to_string(i) + id.substr(0, 48);
    instrument.items.push_back(ItemOf(own));
    instrument.translations[0].items.push_back(
        {own, std::string(2'048 - own.size(), 'x')});
  }
  EXPECT_EQ(check(), "");
  instrument.translations[0].display_name = "x";
  EXPECT_EQ(check(), "TRANSLATIONS_TOO_LARGE");
}

TEST(CheckTranslationsCompleteTest, FindsWhatIsMissing) {
  const Row rows[] = {
      {"", "", [](Translation&) {}},
      {"TRANSLATION_INCOMPLETE", ".display_name",
       [](Translation& t) { t.display_name = ""; }},
      {"TRANSLATION_INCOMPLETE", ".networks",
       [](Translation& t) { t.networks.clear(); }},
      {"TRANSLATION_INCOMPLETE", ".networks",
       [](Translation& t) { t.networks.erase(t.networks.begin()); }},
      {"TRANSLATION_INCOMPLETE", ".networks",
       [](Translation& t) { t.networks[1].label = ""; }},
      {"TRANSLATION_INCOMPLETE", ".networks",
       [](Translation& t) { t.networks[0].wording = ""; }},
      {"TRANSLATION_INCOMPLETE", ".networks",
       [](Translation& t) { t.networks[0].direction_meaning = ""; }},
      {"TRANSLATION_INCOMPLETE", ".items",
       [](Translation& t) { t.items.pop_back(); }},
      {"TRANSLATION_INCOMPLETE", ".items",
       [](Translation& t) { t.items[0].wording = ""; }},
  };
  for (const Row& row : rows) {
    Instrument instrument = TranslatedInstrument();
    row.change(instrument.translations[0]);
    EXPECT_TRUE(CheckInstrument(instrument).ok()) << "a gap is no error";
    const absl::Status status = CheckTranslationsComplete(instrument);
    EXPECT_EQ(ReasonOf(status), row.reason) << row.field;
    EXPECT_EQ(FieldOf(status), row.reason.empty() ? "" : kPath + row.field);
  }
}

TEST(CanonicalTranslationsTest, GivesTheSameContentOneForm) {
  Instrument given = TranslatedInstrument();
  given.translations.push_back(given.translations[0]);
  given.translations[1].language = "br";
  Instrument other = given;
  std::swap(other.translations[0], other.translations[1]);
  for (Translation& translation : other.translations) {
    std::swap(translation.networks[0], translation.networks[1]);
    std::swap(translation.items[0], translation.items[1]);
  }
  CanonicalTranslations(given);
  CanonicalTranslations(other);
  EXPECT_EQ(given, other);
  EXPECT_EQ(ContentDigest(given), ContentDigest(other));
  EXPECT_EQ(given.translations[0].language, "br");
  EXPECT_EQ(given.translations[0].networks[0].network_id, "work");
  EXPECT_EQ(given.translations[0].items[0].item_id, "z1");
  EXPECT_TRUE(CheckTranslationsComplete(given).ok());

  // What has no text is as good as not there.
  Instrument gaps = given;
  gaps.translations[0].items[1].wording = "";
  Instrument gone = given;
  gone.translations[0].items.pop_back();
  CanonicalTranslations(gaps);
  EXPECT_EQ(gaps, gone);
}

}  // namespace
}  // namespace pulsetaker::survey
