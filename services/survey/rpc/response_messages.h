// Responses and uploads between the API and the domain.

#pragma once

#include "pulsetaker/survey/v1/response.pb.h"
#include "pulsetaker/survey/v1/wave.pb.h"
#include "services/survey/domain/response.h"
#include "services/survey/domain/upload.h"
#include "services/survey/domain/wave.h"

namespace pulsetaker::survey {

// What the message answers, with defaults filled in and nothing checked.
Answers FromProto(const v1::Response& message);

void ToProto(const WaveKey& wave, const Response& response,
             v1::Response& message);
void ToProto(const Response& response, v1::SnapshotResponse& message);
void ToProto(const Upload& upload, v1::Upload& message);
v1::RowVerdict ToProto(RowVerdict verdict);

}  // namespace pulsetaker::survey
