#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>

#include "absl/strings/str_cat.h"
#include "services/assessment/domain/report/drawings.h"
#include "services/assessment/domain/report/wording.h"

namespace pulsetaker::assessment::report {
namespace {

constexpr std::size_t kStepsMax = 12;
constexpr double kLeft = 190;
constexpr double kRight = 450;
constexpr double kTop = 24;
constexpr double kRow = 42;
constexpr double kRadiusMax = 15;
constexpr double kProbableMin = 0.005;  // Less is not drawn.

double RowOf(std::size_t phase) {
  return kTop + kRow * static_cast<double>(kPhaseCount - 1 - phase);
}

double ColumnOf(std::size_t step, std::size_t count) {
  if (count == 1) return (kLeft + kRight) / 2;
  return kLeft + (kRight - kLeft) * static_cast<double>(step) /
                     static_cast<double>(count - 1);
}

bool IsMeasured(const PathStep& step) {
  return step.verdict != PhaseVerdict::kNotMeasured;
}

void DrawStep(const PathStep& step, double x, HtmlWriter& html) {
  html.Element("text", absl::StrCat(step.wave),
               {{"x", Coordinate(x)},
                {"y", Coordinate(RowOf(0) + 38)},
                {"class", "figure"}});
  if (!IsMeasured(step)) {
    html.Element("text", "-",
                 {{"x", Coordinate(x)}, {"y", Coordinate(RowOf(2) + 5)}});
    return;
  }
  for (std::size_t p = 0; p < step.posterior.size(); ++p) {
    if (step.posterior[p] < kProbableMin) continue;
    html.Empty(
        "circle",
        {{"class",
          p == static_cast<std::size_t>(step.phase) ? "step first" : "step"},
         {"cx", Coordinate(x)},
         {"cy", Coordinate(RowOf(p))},
         {"r", Coordinate(kRadiusMax * std::sqrt(step.posterior[p]))}});
  }
}

std::string Description(const PhasePicture& phase) {
  std::string text = "The most probable phase in each wave:";
  for (const PathStep& step : phase.path) {
    absl::StrAppend(&text, " wave ", step.wave, " ",
                    IsMeasured(step) ? PhaseLabel(step.phase) : "not measured",
                    &step == &phase.path.back() ? "." : ",");
  }
  return text;
}

}  // namespace

void DrawPath(const PhasePicture& phase, HtmlWriter& html) {
  const std::size_t count = std::min(phase.path.size(), kStepsMax);
  const std::size_t first = phase.path.size() - count;
  html.Open("svg", {{"xmlns", kSvgNamespace},
                    {"class", "drawing"},
                    {"viewBox", "0 0 480 260"},
                    {"role", "img"},
                    {"aria-labelledby", "path-title path-desc"}});
  html.Element("title", "The path through the phases", {{"id", "path-title"}});
  html.Element("desc", Description(phase), {{"id", "path-desc"}});
  for (std::size_t p = 0; p < kPhaseCount; ++p) {
    const std::string y = Coordinate(RowOf(p));
    html.Empty("line", {{"class", "rule"},
                        {"x1", "165"},
                        {"x2", "475"},
                        {"y1", y},
                        {"y2", y}});
    html.Element(
        "text", PhaseLabel(static_cast<Phase>(p)),
        {{"class", "row"}, {"x", "155"}, {"y", Coordinate(RowOf(p) + 5)}});
  }
  std::string line;
  for (std::size_t i = 0; i < count; ++i) {
    const PathStep& step = phase.path[first + i];
    if (!IsMeasured(step)) continue;
    absl::StrAppend(&line, line.empty() ? "" : " ",
                    Coordinate(ColumnOf(i, count)), ",",
                    Coordinate(RowOf(static_cast<std::size_t>(step.phase))));
  }
  html.Empty("polyline", {{"class", "path"}, {"points", line}});
  for (std::size_t i = 0; i < count; ++i) {
    DrawStep(phase.path[first + i], ColumnOf(i, count), html);
  }
  html.Element(
      "text", "wave",
      {{"class", "row"}, {"x", "155"}, {"y", Coordinate(RowOf(0) + 38)}});
  html.Close();
}

void DrawBar(double share, BarMarks marks, HtmlWriter& html) {
  const auto at = [](double value) {
    return Coordinate(200 * std::clamp(value, 0.0, 1.0));
  };
  html.Open("svg", {{"xmlns", kSvgNamespace},
                    {"class", "bar"},
                    {"viewBox", "-2 0 204 16"},
                    {"aria-hidden", "true"}});
  html.Empty("rect", {{"class", "track"},
                      {"x", "0"},
                      {"y", "3"},
                      {"width", "200"},
                      {"height", "10"}});
  html.Empty("rect", {{"class", "filled"},
                      {"x", "0"},
                      {"y", "3"},
                      {"width", at(share)},
                      {"height", "10"}});
  if (marks.interval != nullptr) {
    const std::string low = at(marks.interval->low);
    const std::string high = at(marks.interval->high);
    html.Empty("path", {{"class", "whisker"},
                        {"d", absl::StrCat("M", low, " 4v8M", low, " 8H", high,
                                           "M", high, " 4v8")}});
  }
  if (marks.chance != nullptr) {
    const std::string x = at(*marks.chance);
    html.Empty("path",
               {{"class", "chance"}, {"d", absl::StrCat("M", x, " 0v16")}});
  }
  html.Close();
}

}  // namespace pulsetaker::assessment::report
