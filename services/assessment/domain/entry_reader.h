// The form of the files of catalogue/: entries of fields, in lines.
//
//   # A comment is a line of its own.
//   kind id
//     key: a value
//       that goes on in a line that is indented further
//
// An entry begins in the first column, a key in the third, and a line that goes
// on in the fifth or later; lines are joined with one space. Text is UTF-8
// without tabs and other control characters.

#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::assessment {

// Both count from 1; columns are characters, not bytes.
struct TextPosition {
  int line = 1;
  int column = 1;

  friend bool operator==(const TextPosition&, const TextPosition&) = default;
};

struct EntryField {
  std::string key;
  std::string value;
  TextPosition position;  // Of the key.

  // Where the byte at `offset` of the value is in the file.
  TextPosition PositionOf(std::size_t offset) const;

  struct Line {
    std::size_t offset;     // In `value`, of the line's first byte.
    TextPosition position;  // Of that byte.
  };
  std::vector<Line> lines;
};

struct Entry {
  std::string kind;
  std::string id;
  TextPosition position;
  std::vector<EntryField> fields;

  // The field of this key, or null.
  const EntryField* Find(absl::string_view key) const;
};

struct CatalogueFile {
  absl::string_view name;  // For messages.
  absl::string_view text;
};

// INVALID_ARGUMENT, for whoever writes a catalogue file; it never gets to a
// caller of the API. `entry` and `allowed` may be empty:
//   "findings.catalogue:12:9: risk resistance: <problem>; allowed: <allowed>"
absl::Status CatalogueError(const CatalogueFile& file, TextPosition position,
                            absl::string_view entry, absl::string_view problem,
                            absl::string_view allowed = "");

// Entries in their order. INVALID_ARGUMENT: the file is not of the form above,
// a key is given twice, a value is empty, or it is longer than 1 MiB.
absl::StatusOr<std::vector<Entry>> ReadEntries(const CatalogueFile& file);

}  // namespace pulsetaker::assessment
