// The port through which responses get onto the disk. One committer behind it
// takes frames and single responses from everyone, writes many of them with one
// sync and then tells all; so it answers through callbacks.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/survey/domain/invitation_token.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/domain/upload.h"

namespace pulsetaker::survey {

// One row of a frame.
struct FrameRow {
  std::string person;
  // What CheckAnswers made of the row, or why it is rejected: an error with a
  // reason and the metadata `field`.
  absl::StatusOr<Answers> answers;
  std::optional<std::int64_t> expected_revision;
  std::int32_t consent_version = 0;  // As CheckConsent wants it.
};

// A run of rows of an upload.
struct Frame {
  UploadKey upload;
  std::int64_t offset = 0;  // Rows of the upload before this frame.
  std::vector<FrameRow> rows;
  absl::Time receive_time;  // Whole microseconds.
};

// Why a row was rejected.
struct RowProblem {
  std::int64_t offset = 0;  // From the start of the upload.
  std::string reason;
  std::string field;
  std::string message;

  friend bool operator==(const RowProblem&, const RowProblem&) = default;
};

// What became of a frame.
struct FrameResult {
  // All rows of the upload below it have a verdict that is on disk.
  std::int64_t committed_offset = 0;
  // Where the verdicts begin: they are of the rows of the frame that were not
  // taken in before. Equal to committed_offset if there was none.
  std::int64_t first_offset = 0;
  std::vector<RowVerdict> verdicts;
  std::vector<RowProblem> problems;  // One a rejected row, in their order.
};

// One response by itself.
struct Submission {
  ResponseKey key;
  Answers answers;  // As CheckAnswers makes them.
  std::optional<std::int64_t> expected_revision;
  Request request;
  absl::Time receive_time;           // Whole microseconds.
  std::int32_t consent_version = 0;  // As CheckConsent wants it.
  // Of this key, and verified, if the response comes with one.
  std::optional<InvitationToken> token = std::nullopt;
};

// Safe for use by any number of threads at once. Calls return at once; each
// calls `done` exactly once, from another thread, or from this one when it
// turns the work away. `done` must not block. OK means written and synced.
//
// Work is carried out in the order in which it comes in; what is carried out
// sees all that came before.
//
// Errors besides those of each call: UNAVAILABLE, OVERLOADED (too much waits),
// RESOURCE_EXHAUSTED, DISK_FULL, and DATA_LOSS, STORED_DATA_UNREADABLE. Nothing
// is written then.
class ResponseLog {
 public:
  using FrameDone = std::function<void(absl::StatusOr<FrameResult>)>;
  using SubmitDone = std::function<void(absl::StatusOr<Response>)>;

  virtual ~ResponseLog() = default;

  // Takes in the rows of a frame that are not below the upload's watermark,
  // each with the verdict of VerdictOn or, if CheckMayRespond finds a reason
  // against it, kRejected, and moves the watermark in the same write. The first
  // frame of an upload makes it. Keeps response_count. In order:
  //   NOT_FOUND, WAVE_NOT_FOUND
  //   OUT_OF_RANGE, OFFSET_GAP (metadata `committed_offset`): the frame begins
  //     above the watermark
  //   OK with no verdicts: it ends at or below the watermark
  //   FAILED_PRECONDITION, WAVE_NOT_OPEN
  virtual void AppendFrame(Frame frame, FrameDone done) = 0;

  // Takes in one response and gives back the one that is in place afterwards;
  // its token is used up in the same write. A repeat of the request gives back
  // what the first call did. In order:
  //   NOT_FOUND, WAVE_NOT_FOUND
  //   FAILED_PRECONDITION, RESPONSE_WITHDRAWN; a repeat, too
  //   ALREADY_EXISTS, REQUEST_ID_REUSED
  //   FAILED_PRECONDITION, WAVE_NOT_OPEN
  //   CheckToken
  //   the others of CheckMayRespond
  //   ABORTED, ETAG_MISMATCH: VerdictOn says kConflict
  virtual void Submit(Submission submission, SubmitDone done) = 0;
};

}  // namespace pulsetaker::survey
