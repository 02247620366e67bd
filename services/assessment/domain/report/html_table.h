// Tables with headings for rows and columns, which narrow screens show as a
// list of rows.

#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "services/assessment/domain/report/html_writer.h"

namespace pulsetaker::assessment::report {

struct Column {
  std::string heading;
  bool is_number = false;
};

// Text, or something drawn. The first cell of a row is its heading: text.
using Cell = std::variant<std::string, std::function<void(HtmlWriter&)>>;

struct Table {
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;  // A cell for each column.
};

void WriteTable(const Table& table, HtmlWriter& html);

}  // namespace pulsetaker::assessment::report
