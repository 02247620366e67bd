#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/assessment/domain/report/drawings.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

constexpr double kBoxLeft = 120;
constexpr double kBoxRight = 350;
constexpr double kBoxMiddle = (kBoxLeft + kBoxRight) / 2;
constexpr double kBoxHeight = 74;
constexpr double kStep = 132;

double TopOf(Layer layer) {
  return 8 + kStep * (static_cast<double>(layer) - 1);
}

absl::string_view LinkClass(Richness richness) {
  switch (richness) {
    case Richness::kRich:
      return "link rich";
    case Richness::kModerate:
      return "link moderate";
    case Richness::kThin:
      return "link thin";
    case Richness::kAtrophied:
      return "link atrophied";
    case Richness::kNotMeasured:
      break;
  }
  return "";
}

void Label(const LayerCell& cell, double x, double y, HtmlWriter& html) {
  html.Element(
      "text", RichnessText(cell.richness),
      {{"class", "label"}, {"x", Coordinate(x)}, {"y", Coordinate(y)}});
}

void DrawPathOf(const LayerCell& cell, const std::string& path,
                HtmlWriter& html) {
  if (cell.richness == Richness::kNotMeasured) return;
  html.Empty("path", {{"class", LinkClass(cell.richness)}, {"d", path}});
}

void DrawBox(const LayerCell& cell, const LayerPicture& layers,
             HtmlWriter& html) {
  const double top = TopOf(cell.upper);
  html.Empty("rect", {{"class", "box"},
                      {"x", Coordinate(kBoxLeft)},
                      {"y", Coordinate(top)},
                      {"width", Coordinate(kBoxRight - kBoxLeft)},
                      {"height", Coordinate(kBoxHeight)},
                      {"rx", "8"}});
  html.Element(
      "text",
      absl::StrCat(LayerLabel(cell.upper), ", ",
                   layers.person_counts[static_cast<std::size_t>(cell.upper)]),
      {{"class", "name"},
       {"x", Coordinate(kBoxMiddle)},
       {"y", Coordinate(top + 24)}});
  DrawPathOf(
      cell,
      absl::StrCat("M", Coordinate(kBoxLeft + 18), " ", Coordinate(top + 40),
                   "H", Coordinate(kBoxRight - 18)),
      html);
  Label(cell, kBoxMiddle, top + 64, html);
}

// Links that skip layers go round the boxes: by one layer on the right, from
// top to bottom on the left.
void DrawSkip(const LayerCell& cell, HtmlWriter& html) {
  const bool is_whole =
      cell.upper == Layer::kSystemic && cell.lower == Layer::kPublic;
  const double edge = is_whole ? kBoxLeft : kBoxRight;
  const double far = is_whole ? 55 : cell.upper == Layer::kSystemic ? 415 : 425;
  const double lane = cell.upper == Layer::kSystemic ? 26 : 48;
  const double start = TopOf(cell.upper) + lane;
  const double end = TopOf(cell.lower) + (is_whole ? 48 : 26);
  DrawPathOf(cell,
             absl::StrCat("M", Coordinate(edge), " ", Coordinate(start), "C",
                          Coordinate(far), " ", Coordinate(start), " ",
                          Coordinate(far), " ", Coordinate(end), " ",
                          Coordinate(edge), " ", Coordinate(end)),
             html);
  // The curve bulges by three quarters of the way to its handles.
  Label(cell, edge + 0.75 * (far - edge) + (is_whole ? -8 : 18),
        (start + end) / 2 + 5, html);
}

void DrawLink(const LayerCell& cell, HtmlWriter& html) {
  const int apart = static_cast<int>(cell.lower) - static_cast<int>(cell.upper);
  if (apart != 1) return DrawSkip(cell, html);
  const double top = TopOf(cell.upper) + kBoxHeight;
  const double bottom = TopOf(cell.lower);
  DrawPathOf(cell,
             absl::StrCat("M", Coordinate(kBoxMiddle - 40), " ",
                          Coordinate(top), "V", Coordinate(bottom)),
             html);
  Label(cell, kBoxMiddle - 26, (top + bottom) / 2 + 5, html);
}

std::string Description(const LayerPicture& layers) {
  std::string text = "Links";
  for (const LayerCell& cell : layers.cells) {
    absl::StrAppend(&text, &cell == &layers.cells.front() ? " " : ", ",
                    CellText(cell), ": ", RichnessText(cell.richness));
  }
  return absl::StrCat(text, ".");
}

}  // namespace

void DrawLayers(const LayerPicture& layers, HtmlWriter& html) {
  html.Open("svg", {{"xmlns", kSvgNamespace},
                    {"class", "drawing"},
                    {"viewBox", "0 0 530 490"},
                    {"role", "img"},
                    {"aria-labelledby", "layers-title layers-desc"}});
  html.Element("title", "Links within and between layers",
               {{"id", "layers-title"}});
  html.Element("desc", Description(layers), {{"id", "layers-desc"}});
  for (const LayerCell& cell : layers.cells) {
    if (cell.upper != cell.lower) DrawLink(cell, html);
  }
  for (const LayerCell& cell : layers.cells) {
    if (cell.upper == cell.lower) DrawBox(cell, layers, html);
  }
  html.Close();
}

}  // namespace pulsetaker::assessment::report
