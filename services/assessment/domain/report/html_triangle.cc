// The triangle, the phase, and what changed.

#include <cstddef>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/assessment/domain/report/drawings.h"
#include "services/assessment/domain/report/html_sections.h"
#include "services/assessment/domain/report/html_table.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

std::string LevelText(const Level& level) {
  return level.measured() ? Fixed(level.post_stratified, 0) : "not measured";
}

std::string IntervalText(const Level& level) {
  if (!level.measured()) return "-";
  return absl::StrCat(Fixed(level.interval_low, 0), " to ",
                      Fixed(level.interval_high, 0));
}

std::string ReadingText(const Reading& reading, int decimals) {
  return reading.measured() ? Fixed(reading.value, decimals) : "-";
}

std::string ChanceText(const Reading& p_value) {
  if (!p_value.measured()) return "-";
  return p_value.value < 0.001 ? "below 0.001" : Fixed(p_value.value, 3);
}

Cell BarCell(const Level& level) {
  if (!level.measured()) return std::string("-");
  return [level](HtmlWriter& html) {
    const Range interval = {level.interval_low / 100,
                            level.interval_high / 100};
    DrawBar(level.post_stratified / 100, {.interval = &interval}, html);
  };
}

std::string Capital(std::string text) {
  if (!text.empty()) text[0] = absl::ascii_toupper(text[0]);
  return text;
}

void WriteCorners(const TrianglePicture& triangle, HtmlWriter& html) {
  Table table = {"Corners",
                 {{"Corner"},
                  {"Level", true},
                  {"Level and 95 % interval"},
                  {"95 % interval", true},
                  {"As answered", true},
                  {"People", true},
                  {"Agreement", true},
                  {"Gap", true},
                  {"Weight in the phase", true}},
                 {}};
  for (std::size_t c = 0; c < triangle.corners.size(); ++c) {
    const CornerPicture& corner = triangle.corners[c];
    const Level& level = corner.result.level;
    table.rows.push_back(
        {Capital(std::string(CornerText(static_cast<Corner>(c)))),
         LevelText(level), BarCell(level), IntervalText(level),
         level.measured() ? Fixed(level.raw, 0) : "-",
         level.measured() ? absl::StrCat(level.respondent_count) : "-",
         ReadingText(corner.result.agreement, 2),
         ReadingText(corner.result.perception_gap, 0), Percent(corner.weight)});
  }
  WriteTable(table, html);
  html.Element("p",
               "Each layer and sector counts by its share of the people asked. "
               "Agreement is 1 if all rate alike and 0 if at random. Gap: how "
               "much higher the systemic layer rates than frontline and "
               "public.",
               {{"class", "note"}});
}

void WriteArrows(const TrianglePicture& triangle, HtmlWriter& html) {
  Table table = {"Arrows",
                 {{"From and to"},
                  {"Strength", true},
                  {"Strength and 95 % interval"},
                  {"95 % interval", true},
                  {"Drawn"}},
                 {}};
  for (std::size_t a = 0; a < triangle.arrows.size(); ++a) {
    const Level& strength = triangle.arrows[a];
    table.rows.push_back(
        {Capital(ArrowText(static_cast<Arrow>(a))), LevelText(strength),
         BarCell(strength), IntervalText(strength),
         std::string(!strength.measured()                    ? "not at all"
                     : strength.post_stratified < kWeakArrow ? "dotted: weak"
                                                             : "solid")});
  }
  WriteTable(table, html);
}

void WriteProbabilities(const PhasePicture& phase, HtmlWriter& html) {
  Table table = {"How probable each phase is",
                 {{"Phase"},
                  {"Probable", true},
                  {"Probability"},
                  {"Before the answers", true}},
                 {}};
  for (std::size_t p = 0; p < phase.posterior.size(); ++p) {
    const double posterior = phase.posterior[p];
    table.rows.push_back(
        {Capital(std::string(PhaseLabel(static_cast<Phase>(p)))),
         Percent(posterior),
         [posterior](HtmlWriter& cell) { DrawBar(posterior, {}, cell); },
         Percent(phase.prior[p])});
  }
  WriteTable(table, html);
}

void WriteReasons(const PhasePicture& phase, HtmlWriter& html) {
  html.Element("h3", "Why, the weightiest reason first");
  WriteList(phase.reasons, html);
  if (!phase.flip.empty()) html.Element("p", phase.flip);
  if (!phase.rule_tree.empty()) {
    html.Element("p", phase.rule_tree,
                 {{"class", phase.rule_tree_disagrees ? "warn" : ""}});
  }
  if (!phase.self_placed.empty()) {
    html.Element("p", phase.self_placed, {{"class", "soft"}});
  }
}

std::string PathText(const PathStep& step) {
  switch (step.verdict) {
    case PhaseVerdict::kPhase:
      return std::string(PhaseLabel(step.phase));
    case PhaseVerdict::kBetween:
      return absl::StrCat("between ", PhaseLabel(step.phase), " and ",
                          PhaseLabel(step.second_phase));
    case PhaseVerdict::kIndeterminate:
      return absl::StrCat("none stands out; most probable is ",
                          PhaseLabel(step.phase));
    case PhaseVerdict::kNotMeasured:
      return "not measured";
  }
  return "";
}

void WritePath(const PhasePicture& phase, HtmlWriter& html) {
  html.Element("h3", "The path through the phases");
  html.Open("figure");
  DrawPath(phase, html);
  html.Element("figcaption",
               "A dot is as large as the phase is probable in that wave; the "
               "line joins the most probable ones.");
  html.Close();
  Table table = {
      "Waves", {{"Wave"}, {"Phase"}, {"Probability of the first", true}}, {}};
  for (const PathStep& step : phase.path) {
    table.rows.push_back(
        {absl::StrCat("Wave ", step.wave), PathText(step),
         step.verdict == PhaseVerdict::kNotMeasured
             ? "-"
             : Percent(step.posterior[static_cast<std::size_t>(step.phase)])});
  }
  WriteTable(table, html);
  if (phase.path_is_cut) {
    html.Element("p",
                 "Earlier waves were assessed; those assessments are not kept "
                 "here.",
                 {{"class", "note"}});
  }
}

void WriteFeatureChanges(const ChangePicture& change, HtmlWriter& html) {
  if (change.features.empty()) return;
  Table table = {"Corners and arrows",
                 {{"Corner or arrow"},
                  {"Before", true},
                  {"Now", true},
                  {"Change", true},
                  {"p of a fall", true},
                  {"Same people", true},
                  {"Falls reliably"}},
                 {}};
  for (const auto& [name, feature] : change.features) {
    table.rows.push_back(
        {Capital(name), ReadingText(feature.previous, 0),
         ReadingText(feature.current, 0), ReadingText(feature.difference, 0),
         ChanceText(feature.p_value), ReadingText(feature.panel_difference, 0),
         std::string(feature.falls_reliably ? "yes" : "no")});
  }
  WriteTable(table, html);
  html.Element("p",
               "Same people: mean change of those who answered in both waves. "
               "A fall is reliable if it is beyond what chance explains, over "
               "all lines together.",
               {{"class", "note"}});
}

}  // namespace

void WriteTriangle(const ReportModel& model, HtmlWriter& html) {
  const TrianglePicture& triangle = model.triangle;
  html.Open("section", {{"class", "page"}});
  html.Element("h2", "The strategic triangle");
  if (!triangle.measured) {
    html.Element("p",
                 "No corner and no arrow is measured. The list at the end "
                 "says why.");
    html.Close();
    return;
  }
  html.Open("figure");
  DrawTriangle(triangle, html);
  html.Element(
      "figcaption",
      absl::StrCat(
          triangle.weights_of.empty()
              ? std::string("Corners are equally large, as no phase stands "
                            "out")
              : absl::StrCat("A corner is as large as it matters in ",
                             triangle.weights_of),
          "; it is filled up to its level. Arrows are as thick as the link is "
          "strong, with dots where it is weak (below ",
          Fixed(kWeakArrow, 0),
          "); one that is not measured is not drawn. Numbers run from 0 to "
          "100."));
  html.Close();
  WriteCorners(triangle, html);
  WriteArrows(triangle, html);
  html.Close();
}

void WritePhase(const ReportModel& model, HtmlWriter& html) {
  html.Open("section", {{"class", "page"}});
  html.Element("h2", "The phase");
  html.Element("p", model.phase.verdict, {{"class", "verdict"}});
  if (model.phase.measured) {
    WriteProbabilities(model.phase, html);
    WriteReasons(model.phase, html);
  }
  WritePath(model.phase, html);
  html.Close();
}

void WriteChange(const ReportModel& model, HtmlWriter& html) {
  const ChangePicture& change = model.change;
  if (!change.compared) return;
  html.Open("section");
  html.Element("h2", "Since the wave before");
  html.Element("p", change.verdict, {{"class", "verdict"}});
  std::vector<std::string> conditions;
  for (const ChangeCondition& condition : change.conditions) {
    conditions.push_back(absl::StrCat(condition.description, ": ",
                                      condition.value.measured()
                                          ? Plain(condition.value.value)
                                          : "not measured",
                                      " (limit ", Plain(condition.threshold),
                                      "): ", condition.holds ? "yes" : "no"));
  }
  WriteList(conditions, html);
  WriteList(change.warnings, html);
  WriteFeatureChanges(change, html);
  html.Close();
}

}  // namespace pulsetaker::assessment::report
