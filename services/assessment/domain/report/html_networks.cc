// Clique risk, the layers, and the drawing of the networks.

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/assessment/domain/report/drawings.h"
#include "services/assessment/domain/report/html_sections.h"
#include "services/assessment/domain/report/html_table.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

constexpr double kEvenExclusivity = 0.5;

std::string IntervalText(const Figure& figure) {
  if (!figure.interval.has_value()) return "";
  return absl::StrCat("95 %: ", Fixed(figure.interval->low, 2), " to ",
                      Fixed(figure.interval->high, 2));
}

std::string ChanceText(const Figure& figure) {
  if (!figure.chance.has_value()) return "";
  return absl::StrCat("by chance ", Fixed(figure.chance->mean, 2), ", mostly ",
                      Fixed(figure.chance->central.low, 2), " to ",
                      Fixed(figure.chance->central.high, 2));
}

// "0.55 (95 %: 0.52 to 0.58; by chance 0.12, mostly 0.10 to 0.14)".
std::string FigureText(const Figure& figure) {
  if (!figure.value.has_value()) return "not measured";
  std::string beside = IntervalText(figure);
  if (const std::string chance = ChanceText(figure); !chance.empty()) {
    absl::StrAppend(&beside, beside.empty() ? "" : "; ", chance);
  }
  const std::string value = Fixed(*figure.value, 2);
  return beside.empty() ? value : absl::StrCat(value, " (", beside, ")");
}

std::string ValueText(const Figure& figure, int decimals) {
  return figure.value.has_value() ? Fixed(*figure.value, decimals) : "-";
}

std::string ShareText(const Figure& figure) {
  return figure.value.has_value() ? Percent(*figure.value) : "-";
}

void WriteDial(const DialPicture& picture, HtmlWriter& html) {
  const Dial& dial = picture.dial;
  html.Open("div");
  html.Element("h3", picture.name);
  if (dial.value.value.has_value()) {
    html.Open("p");
    html.Element("span", Fixed(*dial.value.value, 2), {{"class", "big"}});
    html.Text(" ");
    html.Element("span", IntervalText(dial.value), {{"class", "soft"}});
    html.Close();
    const bool has_chance = dial.kind == DialKind::kExclusivity;
    DrawBar(*dial.value.value,
            {.interval = dial.value.interval.has_value() ? &*dial.value.interval
                                                         : nullptr,
             .chance = has_chance ? &kEvenExclusivity : nullptr},
            html);
  } else {
    html.Element("p", absl::StrCat("Not measured: ", dial.value.why_not, "."));
  }
  html.Element("p", picture.means);
  std::vector<std::string> parts;
  for (const DialPart& part : dial.parts) {
    parts.push_back(absl::StrCat(part.name, ": ", FigureText(part.value),
                                 part.counted || !part.value.value.has_value()
                                     ? ""
                                     : ", shown and not "
                                       "counted"));
  }
  html.Open("div", {{"class", "note"}});
  WriteList(parts, html);
  html.Close();
  html.Close();
}

void WriteSectors(const CliqueSection& clique, HtmlWriter& html) {
  if (clique.sectors.empty()) return;
  Table table = {"Sectors",
                 {{"Sector"},
                  {"Asked", true},
                  {"In the core", true},
                  {"Effort", true},
                  {"Regard", true},
                  {"Cohesion", true},
                  {"Standing"}},
                 {}};
  for (const SectorRow& sector : clique.sectors) {
    table.rows.push_back(
        {sector.sector, absl::StrCat(sector.invited_count),
         absl::StrCat(sector.core_count), ValueText(sector.effort, 2),
         ValueText(sector.regard, 2), ValueText(sector.cohesion, 2),
         std::string(StandingText(sector.standing))});
  }
  WriteTable(table, html);
  html.Element("p",
               "Compared with others outside the core; 1 is what is expected. "
               "Effort: how much of what they say goes to the core. Regard: "
               "how often the core names them. Cohesion: ties among "
               "themselves.",
               {{"class", "note"}});
  if (clique.sectors_left_out > 0) {
    html.Element(
        "p", absl::StrCat(Counted(clique.sectors_left_out, "sector", "sectors"),
                          " more are not shown."));
  }
}

}  // namespace

void WriteClique(const ReportModel& model, HtmlWriter& html) {
  const CliqueSection& clique = model.clique;
  html.Open("section", {{"class", "page"}});
  html.Element("h2", "One group, or many?");
  html.Element("p", absl::StrCat(clique.verdict, ": ", clique.means),
               {{"class", "verdict"}});
  html.Element("p",
               "Four dials from 0 to 1. The bar is the value, the whisker its "
               "95 % interval, the dashed line what chance alone gives.",
               {{"class", "note"}});
  html.Open("div", {{"class", "dials"}});
  for (const DialPicture& dial : clique.dials) WriteDial(dial, html);
  html.Close();
  WriteList(clique.notes, html);
  WriteSectors(clique, html);
  html.Close();
}

void WriteLayers(const ReportModel& model, HtmlWriter& html) {
  html.Open("section", {{"class", "page"}});
  html.Element("h2", "Links between layers");
  const LayerPicture& layers = model.layers;
  if (!layers.why_not.empty()) {
    html.Element("p", absl::StrCat("Not measured: ", layers.why_not, "."));
    html.Close();
    return;
  }
  html.Open("figure");
  DrawLayers(layers, html);
  html.Element("figcaption",
               "Each box is a layer with the people asked in it. Rich links "
               "are broad lines, moderate ones narrow, thin ones dashed, "
               "atrophied ones dotted; what is not measured has no line.");
  html.Close();
  Table table = {"Links within and between layers",
                 {{"Links"},
                  {"Richness"},
                  {"Coverage", true},
                  {"Times chance", true},
                  {"Carriers", true},
                  {"Resilience", true},
                  {"Rise", true},
                  {"Descent", true}},
                 {}};
  for (const LayerCell& cell : layers.cells) {
    table.rows.push_back(
        {CellText(cell), std::string(RichnessText(cell.richness)),
         ShareText(cell.coverage), ValueText(cell.relative_density, 2),
         ValueText(cell.redundancy, 0), ShareText(cell.resilience),
         ShareText(cell.rise), ShareText(cell.descent)});
  }
  WriteTable(table, html);
  html.Element("p",
               "Coverage: share of the people with such a tie. Times chance: "
               "density, divided by what chance gives. Carriers: people who "
               "carry the ties. Resilience: coverage left after the busiest "
               "tenth of them is gone. Rise and descent: share of the lower "
               "layer whom the upper one hears, or who hear it, within three "
               "steps.",
               {{"class", "note"}});
  html.Close();
}

void WriteSociogram(const ReportModel& model, HtmlWriter& html) {
  html.Open("section", {{"class", "page"}});
  html.Element("h2", "Who is tied to whom");
  const SociogramPicture& sociogram = model.sociogram;
  if (!sociogram.why_not.empty()) {
    html.Element("p", absl::StrCat("Not drawn: ", sociogram.why_not, "."));
    html.Close();
    return;
  }
  html.Open("figure");
  DrawSociogram(sociogram, html);
  DrawSociogramKey(html);
  html.Element(
      "figcaption",
      absl::StrCat(
          "Drawn: ", absl::StrJoin(model.sociogram_networks, ", "),
          ". Each mark is one of ",
          Counted(static_cast<std::int64_t>(sociogram.dots.size()), "person",
                  "people"),
          ", by layer; lines join the ",
          Counted(static_cast<std::int64_t>(sociogram.lines.size()), "pair",
                  "pairs"),
          " who are tied in any network, dark ones those tied in at least half "
          "of them. Letters mark firm roles: H hub, G gatekeeper, P "
          "pulsetaker. They say where people stand in the networks, not how "
          "good they are at their work."));
  html.Close();
  html.Close();
}

}  // namespace pulsetaker::assessment::report
