// A CSV file with a header line: finds the columns, holds every row to the
// header, and turns what cannot be read into problems.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/import/csv_reader.h"
#include "cli/import/problem.h"

namespace pulsetaker::cli {

// A file, read once, from front to back.
struct InputFile {
  std::string name;  // As messages call it: people.csv.
  // The next bytes; empty at the end.
  std::function<absl::StatusOr<std::string>()> next;
};

// A file of a test or of memory, in chunks of `chunk_bytes`.
InputFile TextFile(absl::string_view name, std::string text,
                   std::size_t chunk_bytes = 4'096);

class TableHeader {
 public:
  explicit TableHeader(std::vector<std::string> columns);

  const std::vector<std::string>& columns() const { return columns_; }
  std::optional<std::size_t> Find(absl::string_view column) const;

 private:
  std::vector<std::string> columns_;
};

// The cell of `row` without spaces around it; "" where there is no such column.
absl::string_view Cell(const CsvRow& row, std::optional<std::size_t> column);

struct TableVisitor {
  std::vector<std::string> required_columns;
  std::string row_wanted;  // "one row a person"
  bool may_have_no_rows = false;
  // False gives up the file; a problem must have been added.
  std::function<bool(const TableHeader&)> on_header;
  std::function<void(const CsvRow&)> on_row;
};

// Reads `file` to its end and returns the number of rows that it has, those
// with a problem included.
std::int64_t ReadTable(const InputFile& file, const TableVisitor& visitor,
                       ProblemLog& problems);

}  // namespace pulsetaker::cli
