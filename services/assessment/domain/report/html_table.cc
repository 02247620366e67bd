#include "services/assessment/domain/report/html_table.h"

#include <cstddef>

namespace pulsetaker::assessment::report {
namespace {

void WriteCell(const Column& column, const Cell& cell, HtmlWriter& html) {
  if (const auto* text = std::get_if<std::string>(&cell)) {
    html.Element("td", *text,
                 {{"role", "cell"},
                  {"class", column.is_number ? "n" : ""},
                  {"data-label", column.heading}});
    return;
  }
  html.Open(
      "td",
      {{"role", "cell"}, {"class", "bare"}, {"data-label", column.heading}});
  std::get<1>(cell)(html);
  html.Close();
}

}  // namespace

// The roles are those that the tags have anyway; where the style shows a table
// as a list, browsers would forget them.
void WriteTable(const Table& table, HtmlWriter& html) {
  html.Open("table", {{"class", "stack"}, {"role", "table"}});
  html.Element("caption", table.caption);
  html.Open("thead", {{"role", "rowgroup"}});
  html.Open("tr", {{"role", "row"}});
  for (const Column& column : table.columns) {
    html.Element("th", column.heading,
                 {{"role", "columnheader"},
                  {"scope", "col"},
                  {"class", column.is_number ? "n" : ""}});
  }
  html.Close();
  html.Close();
  html.Open("tbody", {{"role", "rowgroup"}});
  for (const std::vector<Cell>& row : table.rows) {
    html.Open("tr", {{"role", "row"}});
    html.Element("th", std::get<std::string>(row[0]),
                 {{"role", "rowheader"}, {"scope", "row"}});
    for (std::size_t c = 1; c < row.size(); ++c) {
      WriteCell(table.columns[c], row[c], html);
    }
    html.Close();
  }
  html.Close();
  html.Close();
}

}  // namespace pulsetaker::assessment::report
