#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "common/base/clock.h"
#include "common/rpc/operation_runner.h"
#include "grpcpp/impl/service_type.h"
#include "services/assessment/domain/assessment_store.h"
#include "services/assessment/domain/comparer.h"
#include "services/assessment/domain/national_store.h"
#include "services/assessment/domain/report/reporter.h"

namespace pulsetaker::assessment {

inline constexpr char kErrorDomain[] = "assessment.pulsetaker";

// What the service is made of. All but the clock must outlive it.
struct AssessmentServiceParts {
  const AssessmentStore& store;
  const NationalStore& nationals;
  Comparer& comparer;
  const report::Reporter& reporter;
  // Carries out operations of kAssessWaveKind and kNationalAssessmentKind.
  rpc::OperationRunner& runner;
  BoundedExecutor& executor;
  Clock clock;
};

// The gRPC face of the assessment service.
std::unique_ptr<grpc::Service> MakeAssessmentService(
    AssessmentServiceParts parts);

}  // namespace pulsetaker::assessment
