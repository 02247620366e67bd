#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "common/base/clock.h"
#include "common/rpc/operation_runner.h"
#include "grpcpp/impl/service_type.h"
#include "services/assessment/domain/assessment_store.h"
#include "services/assessment/domain/report/reporter.h"

namespace pulsetaker::assessment {

inline constexpr char kErrorDomain[] = "assessment.pulsetaker";

// The gRPC face of the assessment service. `runner` carries out operations of
// kAssessWaveKind. All arguments must outlive it.
std::unique_ptr<grpc::Service> MakeAssessmentService(
    const AssessmentStore& store, rpc::OperationRunner& runner,
    BoundedExecutor& executor, Clock clock, const report::Reporter& reporter);

}  // namespace pulsetaker::assessment
