#include "cli/import/csv_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/import/text.h"
#include "gtest/gtest.h"

namespace pulsetaker::cli {
namespace {

using Kind = CsvDefect::Kind;

struct Reading {
  std::vector<CsvRow> rows;
  std::vector<CsvDefect> defects;
};

Reading Read(absl::string_view text, std::size_t chunk_bytes) {
  Reading reading;
  CsvReader reader(
      [&](CsvRow row) { reading.rows.push_back(std::move(row)); },
      [&](CsvDefect defect) { reading.defects.push_back(std::move(defect)); });
  while (!text.empty()) {
    reader.Feed(text.substr(0, chunk_bytes));
    text.remove_prefix(std::min(chunk_bytes, text.size()));
  }
  reader.Finish();
  return reading;
}

using Fields = std::vector<std::string>;

std::vector<Fields> FieldsOf(const Reading& reading) {
  std::vector<Fields> fields;
  for (const CsvRow& row : reading.rows) fields.push_back(row.fields);
  return fields;
}

TEST(CsvReaderTest, ReadsWhatItShould) {
  const struct {
    std::string name;
    std::string text;
    std::vector<Fields> want;
  } cases[] = {
      {"nothing", "", {}},
      {"plain", "a,b\nc,d\n", {{"a", "b"}, {"c", "d"}}},
      {"no last newline", "a,b\nc,d", {{"a", "b"}, {"c", "d"}}},
      {"windows", "a,b\r\nc,d\r\n", {{"a", "b"}, {"c", "d"}}},
      {"windows, quoted", "\"a\",\"b\"\r\n", {{"a", "b"}}},
      {"byte order mark",
       "\xEF\xBB\xBF"
       "a,b\n",
       {{"a", "b"}}},
      {"shorter than a mark", "a", {{"a"}}},
      {"blank lines", "\na\n\r\n\nb\n", {{"a"}, {"b"}}},
      {"empty fields", ",\n,,\n", {{"", ""}, {"", "", ""}}},
      {"quotes", "\"a,b\",\"c\"\"d\",\"e\nf\"\n", {{"a,b", "c\"d", "e\nf"}}},
      {"empty quotes", "\"\",a\n", {{"", "a"}}},
      {"umlauts",
       "K\xC3\xA4rnten,\xF0\x9F\x98\x80\n",
       {{"K\xC3\xA4rnten", "\xF0\x9F\x98\x80"}}},
  };
  for (const auto& c : cases) {
    for (const std::size_t chunk_bytes :
         {std::size_t{1}, std::size_t{3}, std::size_t{4'096}}) {
      SCOPED_TRACE(absl::StrCat(c.name, " by ", chunk_bytes));
      const Reading reading = Read(c.text, chunk_bytes);
      EXPECT_EQ(FieldsOf(reading), c.want);
      EXPECT_TRUE(reading.defects.empty());
    }
  }
}

TEST(CsvReaderTest, CountsLinesInsideQuotes) {
  const Reading reading = Read("a\n\"b\nc\"\nd\n", 2);
  ASSERT_EQ(reading.rows.size(), 3);
  EXPECT_EQ(reading.rows[0].line, 1);
  EXPECT_EQ(reading.rows[1].line, 2);
  EXPECT_EQ(reading.rows[2].line, 4);
}

TEST(CsvReaderTest, SaysWhetherTheLastRowEnds) {
  EXPECT_TRUE(Read("a\nb\n", 4).rows[1].ends_with_newline);
  EXPECT_FALSE(Read("a\nb", 4).rows[1].ends_with_newline);
}

TEST(CsvReaderTest, ReportsDefectsAndGoesOn) {
  const struct {
    std::string name;
    std::string text;
    Kind kind;
    std::int64_t first_line;
    std::int64_t last_line;
    std::size_t field_index;
    std::vector<Fields> rows;
  } cases[] = {
      {"quote inside",
       "a\nb,c\"d\ne\n",
       Kind::kStrayQuote,
       2,
       2,
       1,
       {{"a"}, {"e"}}},
      {"text after quote",
       "a\n\"b\"c\ne\n",
       Kind::kStrayQuote,
       2,
       2,
       0,
       {{"a"}, {"e"}}},
      {"not UTF-8", "a\nb,\xFF\ne\n", Kind::kNotUtf8, 2, 2, 1, {{"a"}, {"e"}}},
      {"cut in a character", "a\n\xC3", Kind::kNotUtf8, 2, 2, 0, {{"a"}}},
      {"overlong slash", "a\n\xC0\xAF\n", Kind::kNotUtf8, 2, 2, 0, {{"a"}}},
      {"surrogate", "a\n\xED\xA0\x80\n", Kind::kNotUtf8, 2, 2, 0, {{"a"}}},
      {"zero byte",
       std::string("a\nb\0\nc\n", 7),
       Kind::kNulByte,
       2,
       2,
       0,
       {{"a"}, {"c"}}},
      {"quote not closed",
       "a\n\"b\nc\nd\n",
       Kind::kUnclosedQuote,
       2,
       5,
       0,
       {{"a"}}},
  };
  for (const auto& c : cases) {
    for (const std::size_t chunk_bytes : {std::size_t{1}, std::size_t{64}}) {
      SCOPED_TRACE(absl::StrCat(c.name, " by ", chunk_bytes));
      const Reading reading = Read(c.text, chunk_bytes);
      EXPECT_EQ(FieldsOf(reading), c.rows);
      ASSERT_EQ(reading.defects.size(), 1);
      EXPECT_EQ(reading.defects[0].kind, c.kind);
      EXPECT_EQ(reading.defects[0].first_line, c.first_line);
      EXPECT_EQ(reading.defects[0].last_line, c.last_line);
      EXPECT_EQ(reading.defects[0].field_index, c.field_index);
    }
  }
}

TEST(CsvReaderTest, HoldsRowsToTheirLimit) {
  const std::string at_limit(kRowBytesMax - 1, 'x');  // With its newline.
  const Reading fits = Read(absl::StrCat("a\n", at_limit, "\nb\n"), 65'536);
  EXPECT_EQ(fits.rows.size(), 3);
  EXPECT_TRUE(fits.defects.empty());

  const Reading above = Read(absl::StrCat("a\n", at_limit, "x\nb\n"), 65'536);
  ASSERT_EQ(above.defects.size(), 1);
  EXPECT_EQ(above.defects[0].kind, Kind::kRowTooLong);
  EXPECT_EQ(above.defects[0].first_line, 2);
  EXPECT_LE(above.defects[0].value.size(), 256);
  EXPECT_EQ(FieldsOf(above), (std::vector<Fields>{{"a"}, {"b"}}));
}

TEST(CsvReaderTest, TellsAForgottenQuoteFromALongRow) {
  std::string text = "a\n\"b\n";
  while (text.size() < 2 * kRowBytesMax) text += "some more rows\n";
  const Reading reading = Read(text, 65'536);
  ASSERT_FALSE(reading.defects.empty());
  EXPECT_EQ(reading.defects[0].kind, Kind::kUnclosedQuote);
  EXPECT_EQ(reading.defects[0].first_line, 2);
}

TEST(TextTest, MakesIds) {
  const struct {
    std::string text;
    std::string want;
  } cases[] = {
      {"", ""},
      {"leith", "leith"},
      {"a--b_", "a--b_"},
      {"Leith Walk", "leith-walk"},
      {"  St. Mary's (North) ", "st-mary-s-north"},
      {"_x", "x"},
      {"ACF-1", "acf-1"},
      {std::string(80, 'A'), std::string(63, 'a')},
  };
  for (const auto& c : cases) EXPECT_EQ(Slug(c.text), c.want) << c.text;
  // SHA-256 of the two characters begins so.
  const std::string seoul = Slug("\xEC\x84\x9C\xEC\x9A\xB8");
  EXPECT_EQ(seoul.size(), 13);
  EXPECT_EQ(seoul[0], 'x');
  EXPECT_NE(seoul, Slug("\xEB\xB6\x80\xEC\x82\xB0"));
}

TEST(TextTest, ParsesOnlyIntegers) {
  EXPECT_EQ(ParseInteger("17"), 17);
  EXPECT_EQ(ParseInteger("-3"), -3);
  for (const char* text : {"", "-", "+1", " 1", "1 ", "1.0", "1e3", "0x1",
                           "99999999999999999999"}) {
    EXPECT_EQ(ParseInteger(text), std::nullopt) << text;
  }
}

TEST(TextTest, QuotesForMessages) {
  EXPECT_EQ(Quoted("a\"b\n"), "\"a\\\"b\\n\"");
  EXPECT_EQ(Quoted("K\xC3\xA4rnten"), "\"K\xC3\xA4rnten\"");
  EXPECT_EQ(Quoted("\xFF"), "\"\\xff\"");
  EXPECT_EQ(Quoted("abcdef", 4), "\"abcd...\"");
  EXPECT_EQ(Quoted("abc\xC3\xA4z", 4), "\"abc...\"");
}

TEST(TextTest, GroupsThousands) {
  EXPECT_EQ(WithCommas(0), "0");
  EXPECT_EQ(WithCommas(999), "999");
  EXPECT_EQ(WithCommas(18'445), "18,445");
  EXPECT_EQ(WithCommas(-1'234'567), "-1,234,567");
  EXPECT_EQ(Counted(1, "person", "people"), "1 person");
  EXPECT_EQ(Counted(1'047, "person", "people"), "1,047 people");
}

}  // namespace
}  // namespace pulsetaker::cli
