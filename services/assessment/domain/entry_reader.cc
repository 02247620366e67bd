#include "services/assessment/domain/entry_reader.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"

namespace pulsetaker::assessment {
namespace {

constexpr std::size_t kFileBytesMax = std::size_t{1} << 20;
constexpr std::size_t kKeyIndent = 2;
constexpr std::size_t kValueIndent = 4;

// Characters of UTF-8: every byte but those that go on with one.
int CharacterCount(absl::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
  }));
}

bool IsWordCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' ||
         c == '.';
}

bool IsWord(absl::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), IsWordCharacter);
}

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

class EntryReader {
 public:
  explicit EntryReader(const CatalogueFile& file) : file_(file) {}

  absl::StatusOr<std::vector<Entry>> Read() {
    if (file_.text.size() > kFileBytesMax) {
      return Error({1, 1},
                   absl::StrCat("the file has ", file_.text.size(), " bytes"),
                   absl::StrCat("at most ", kFileBytesMax));
    }
    for (const absl::string_view line : absl::StrSplit(file_.text, '\n')) {
      ++line_;
      PT_RETURN_IF_ERROR(CheckCharacters(line));
      PT_RETURN_IF_ERROR(ReadLine(line));
    }
    PT_RETURN_IF_ERROR(EndField());
    return std::move(entries_);
  }

 private:
  absl::Status Error(TextPosition position, absl::string_view problem,
                     absl::string_view allowed = "") const {
    return CatalogueError(
        file_, position,
        entries_.empty()
            ? ""
            : absl::StrCat(entries_.back().kind, " ", entries_.back().id),
        problem, allowed);
  }

  absl::Status CheckCharacters(absl::string_view line) const {
    if (!IsValidUtf8(line)) {
      return Error({line_, 1}, "the line is not UTF-8");
    }
    const auto control = std::find_if(line.begin(), line.end(), IsControl);
    if (control == line.end()) return absl::OkStatus();
    const auto before =
        line.substr(0, static_cast<std::size_t>(control - line.begin()));
    return Error({line_, CharacterCount(before) + 1},
                 "a tab or another control character",
                 "spaces and printable characters");
  }

  absl::Status ReadLine(absl::string_view line) {
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == absl::string_view::npos || line.front() == '#') {
      return absl::OkStatus();
    }
    line = absl::StripTrailingAsciiWhitespace(line);
    if (indent == 0) return BeginEntry(line);
    if (entries_.empty()) {
      return Error({line_, 1}, "an indented line before the first entry",
                   "`kind id` in the first column");
    }
    if (indent == kKeyIndent) return BeginField(line);
    if (indent < kValueIndent || entries_.back().fields.empty()) {
      return Error({line_, static_cast<int>(indent) + 1},
                   "a line indented by a wrong number of spaces",
                   "none before an entry, 2 before a key, 4 or more to go on "
                   "with a value");
    }
    AddLine(line, indent);
    return absl::OkStatus();
  }

  absl::Status BeginEntry(absl::string_view line) {
    PT_RETURN_IF_ERROR(EndField());
    const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
    if (words.size() != 2 || !IsWord(words[0]) || !IsWord(words[1])) {
      return CatalogueError(file_, {line_, 1}, "",
                            "a line that begins no entry",
                            "`kind id`, each of a-z, A-Z, 0-9, '_' and '.'");
    }
    Entry& entry = entries_.emplace_back();
    entry.kind = std::string(words[0]);
    entry.id = std::string(words[1]);
    entry.position = {line_, 1};
    return absl::OkStatus();
  }

  absl::Status BeginField(absl::string_view line) {
    PT_RETURN_IF_ERROR(EndField());
    const TextPosition position = {line_, static_cast<int>(kKeyIndent) + 1};
    const std::size_t colon = line.find(':');
    const absl::string_view key = line.substr(
        kKeyIndent,
        colon == absl::string_view::npos ? colon : colon - kKeyIndent);
    if (colon == absl::string_view::npos || !IsWord(key)) {
      return Error(position, "a line that is no field", "`key: value`");
    }
    if (entries_.back().Find(key) != nullptr) {
      return Error(position, absl::StrCat("`", key, "` is given twice"));
    }
    EntryField& field = entries_.back().fields.emplace_back();
    field.key = std::string(key);
    field.position = position;
    const std::size_t begin = line.find_first_not_of(' ', colon + 1);
    if (begin != absl::string_view::npos) AddLine(line, begin);
    return absl::OkStatus();
  }

  void AddLine(absl::string_view line, std::size_t begin) {
    EntryField& field = entries_.back().fields.back();
    if (!field.value.empty()) field.value += ' ';
    field.lines.push_back({field.value.size(),
                           {line_, CharacterCount(line.substr(0, begin)) + 1}});
    absl::StrAppend(&field.value, line.substr(begin));
  }

  absl::Status EndField() const {
    if (entries_.empty() || entries_.back().fields.empty()) {
      return absl::OkStatus();
    }
    const EntryField& field = entries_.back().fields.back();
    if (!field.value.empty()) return absl::OkStatus();
    return Error(field.position, absl::StrCat("`", field.key, "` is empty"));
  }

  const CatalogueFile& file_;
  int line_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace

TextPosition EntryField::PositionOf(std::size_t offset) const {
  const auto after =
      std::find_if(lines.begin(), lines.end(),
                   [offset](const Line& line) { return line.offset > offset; });
  if (after == lines.begin()) return position;
  const Line& line = *(after - 1);
  TextPosition found = line.position;
  found.column += CharacterCount(absl::string_view(value).substr(
      line.offset, std::min(offset, value.size()) - line.offset));
  return found;
}

const EntryField* Entry::Find(absl::string_view key) const {
  for (const EntryField& field : fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

absl::Status CatalogueError(const CatalogueFile& file, TextPosition position,
                            absl::string_view entry, absl::string_view problem,
                            absl::string_view allowed) {
  return absl::InvalidArgumentError(
      absl::StrCat(file.name, ":", position.line, ":", position.column, ": ",
                   entry, entry.empty() ? "" : ": ", problem,
                   allowed.empty() ? "" : "; allowed: ", allowed));
}

absl::StatusOr<std::vector<Entry>> ReadEntries(const CatalogueFile& file) {
  return EntryReader(file).Read();
}

}  // namespace pulsetaker::assessment
