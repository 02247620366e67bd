#include "cli/import/planner.h"

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pulsetaker::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr char kPeople[] =
    "person_id,locality\n"
    "a,Leith\n"
    "b,Leith\n"
    "c,Leith\n";
constexpr char kTieHeader[] =
    "locality,wave,network,from_person,to_person,weight\n";

// Three people of one place, one network with weights 1 to 3, one item.
PlanOptions Options() {
  PlanOptions options;
  options.standard_instrument = {
      {{"work", "Work", "With whom?", true, 1, 3, 0},
       {"social", "Social", "Who else?", true, 1, 1, 2}},
      {{"au1", 1, 5}, {"va1", 1, 5}}};
  return options;
}

PlanOptions GivenOptions() {
  PlanOptions options = Options();
  options.given_instrument = options.standard_instrument;
  return options;
}

struct Texts {
  std::string people = kPeople;
  std::string ties = absl::StrCat(kTieHeader, "Leith,1,work,a,b,1\n");
  std::string items;  // Empty: no such file.
  std::string meta = "{}";
};

PlanResult Plan(const Texts& texts, const PlanOptions& options) {
  PlanFiles files;
  files.people = TextFile("people.csv", texts.people, 7);
  files.ties = TextFile("ties.csv", texts.ties, 7);
  if (!texts.items.empty()) {
    files.items = TextFile("items.csv", texts.items, 7);
  }
  const auto meta = ParseMeta(texts.meta);
  EXPECT_TRUE(meta.ok()) << meta.status();
  files.meta = *meta;
  return PlanImport(files, options);
}

std::vector<std::string> ProblemsOf(const PlanResult& result) {
  std::vector<std::string> texts;
  for (const Problem& problem : result.problems.kept()) {
    texts.push_back(ProblemText(problem));
  }
  return texts;
}

Texts WithTies(absl::string_view rows) {
  Texts texts;
  texts.ties = absl::StrCat(kTieHeader, rows);
  return texts;
}

Texts WithPeople(absl::string_view people) {
  Texts texts;
  texts.people = std::string(people);
  return texts;
}

Texts WithItems(absl::string_view rows) {
  Texts texts;
  texts.items = absl::StrCat("person_id,wave,item_id,answer\n", rows);
  return texts;
}

TEST(PlannerTest, SaysWhatIsWrongWithARow) {
  const struct {
    std::string name;
    Texts texts;
    std::string want;
  } cases[] = {
      {"nominee unknown", WithTies("Leith,1,work,a,z,1\n"),
       "ties.csv:2: to_person \"z\" is not in people.csv; want a person_id of "
       "people.csv, or --outsiders=keep"},
      {"nominator unknown", WithTies("Leith,1,work,z,a,1\n"),
       "ties.csv:2: from_person \"z\" is not in people.csv; want a person_id "
       "of people.csv"},
      {"self-nomination", WithTies("Leith,1,work,a,a,1\n"),
       "ties.csv:2: to_person \"a\" names themselves; want someone else"},
      {"repeated nomination",
       WithTies("Leith,1,work,a,b,1\nLeith,1,work,a,b,2\n"),
       "ties.csv:3: to_person \"b\" is already named by \"a\" in network "
       "\"work\" on line 2; want each nomination once"},
      {"unknown network", WithTies("Leith,1,golf,a,b,1\n"),
       "ties.csv:2: network \"golf\" is not a network of the instrument; want "
       "one of work, social"},
      {"weight above", WithTies("Leith,1,work,a,b,4\n"),
       "ties.csv:2: weight \"4\" is off the scale of network \"work\"; want a "
       "whole number from 1 to 3"},
      {"weight below", WithTies("Leith,1,work,a,b,0\n"),
       "ties.csv:2: weight \"0\" is off the scale of network \"work\"; want a "
       "whole number from 1 to 3"},
      {"weight where none is asked", WithTies("Leith,1,social,a,b,2\n"),
       "ties.csv:2: weight \"2\" is off the scale of network \"social\"; want "
       "1 or nothing"},
      {"weight no number", WithTies("Leith,1,work,a,b,often\n"),
       "ties.csv:2: weight \"often\" is not a whole number; want a whole "
       "number from 1 to 3"},
      {"too many",
       {absl::StrCat(kPeople, "d,Leith\n"),
        absl::StrCat(kTieHeader,
                     "Leith,1,social,a,b,1\nLeith,1,social,a,c,1\n"
                     "Leith,1,social,a,d,1\n"),
        "", "{}"},
       "ties.csv:4: from_person \"a\" names 3 people in network \"social\"; "
       "want at most 2"},
      {"unknown locality", WithTies("Portobello,1,work,a,b,1\n"),
       "ties.csv:2: locality \"Portobello\" is no locality of people.csv; want "
       "a locality of people.csv"},
      {"other locality",
       {"person_id,locality\na,Leith\nb,Leith\nc,Alloa\n",
        absl::StrCat(kTieHeader, "Alloa,1,work,a,b,1\n"), "", "{}"},
       "ties.csv:2: locality \"Alloa\" is not where \"a\" is; want \"Leith\""},
      {"wave", WithTies("Leith,first,work,a,b,1\n"),
       "ties.csv:2: wave \"first\" is not a wave number; want a whole number "
       "from 1 to 2147483647"},
      {"empty cell", WithTies("Leith,1,,a,b,1\n"),
       "ties.csv:2: network \"\" is empty; want a value"},
      {"not a respondent",
       {"person_id,locality,respondent\na,Leith,0\nb,Leith,1\n",
        absl::StrCat(kTieHeader, "Leith,1,work,a,b,1\n"), "", "{}"},
       "ties.csv:2: from_person \"a\" names someone, but people.csv:2 says "
       "that this person did not answer; want a respondent"},
      {"too few fields", WithTies("Leith,1,work,a\nLeith,1,work,a,b,1\n"),
       "ties.csv:2: the row has 4 fields; want 6 fields, as the header line "
       "has"},
      {"cut in the middle", WithTies("Leith,1,work,a,b,1\nLeith,1,wo"),
       "ties.csv:3: the file is cut off in this row: 3 fields and no end of "
       "line; want 6 fields, as the header line has"},
      {"broken UTF-8",
       WithPeople("person_id,locality,name\n"
                  "c,Leith,Ren\xE9\na,Leith,x\nb,Leith,x\n"),
       "people.csv:2: name \"Ren\\xe9\" is not UTF-8 text; want the file saved "
       "as UTF-8"},
      {"control character",
       WithPeople(
           "person_id,locality,name\nc,Leith,x\x01\na,Leith,x\nb,Leith,x\n"),
       "people.csv:2: name \"x\\x01\" has a control character; want text "
       "without any"},
      {"stray quote",
       WithPeople("person_id,locality,name\nc,Leith,x\"y\"\na,Leith,x\n"
                  "b,Leith,x\n"),
       "people.csv:2: name \"x\" has a quote in the middle; want the whole "
       "field in quotes, and quotes in it doubled"},
      {"person twice", WithPeople(absl::StrCat(kPeople, "a,Leith\n")),
       "people.csv:5: person_id \"a\" is already on line 2; want each person "
       "once"},
      {"no id", WithPeople(absl::StrCat(kPeople, ",Leith\n")),
       "people.csv:5: person_id \"\" is empty; want a value"},
      {"flag",
       WithPeople("person_id,locality,respondent\na,Leith,yes\n"
                  "b,Leith,1\na,Leith,1\n"),
       "people.csv:2: respondent \"yes\" is neither yes nor no; want 0, 1 or "
       "nothing"},
      {"rating", WithItems("a,1,au1,6\n"),
       "items.csv:2: answer \"6\" is off the scale of item \"au1\"; want a "
       "whole number from 1 to 5, dk or na"},
      {"no answer", WithItems("a,1,au1,agree\n"),
       "items.csv:2: answer \"agree\" is no answer to item \"au1\"; want a "
       "whole number from 1 to 5, dk or na"},
      {"unknown item", WithItems("a,1,zz9,1\n"),
       "items.csv:2: item_id \"zz9\" is not an item of the instrument; want "
       "one of its 2 items"},
      {"item twice", WithItems("a,1,au1,1\na,1,au1,1\n"),
       "items.csv:3: item_id \"au1\" is already answered by \"a\" on line 2; "
       "want each item once a person and wave"},
      {"answer of a stranger", WithItems("z,1,au1,1\n"),
       "items.csv:2: person_id \"z\" is not in people.csv; want a person_id "
       "of people.csv"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const PlanResult stopped = Plan(c.texts, GivenOptions());
    EXPECT_THAT(ProblemsOf(stopped), ElementsAre(c.want));
    EXPECT_TRUE(stopped.is_blocked);
    EXPECT_THAT(stopped.plan.localities, SizeIs(0));

    // Skipped, the row is counted, and the rest goes in.
    PlanOptions skipping = GivenOptions();
    skipping.on_error = OnError::kSkip;
    const PlanResult skipped = Plan(c.texts, skipping);
    EXPECT_FALSE(skipped.is_blocked);
    EXPECT_EQ(skipped.plan.counts.rows_skipped, 1);
    EXPECT_FALSE(skipped.plan.localities.empty());
  }
}

TEST(PlannerTest, NeverSkipsWhatConcernsTheFile) {
  std::string forgotten_quote = "person_id,locality,name\na,Leith,\"x\n";
  const struct {
    std::string name;
    Texts texts;
    std::string want;
  } cases[] = {
      {"empty file", WithPeople(""),
       "people.csv: the file is empty; want a header line with person_id, "
       "locality, then one row a person"},
      {"header only", WithPeople("person_id,locality\n"),
       "people.csv: the file has a header line only; want one row a person"},
      {"column missing", WithPeople("person_id,town\na,Leith\n"),
       "people.csv:1: column \"locality\" is missing from the header line; "
       "want the columns person_id, locality"},
      {"column twice", WithPeople("person_id,locality,locality\na,b,c\n"),
       "people.csv:1: column \"locality\" is there twice; want each column "
       "once"},
      {"tie column missing",
       {kPeople, "locality,wave,network,from_person\nLeith,1,work,a\n", "",
        "{}"},
       "ties.csv:1: column \"to_person\" is missing from the header line; "
       "want the columns locality, wave, network, from_person, to_person"},
      {"quote never closed", WithPeople(forgotten_quote),
       "people.csv:2: name \"x\\n\" opens a quote that is not closed by line "
       "3; want a closing quote"},
      {"two spellings of a place",
       WithPeople("person_id,locality\na,St Leith\nb,St. Leith\n"),
       "people.csv:3: locality \"St. Leith\" gives the id \"st-leith\" as \"St "
       "Leith\" on line 2 does; want one spelling of a place, or names that "
       "differ in letters or digits"},
      {"two people of one id",
       WithPeople("person_id,locality\nA 1,Leith\na-1,Leith\n"),
       "people.csv:3: person_id \"a-1\" gives the id \"a-1\" as \"A 1\" does; "
       "want ids that differ in letters or digits"},
      {"two columns of one id",
       WithPeople("person_id,locality,Age,age\na,Leith,1,2\n"),
       "people.csv:1: column \"age\" gives the attribute \"age\" as the column "
       "\"Age\" does; want names that differ in letters or digits"},
      {"header not UTF-8", WithPeople("person_id,\xFF\na,Leith\n"),
       "people.csv:1: field 2 \"\\xff\" is not UTF-8 text; want the file saved "
       "as UTF-8"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    PlanOptions options = GivenOptions();
    options.on_error = OnError::kSkip;
    const PlanResult result = Plan(c.texts, options);
    EXPECT_THAT(ProblemsOf(result), ElementsAre(c.want));
    EXPECT_TRUE(result.is_blocked);
  }
}

// A hundred megabytes without an end of line, made as they are read.
TEST(PlannerTest, GivesUpALineThatNeverEnds) {
  const struct {
    std::string name;
    std::string start;
    bool is_blocked_when_skipping;
    std::string want;
  } cases[] = {
      {"row", absl::StrCat(kPeople, "d,"), false,
       "people.csv:5: the row is longer than 1 MiB; want rows of at most "
       "1,048,576 bytes"},
      {"header", "", true,
       "people.csv:1: the row is longer than 1 MiB; want rows of at most "
       "1,048,576 bytes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    PlanFiles files;
    int chunk_count = 0;
    files.people = {"people.csv", [&]() -> absl::StatusOr<std::string> {
                      if (chunk_count++ == 0 && !c.start.empty()) {
                        return c.start;
                      }
                      if (chunk_count > 1'600) return std::string();
                      return std::string(65'536, 'x');
                    }};
    files.ties = TextFile("ties.csv", Texts().ties);
    PlanOptions options = GivenOptions();
    options.on_error = OnError::kSkip;
    const PlanResult result = PlanImport(files, options);
    EXPECT_THAT(ProblemsOf(result), ElementsAre(c.want));
    EXPECT_EQ(result.is_blocked, c.is_blocked_when_skipping);
  }
}

TEST(PlannerTest, KeepsOnlyTheFirstProblemsAndCountsAll) {
  std::string ties = kTieHeader;
  for (int i = 0; i < 1'000; ++i)
    absl::StrAppend(&ties, "Leith,1,work,a,a,1\n");
  Texts texts;
  texts.ties = ties;
  const PlanResult result = Plan(texts, Options());
  EXPECT_EQ(result.problems.count(), 1'000);
  EXPECT_THAT(result.problems.kept(), SizeIs(ProblemLog::kKeptMax));
  EXPECT_EQ(result.problems.by_kind().at(ProblemKind::kSelfNomination), 1'000);
}

TEST(PlannerTest, ReportsAFileThatCannotBeRead) {
  PlanFiles files;
  files.people = {"people.csv", []() -> absl::StatusOr<std::string> {
                    return absl::UnknownError("Input/output error");
                  }};
  files.ties = TextFile("ties.csv", Texts().ties);
  const PlanResult result = PlanImport(files, Options());
  EXPECT_THAT(ProblemsOf(result),
              ElementsAre("people.csv: cannot be read: Input/output error; "
                          "want a file that can be read"));
}

PlannedWave OnlyWave(const PlanResult& result) {
  EXPECT_THAT(ProblemsOf(result), ElementsAre());
  EXPECT_THAT(result.plan.localities, SizeIs(1));
  EXPECT_THAT(result.plan.localities.at(0).waves, SizeIs(1));
  return result.plan.localities.at(0).waves.at(0);
}

TEST(PlannerTest, PlansAWave) {
  Texts texts;
  texts.people =
      "person_id,locality,name,sector,layer,respondent,optout,answered,age\n"
      "P2,New Town,Bo,health,Frontline,1,,,40\n"
      "P1,New Town,,health,manager,1,,,\n"
      "P3,New Town,Cy,,public,0,,,\n"
      "P4,New Town,Di,,,1,1,,\n"
      "P5,New Town,Ed,,,1,,0,\n";
  texts.ties = absl::StrCat(kTieHeader,
                            "New Town,2,work,P2,P3,2\n"
                            "New Town,2,work,P2,P1,\n");
  texts.items = "person_id,wave,item_id,answer\nP1,2,va1,DK\nP1,2,au1,4\n";
  PlanOptions options = Options();
  options.layers = {{"manager", Layer::kSectoral}};
  const PlanResult result = Plan(texts, options);
  const PlannedWave wave = OnlyWave(result);

  EXPECT_EQ(result.plan.instrument_source, InstrumentSource::kStandard);
  EXPECT_EQ(result.plan.localities[0].id, "new-town");
  EXPECT_EQ(result.plan.localities[0].display_name, "New Town");
  EXPECT_EQ(wave.wave, 2);
  EXPECT_EQ(wave.first_file, "ties.csv");
  EXPECT_EQ(wave.first_line, 2);
  EXPECT_EQ(
      wave.roster,
      (std::vector<PlannedPerson>{
          {"p1",
           "P1",
           "",
           "health",
           Layer::kSectoral,
           Invitation::kInvited,
           {}},
          {"p2",
           "Bo",
           "",
           "health",
           Layer::kFrontline,
           Invitation::kInvited,
           {{"age", "40"}}},
          {"p3", "Cy", "", "", Layer::kPublic, Invitation::kNotInvited, {}},
          {"p4", "Di", "", "", Layer::kUnknown, Invitation::kOptedOut, {}},
          {"p5", "Ed", "", "", Layer::kUnknown, Invitation::kInvited, {}}}));
  EXPECT_EQ(wave.responses,
            (std::vector<PlannedResponse>{
                {"p1",
                 {{"work", AnswerState::kRespondedNobody, {}}},
                 {{"au1", PlannedItemAnswer::Kind::kRating, 4},
                  {"va1", PlannedItemAnswer::Kind::kDontKnow, 0}}},
                {"p2",
                 {{"work", AnswerState::kResponded, {{"p3", 2}, {"p1", 1}}}},
                 {}}}));
  const ImportCounts& counts = result.plan.counts;
  EXPECT_EQ(counts.invited_count, 3);
  EXPECT_EQ(counts.not_invited_count, 1);
  EXPECT_EQ(counts.opted_out_count, 1);
  EXPECT_EQ(counts.response_count, 2);
  EXPECT_EQ(counts.nomination_count, 2);
  EXPECT_EQ(counts.outside_count, 1);
  EXPECT_EQ(counts.item_answer_count, 2);
}

TEST(PlannerTest, DerivesAnInstrument) {
  Texts texts;
  texts.ties = absl::StrCat(kTieHeader,
                            "Leith,1,fp_talk,a,b,2\n"
                            "Leith,1,fp_talk,a,c,5\n"
                            "Leith,1,Met Often,a,b,1\n");
  texts.meta = R"({"title":"T","networks":{"fp_talk":{"directed":false,)"
               R"("question":"Who talks?","ties":3}},"other":1})";
  const PlanResult result = Plan(texts, Options());
  EXPECT_EQ(result.plan.instrument_source, InstrumentSource::kDerived);
  EXPECT_EQ(result.plan.title, "T");
  EXPECT_EQ(
      result.plan.instrument,
      (InstrumentSpec{{{"fp_talk", "Fp talk", "Who talks?", false, 2, 5, 0},
                       {"met-often", "Met often", "Met often", true, 1, 1, 0}},
                      {}}));
}

TEST(PlannerTest, TakesTheStandardInstrumentOnlyIfTheAnswersFit) {
  EXPECT_EQ(Plan(Texts(), Options()).plan.instrument_source,
            InstrumentSource::kStandard);
  const PlanResult heavy = Plan(WithTies("Leith,1,work,a,b,9\n"), Options());
  EXPECT_EQ(heavy.plan.instrument_source, InstrumentSource::kDerived);
  EXPECT_EQ(heavy.plan.instrument.networks[0].weight_max, 9);
}

TEST(PlannerTest, RefusesAThirteenthNetwork) {
  std::string rows;
  for (int i = 1; i <= 13; ++i)
    absl::StrAppend(&rows, "Leith,1,n", i, ",a,b,\n");
  EXPECT_THAT(ProblemsOf(Plan(WithTies(rows), Options())),
              ElementsAre("ties.csv:14: network \"n13\" is network 13; want at "
                          "most 12 networks"));
}

TEST(PlannerTest, KeepsOutsidersWhenAsked) {
  PlanOptions options = Options();
  options.keep_outsiders = true;
  const PlanResult result =
      Plan(WithTies("Leith,1,work,a,Zoe Z,1\nLeith,1,work,b,a,1\n"), options);
  const PlannedWave wave = OnlyWave(result);
  EXPECT_EQ(wave.responses[0].networks[0].nominations[0].person, "zoe-z");
  EXPECT_EQ(result.plan.counts.outside_count, 1);
  EXPECT_THAT(result.plan.notes,
              ElementsAre(HasSubstr("1 nomination goes to people who are not "
                                    "in people.csv")));
  EXPECT_THAT(ProblemsOf(Plan(WithTies("Leith,1,work,a,B,1\n"), options)),
              ElementsAre(HasSubstr("gives the id \"b\" as \"b\" does")));
}

TEST(PlannerTest, TakesNoTiesAsSkippedWhenAsked) {
  PlanOptions options = Options();
  options.no_ties_is_skipped = true;
  const PlannedWave wave = OnlyWave(Plan(Texts(), options));
  EXPECT_THAT(wave.responses[0].networks, SizeIs(1));
  EXPECT_THAT(wave.responses[1].networks, SizeIs(0));
}

TEST(PlannerTest, ReadsUndirectedTiesFromBothEnds) {
  Texts texts;
  texts.people = "person_id,locality,respondent\na,L,1\nb,L,1\nc,L,0\nd,L,1\n";
  texts.ties = absl::StrCat(kTieHeader, "L,1,kin,a,b,1\nL,1,kin,c,d,1\n");
  texts.meta = R"({"networks":{"kin":{"directed":false}}})";
  const PlanResult result = Plan(texts, Options());
  const PlannedWave wave = OnlyWave(result);
  ASSERT_THAT(wave.responses, SizeIs(3));
  EXPECT_EQ(wave.responses[0].networks[0].nominations,
            (std::vector<PlannedNomination>{{"b", 1}}));
  // b has no row, but is tied to a all the same.
  EXPECT_EQ(wave.responses[1].networks[0].nominations,
            (std::vector<PlannedNomination>{{"a", 1}}));
  // c did not answer, d did.
  EXPECT_EQ(wave.responses[2].networks[0].nominations,
            (std::vector<PlannedNomination>{{"c", 1}}));
  EXPECT_EQ(result.plan.counts.nomination_count, 2);
  EXPECT_EQ(result.plan.counts.mirrored_count, 1);
}

TEST(PlannerTest, SeparatesWavesAndPlaces) {
  Texts texts;
  texts.people = "person_id,locality,wave\na,L,1\nb,L,1\na,L,2\nc,L,2\nz,M,2\n";
  texts.ties = absl::StrCat(kTieHeader,
                            "L,1,work,a,b,1\nL,2,work,a,c,1\n"
                            "L,2,work,a,z,1\nL,2,work,c,b,1\n");
  const PlanResult result = Plan(texts, Options());
  EXPECT_THAT(ProblemsOf(result), ElementsAre());
  ASSERT_THAT(result.plan.localities, SizeIs(2));
  ASSERT_THAT(result.plan.localities[0].waves, SizeIs(2));
  EXPECT_THAT(result.plan.localities[0].waves[1].roster, SizeIs(2));
  EXPECT_EQ(result.plan.localities[1].waves[0].wave, 2);
  // z is of another place, b of another wave.
  EXPECT_EQ(result.plan.counts.outside_count, 2);
  EXPECT_THAT(ProblemsOf(Plan(WithTies("Leith,1,work,b,a,1\n"), Options())),
              ElementsAre());
  texts.ties = absl::StrCat(kTieHeader, "L,1,work,c,a,1\n");
  EXPECT_THAT(ProblemsOf(Plan(texts, Options())),
              ElementsAre("ties.csv:2: from_person \"c\" is in people.csv, but "
                          "not in wave 1; want a person_id of people.csv"));
}

TEST(PlannerTest, MapsColumns) {
  Texts texts;
  texts.people = "person_id,locality,agency,dept\na,L,X,Y\nb,L,,\n";
  texts.ties = absl::StrCat(kTieHeader, "L,1,work,a,b,1\n");
  PlanOptions options = Options();
  options.columns = {{"organisation", "agency"}, {"sector", "dept"}};
  const PlannedWave wave = OnlyWave(Plan(texts, options));
  EXPECT_EQ(wave.roster[0].organisation, "X");
  EXPECT_EQ(wave.roster[0].sector, "Y");
  EXPECT_TRUE(wave.roster[0].attributes.empty());

  options.columns = {{"sector", "branch"}};
  EXPECT_THAT(ProblemsOf(Plan(texts, options)),
              ElementsAre("people.csv:1: column \"branch\" is to be the sector "
                          "and is missing from the header line; want a column "
                          "of the header line"));
}

TEST(PlannerTest, KeepsUnknownLayersAsAttributes) {
  Texts texts;
  texts.people = "person_id,locality,layer\na,Leith,state\nb,Leith,\n";
  const PlanResult result = Plan(texts, Options());
  const PlannedWave wave = OnlyWave(result);
  EXPECT_EQ(wave.roster[0].layer, Layer::kUnknown);
  EXPECT_EQ(wave.roster[0].attributes,
            (std::map<std::string, std::string>{{"layer", "state"}}));
  EXPECT_THAT(result.plan.notes, ElementsAre(HasSubstr("state (1)")));
}

TEST(PlannerTest, RefusesMetaOfAnotherShape) {
  for (const char* text :
       {"", "[]", "{\"networks\":[]}", "{\"networks\":{\"a\":1}}",
        "{\"networks\":{\"a\":{\"directed\":\"no\"}}}", "{\"title\":3}"}) {
    EXPECT_FALSE(ParseMeta(text).ok()) << text;
  }
}

}  // namespace
}  // namespace pulsetaker::cli
