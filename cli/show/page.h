// Plain text in 80 columns: headings, wrapped paragraphs, tables, bars.

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pulsetaker::cli {

inline constexpr int kPageColumns = 80;

struct PageStyle {
  // Lines and bars of box characters, for a terminal that shows them.
  bool has_boxes = false;
};

struct TableColumn {
  std::string heading;
  bool is_right_aligned = false;
  int width_max = 24;  // Longer cells are cut.
};

class Page {
 public:
  explicit Page(PageStyle style) : style_(style) {}

  // The heading of the page: `left` and `right`, what is `below`, and a double
  // line.
  void Title(absl::string_view left, absl::string_view right,
             absl::string_view below);
  void Section(absl::string_view title);
  void Blank();

  // Wrapped at the right margin, every line `indent` columns in.
  void Paragraph(absl::string_view text, int indent = 2);
  // The first line begins with `label`, in a field of `label_columns`; the
  // others are as far in as its text. A longer label has a line of its own.
  void Labelled(absl::string_view label, absl::string_view text,
                int label_columns, int indent = 2);
  void Bullet(absl::string_view text, int indent = 2);

  // Rows have a cell a column. The last column wraps. Where the columns do not
  // fit on the page, the widest are cut.
  void Table(const std::vector<TableColumn>& columns,
             const std::vector<std::vector<std::string>>& rows);

  // A bar of `columns` for `share`, in [0, 1].
  std::string Bar(double share, int columns) const;

  const std::string& text() const { return text_; }

 private:
  void Line(absl::string_view text);

  const PageStyle style_;
  std::string text_;
};

// `text` in lines of at most `columns`; a longer word stays whole.
std::vector<std::string> Wrap(absl::string_view text, int columns);

// `text` in exactly `columns`: cut with ".." or filled with spaces.
std::string Fit(absl::string_view text, int columns, bool is_right_aligned);

}  // namespace pulsetaker::cli
