// ExportWave.

#pragma once

#include "common/base/bounded_executor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "pulsetaker/survey/v1/export.pb.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// Answers one call. `request` lives as long as the call; `store` and `executor`
// must outlive it.
grpc::ServerWriteReactor<v1::ExportWaveResponse>* NewExportStream(
    grpc::CallbackServerContext* context, const v1::ExportWaveRequest& request,
    const SurveyStore& store, BoundedExecutor& executor);

}  // namespace pulsetaker::survey
