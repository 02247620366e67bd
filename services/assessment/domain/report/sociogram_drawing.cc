#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/assessment/domain/report/drawings.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

constexpr std::array<absl::string_view, kRoleCount> kRoleLetters = {"H", "G",
                                                                    "P"};

// A dot of radius r as a path: square, diamond, circle, triangle, and a small
// cross for who has no known layer.
std::string Shape(Layer layer, double x, double y, double r) {
  const std::string radius = Coordinate(r);
  const std::string twice = Coordinate(2 * r);
  switch (layer) {
    case Layer::kSystemic:
      return absl::StrCat("M", Coordinate(x - 0.9 * r), " ",
                          Coordinate(y - 0.9 * r), "h", Coordinate(1.8 * r),
                          "v", Coordinate(1.8 * r), "h", Coordinate(-1.8 * r),
                          "z");
    case Layer::kSectoral:
      return absl::StrCat("M", Coordinate(x), " ", Coordinate(y - 1.2 * r), "L",
                          Coordinate(x + 1.2 * r), " ", Coordinate(y), "L",
                          Coordinate(x), " ", Coordinate(y + 1.2 * r), "L",
                          Coordinate(x - 1.2 * r), " ", Coordinate(y), "z");
    case Layer::kFrontline:
      return absl::StrCat("M", Coordinate(x - r), " ", Coordinate(y), "a",
                          radius, " ", radius, " 0 1 0 ", twice, " 0a", radius,
                          " ", radius, " 0 1 0 -", twice, " 0z");
    case Layer::kPublic:
      return absl::StrCat("M", Coordinate(x), " ", Coordinate(y - 1.2 * r), "L",
                          Coordinate(x + 1.1 * r), " ", Coordinate(y + 0.8 * r),
                          "H", Coordinate(x - 1.1 * r), "z");
    case Layer::kUnknown:
      break;
  }
  return absl::StrCat("M", Coordinate(x - r), " ", Coordinate(y), "h", twice,
                      "M", Coordinate(x), " ", Coordinate(y - r), "v", twice);
}

absl::string_view DotClass(Layer layer) {
  constexpr std::array<absl::string_view, kLayerCount> kClasses = {
      "dot unknown", "dot systemic", "dot sectoral", "dot frontline",
      "dot public"};
  return kClasses[static_cast<std::size_t>(layer)];
}

// All lines of one strength are one path.
std::string LinesOf(const SociogramPicture& sociogram, bool in_most) {
  const auto half =
      static_cast<std::int32_t>((sociogram.network_ids.size() + 1) / 2);
  std::string path;
  for (const Line& line : sociogram.lines) {
    if ((line.network_count >= half) != in_most) continue;
    const Dot& a = sociogram.dots[static_cast<std::size_t>(line.a)];
    const Dot& b = sociogram.dots[static_cast<std::size_t>(line.b)];
    absl::StrAppend(&path, "M", a.x, " ", a.y, "L", b.x, " ", b.y);
  }
  return path;
}

std::string LettersOf(const Dot& dot) {
  std::string letters;
  for (std::size_t r = 0; r < dot.roles.size(); ++r) {
    if (dot.roles[r]) absl::StrAppend(&letters, kRoleLetters[r]);
  }
  return letters;
}

void DrawDot(const Dot& dot, double radius, HtmlWriter& html) {
  html.Empty("path", {{"class", DotClass(dot.layer)},
                      {"d", Shape(dot.layer, dot.x, dot.y, radius)},
                      {"fill-opacity", dot.answered ? "1" : "0.15"}});
}

void DrawKeyEntry(Layer layer, absl::string_view opacity,
                  absl::string_view text, HtmlWriter& html) {
  html.Open("li");
  html.Open("svg", {{"xmlns", kSvgNamespace},
                    {"class", "key"},
                    {"viewBox", "-12 -12 24 24"},
                    {"aria-hidden", "true"}});
  html.Empty("path", {{"class", DotClass(layer)},
                      {"d", Shape(layer, 0, 0, 8)},
                      {"fill-opacity", opacity}});
  html.Close();
  html.Text(text);
  html.Close();
}

}  // namespace

void DrawSociogram(const SociogramPicture& sociogram, HtmlWriter& html) {
  html.Open("svg", {{"xmlns", kSvgNamespace},
                    {"class", "drawing wide"},
                    {"viewBox", "-40 -60 1080 1120"},
                    {"role", "img"},
                    {"aria-labelledby", "sociogram-title sociogram-desc"}});
  html.Element("title", "Who is tied to whom", {{"id", "sociogram-title"}});
  html.Element(
      "desc",
      absl::StrCat(Counted(static_cast<std::int64_t>(sociogram.dots.size()),
                           "person", "people"),
                   " and ",
                   Counted(static_cast<std::int64_t>(sociogram.lines.size()),
                           "pair", "pairs"),
                   " with a tie. People with ties in common lie near each "
                   "other."),
      {{"id", "sociogram-desc"}});
  html.Empty("path", {{"class", "ties"}, {"d", LinesOf(sociogram, false)}});
  html.Empty("path", {{"class", "ties most"}, {"d", LinesOf(sociogram, true)}});
  const double people = static_cast<double>(sociogram.dots.size());
  const double radius = std::clamp(110 / std::sqrt(people + 1), 4.0, 13.0);
  for (const Dot& dot : sociogram.dots) DrawDot(dot, radius, html);
  for (const Dot& dot : sociogram.dots) {
    const std::string letters = LettersOf(dot);
    if (letters.empty()) continue;
    html.Element("text", letters,
                 {{"class", "role"},
                  {"x", absl::StrCat(dot.x)},
                  {"y", Coordinate(dot.y - radius - 8)}});
  }
  html.Close();
}

void DrawSociogramKey(HtmlWriter& html) {
  html.Open("ul", {{"class", "keys"}});
  for (int layer = 1; layer < kLayerCount; ++layer) {
    DrawKeyEntry(static_cast<Layer>(layer), "1",
                 LayerLabel(static_cast<Layer>(layer)), html);
  }
  DrawKeyEntry(Layer::kUnknown, "1", LayerLabel(Layer::kUnknown), html);
  DrawKeyEntry(Layer::kFrontline, "0.15", "pale: did not answer", html);
  html.Close();
}

}  // namespace pulsetaker::assessment::report
