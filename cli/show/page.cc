#include "cli/show/page.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "cli/import/text.h"

namespace pulsetaker::cli {
namespace {

constexpr int kTableIndent = 2;
constexpr int kColumnGap = 2;

std::string Repeated(absl::string_view text, int count) {
  std::string repeated;
  for (int i = 0; i < count; ++i) absl::StrAppend(&repeated, text);
  return repeated;
}

std::string Spaces(int count) {
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

// The first `columns` characters of `text`.
std::string FirstColumns(absl::string_view text, int columns) {
  std::size_t end = 0;
  while (end < text.size()) {
    if (columns == 0) break;
    --columns;
    ++end;
    while (end < text.size() &&
           (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
      ++end;
    }
  }
  return std::string(text.substr(0, end));
}

// As wide as the widest cell, within its bound and that of the page.
std::vector<int> WidthsOf(const std::vector<TableColumn>& columns,
                          const std::vector<std::vector<std::string>>& rows) {
  std::vector<int> widths;
  int excess = kTableIndent - kColumnGap - kPageColumns;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const int heading = ColumnCount(columns[i].heading);
    int width = heading;
    for (const std::vector<std::string>& row : rows) {
      width = std::max(width, ColumnCount(row[i]));
    }
    width = std::min(width, std::max(columns[i].width_max, heading));
    excess += width + kColumnGap;
    widths.push_back(width);
  }
  for (; excess > 0; --excess) {
    --*std::max_element(widths.begin(), widths.end());
  }
  return widths;
}

}  // namespace

std::vector<std::string> Wrap(absl::string_view text, int columns) {
  std::vector<std::string> lines;
  std::string line;
  for (const absl::string_view word :
       absl::StrSplit(text, absl::ByAnyChar(" \n"), absl::SkipEmpty())) {
    if (!line.empty() && ColumnCount(line) + 1 + ColumnCount(word) > columns) {
      lines.push_back(line);
      line.clear();
    }
    absl::StrAppend(&line, line.empty() ? "" : " ", word);
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

std::string Fit(absl::string_view text, int columns, bool is_right_aligned) {
  const int count = ColumnCount(text);
  if (count > columns) {
    return columns <= 2 ? FirstColumns(text, columns)
                        : absl::StrCat(FirstColumns(text, columns - 2), "..");
  }
  const std::string padding = Spaces(columns - count);
  return is_right_aligned ? absl::StrCat(padding, text)
                          : absl::StrCat(text, padding);
}

void Page::Line(absl::string_view text) {
  absl::StrAppend(&text_, absl::StripTrailingAsciiWhitespace(text), "\n");
}

void Page::Title(absl::string_view left, absl::string_view right,
                 absl::string_view below) {
  const int left_columns = kPageColumns - ColumnCount(right) - kColumnGap;
  Line(absl::StrCat(Fit(left, left_columns, false), Spaces(kColumnGap), right));
  for (const std::string& line : Wrap(below, kPageColumns)) Line(line);
  Line(Repeated(style_.has_boxes ? "\u2550" : "=", kPageColumns));
}

void Page::Section(absl::string_view title) {
  Blank();
  Line(title);
  Line(Repeated(style_.has_boxes ? "\u2500" : "-", kPageColumns));
}

void Page::Blank() { Line(""); }

void Page::Paragraph(absl::string_view text, int indent) {
  for (const std::string& line : Wrap(text, kPageColumns - indent)) {
    Line(absl::StrCat(Spaces(indent), line));
  }
}

void Page::Labelled(absl::string_view label, absl::string_view text,
                    int label_columns, int indent) {
  const int inset = indent + label_columns;
  std::vector<std::string> lines = Wrap(text, kPageColumns - inset);
  if (lines.empty()) lines.emplace_back();
  const bool fits = ColumnCount(label) < label_columns;
  if (!fits) Line(absl::StrCat(Spaces(indent), label));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool has_label = fits && i == 0;
    Line(absl::StrCat(
        Spaces(indent),
        has_label ? Fit(label, label_columns, false) : Spaces(label_columns),
        lines[i]));
  }
}

void Page::Bullet(absl::string_view text, int indent) {
  Labelled("-", text, 2, indent);
}

void Page::Table(const std::vector<TableColumn>& columns,
                 const std::vector<std::vector<std::string>>& rows) {
  const std::vector<int> widths = WidthsOf(columns, rows);
  const auto line_of = [&](const std::vector<std::string>& cells) {
    std::string line = Spaces(kTableIndent);
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) line += Spaces(kColumnGap);
      line += Fit(cells[i], widths[i], columns[i].is_right_aligned);
    }
    return line;
  };
  std::vector<std::string> headings;
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    headings.push_back(columns[i].heading);
    rules.push_back(Repeated(style_.has_boxes ? "\u2500" : "-", widths[i]));
  }
  Line(line_of(headings));
  Line(line_of(rules));
  for (const std::vector<std::string>& row : rows) {
    const std::vector<std::string> last = Wrap(row.back(), widths.back());
    std::vector<std::string> cells = row;
    cells.back() = last.empty() ? "" : last[0];
    Line(line_of(cells));
    for (std::size_t i = 1; i < last.size(); ++i) {
      std::vector<std::string> rest(row.size());
      rest.back() = last[i];
      Line(line_of(rest));
    }
  }
}

std::string Page::Bar(double share, int columns) const {
  const int filled =
      static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * columns));
  return absl::StrCat(
      Repeated(style_.has_boxes ? "\u2588" : "#", filled),
      Repeated(style_.has_boxes ? "\u2591" : ".", columns - filled));
}

}  // namespace pulsetaker::cli
