// An export of a closed wave: a run of bytes that is made piece by piece, can
// be gone on with from the end of any piece, and proves its own integrity.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/survey/domain/export_format.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

inline constexpr std::size_t kExportPieceBytesMax = std::size_t{1} << 20;

// Where a piece ends. All of it goes into a resume token.
struct ExportPosition {
  enum class Section : std::uint8_t {
    kHead = 0,
    kPeople = 1,
    kResponses = 2,
    kEnd = 3,
  };
  Section section = Section::kHead;
  std::string after;       // The last person of the section that is done.
  std::int64_t bytes = 0;  // Of all pieces up to here.
  std::int64_t people = 0;
  std::int64_t responses = 0;
  // 32 bytes, zeros at the start. See WaveExport.
  std::string digest = std::string(32, '\0');

  friend bool operator==(const ExportPosition&,
                         const ExportPosition&) = default;
};

// The position as text for a token, and back. INVALID_ARGUMENT,
// RESUME_TOKEN_MALFORMED.
std::string EncodePosition(const ExportPosition& position);
absl::StatusOr<ExportPosition> DecodePosition(absl::string_view text);

// For one thread at a time.
//
// The digest of a piece is the SHA-256 of the digest of the piece before it (32
// bytes; zeros before the first) and the bytes of the piece. So the last one
// covers everything, and a reader who goes on from a piece checks the rest
// without the bytes before it.
class WaveExport {
 public:
  // All must outlive this. `instrument` is the wave's.
  WaveExport(ExportFormat format, const Instrument& instrument,
             WaveSnapshot& snapshot, ExportPosition start)
      : writer_(format, instrument),
        format_(format),
        snapshot_(snapshot),
        position_(std::move(start)) {}

  // The next piece: whole lines, at most kExportPieceBytesMax or else one
  // person's. Empty exactly at the end. Pieces end at the same places whichever
  // of them a caller begins with.
  absl::StatusOr<std::string> Next();

  // Where the last piece ended.
  const ExportPosition& position() const { return position_; }

 private:
  // Adds the lines of the next person of the section, or goes to the next
  // section.
  absl::Status Advance(std::string& piece);
  absl::Status AdvancePeople(std::string& piece);
  absl::Status AdvanceResponses(std::string& piece);
  // The response of the person, if there is one; for people in their order.
  absl::StatusOr<const Response*> FindResponse(const std::string& person);
  // Adds the lines to the piece, or keeps them for the next one.
  bool Fits(const std::string& piece, const std::string& lines) const {
    return piece.empty() || piece.size() + lines.size() <= kExportPieceBytesMax;
  }

  // A few rows that were read at once.
  template <typename Row>
  struct Few {
    std::vector<Row> rows;
    std::size_t next = 0;
    std::string after;
    bool begun = false;
    bool at_end = false;
  };

  // The next row, or nullptr at the end, reading more if need be.
  template <typename Row>
  absl::StatusOr<const Row*> Peek(Few<Row>& few);

  const ExportWriter writer_;
  const ExportFormat format_;
  WaveSnapshot& snapshot_;
  ExportPosition position_;
  bool full_ = false;
  Few<Participant> people_;
  Few<Response> responses_;
};

}  // namespace pulsetaker::survey
