#include "services/assessment/domain/report/html_report.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/assessment/domain/report/html_sections.h"
#include "services/assessment/domain/report/html_writer.h"
#include "services/assessment/domain/report/style.h"

namespace pulsetaker::assessment::report {
namespace {

// Whatever anyone could smuggle in, a browser fetches nothing and runs nothing.
constexpr char kPolicy[] =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; form-action 'none'";

void WriteHead(const ReportModel& model, HtmlWriter& html) {
  html.Open("head");
  html.Empty("meta", {{"charset", "utf-8"}});
  html.Empty("meta",
             {{"http-equiv", "Content-Security-Policy"}, {"content", kPolicy}});
  html.Empty("meta", {{"name", "viewport"},
                      {"content", "width=device-width, initial-scale=1"}});
  html.Empty("meta", {{"name", "referrer"}, {"content", "no-referrer"}});
  html.Element("title",
               absl::StrCat(model.heading.place, ", wave ", model.heading.wave,
                            ": ", model.heading.innovation));
  html.Open("style");
  html.Raw(kStyle);
  html.Close();
  html.Close();
}

}  // namespace

std::string RenderHtml(const ReportModel& model) {
  HtmlWriter html;
  html.Raw("<!DOCTYPE html>\n");
  html.Open("html", {{"xmlns", "http://www.w3.org/1999/xhtml"},
                     {"lang", "en"},
                     {"xml:lang", "en"}});
  WriteHead(model, html);
  html.Open("body");
  WriteHeading(model, html);
  html.Open("main");
  WriteAnswers(model, html);
  WriteTriangle(model, html);
  WritePhase(model, html);
  WriteChange(model, html);
  WriteClique(model, html);
  WriteLayers(model, html);
  WriteSociogram(model, html);
  WriteFindings(model, html);
  WriteGaps(model, html);
  html.Close();
  WriteMethod(model, html);
  return std::move(html).Finish();
}

}  // namespace pulsetaker::assessment::report
