#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::network {

inline constexpr std::size_t kPieceBytes = std::size_t{1} << 16;

// Takes the next piece of an export. Its error ends the export.
using ExportSink = absl::FunctionRef<absl::Status(absl::string_view)>;

// Gathers text for a sink. Every piece but the last has kPieceBytes bytes, and
// none is empty; a piece may end within a character.
class PieceBuffer {
 public:
  // `sink` must outlive this.
  explicit PieceBuffer(ExportSink sink) : sink_(sink) {
    piece_.reserve(kPieceBytes);
  }

  // Does nothing once the sink has failed.
  void Append(absl::string_view text);

  // In decimal: the shortest that is read back as the same bits.
  void AppendNumber(double number);
  void AppendNumber(std::int64_t number);

  // The first error of the sink.
  const absl::Status& status() const { return status_; }

  // Hands over what is left. Nothing may be appended after it.
  absl::Status Finish();

 private:
  ExportSink sink_;
  std::string piece_;
  absl::Status status_;
};

// What to write for the character at the start of a text, and how many bytes it
// stands for; 0 bytes if the character stands for itself.
struct Substitute {
  absl::string_view text;
  std::size_t length = 0;
};

// Appends `text` with a substitute for each character that has one. `find` is
// asked about each rest of it, which is not empty.
void AppendSubstituted(
    absl::string_view text,
    absl::FunctionRef<Substitute(absl::string_view rest)> find,
    PieceBuffer& out);

}  // namespace pulsetaker::network
