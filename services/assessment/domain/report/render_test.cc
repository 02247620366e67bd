// The files as they are written. check_report.py reads those in testdata with
// parsers that are not ours.

#include <fstream>
#include <regex>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/report/html_report.h"
#include "services/assessment/domain/report/html_writer.h"
#include "services/assessment/domain/report/json_report.h"
#include "services/assessment/domain/report/report_testing.h"

namespace pulsetaker::assessment::report {
namespace {

using testing::HostileInputs;
using testing::MadeUpInputs;

constexpr char kFolder[] = "services/assessment/domain/report/testdata/";

std::string ReadFile(const std::string& name) {
  std::ifstream file(absl::StrCat(kFolder, name), std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  return content.str();
}

// Says where what is written can be found, to be looked at.
void ExpectFile(const std::string& name, const std::string& content) {
  const std::string written = ::testing::TempDir() + name;
  std::ofstream(written, std::ios::binary) << content;
  EXPECT_TRUE(content == ReadFile(name))
      << kFolder << name << " is not as " << written;
}

TEST(RenderTest, IsAsReviewed) {
  const ReportModel model = BuildReportModel(MadeUpInputs());
  ExpectFile("report.html", RenderHtml(model));
  ExpectFile("report.json", RenderJson(model));
}

TEST(RenderTest, HostileNamesStayText) {
  const ReportModel model = BuildReportModel(HostileInputs());
  ExpectFile("hostile.html", RenderHtml(model));
  ExpectFile("hostile.json", RenderJson(model));
  const std::string html = RenderHtml(model);
  EXPECT_FALSE(absl::StrContains(html, "<script"));
  EXPECT_FALSE(absl::StrContains(html, "<!--"));
}

TEST(RenderTest, WhatIsNotMeasuredDoesNotFail) {
  ReportInputs inputs = MadeUpInputs();
  std::vector<Evidence>& evidence = inputs.assessment.risks[0].evidence;
  evidence[0].holds = false;
  EXPECT_TRUE(
      absl::StrContains(RenderHtml(BuildReportModel(inputs)), "does not hold"));
  evidence[0].value = Reading::Missing(Absence::kTooFewAnswers);
  const std::string html = RenderHtml(BuildReportModel(inputs));
  EXPECT_TRUE(absl::StrContains(html, "too few answers"));
  EXPECT_FALSE(absl::StrContains(html, "does not hold"));
}

TEST(RenderTest, NothingMeasuredIsAFileToo) {
  ReportInputs inputs;
  inputs.network.layers.why_not = "nobody is of a layer";
  inputs.network.sociogram.why_not = "withheld";
  const ReportModel model = BuildReportModel(inputs);
  ExpectFile("empty.html", RenderHtml(model));
  ExpectFile("empty.json", RenderJson(model));
}

TEST(RenderTest, AWeakArrowIsDottedAndOneNotMeasuredIsNotDrawn) {
  const std::string html = RenderHtml(BuildReportModel(MadeUpInputs()));
  const auto count = [&](const std::string& what) {
    int n = 0;
    for (std::size_t at = html.find(what); at != std::string::npos;
         at = html.find(what, at + 1)) {
      ++n;
    }
    return n;
  };
  // Strengths 63, 44, 28, 31, 52 and none.
  EXPECT_EQ(count("<line class=\"arrow\""), 3);
  EXPECT_EQ(count("<line class=\"arrow weak\""), 2);
  // Thicker as it is stronger: 1.5 + 6.5 of the strength.
  EXPECT_EQ(count("stroke-width=\"5.6\""), 1);
  EXPECT_EQ(count("stroke-width=\"3.3\""), 1);
}

TEST(HtmlWriterTest, EscapesAndReplaces) {
  std::string out;
  AppendEscaped("a<b>&\"'\t\n\x02\xef\xbf\xbf\xc3\xa9", out);
  EXPECT_EQ(out,
            "a&lt;b&gt;&amp;&quot;&#39;\t\n\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9");
}

TEST(HtmlWriterTest, ClosesWhatItOpened) {
  HtmlWriter html;
  html.Open("p", {{"class", "a\"b"}, {"id", ""}});
  html.Open("b");
  html.Text("<");
  EXPECT_EQ(std::move(html).Finish(),
            "<p class=\"a&quot;b\"><b>&lt;</b>\n</p>\n");
}

}  // namespace
}  // namespace pulsetaker::assessment::report
