#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "common/base/clock.h"
#include "grpcpp/impl/service_type.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/quality_store.h"
#include "services/survey/domain/survey_store.h"

namespace pulsetaker::survey {

// What the quality service is made of.
struct QualityServiceParts {
  People& people;
  QualityStore& qualities;
  const SurveyStore& store;
  BoundedExecutor& executor;
  Clock clock;
};

// The gRPC face of checks and reviews. All parts must outlive it.
std::unique_ptr<grpc::Service> MakeQualityService(QualityServiceParts parts);

}  // namespace pulsetaker::survey
