#include "services/survey/domain/instrument_comparison.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

Network NetworkOf(const std::string& id) {
  Network network;
  network.network_id = id;
  network.label = "Label";
  network.wording = "With whom?";
  network.provenance = Provenance::kDesign;
  network.direction = Direction::kDirected;
  network.direction_meaning = "i asks j";
  network.weight_min = 1;
  network.weight_max = 3;
  network.nomination_cap = 5;
  return network;
}

Item ItemOf(const std::string& id) {
  Item item;
  item.item_id = id;
  item.wording = "We agree.";
  item.kind = ItemKind::kArrow;
  item.arrow = Arrow{Corner::kValue, Corner::kCapacity};
  item.cluster = "law";
  item.scale_min = 1;
  item.scale_max = 5;
  item.source = "A book";
  return item;
}

Translation TranslationOf(const Instrument& instrument,
                          const std::string& language) {
  Translation translation;
  translation.language = language;
  translation.display_name = "Name";
  for (const Network& network : instrument.networks) {
    translation.networks.push_back(
        {network.network_id, "Label", "Words", "Meaning"});
  }
  for (const Item& item : instrument.items) {
    translation.items.push_back({item.item_id, "Words"});
  }
  return translation;
}

Instrument TestInstrument() {
  Instrument instrument;
  instrument.display_name = "Standard";
  instrument.language = "en";
  instrument.networks = {NetworkOf("work"), NetworkOf("social")};
  instrument.items = {ItemOf("i1"), ItemOf("i2"), ItemOf("i3")};
  instrument.translations = {TranslationOf(instrument, "cy")};
  return instrument;
}

std::vector<Part> PartsOf(const std::vector<InstrumentChange>& changes) {
  std::vector<Part> parts;
  for (const InstrumentChange& change : changes) parts.push_back(change.part);
  return parts;
}

constexpr Comparability kComparable = Comparability::kComparable;
constexpr Comparability kWithCare = Comparability::kWithCare;
constexpr Comparability kNot = Comparability::kNot;

// One row a field: what the change of it alone does.
template <typename Question>
struct FieldRow {
  Part part;
  Comparability comparability;
  std::function<void(Question&)> change;
};

TEST(CompareInstrumentsTest, HasARuleForEveryFieldOfANetwork) {
  const FieldRow<Network> rows[] = {
      {Part::kLabel, kWithCare, [](Network& n) { n.label = "x"; }},
      {Part::kWording, kWithCare, [](Network& n) { n.wording = "x"; }},
      {Part::kProvenance, kComparable,
       [](Network& n) { n.provenance = Provenance::kSourced; }},
      {Part::kDirection, kNot,
       [](Network& n) { n.direction = Direction::kUndirected; }},
      {Part::kDirectionMeaning, kWithCare,
       [](Network& n) { n.direction_meaning = ""; }},
      {Part::kLowestWeight, kNot, [](Network& n) { n.weight_min = 2; }},
      {Part::kHighestWeight, kNot, [](Network& n) { n.weight_max = 4; }},
      {Part::kNominationCap, kWithCare,
       [](Network& n) { n.nomination_cap = 6; }},
      {Part::kNominationCap, kWithCare,
       [](Network& n) { n.nomination_cap = 4; }},
      {Part::kNominationCap, kWithCare,
       [](Network& n) { n.nomination_cap = 0; }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(static_cast<int>(row.part));
    Instrument to = TestInstrument();
    row.change(to.networks[1]);
    const InstrumentComparison c = CompareInstruments(TestInstrument(), to);
    EXPECT_TRUE(c.changes.empty());
    ASSERT_EQ(c.networks.size(), 2u);
    EXPECT_EQ(c.networks[0].comparability, kComparable);
    EXPECT_TRUE(c.networks[0].changes.empty());
    EXPECT_EQ(c.networks[1].comparability, row.comparability);
    EXPECT_EQ(PartsOf(c.networks[1].changes), std::vector<Part>{row.part});
    for (const auto& item : c.items) EXPECT_TRUE(item.changes.empty());
  }
}

TEST(CompareInstrumentsTest, HasARuleForEveryFieldOfAnItem) {
  const FieldRow<Item> rows[] = {
      {Part::kWording, kWithCare, [](Item& i) { i.wording = "x"; }},
      {Part::kKind, kNot, [](Item& i) { i.kind = ItemKind::kPervasive; }},
      {Part::kCorner, kNot, [](Item& i) { i.corner = Corner::kValue; }},
      {Part::kArrow, kNot, [](Item& i) { i.arrow.reset(); }},
      {Part::kArrow, kNot, [](Item& i) { i.arrow->to = Corner::kAuthority; }},
      {Part::kArrow, kNot, [](Item& i) { i.arrow->from = Corner::kAuthority; }},
      {Part::kCluster, kWithCare, [](Item& i) { i.cluster = ""; }},
      {Part::kExternalResource, kWithCare,
       [](Item& i) { i.external_resource = true; }},
      {Part::kReverseScored, kNot, [](Item& i) { i.reverse_scored = true; }},
      {Part::kScaleMin, kNot, [](Item& i) { i.scale_min = 0; }},
      {Part::kScaleMax, kNot, [](Item& i) { i.scale_max = 7; }},
      {Part::kSource, kComparable, [](Item& i) { i.source = ""; }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(static_cast<int>(row.part));
    Instrument to = TestInstrument();
    row.change(to.items[2]);
    const InstrumentComparison c = CompareInstruments(TestInstrument(), to);
    EXPECT_TRUE(c.changes.empty());
    ASSERT_EQ(c.items.size(), 3u);
    EXPECT_EQ(c.items[2].comparability, row.comparability);
    EXPECT_EQ(PartsOf(c.items[2].changes), std::vector<Part>{row.part});
    EXPECT_TRUE(c.items[0].changes.empty());
    for (const auto& network : c.networks) {
      EXPECT_TRUE(network.changes.empty());
    }
  }
}

TEST(CompareInstrumentsTest, HasARuleForTheWholeInstrument) {
  const struct {
    std::function<void(Instrument&)> change;
    std::vector<InstrumentChange> changes;
    Comparability of_questions;
  } rows[] = {
      {[](Instrument& i) { i.display_name = "x"; },
       {{Part::kDisplayName, "", kComparable}},
       kComparable},
      {[](Instrument& i) { i.language = "EN"; }, {}, kComparable},
      {[](Instrument& i) { i.language = "en-GB"; },
       {{Part::kLanguage, "", kWithCare}},
       kWithCare},
      {[](Instrument& i) { i.translations[0].display_name = "x"; },
       {{Part::kTranslatedDisplayName, "cy", kComparable}},
       kComparable},
      {[](Instrument& i) { i.translations[0].language = "CY"; },
       {},
       kComparable},
      {[](Instrument& i) { i.translations.clear(); },
       {{Part::kTranslationRemoved, "cy", kWithCare}},
       kWithCare},
      {[](Instrument& i) { i.translations[0].language = "de"; },
       {{Part::kTranslationAdded, "de", kWithCare},
        {Part::kTranslationRemoved, "cy", kWithCare}},
       kWithCare},
  };
  for (const auto& row : rows) {
    Instrument to = TestInstrument();
    row.change(to);
    const InstrumentComparison c = CompareInstruments(TestInstrument(), to);
    EXPECT_EQ(c.changes, row.changes);
    for (const auto* questions : {&c.networks, &c.items}) {
      for (const QuestionComparison& question : *questions) {
        EXPECT_EQ(question.comparability, row.of_questions);
      }
    }
  }
}

TEST(CompareInstrumentsTest, FindsWhichTextWasTranslatedAnew) {
  Instrument to = TestInstrument();
  to.translations[0].networks[0].direction_meaning = "x";
  to.translations[0].items[1].wording = "x";
  to.translations[0].items.pop_back();  // As only a draft can have it.
  const InstrumentComparison c = CompareInstruments(TestInstrument(), to);
  const std::vector<InstrumentChange> retranslated = {
      {Part::kTranslatedText, "cy", kWithCare}};
  EXPECT_EQ(c.networks[0].changes, retranslated);
  EXPECT_TRUE(c.networks[1].changes.empty());
  EXPECT_TRUE(c.items[0].changes.empty());
  EXPECT_EQ(c.items[1].changes, retranslated);
  EXPECT_EQ(c.items[2].changes, retranslated);
}

TEST(CompareInstrumentsTest, TellsAddedRemovedAndMovedApart) {
  const Instrument from = TestInstrument();
  Instrument to = from;
  // i1 i2 i3 becomes i3 new i1.
  to.items = {from.items[2], ItemOf("new"), from.items[0]};
  const auto items = CompareInstruments(from, to).items;
  ASSERT_EQ(items.size(), 4u);
  const std::vector<InstrumentChange> moved = {
      {Part::kPosition, "", kWithCare}};
  EXPECT_EQ(items[0], (QuestionComparison{"i3", Presence::kBoth, kWithCare,
                                          moved, 3, 1}));
  EXPECT_EQ(items[1],
            (QuestionComparison{
                "new", Presence::kAdded, Comparability::kNone, {}, 0, 2}));
  EXPECT_EQ(items[2], (QuestionComparison{"i1", Presence::kBoth, kWithCare,
                                          moved, 1, 3}));
  EXPECT_EQ(items[3],
            (QuestionComparison{
                "i2", Presence::kRemoved, Comparability::kNone, {}, 2, 0}));

  // What is added before or removed moves nothing.
  to.items = {ItemOf("new"), from.items[1], from.items[2]};
  for (const auto& item : CompareInstruments(from, to).items) {
    EXPECT_TRUE(item.changes.empty()) << item.id;
  }
}

// An instrument of a few questions, few values each, so that two have much in
// common.
Instrument RandomInstrument(std::mt19937& random) {
  const auto below = [&](std::uint32_t n) {
    return static_cast<int>(random() % n);
  };
  Instrument instrument;
  instrument.display_name = absl::StrCat("Name ", below(2));
  instrument.language = below(4) == 0 ? "fr" : "en";
  for (int id = 0; id < 5; ++id) {
    if (below(3) > 0) {
      Network& network =
          instrument.networks.emplace_back(NetworkOf(absl::StrCat("n", id)));
      network.wording = absl::StrCat("Words ", below(2));
      network.direction =
          below(4) == 0 ? Direction::kUndirected : Direction::kDirected;
      network.nomination_cap = below(2) * 5;
    }
    if (below(3) > 0) {
      Item& item = instrument.items.emplace_back(ItemOf(absl::StrCat("i", id)));
      item.reverse_scored = below(4) == 0;
      item.source = absl::StrCat("Book ", below(2));
      item.scale_max = 5 + below(2);
    }
  }
  std::shuffle(instrument.networks.begin(), instrument.networks.end(), random);
  std::shuffle(instrument.items.begin(), instrument.items.end(), random);
  for (const char* language : {"cy", "de"}) {
    if (below(2) == 0) continue;
    instrument.translations.push_back(TranslationOf(instrument, language));
    for (NetworkTexts& texts : instrument.translations.back().networks) {
      texts.wording = absl::StrCat("Translated ", below(2));
    }
  }
  return instrument;
}

InstrumentChange Swapped(InstrumentChange change) {
  if (change.part == Part::kTranslationAdded) {
    change.part = Part::kTranslationRemoved;
  } else if (change.part == Part::kTranslationRemoved) {
    change.part = Part::kTranslationAdded;
  }
  return change;
}

std::vector<InstrumentChange> Swapped(std::vector<InstrumentChange> changes) {
  for (InstrumentChange& change : changes) change = Swapped(change);
  std::sort(changes.begin(), changes.end(),
            [](const InstrumentChange& a, const InstrumentChange& b) {
              return std::pair(a.part, a.language) <
                     std::pair(b.part, b.language);
            });
  return changes;
}

QuestionComparison Swapped(QuestionComparison question) {
  if (question.presence != Presence::kBoth) {
    question.presence = question.presence == Presence::kAdded
                            ? Presence::kRemoved
                            : Presence::kAdded;
  }
  std::swap(question.from_position, question.to_position);
  question.changes = Swapped(question.changes);
  return question;
}

std::vector<QuestionComparison> SortedById(
    std::vector<QuestionComparison> questions) {
  std::sort(questions.begin(), questions.end(),
            [](const QuestionComparison& a, const QuestionComparison& b) {
              return a.id < b.id;
            });
  return questions;
}

std::vector<QuestionComparison> Swapped(
    std::vector<QuestionComparison> questions) {
  for (QuestionComparison& question : questions) question = Swapped(question);
  return questions;
}

TEST(CompareInstrumentsTest, HoldsForAnyTwoInstruments) {
  const std::uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  constexpr int kPairs = 2'000;
  std::int64_t questions = 0;
  for (int i = 0; i < kPairs; ++i) {
    const Instrument a = RandomInstrument(random);
    const Instrument b = RandomInstrument(random);
    const InstrumentComparison same = CompareInstruments(a, a);
    EXPECT_TRUE(same.changes.empty());
    for (const auto* list : {&same.networks, &same.items}) {
      for (const QuestionComparison& question : *list) {
        EXPECT_EQ(question.comparability, kComparable);
        EXPECT_TRUE(question.changes.empty());
        EXPECT_EQ(question.from_position, question.to_position);
      }
    }

    const InstrumentComparison there = CompareInstruments(a, b);
    const InstrumentComparison back = CompareInstruments(b, a);
    EXPECT_EQ(Swapped(there.changes), back.changes);
    EXPECT_EQ(SortedById(Swapped(there.networks)), SortedById(back.networks));
    EXPECT_EQ(SortedById(Swapped(there.items)), SortedById(back.items));

    for (const auto* list : {&there.networks, &there.items}) {
      for (const QuestionComparison& question : *list) {
        ++questions;
        const bool both = question.presence == Presence::kBoth;
        EXPECT_EQ(both, question.comparability != Comparability::kNone);
        EXPECT_EQ(question.from_position > 0,
                  question.presence != Presence::kAdded);
        EXPECT_EQ(question.to_position > 0,
                  question.presence != Presence::kRemoved);
      }
    }
    if (::testing::Test::HasFailure()) return;
  }
  std::printf("%d pairs, %lld questions compared both ways, seed %u\n", kPairs,
              static_cast<long long>(questions), seed);
}

TEST(PartRulesTest, AreInOrderAndInTheDocumentation) {
  std::ifstream file("docs/domain/instruments.md");
  std::stringstream text;
  text << file.rdbuf();
  const std::string documentation = text.str();
  const std::string words[] = {"", "comparable", "with care", "not"};
  int number = 0;
  for (const PartRule& rule : PartRules()) {
    EXPECT_EQ(static_cast<int>(rule.part), ++number);
    const std::string row = absl::StrCat(
        "| ", rule.name, " | ",
        words[static_cast<std::size_t>(rule.comparability)], " | ", rule.why);
    EXPECT_TRUE(absl::StrContains(documentation, row)) << row;
  }
  EXPECT_EQ(number, static_cast<int>(Part::kSource));
}

}  // namespace
}  // namespace pulsetaker::survey
