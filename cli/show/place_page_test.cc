#include "cli/show/place_page.h"

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_split.h"
#include "cli/import/text.h"
#include "cli/show/words.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

template <typename Message>
Message Parse(const nlohmann::json& value) {
  Message message;
  const auto status =
      google::protobuf::util::JsonStringToMessage(value.dump(), &message);
  EXPECT_TRUE(status.ok()) << status.ToString();
  return message;
}

// A place with everything: a gate that is half open, a sector that is excluded
// and one that is not measured, two waves. Nobody in it exists.
PlaceFindings Findings() {
  const auto place =
      nlohmann::json::parse(ReadFile("cli/show/testdata/place.json"));
  PlaceFindings findings;
  findings.locality = Parse<survey::v1::Locality>(place["locality"]);
  findings.survey = Parse<survey::v1::Survey>(place["survey"]);
  findings.wave = Parse<survey::v1::Wave>(place["wave"]);
  findings.instrument = Parse<survey::v1::Instrument>(place["instrument"]);
  findings.analysis = Parse<network::v1::Analysis>(place["analysis"]);
  findings.assessment = Parse<assessment::v1::Assessment>(place["assessment"]);
  findings.names = place["names"].get<std::map<std::string, std::string>>();
  return findings;
}

// After a change of the page that is meant, the file is replaced by what this
// test prints.
TEST(PlacePageTest, LooksAsReviewed) {
  const std::string page = RenderPlace(Findings(), {});
  EXPECT_EQ(page, ReadFile("cli/show/testdata/place.txt"));
}

TEST(PlacePageTest, StaysWithin80Columns) {
  for (const bool has_boxes : {false, true}) {
    const std::string page = RenderPlace(Findings(), {has_boxes});
    for (const absl::string_view line : absl::StrSplit(page, '\n')) {
      EXPECT_LE(ColumnCount(line), kPageColumns) << line;
    }
  }
}

TEST(PlacePageTest, UsesBoxCharactersOnlyWhereTheyShow) {
  EXPECT_THAT(RenderPlace(Findings(), {true}), HasSubstr("\u2550"));
  for (const char c : RenderPlace(Findings(), {false})) {
    ASSERT_GE(c, 0);  // ASCII: the names in it are.
  }
}

TEST(PlacePageTest, NamesNobodyWithoutNames) {
  PlaceFindings findings = Findings();
  const std::map<std::string, std::string> names = findings.names;
  ASSERT_FALSE(names.empty());
  findings.names.clear();
  const std::string page = RenderPlace(findings, {});
  for (const auto& [id, name] : names) {
    EXPECT_THAT(page, Not(HasSubstr(name)));
    EXPECT_THAT(page, HasSubstr(id));
  }
}

TEST(PlacePageTest, SaysWhatIsNotThereYet) {
  PlaceFindings findings = Findings();
  findings.analysis.reset();
  findings.assessment.reset();
  const std::string page = RenderPlace(findings, {});
  EXPECT_THAT(page, HasSubstr("not analysed yet: pulsetaker analyze"));
  EXPECT_THAT(page, HasSubstr("not assessed yet: pulsetaker assess"));
}

TEST(PlacePageTest, RendersEmptyFindings) {
  PlaceFindings findings;
  findings.analysis.emplace();
  findings.assessment.emplace();
  EXPECT_THAT(RenderPlace(findings, {}), HasSubstr("Nobody is named"));
}

TEST(WordsTest, WritesNumbers) {
  EXPECT_EQ(Percent(0), "0 %");
  EXPECT_EQ(Percent(0.8125), "81 %");
  EXPECT_EQ(Percent(1), "100 %");
  EXPECT_EQ(Fixed(-0.001, 2), "0.00");
  EXPECT_EQ(Fixed(2.5, 0), "3");
  EXPECT_EQ(Fixed(12.345, 1), "12.3");
}

TEST(WordsTest, NeverShowsZeroForWhatIsNotMeasured) {
  network::v1::Measure measure;
  EXPECT_EQ(MeasureText(measure, 2), "not measured");
  measure.mutable_not_measured();
  EXPECT_EQ(MeasureText(measure, 2), "not measured");
  EXPECT_EQ(MeasurePercent(measure), "not measured");
  measure.set_value(0);
  EXPECT_EQ(MeasureText(measure, 2), "0.00");
  measure.mutable_interval()->set_low(-0.5);
  measure.mutable_interval()->set_high(0.5);
  measure.mutable_null_comparison()->set_mean(0.25);
  EXPECT_EQ(MeasureText(measure, 2), "0.00 (-0.50 to 0.50; by chance 0.25)");
  EXPECT_EQ(MeasurePercent(measure), "0 % (by chance 25 %)");
}

// A value that the contract has and the page does not know would be shown as
// unknown.
template <typename Text>
void ExpectWordsForAll(const google::protobuf::EnumDescriptor& values,
                       const Text& text) {
  for (int i = 1; i < values.value_count(); ++i) {
    const std::string words(text(values.value(i)->number()));
    EXPECT_NE(words, "") << values.value(i)->name();
    EXPECT_THAT(words, Not(HasSubstr("nknown"))) << values.value(i)->name();
    EXPECT_THAT(words, Not(HasSubstr("does not know")))
        << values.value(i)->name();
    EXPECT_THAT(words, Not(HasSubstr("nother figure")))
        << values.value(i)->name();
  }
}

TEST(WordsTest, HasWordsForEveryValue) {
  namespace n = network::v1;
  namespace a = assessment::v1;
  ExpectWordsForAll(*n::Role_descriptor(),
                    [](int v) { return RolesText(static_cast<n::Role>(v)); });
  ExpectWordsForAll(*n::Gate_descriptor(),
                    [](int v) { return GateText(static_cast<n::Gate>(v)); });
  ExpectWordsForAll(*n::Layer_descriptor(),
                    [](int v) { return LayerText(static_cast<n::Layer>(v)); });
  ExpectWordsForAll(*n::RoleRule_descriptor(), [](int v) {
    return RuleText(static_cast<n::RoleRule>(v));
  });
  ExpectWordsForAll(*n::Evidence::Metric_descriptor(), [](int v) {
    n::Evidence evidence;
    evidence.set_metric(static_cast<n::Evidence::Metric>(v));
    return EvidenceText(evidence);
  });
  ExpectWordsForAll(*n::CliqueRisk::Verdict_descriptor(), [](int v) {
    return VerdictText(static_cast<n::CliqueRisk::Verdict>(v));
  });
  ExpectWordsForAll(*n::NotMeasured::Reason_descriptor(), [](int v) {
    n::NotMeasured reason;
    reason.set_reason(static_cast<n::NotMeasured::Reason>(v));
    return ReasonText(reason);
  });
  ExpectWordsForAll(*n::WithheldRole::Reason_descriptor(), [](int v) {
    return WithheldText(static_cast<n::WithheldRole::Reason>(v));
  });
  ExpectWordsForAll(*n::Dial::Kind_descriptor(), [](int v) {
    return DialText(static_cast<n::Dial::Kind>(v));
  });
  ExpectWordsForAll(*n::LayerCell::Richness_descriptor(), [](int v) {
    return RichnessText(static_cast<n::LayerCell::Richness>(v));
  });
  ExpectWordsForAll(*a::Corner_descriptor(), [](int v) {
    return CornerText(static_cast<a::Corner>(v));
  });
  ExpectWordsForAll(*a::Phase_descriptor(),
                    [](int v) { return PhaseName(static_cast<a::Phase>(v)); });
  ExpectWordsForAll(*a::Change::Status_descriptor(), [](int v) {
    return ChangeText(static_cast<a::Change::Status>(v));
  });
}

TEST(PageTest, WrapsAndFits) {
  EXPECT_EQ(Wrap("one two three", 7),
            (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(Wrap("a-very-long-word b", 4),
            (std::vector<std::string>{"a-very-long-word", "b"}));
  EXPECT_TRUE(Wrap("  ", 4).empty());
  EXPECT_EQ(Fit("ab", 4, false), "ab  ");
  EXPECT_EQ(Fit("ab", 4, true), "  ab");
  EXPECT_EQ(Fit("abcdef", 4, false), "ab..");
  EXPECT_EQ(Fit("\u00e4\u00f6\u00fc\u00e4\u00f6", 4, false), "\u00e4\u00f6..");
}

TEST(PageTest, CutsTablesToThePage) {
  Page page({});
  page.Table({{"A", false, 90}, {"B", false, 90}},
             {{std::string(90, 'a'), std::string(90, 'b')}});
  for (const absl::string_view line : absl::StrSplit(page.text(), '\n')) {
    if (line.find('b') == absl::string_view::npos) {
      EXPECT_LE(ColumnCount(line), kPageColumns) << line;
    }
  }
}

TEST(PageTest, DrawsBars) {
  const Page page({});
  EXPECT_EQ(page.Bar(0, 4), "....");
  EXPECT_EQ(page.Bar(0.5, 4), "##..");
  EXPECT_EQ(page.Bar(7, 4), "####");
  EXPECT_EQ(Page({true}).Bar(0.5, 2), "\u2588\u2591");
}

}  // namespace
}  // namespace pulsetaker::cli
