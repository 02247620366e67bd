// Who answered, risks and recommendations, what is missing, and the method.

#include "services/assessment/domain/report/html_sections.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/assessment/domain/report/html_table.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

// What is not measured neither holds nor fails.
absl::string_view OutcomeText(const Evidence& evidence) {
  if (!evidence.value.measured()) return "";
  return evidence.holds ? ": holds" : ": does not hold";
}

void WriteFired(const FindingPicture& fired, HtmlWriter& html) {
  const Finding& finding = fired.finding;
  html.Open("div", {{"class", "finding"}});
  html.Element("h3", absl::StrCat(finding.title, " (", finding.id, ")"));
  html.Element("p", finding.text);
  if (finding.phase_tentative) {
    html.Element("p", "It applies in one of the two phases only.",
                 {{"class", "note"}});
  }
  html.Element("h4", "Evidence");
  std::vector<std::string> evidence;
  for (const Evidence& item : finding.evidence) {
    evidence.push_back(absl::StrCat(EvidenceText(item), OutcomeText(item)));
  }
  WriteList(evidence, html);
  if (!finding.sectors.empty()) {
    html.Element(
        "p",
        absl::StrCat("Sectors: ", absl::StrJoin(finding.sectors, ", "), "."));
  }
  html.Element("p",
               absl::StrCat(fired.answers.empty() ? "" : "Rests on ",
                            fired.answers, fired.answers.empty() ? "" : ". ",
                            "Source: ", finding.source, "."),
               {{"class", "note"}});
  html.Close();
}

void WriteUndecided(const FindingSection& section, HtmlWriter& html) {
  if (section.undecided.empty()) return;
  html.Element("h3", "Not decided, and why");
  html.Open("ul");
  for (const FindingPicture& undecided : section.undecided) {
    html.Element("li", absl::StrCat(undecided.finding.title, ": ",
                                    undecided.why_not, "."));
  }
  html.Close();
}

void WriteFindingSection(absl::string_view title, const FindingSection& section,
                         HtmlWriter& html) {
  html.Open("section", {{"class", "page"}});
  html.Element("h2", title);
  html.Element("p", absl::StrCat(section.fired.size(), " with evidence, ",
                                 section.not_fired.size(), " without, ",
                                 section.undecided.size(), " not decided."));
  for (const FindingPicture& fired : section.fired) WriteFired(fired, html);
  WriteUndecided(section, html);
  if (!section.not_fired.empty()) {
    html.Element("h3", "Without evidence");
    html.Element("p", absl::StrCat(absl::StrJoin(section.not_fired, "; "), "."),
                 {{"class", "soft"}});
  }
  html.Close();
}

std::string AnsweredText(const NetworkRow& network, const ReportModel& model) {
  return absl::StrCat(network.answers.answered_count, " of ",
                      model.network_invited_count);
}

}  // namespace

void WriteList(const std::vector<std::string>& sentences, HtmlWriter& html) {
  if (sentences.empty()) return;
  html.Open("ul");
  for (const std::string& sentence : sentences) html.Element("li", sentence);
  html.Close();
}

void WriteHeading(const ReportModel& model, HtmlWriter& html) {
  const Heading& heading = model.heading;
  html.Open("header");
  html.Open("h1");
  html.Element("bdi", heading.place);
  html.Close();
  html.Open("p", {{"class", "lead"}});
  html.Element("bdi", heading.innovation);
  html.Close();
  std::vector<std::string> beside = {absl::StrCat("Wave ", heading.wave)};
  if (!heading.service_field.empty()) beside.push_back(heading.service_field);
  if (!heading.region.empty()) beside.push_back(heading.region);
  if (heading.survey != heading.innovation) {
    beside.push_back(absl::StrCat("survey ", heading.survey));
  }
  html.Open("p", {{"class", "soft"}});
  for (const std::string& part : beside) {
    if (&part != &beside.front()) html.Text(" · ");
    html.Element("bdi", part);
  }
  html.Close();
  html.Open("div", {{"class", "summary"}});
  for (const std::string& sentence : model.summary) {
    html.Element("p", sentence);
  }
  html.Close();
  html.Close();
}

void WriteAnswers(const ReportModel& model, HtmlWriter& html) {
  html.Open("section");
  html.Element("h2", "Who answered");
  html.Element(
      "p", absl::StrCat(
               Counted(model.invited_count, "person was", "people were"),
               " asked. ", model.rated_count, " (", Percent(model.rated_share),
               ") rated the innovation; ", model.network_answer_count,
               " answered about their networks. This report names nobody."));
  Table table = {"Answers by network",
                 {{"Network"},
                  {"Answered", true},
                  {"Share", true},
                  {"Ties", true},
                  {"May be told of persons"},
                  {"Firm hubs, gatekeepers, pulsetakers", true}},
                 {}};
  for (const NetworkRow& network : model.networks) {
    const NetworkAnswers& answers = network.answers;
    table.rows.push_back({network.label, AnsweredText(network, model),
                          Percent(answers.response_rate),
                          absl::StrCat(answers.tie_count),
                          std::string(GateText(answers.gate)),
                          absl::StrJoin(answers.firm_counts, ", ")});
  }
  if (!table.rows.empty()) WriteTable(table, html);
  WriteList(model.answer_notes, html);
  html.Close();
}

void WriteFindings(const ReportModel& model, HtmlWriter& html) {
  WriteFindingSection("Risks", model.risks, html);
  WriteFindingSection("Recommendations", model.recommendations, html);
}

void WriteGaps(const ReportModel& model, HtmlWriter& html) {
  html.Open("section");
  html.Element("h2", "What is withheld or not measured, and why");
  html.Element("p", "What was not measured is not zero, and says nothing.",
               {{"class", "note"}});
  std::vector<std::string> sentences;
  for (const Gap& gap : model.gaps) {
    sentences.push_back(absl::StrCat(gap.why, ": ", gap.what, "."));
  }
  if (sentences.empty()) sentences.emplace_back("Nothing is missing.");
  WriteList(sentences, html);
  html.Close();
}

void WriteMethod(const ReportModel& model, HtmlWriter& html) {
  html.Open("footer");
  html.Element("h2", "Method");
  html.Element(
      "p",
      "The same answers give the same report, to the byte. Levels run from 0 "
      "to 100; higher is healthier. Profiles, weights and thresholds are "
      "choices, not laws. Hub, gatekeeper and pulsetaker are defined by "
      "published formulas.");
  html.Open("table", {{"class", "stack method"}, {"role", "table"}});
  html.Element("caption", "What this was computed from");
  html.Open("tbody", {{"role", "rowgroup"}});
  for (const auto& [what, value] : model.method) {
    html.Open("tr", {{"role", "row"}});
    html.Element("th", what, {{"role", "rowheader"}, {"scope", "row"}});
    html.Open("td", {{"role", "cell"}, {"class", "bare"}});
    html.Text(value);
    html.Close();
    html.Close();
  }
  html.Close();
  html.Close();
  html.Close();
}

}  // namespace pulsetaker::assessment::report
