// StreamWaveSnapshot.

#pragma once

#include "common/base/bounded_executor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "pulsetaker/survey/v1/wave.pb.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// Answers one call. Reads the next batch, on `executor`, only once the one
// before it was sent: a slow reader costs a batch of memory and no thread.
// Deletes itself when the call is done. `store` and `executor` must outlive the
// call; `request` does.
grpc::ServerWriteReactor<v1::StreamWaveSnapshotResponse>* NewSnapshotStream(
    grpc::CallbackServerContext* context,
    const v1::StreamWaveSnapshotRequest& request, const SurveyStore& store,
    BoundedExecutor& executor);

}  // namespace pulsetaker::survey
