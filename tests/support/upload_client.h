// Sends rows as a partner does: in frames, with a window, keeping count of what
// was acknowledged.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "common/base/mutex.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"
#include "pulsetaker/survey/v1/survey_service.grpc.pb.h"

namespace pulsetaker::testing {

struct UploadPlan {
  std::string upload;  // Its name.
  std::int64_t begin = 0;
  std::int64_t end = 0;
  // Rows that may be sent without an acknowledgement, beyond those of a frame.
  std::int64_t window = 1'000;
  // A stream that takes longer ends with DEADLINE_EXCEEDED.
  absl::Duration limit = absl::InfiniteDuration();
  // The frame that begins with this row: it has 1 to 1,000 rows, and does not
  // reach beyond `end`. Its offset and upload are set by the client.
  std::function<survey::v1::StreamResponsesRequest(std::int64_t row)> frame;
  // Called with each acknowledgement, in their order.
  std::function<void(const survey::v1::StreamResponsesResponse&)> acknowledged;
};

struct UploadOutcome {
  grpc::Status status;
  std::int64_t sent = 0;          // No row at or above it was sent.
  std::int64_t acknowledged = 0;  // The last watermark.
};

// Sends the rows in one stream. Returns when all are acknowledged or the stream
// has ended.
UploadOutcome SendRows(survey::v1::SurveyService::Stub& stub,
                       const UploadPlan& plan);

}  // namespace pulsetaker::testing
