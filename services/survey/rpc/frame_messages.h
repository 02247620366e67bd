// Frames of an upload and their acknowledgements between the API and the
// domain.

#pragma once

#include "pulsetaker/survey/v1/response.pb.h"
#include "services/survey/domain/response_log.h"
#include "services/survey/domain/upload.h"

namespace pulsetaker::survey {

// The frame as the sender gave it. A row that cannot be read is an error with
// the reason ROW_CORRUPTED or ROW_UNREADABLE.
Frame ReadFrame(const UploadKey& upload,
                const v1::StreamResponsesRequest& request);

v1::StreamResponsesResponse ToAcknowledgement(const FrameResult& result);

// Appends `next` to `message` if its verdicts begin where those of `message`
// end, and the two are not too much for one message.
[[nodiscard]] bool Merge(const v1::StreamResponsesResponse& next,
                         v1::StreamResponsesResponse& message);

}  // namespace pulsetaker::survey
