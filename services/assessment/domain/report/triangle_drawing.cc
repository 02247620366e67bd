#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/assessment/domain/report/drawings.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

struct Point {
  double x = 0;
  double y = 0;
};

Point operator+(Point a, Point b) { return {a.x + b.x, a.y + b.y}; }
Point operator-(Point a, Point b) { return {a.x - b.x, a.y - b.y}; }
Point operator*(double k, Point a) { return {k * a.x, k * a.y}; }

// Centroids of authority, capacity and value.
constexpr std::array<Point, kCornerCount> kCentres = {
    {{240, 128}, {385, 365}, {95, 365}}};
constexpr double kSideOfWhole = 170;  // Of a corner of weight 1.
constexpr double kHeightBySide = 0.8660254037844386;
constexpr double kGap = 8;     // Between a corner and an arrow.
constexpr double kApart = 12;  // An arrow from the middle between two.
constexpr double kAside = 19;  // A number from its arrow.

double SideOf(const CornerPicture& corner) {
  return kSideOfWhole * std::sqrt(corner.weight);
}

std::string Points(const std::initializer_list<Point>& points) {
  std::string text;
  for (const Point& point : points) {
    absl::StrAppend(&text, text.empty() ? "" : " ", Coordinate(point.x), ",",
                    Coordinate(point.y));
  }
  return text;
}

std::string LevelOf(const Level& level) {
  return level.measured() ? Fixed(level.post_stratified, 0) : "not measured";
}

void DrawCorner(std::size_t index, const CornerPicture& corner,
                HtmlWriter& html) {
  const double side = SideOf(corner);
  const double height = side * kHeightBySide;
  const Point centre = kCentres[index];
  const double base = centre.y + height / 3;
  const Point left = {centre.x - side / 2, base};
  const Point right = {centre.x + side / 2, base};
  const Point apex = {centre.x, base - height};
  html.Empty("polygon",
             {{"class", "corner"}, {"points", Points({left, right, apex})}});
  const Level& level = corner.result.level;
  if (level.measured()) {
    const double filled = level.post_stratified / 100;
    html.Empty("polygon",
               {{"class", "level"},
                {"points", Points({left, right, right + filled * (apex - right),
                                   left + filled * (apex - left)})}});
  }
  // A word a line, above the top corner and below the others.
  const std::vector<std::string> words =
      absl::StrSplit(CornerText(static_cast<Corner>(index)), ' ');
  const bool is_top = index == static_cast<std::size_t>(Corner::kAuthority);
  double y = is_top ? apex.y - 30 : base + 22;
  const std::string x = Coordinate(centre.x);
  for (const std::string& word : words) {
    html.Element("text", word,
                 {{"x", x}, {"y", Coordinate(y)}, {"class", "name"}});
    y += 20;
  }
  html.Element("text", LevelOf(level),
               {{"x", x}, {"y", Coordinate(y)}, {"class", "figure"}});
}

void DrawArrow(std::size_t index, const TrianglePicture& triangle,
               HtmlWriter& html) {
  const Level& strength = triangle.arrows[index];
  if (!strength.measured()) return;
  const auto from =
      static_cast<std::size_t>(ArrowFrom(static_cast<Arrow>(index)));
  const auto to = static_cast<std::size_t>(ArrowTo(static_cast<Arrow>(index)));
  const Point whole = kCentres[to] - kCentres[from];
  const double length = std::hypot(whole.x, whole.y);
  const Point along = 1 / length * whole;
  const Point aside = {along.y, -along.x};
  // A corner's own circle, so that no arrow touches it.
  const auto radius = [&](std::size_t corner) {
    return SideOf(triangle.corners[corner]) / std::sqrt(3.0) + kGap;
  };
  const double value = strength.post_stratified;
  const double width = 1.5 + 6.5 * value / 100;
  const double head = 8 + width;
  const Point start = kCentres[from] + radius(from) * along + kApart * aside;
  const Point end = kCentres[to] - radius(to) * along + kApart * aside;
  const Point neck = end - head * along;
  const bool is_weak = value < kWeakArrow;
  html.Empty("line", {{"class", is_weak ? "arrow weak" : "arrow"},
                      {"x1", Coordinate(start.x)},
                      {"y1", Coordinate(start.y)},
                      {"x2", Coordinate(neck.x)},
                      {"y2", Coordinate(neck.y)},
                      {"stroke-width", Coordinate(width)},
                      {"stroke-dasharray",
                       is_weak ? absl::StrCat("0.1 ", Coordinate(2 * width + 2))
                               : "none"}});
  html.Empty("polygon", {{"class", "head"},
                         {"points", Points({end, neck + head / 2 * aside,
                                            neck - head / 2 * aside})}});
  const Point label = 0.5 * (start + end) + kAside * aside;
  html.Element("text", Fixed(value, 0),
               {{"x", Coordinate(label.x)},
                {"y", Coordinate(label.y + 5)},
                {"class", "figure"}});
}

std::string Description(const TrianglePicture& triangle) {
  std::string text = absl::StrCat(
      "Corners are as large as they matter in ",
      triangle.weights_of.empty() ? "no phase: all alike" : triangle.weights_of,
      ".");
  for (std::size_t c = 0; c < triangle.corners.size(); ++c) {
    absl::StrAppend(&text, " ", CornerText(static_cast<Corner>(c)), ": ",
                    LevelOf(triangle.corners[c].result.level), ".");
  }
  for (std::size_t a = 0; a < triangle.arrows.size(); ++a) {
    absl::StrAppend(&text, " ", ArrowText(static_cast<Arrow>(a)), ": ",
                    LevelOf(triangle.arrows[a]), ".");
  }
  return text;
}

}  // namespace

void DrawTriangle(const TrianglePicture& triangle, HtmlWriter& html) {
  html.Open("svg", {{"xmlns", kSvgNamespace},
                    {"class", "drawing"},
                    {"viewBox", "0 0 480 470"},
                    {"role", "img"},
                    {"aria-labelledby", "triangle-title triangle-desc"}});
  html.Element("title", "The strategic triangle", {{"id", "triangle-title"}});
  html.Element("desc", Description(triangle), {{"id", "triangle-desc"}});
  for (std::size_t a = 0; a < triangle.arrows.size(); ++a) {
    DrawArrow(a, triangle, html);
  }
  for (std::size_t c = 0; c < triangle.corners.size(); ++c) {
    DrawCorner(c, triangle.corners[c], html);
  }
  html.Close();
}

}  // namespace pulsetaker::assessment::report
