#include "services/assessment/domain/catalogue_parser.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/phrases.h"
#include "services/assessment/domain/standard_catalogue.h"

namespace pulsetaker::assessment {
namespace {

constexpr absl::string_view kValid =
    R"(# A comment.
risk doubt
  phases: latent, design
  when: item.au1 < 40 and
    (corner.value >= 60.5 or network.expert.ei_index <= -0.33)
  source: A work, page 3
  title.en: Doubt
  text.en: People
    doubt.
  title.de: Zweifel
  text.de: Man zweifelt.
  title.fr: Doute
  text.fr: On doute.

recommendation R7
  when: item.au2 > 10
  sectors: excluded
  source: design choice
  title.en: Ask
  text.en: Ask.
  title.de: Fragen
  text.de: Fragen.
  title.fr: Demander
  text.fr: Demander.
)";

absl::StatusOr<Catalogue> Parse(absl::string_view text) {
  return ParseCatalogue({"f", text});
}

std::string With(absl::string_view before, absl::string_view after) {
  EXPECT_NE(kValid.find(before), absl::string_view::npos) << before;
  return absl::StrReplaceAll(kValid, {{before, after}});
}

TEST(CatalogueParserTest, ReadsEverythingOfAnEntry) {
  const auto catalogue = Parse(kValid);
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  ASSERT_EQ(catalogue->risks.size(), 1u);
  const FindingDefinition& risk = catalogue->risks[0];
  EXPECT_EQ(risk.id, "doubt");
  EXPECT_EQ(risk.phases, (std::vector<Phase>{Phase::kLatent, Phase::kDesign}));
  EXPECT_EQ(risk.clauses,
            (std::vector<Clause>{
                {{"item.au1", Comparison::kLess, 40}},
                {{"corner.value", Comparison::kAtLeast, 60.5},
                 {"network.expert.ei_index", Comparison::kAtMost, -0.33}}}));
  EXPECT_EQ(risk.source, "A work, page 3");
  EXPECT_EQ(risk.sectors, SectorList::kNone);
  EXPECT_EQ(risk.texts[IndexOf(Language::kEnglish)].text, "People doubt.");
  EXPECT_EQ(risk.texts[IndexOf(Language::kGerman)].title, "Zweifel");
  EXPECT_EQ(risk.texts[IndexOf(Language::kFrench)].text, "On doute.");
  ASSERT_EQ(catalogue->recommendations.size(), 1u);
  EXPECT_EQ(catalogue->recommendations[0].sectors, SectorList::kExcluded);
  EXPECT_TRUE(catalogue->recommendations[0].phases.empty());
  EXPECT_EQ(catalogue->Find("R7"), &catalogue->recommendations[0]);
  EXPECT_EQ(catalogue->Find("R8"), nullptr);
}

// What is written, what comes of it: place, entry, problem, what is allowed.
TEST(CatalogueParserTest, RefusesPrecisely) {
  const struct {
    std::string text;
    std::string message;
  } cases[] = {
      {With("item.au1 <", "item.au99 <"),
       "f:4:9: risk doubt: unknown metric `item.au99`; allowed: item.au1, "},
      {With("corner.value", "corner.valu"),
       "f:5:6: risk doubt: unknown metric `corner.valu`; allowed: "
       "corner.authority, corner.capacity, corner.value"},
      {With("au1 < 40", "au1 < 101"),
       "f:4:20: risk doubt: the threshold of item.au1 is outside of its range; "
       "allowed: from 0 to 100"},
      {With("<= -0.33", "<= -1.5"),
       "f:5:57: risk doubt: the threshold of network.expert.ei_index is "
       "outside "
       "of its range; allowed: from -1 to 1"},
      {With("au1 < 40", "au1 < 0"),
       "f:4:20: risk doubt: the comparison of item.au1 always comes out the "
       "same; allowed: a threshold above 0"},
      {With("item.au2 > 10", "item.au2 > 100"),
       "f:16:20: recommendation R7: the comparison of item.au2 always comes "
       "out "
       "the same; allowed: a threshold below 100"},
      {With("item.au2 > 10", "network.introduction_count > 0.5"),
       "f:16:38: recommendation R7: the threshold of "
       "network.introduction_count is no whole number; allowed: whole numbers"},
      {With("au1 < 40", "au1 = 40"),
       "f:4:18: risk doubt: no comparison after item.au1; allowed: <, <=, >, "
       ">="},
      {With("au1 < 40", "au1 < many"),
       "f:4:20: risk doubt: no threshold for item.au1; allowed: a number"},
      {With("-0.33)", "-0.33"),
       "f:5:62: risk doubt: a parenthesis is not closed; allowed: `)`"},
      {With("60.5 or", "60.5 and item.au3 < 1 or"),
       "f:5:44: risk doubt: `and` and `or` beside each other; allowed: "
       "parentheses"},
      {With("> 10", "> 10 item.au3 < 1"),
       "f:16:23: recommendation R7: more after the end; allowed: `and` or "
       "`or`"},
      {With("item.au1 < 40 and", "item.au1 < 40 and and"),
       "f:4:27: risk doubt: unknown metric `and`"},
      {With("latent, design", "latent, ripe"),
       "f:3:19: risk doubt: unknown phase `ripe`; allowed: latent, design, "
       "mobilisation, mainstreaming, embedding"},
      {With("latent, design", "design, latent"),
       "f:3:19: risk doubt: phase `latent` twice or out of order"},
      {With("  source: A work, page 3\n", ""),
       "f:2:1: risk doubt: `source` is missing; allowed: `design choice`, or a "
       "work with its page"},
      {With("A work, page 3", "A work"),
       "f:6:11: risk doubt: a source without its page; allowed:"},
      {With("  title.de: Zweifel\n", ""),
       "f:2:1: risk doubt: `title.de` is missing; allowed: a text in each of "
       "en, de, fr"},
      {With("  text.fr: On doute.\n", ""),
       "f:2:1: risk doubt: `text.fr` is missing"},
      {With("Man zweifelt.", "Man zweifelt, 3-mal."),
       "f:11:26: risk doubt: a number in a text; allowed: words"},
      {With("  when: item.au2 > 10\n", ""),
       "f:15:1: recommendation R7: `when` is missing"},
      {With("sectors: excluded", "sectors: all"),
       "f:17:12: recommendation R7: unknown sectors `all`; allowed: excluded, "
       "weak_or_detached"},
      {With("sectors:", "sector:"),
       "f:17:3: recommendation R7: unknown key `sector`; allowed: phases, "
       "when, "
       "sectors, source, title.en"},
      {With("recommendation R7", "recommendation 7"),
       "f:15:1: recommendation 7: the id `7`; allowed: R and a number"},
      {With("risk doubt", "risk phase"),
       "f:2:1: risk phase: the id `phase`; allowed: a-z"},
      {With("risk doubt", "danger doubt"),
       "f:2:1: danger doubt: unknown kind `danger`; allowed: risk, "
       "recommendation"},
      {absl::StrCat(kValid, kValid),
       "f:26:1: risk doubt: the id `doubt` twice"},
      {With("  phases:", "   phases:"),
       "f:3:4: risk doubt: a line indented by a wrong number of spaces"},
      {With("  phases:", "\tphases:"),
       "f:3:1: risk doubt: a tab or another control character"},
      {With("  phases: latent, design", "  phases: latent\n  phases: design"),
       "f:4:3: risk doubt: `phases` is given twice"},
      {With("title.fr: Doute", "title.fr:"),
       "f:12:3: risk doubt: `title.fr` is empty"},
      {With("  phases: latent", "  phases latent"),
       "f:3:3: risk doubt: a line that is no field; allowed: `key: value`"},
      {With("risk doubt", "risk"), "f:2:1: a line that begins no entry"},
      {With("Zweifel", "Zw\xff"), "f:10:1: risk doubt: the line is not UTF-8"},
      {"  when: x\n", "f:1:1: an indented line before the first entry"},
      {"# Nothing.\n", "f:1:1: a catalogue without entries"},
      {std::string((1 << 20) + 1, '#'), "f:1:1: the file has 1048577 bytes"},
      {With("item.au2 > 10",
            absl::StrCat(std::string(17, '('), "item.au2 > 10")),
       "f:16:26: recommendation R7: parentheses nested too deep"},
  };
  for (const auto& c : cases) {
    const auto catalogue = Parse(c.text);
    ASSERT_FALSE(catalogue.ok()) << c.message;
    EXPECT_EQ(catalogue.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(
        std::string(catalogue.status().message()).substr(0, c.message.size()),
        c.message);
  }
}

TEST(CatalogueParserTest, CountsColumnsInCharacters) {
  const auto catalogue = Parse(With("Zweifel", "Größe 7"));
  EXPECT_EQ(catalogue.status().message().substr(0, 7), "f:10:19");
}

std::vector<Clause> Conditions(absl::string_view text) {
  ConditionProblem problem;
  std::vector<Clause> clauses = ParseConditions(text, problem);
  EXPECT_EQ(clauses.empty(), !problem.problem.empty()) << text;
  return clauses;
}

// By hand: or distributes over and.
TEST(ConditionParserTest, GivesClausesThatMustAllHold) {
  const Condition a = {"item.au1", Comparison::kLess, 1};
  const Condition b = {"item.au2", Comparison::kLess, 2};
  const Condition c = {"item.au3", Comparison::kLess, 3};
  const Condition d = {"item.va2", Comparison::kLess, 4};
  const std::string A = "item.au1 < 1", B = "item.au2<2", C = "item.au3 < 3",
                    D = "item.va2 < 4";
  using Clauses = std::vector<Clause>;
  EXPECT_EQ(Conditions(A), (Clauses{{a}}));
  EXPECT_EQ(Conditions(absl::StrCat("((", A, "))")), (Clauses{{a}}));
  EXPECT_EQ(Conditions(absl::StrCat(A, " or ", B, " or ", C)),
            (Clauses{{a, b, c}}));
  EXPECT_EQ(Conditions(absl::StrCat(A, " and ", B, " and ", C)),
            (Clauses{{a}, {b}, {c}}));
  EXPECT_EQ(Conditions(absl::StrCat("(", A, " and ", B, ") or ", C)),
            (Clauses{{a, c}, {b, c}}));
  EXPECT_EQ(Conditions(
                absl::StrCat("(", A, " and ", B, ") or (", C, " and ", D, ")")),
            (Clauses{{a, c}, {a, d}, {b, c}, {b, d}}));
  EXPECT_EQ(Conditions(absl::StrCat(A, " or (", A, " and ", B, ")")),
            (Clauses{{a}, {a, b}}));
}

TEST(ConditionParserTest, BoundsWhatDistributingMakes) {
  std::string pairs = "(item.au1 < 1 and item.au2 < 2)";
  for (int i = 0; i < 5; ++i) {
    absl::StrAppend(&pairs, " or (item.au1 < ", i + 2, " and item.au2 < 2)");
  }
  ConditionProblem problem;
  EXPECT_TRUE(ParseConditions(pairs, problem).empty());
  EXPECT_EQ(problem.problem, "too many conditions");
}

TEST(LanguageTest, ReadsTags) {
  const std::pair<const char*, std::optional<Language>> cases[] = {
      {"", Language::kEnglish},      {"en", Language::kEnglish},
      {"en-GB", Language::kEnglish}, {"de", Language::kGerman},
      {"DE-at", Language::kGerman},  {"de-Latn-CH-1996", Language::kGerman},
      {"fr-CA", Language::kFrench},  {"it", std::nullopt},
      {"den", std::nullopt},         {"de_AT", std::nullopt},
      {"de-", std::nullopt},         {"de-123456789", std::nullopt},
      {"d", std::nullopt},
  };
  for (const auto& [tag, want] : cases)
    EXPECT_EQ(ParseLanguage(tag), want) << tag;
  EXPECT_EQ(AllLanguageCodes(), "en, de, fr");
}

std::string WordsWith(absl::string_view before, absl::string_view after) {
  const absl::string_view words = StandardWordsFile().text;
  EXPECT_NE(words.find(before), absl::string_view::npos) << before;
  return absl::StrReplaceAll(words, {{before, after}});
}

TEST(PhrasebookTest, RefusesPrecisely) {
  const struct {
    std::string text;
    std::string part;
  } cases[] = {
      {WordsWith("de: unter {threshold}", "de: unter"),
       "phrase bound.less: the places of the phrase; allowed: {threshold}"},
      {WordsWith("de: unter {threshold}", "de: unter {number}"),
       "phrase bound.less: the places of the phrase"},
      {WordsWith("de: unter {threshold}", "de: unter {threshold"),
       "phrase bound.less: the places of the phrase"},
      {WordsWith("  de: ja\n", ""),
       "phrase answer.yes: `de` is missing; allowed: a text in each of"},
      {WordsWith("  de: ja\n", "  de: ja\n  it: si\n"),
       "phrase answer.yes: unknown key `it`; allowed: en, de, fr"},
      {WordsWith("phrase answer.yes", "phrase answer.maybe"),
       "phrase answer.maybe: an unknown entry"},
      {WordsWith("metric corner.value", "metric corner.worth"),
       "metric corner.worth: an unknown entry"},
      {WordsWith("metric corner.value", "metric corner.capacity"),
       "metric corner.capacity: an entry that comes twice"},
      {WordsWith("  de: Höhe des Werts\n", ""),
       "metric corner.value: `de` is missing"},
      {WordsWith("Höhe des Werts", "Höhe des 1. Werts"),
       "metric corner.value: a number in a text"},
      {WordsWith("phrase answer.yes\n  en: yes\n  de: ja\n  fr: oui\n", ""),
       "phrase answer.yes: the entry is missing"},
  };
  for (const auto& c : cases) {
    const auto book = ParsePhrasebook({"w", c.text});
    ASSERT_FALSE(book.ok()) << c.part;
    EXPECT_NE(book.status().message().find(c.part), absl::string_view::npos)
        << book.status();
  }
}

TEST(PhrasebookTest, FillsInPlaces) {
  const Phrasebook& book = StandardPhrasebook();
  EXPECT_EQ(
      book.Say(Phrase::kBoundAtLeast, Language::kGerman, {{"threshold", "4"}}),
      "mindestens 4");
  EXPECT_EQ(book.Say(Phrase::kBoundLess, Language::kFrench, {{"other", "4"}}),
            "moins de {threshold}");
  EXPECT_EQ(book.Say(Phrase::kLayerPublic, Language::kEnglish), "public");
  EXPECT_EQ(book.Describe("item.oc6", Language::kFrench),
            "formation ou méthodes pour conduire l’innovation");
  EXPECT_EQ(book.Describe("item.oc6", Language::kEnglish),
            FindMetric("item.oc6")->description);
  EXPECT_EQ(book.Describe("item.none", Language::kEnglish), "");
}

}  // namespace
}  // namespace pulsetaker::assessment
