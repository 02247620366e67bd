#include "services/survey/domain/wave_export.h"

#include <type_traits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/digest.h"
#include "common/base/status.h"

namespace pulsetaker::survey {
namespace {

using Section = ExportPosition::Section;

// Few, because a response can be almost as large as a piece.
constexpr std::size_t kReadCount = 64;
constexpr std::size_t kDigestBytes = 32;

absl::Status Malformed() {
  return MakeError(absl::StatusCode::kInvalidArgument, "RESUME_TOKEN_MALFORMED",
                   "resume_token was not given out for this export",
                   {{"field", "resume_token"}});
}

}  // namespace

std::string EncodePosition(const ExportPosition& position) {
  return absl::StrCat(position.digest, static_cast<int>(position.section), " ",
                      position.bytes, " ", position.people, " ",
                      position.responses, " ", position.after);
}

absl::StatusOr<ExportPosition> DecodePosition(absl::string_view text) {
  ExportPosition position;
  if (text.size() < kDigestBytes) return Malformed();
  position.digest = std::string(text.substr(0, kDigestBytes));
  const std::vector<std::string> parts =
      absl::StrSplit(text.substr(kDigestBytes), ' ');
  int section = 0;
  if (parts.size() != 5 || !absl::SimpleAtoi(parts[0], &section) ||
      section < 0 || section > static_cast<int>(Section::kEnd) ||
      !absl::SimpleAtoi(parts[1], &position.bytes) ||
      !absl::SimpleAtoi(parts[2], &position.people) ||
      !absl::SimpleAtoi(parts[3], &position.responses)) {
    return Malformed();
  }
  position.section = static_cast<Section>(section);
  position.after = parts[4];
  return position;
}

template <typename Row>
absl::StatusOr<const Row*> WaveExport::Peek(Few<Row>& few) {
  if (few.next == few.rows.size() && !few.at_end) {
    if constexpr (std::is_same_v<Row, Participant>) {
      PT_ASSIGN_OR_RETURN(few.rows,
                          snapshot_.ReadParticipants(few.after, kReadCount));
    } else {
      PT_ASSIGN_OR_RETURN(few.rows,
                          snapshot_.ReadResponses(few.after, kReadCount));
    }
    few.next = 0;
    few.at_end = few.rows.empty();
    if (!few.rows.empty()) few.after = few.rows.back().person;
  }
  return few.at_end ? nullptr : &few.rows[few.next];
}

absl::StatusOr<std::string> WaveExport::Next() {
  std::string piece;
  full_ = false;
  while (position_.section != Section::kEnd && !full_) {
    PT_RETURN_IF_ERROR(Advance(piece));
  }
  if (piece.empty()) return piece;
  position_.bytes += static_cast<std::int64_t>(piece.size());
  position_.digest = Sha256().Update(position_.digest).Update(piece).Finish();
  return piece;
}

absl::Status WaveExport::Advance(std::string& piece) {
  switch (position_.section) {
    case Section::kHead:
      piece = writer_.Head(snapshot_.wave());
      position_.section = format_ == ExportFormat::kCsvLong
                              ? Section::kResponses
                              : Section::kPeople;
      return absl::OkStatus();
    case Section::kPeople:
      return AdvancePeople(piece);
    case Section::kResponses:
      return AdvanceResponses(piece);
    case Section::kEnd:
      break;
  }
  return absl::OkStatus();
}

absl::Status WaveExport::AdvancePeople(std::string& piece) {
  if (!people_.begun) {
    people_.begun = true;
    people_.after = position_.after;
    // In the wide format responses are read along with the people.
    responses_.after = position_.after;
  }
  PT_ASSIGN_OR_RETURN(const Participant* const person, Peek(people_));
  if (person == nullptr) {
    position_.section =
        format_ == ExportFormat::kCsvWide ? Section::kEnd : Section::kResponses;
    position_.after.clear();
    responses_ = {};
    return absl::OkStatus();
  }
  const Response* response = nullptr;
  if (format_ == ExportFormat::kCsvWide) {
    PT_ASSIGN_OR_RETURN(response, FindResponse(person->person));
  }
  const std::string line = writer_.PersonLine(*person, response);
  if (!Fits(piece, line)) {
    full_ = true;
    return absl::OkStatus();
  }
  absl::StrAppend(&piece, line);
  position_.after = person->person;
  ++position_.people;
  if (response != nullptr) ++position_.responses;
  ++people_.next;
  return absl::OkStatus();
}

absl::StatusOr<const Response*> WaveExport::FindResponse(
    const std::string& person) {
  for (;;) {
    PT_ASSIGN_OR_RETURN(const Response* const response, Peek(responses_));
    if (response == nullptr || response->person > person) return nullptr;
    if (response->person == person) return response;
    ++responses_.next;
  }
}

absl::Status WaveExport::AdvanceResponses(std::string& piece) {
  if (!responses_.begun) {
    responses_.begun = true;
    responses_.after = position_.after;
  }
  PT_ASSIGN_OR_RETURN(const Response* const response, Peek(responses_));
  if (response == nullptr) {
    position_.section = Section::kEnd;
    position_.after.clear();
    return absl::OkStatus();
  }
  const std::string lines = writer_.ResponseLines(*response);
  if (!Fits(piece, lines)) {
    full_ = true;
    return absl::OkStatus();
  }
  absl::StrAppend(&piece, lines);
  position_.after = response->person;
  ++position_.responses;
  ++responses_.next;
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
