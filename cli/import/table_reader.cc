#include "cli/import/table_reader.h"

#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/import/text.h"

namespace pulsetaker::cli {
namespace {

class TableReading {
 public:
  TableReading(const InputFile& file, const TableVisitor& visitor,
               ProblemLog& problems)
      : file_(file), visitor_(visitor), problems_(problems) {}

  std::int64_t Run() {
    CsvReader csv([this](CsvRow row) { OnRow(row); },
                  [this](const CsvDefect& defect) { OnDefect(defect); });
    while (!is_given_up_) {
      absl::StatusOr<std::string> chunk = file_.next();
      if (absl::IsNotFound(chunk.status())) {
        AddFileProblem(ProblemKind::kFileMissing, "the file is missing",
                       absl::StrCat("a file with ", visitor_.row_wanted));
        return row_count_;
      }
      if (!chunk.ok()) {
        AddFileProblem(
            ProblemKind::kFileUnreadable,
            absl::StrCat("cannot be read: ", chunk.status().message()),
            "a file that can be read");
        return row_count_;
      }
      if (chunk->empty()) break;
      csv.Feed(*chunk);
    }
    if (is_given_up_) return row_count_;
    csv.Finish();
    CheckNotEmpty();
    return row_count_;
  }

 private:
  void OnRow(const CsvRow& row) {
    if (is_given_up_) return;
    if (!header_.has_value()) {
      OnHeader(row);
      return;
    }
    ++row_count_;
    const std::size_t want = header_->columns().size();
    if (row.fields.size() == want) {
      if (CheckPrintable(row)) visitor_.on_row(row);
      return;
    }
    const std::string wanted = absl::StrCat(
        Counted(static_cast<std::int64_t>(want), "field", "fields"),
        ", as the header line has");
    const std::string found = Counted(
        static_cast<std::int64_t>(row.fields.size()), "field", "fields");
    if (!row.ends_with_newline && row.fields.size() < want) {
      problems_.Add({ProblemKind::kCutRow, file_.name, row.line, "", "",
                     absl::StrCat("the file is cut off in this row: ", found,
                                  " and no end of line"),
                     wanted});
      return;
    }
    problems_.Add({ProblemKind::kFieldCount, file_.name, row.line, "", "",
                   absl::StrCat("the row has ", found), wanted});
  }

  // Text of the survey API has no control characters but newline and tab.
  bool CheckPrintable(const CsvRow& row) {
    for (std::size_t i = 0; i < row.fields.size(); ++i) {
      for (const char c : row.fields[i]) {
        if (!absl::ascii_iscntrl(static_cast<unsigned char>(c)) || c == '\n' ||
            c == '\t') {
          continue;
        }
        problems_.Add({ProblemKind::kNotText, file_.name, row.line,
                       FieldName(i), row.fields[i], "has a control character",
                       "text without any"});
        return false;
      }
    }
    return true;
  }

  void OnHeader(const CsvRow& row) {
    std::vector<std::string> columns;
    columns.reserve(row.fields.size());
    for (const std::string& field : row.fields) {
      columns.emplace_back(absl::StripAsciiWhitespace(field));
    }
    for (std::size_t i = 0; i < columns.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (columns[i] != columns[j]) continue;
        problems_.Add({ProblemKind::kColumnRepeated, file_.name, row.line,
                       "column", columns[i], "is there twice",
                       "each column once"});
        is_given_up_ = true;
        return;
      }
    }
    header_.emplace(std::move(columns));
    for (const std::string& required : visitor_.required_columns) {
      if (header_->Find(required).has_value()) continue;
      problems_.Add(
          {ProblemKind::kColumnMissing, file_.name, row.line, "column",
           required, "is missing from the header line",
           absl::StrCat("the columns ",
                        absl::StrJoin(visitor_.required_columns, ", "))});
      is_given_up_ = true;
    }
    if (!is_given_up_ && !visitor_.on_header(*header_)) is_given_up_ = true;
  }

  void OnDefect(const CsvDefect& defect) {
    if (is_given_up_) return;
    if (header_.has_value()) ++row_count_;
    Problem problem = DefectProblem(defect);
    problem.file = file_.name;
    problem.line = defect.first_line;
    if (!problem.field.empty()) problem.value = defect.value;
    problems_.Add(std::move(problem));
    // Without its header line a file means nothing.
    if (!header_.has_value()) is_given_up_ = true;
  }

  Problem DefectProblem(const CsvDefect& defect) const {
    const std::string field = FieldName(defect.field_index);
    switch (defect.kind) {
      case CsvDefect::Kind::kRowTooLong:
        return {header_.has_value() ? ProblemKind::kRowTooLong
                                    : ProblemKind::kFileUnreadable,
                "",
                0,
                "",
                "",
                "the row is longer than 1 MiB",
                absl::StrCat("rows of at most ",
                             WithCommas(std::int64_t{kRowBytesMax}), " bytes")};
      case CsvDefect::Kind::kUnclosedQuote:
        return {ProblemKind::kUnclosedQuote,
                "",
                0,
                field,
                "",
                absl::StrCat("opens a quote that is not closed by line ",
                             defect.last_line),
                "a closing quote"};
      case CsvDefect::Kind::kStrayQuote:
        return {ProblemKind::kStrayQuote,
                "",
                0,
                field,
                "",
                "has a quote in the middle",
                "the whole field in quotes, and quotes in it doubled"};
      case CsvDefect::Kind::kNotUtf8:
        return {header_.has_value() ? ProblemKind::kNotText
                                    : ProblemKind::kFileUnreadable,
                "",
                0,
                field,
                "",
                "is not UTF-8 text",
                "the file saved as UTF-8"};
      case CsvDefect::Kind::kNulByte:
        return {header_.has_value() ? ProblemKind::kNotText
                                    : ProblemKind::kFileUnreadable,
                "",
                0,
                field,
                "",
                "has a zero byte",
                "the file saved as UTF-8 text"};
    }
    return {};
  }

  std::string FieldName(std::size_t index) const {
    if (header_.has_value() && index < header_->columns().size()) {
      return header_->columns()[index];
    }
    return absl::StrCat("field ", index + 1);
  }

  void CheckNotEmpty() {
    if (is_given_up_) return;
    if (!header_.has_value()) {
      AddFileProblem(
          ProblemKind::kFileEmpty, "the file is empty",
          absl::StrCat("a header line with ",
                       absl::StrJoin(visitor_.required_columns, ", "),
                       ", then ", visitor_.row_wanted));
      return;
    }
    if (row_count_ == 0 && !visitor_.may_have_no_rows) {
      AddFileProblem(ProblemKind::kFileEmpty, "the file has a header line only",
                     visitor_.row_wanted);
    }
  }

  void AddFileProblem(ProblemKind kind, std::string found, std::string want) {
    problems_.Add(
        {kind, file_.name, 0, "", "", std::move(found), std::move(want)});
  }

  const InputFile& file_;
  const TableVisitor& visitor_;
  ProblemLog& problems_;
  std::optional<TableHeader> header_;
  std::int64_t row_count_ = 0;
  bool is_given_up_ = false;
};

}  // namespace

InputFile TextFile(absl::string_view name, std::string text,
                   std::size_t chunk_bytes) {
  auto position = std::make_shared<std::size_t>(0);
  return {std::string(name),
          [text = std::move(text), position,
           chunk_bytes]() -> absl::StatusOr<std::string> {
            std::string chunk = text.substr(*position, chunk_bytes);
            *position += chunk.size();
            return chunk;
          }};
}

TableHeader::TableHeader(std::vector<std::string> columns)
    : columns_(std::move(columns)) {}

std::optional<std::size_t> TableHeader::Find(absl::string_view column) const {
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i] == column) return i;
  }
  return std::nullopt;
}

absl::string_view Cell(const CsvRow& row, std::optional<std::size_t> column) {
  if (!column.has_value()) return "";
  return absl::StripAsciiWhitespace(row.fields[*column]);
}

std::int64_t ReadTable(const InputFile& file, const TableVisitor& visitor,
                       ProblemLog& problems) {
  return TableReading(file, visitor, problems).Run();
}

}  // namespace pulsetaker::cli
