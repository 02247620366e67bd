#include "services/survey/rpc/frame_messages.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/crc32.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/plain_answers.h"
#include "services/survey/rpc/response_messages.h"

namespace pulsetaker::survey {
namespace {

using v1::StreamResponsesRequest;
using v1::StreamResponsesResponse;

// Verdicts that are sent in one message, at most, unless one frame has more.
constexpr int kVerdictCountMax = 16'384;

absl::Status RowError(absl::string_view reason, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, reason,
                   absl::StrCat("response ", problem), {{"field", "response"}});
}

// The answers in a row as the sender gave them, or why they cannot be read.
// Sets the consent that they come with.
absl::StatusOr<Answers> ReadAnswers(const v1::UploadRow& row,
                                    std::int32_t& consent_version) {
  const std::string& bytes = row.response();
  if (Crc32(bytes) != row.crc32() && !PT_PLANTED_BUG("row_checksum_ignored")) {
    return RowError("ROW_CORRUPTED", "does not have the checksum of the row");
  }
  if (std::optional<Answers> answers = ReadPlainAnswers(bytes)) {
    return *std::move(answers);
  }
  // Reused, so that a long upload does not allocate for each of its rows.
  thread_local v1::Response response;
  if (!response.ParseFromString(bytes)) {
    return RowError("ROW_UNREADABLE", "is not a serialised Response");
  }
  consent_version = response.consent_version();
  return FromProto(response);
}

}  // namespace

Frame ReadFrame(const UploadKey& upload,
                const StreamResponsesRequest& request) {
  Frame frame;
  frame.upload = upload;
  frame.offset = request.offset();
  frame.rows.reserve(static_cast<std::size_t>(request.rows_size()));
  for (const v1::UploadRow& row : request.rows()) {
    std::int32_t consent_version = 0;
    absl::StatusOr<Answers> answers = ReadAnswers(row, consent_version);
    frame.rows.push_back({.person = row.person(),
                          .answers = std::move(answers),
                          .expected_revision = ExpectedRevision(row.etag()),
                          .consent_version = consent_version});
  }
  return frame;
}

StreamResponsesResponse ToAcknowledgement(const FrameResult& result) {
  StreamResponsesResponse message;
  message.set_committed_offset(result.committed_offset);
  message.set_first_offset(result.first_offset);
  message.mutable_verdicts()->Reserve(static_cast<int>(result.verdicts.size()));
  for (const RowVerdict verdict : result.verdicts) {
    message.add_verdicts(ToProto(verdict));
  }
  for (const RowProblem& problem : result.problems) {
    v1::RowProblem& added = *message.add_problems();
    added.set_offset(problem.offset);
    added.set_reason(problem.reason);
    added.set_field(problem.field);
    added.set_message(problem.message);
  }
  return message;
}

bool Merge(const StreamResponsesResponse& next,
           StreamResponsesResponse& message) {
  if (next.first_offset() != message.committed_offset() ||
      message.verdicts_size() + next.verdicts_size() > kVerdictCountMax) {
    return false;
  }
  message.set_committed_offset(next.committed_offset());
  message.mutable_verdicts()->MergeFrom(next.verdicts());
  message.mutable_problems()->MergeFrom(next.problems());
  return true;
}

}  // namespace pulsetaker::survey
