// Comma-separated text (RFC 4180) in chunks of any size: what is held is one
// row of at most kRowBytesMax, however long the file or a line of it is.
//
// Accepted beyond the RFC: "\n" and "\r\n", a byte order mark, blank lines, and
// a last row without an end of line.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pulsetaker::cli {

inline constexpr std::size_t kRowBytesMax = std::size_t{1} << 20;

struct CsvRow {
  std::int64_t line = 0;  // Where the row begins; the first line is 1.
  std::vector<std::string> fields;
  bool ends_with_newline = true;  // False only for the last row of a file.
};

// What makes a row, or with kUnclosedQuote the rest of the file, unreadable.
struct CsvDefect {
  enum class Kind {
    kRowTooLong,     // More than kRowBytesMax.
    kUnclosedQuote,  // Rows after it may have been swallowed.
    kStrayQuote,     // Text before or after a quoted field.
    kNotUtf8,
    kNulByte,
  };
  Kind kind;
  std::int64_t first_line = 0;
  std::int64_t last_line = 0;
  std::size_t field_index = 0;
  std::string value;  // The field as far as it was read; may not be UTF-8.
};

class CsvReader {
 public:
  // Called in the order of the file, from Feed and Finish.
  using OnRow = std::function<void(CsvRow)>;
  using OnDefect = std::function<void(CsvDefect)>;

  CsvReader(OnRow on_row, OnDefect on_defect);

  void Feed(absl::string_view chunk);

  // The text is complete. Nothing may be fed after it.
  void Finish();

 private:
  enum class State {
    kFieldStart,
    kBare,
    kQuoted,
    kAfterQuote,  // A quote inside a quoted field: its end, or half of "".
    kSkipLine,    // The row is given up; the next line is a row again.
  };

  void Take(char c);
  void TakeUnquoted(char c);
  void TakeAfterQuote(char c);
  void EndField();
  void EndRow(bool ends_with_newline);
  void StartRow();
  void GiveUp(CsvDefect::Kind kind);

  OnRow on_row_;
  OnDefect on_defect_;
  State state_ = State::kFieldStart;
  CsvRow row_;
  std::string field_;
  std::size_t row_bytes_ = 0;
  std::size_t bytes_seen_ = 0;
  std::int64_t line_ = 1;
  std::string mark_;  // The first bytes, while they may be a byte order mark.
};

}  // namespace pulsetaker::cli
