#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "grpcpp/impl/service_type.h"
#include "services/survey/domain/erasure_feed.h"
#include "services/survey/domain/erasures.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/people_store.h"
#include "services/survey/domain/retentions.h"

namespace pulsetaker::survey {

// What the service is made of, all of which must outlive it.
struct PeopleParts {
  People& people;
  Erasures& erasures;
  const ErasureFeed& feed;
  Retentions& retentions;
  const PeopleStore& store;
  BoundedExecutor& executor;
};

// The gRPC face of what is known of people.
std::unique_ptr<grpc::Service> MakePeopleService(const PeopleParts& parts);

}  // namespace pulsetaker::survey
