#include "cli/import/csv_reader.h"

#include <utility>

#include "common/base/resource_id.h"

namespace pulsetaker::cli {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";
// Enough of a field to be recognised in a message.
constexpr std::size_t kDefectValueBytesMax = 256;

}  // namespace

CsvReader::CsvReader(OnRow on_row, OnDefect on_defect)
    : on_row_(std::move(on_row)), on_defect_(std::move(on_defect)) {
  StartRow();
}

void CsvReader::Feed(absl::string_view chunk) {
  while (bytes_seen_ < kByteOrderMark.size() && !chunk.empty()) {
    mark_.push_back(chunk.front());
    chunk.remove_prefix(1);
    if (++bytes_seen_ < kByteOrderMark.size()) continue;
    if (mark_ != kByteOrderMark) {
      for (const char c : mark_) Take(c);
    }
  }
  for (const char c : chunk) Take(c);
}

void CsvReader::Finish() {
  if (bytes_seen_ < kByteOrderMark.size()) {
    for (const char c : mark_) Take(c);
  }
  switch (state_) {
    case State::kQuoted:
      GiveUp(CsvDefect::Kind::kUnclosedQuote);
      return;
    case State::kSkipLine:
      return;
    case State::kFieldStart:
    case State::kBare:
    case State::kAfterQuote:
      if (row_bytes_ > 0) EndRow(/*ends_with_newline=*/false);
      return;
  }
}

void CsvReader::Take(char c) {
  if (state_ == State::kSkipLine) {
    if (c != '\n') return;
    ++line_;
    StartRow();
    return;
  }
  if (++row_bytes_ > kRowBytesMax) {
    // A quoted field of several lines that never ends is a forgotten quote.
    GiveUp(state_ == State::kQuoted && line_ > row_.line
               ? CsvDefect::Kind::kUnclosedQuote
               : CsvDefect::Kind::kRowTooLong);
    if (c == '\n') Take(c);
    return;
  }
  switch (state_) {
    case State::kFieldStart:
    case State::kBare:
      TakeUnquoted(c);
      return;
    case State::kQuoted:
      if (c == '"') {
        state_ = State::kAfterQuote;
        return;
      }
      if (c == '\n') ++line_;
      field_.push_back(c);
      return;
    case State::kAfterQuote:
      TakeAfterQuote(c);
      return;
    case State::kSkipLine:
      return;
  }
}

void CsvReader::TakeUnquoted(char c) {
  switch (c) {
    case ',':
      EndField();
      return;
    case '\n':
      if (!field_.empty() && field_.back() == '\r') field_.pop_back();
      EndRow(/*ends_with_newline=*/true);
      return;
    case '"':
      if (state_ == State::kBare) {
        GiveUp(CsvDefect::Kind::kStrayQuote);
        return;
      }
      state_ = State::kQuoted;
      return;
    default:
      state_ = State::kBare;
      field_.push_back(c);
  }
}

void CsvReader::TakeAfterQuote(char c) {
  switch (c) {
    case '"':
      state_ = State::kQuoted;
      field_.push_back('"');
      return;
    case ',':
      EndField();
      return;
    case '\r':
      return;
    case '\n':
      EndRow(/*ends_with_newline=*/true);
      return;
    default:
      GiveUp(CsvDefect::Kind::kStrayQuote);
  }
}

void CsvReader::EndField() {
  row_.fields.push_back(std::move(field_));
  field_.clear();
  state_ = State::kFieldStart;
}

void CsvReader::EndRow(bool ends_with_newline) {
  EndField();
  row_.ends_with_newline = ends_with_newline;
  const std::int64_t last_line = line_;
  if (ends_with_newline) ++line_;
  CsvRow row = std::exchange(row_, {});
  StartRow();
  if (row.fields.size() == 1 && row.fields[0].empty()) return;
  for (std::size_t i = 0; i < row.fields.size(); ++i) {
    const std::string& field = row.fields[i];
    const bool has_nul = field.find('\0') != std::string::npos;
    if (!has_nul && IsValidUtf8(field)) continue;
    on_defect_({has_nul ? CsvDefect::Kind::kNulByte : CsvDefect::Kind::kNotUtf8,
                row.line, last_line, i, field.substr(0, kDefectValueBytesMax)});
    return;
  }
  on_row_(std::move(row));
}

void CsvReader::StartRow() {
  row_.line = line_;
  row_.fields.clear();
  field_.clear();
  row_bytes_ = 0;
  state_ = State::kFieldStart;
}

void CsvReader::GiveUp(CsvDefect::Kind kind) {
  on_defect_({kind, row_.line, line_, row_.fields.size(),
              field_.substr(0, kDefectValueBytesMax)});
  field_.clear();
  field_.shrink_to_fit();
  state_ = State::kSkipLine;
}

}  // namespace pulsetaker::cli
