#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "grpcpp/impl/service_type.h"
#include "services/survey/domain/erasure_feed.h"
#include "services/survey/domain/erasures.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/people_store.h"

namespace pulsetaker::survey {

// The gRPC face of what is known of people. All must outlive it.
std::unique_ptr<grpc::Service> MakePeopleService(People& people,
                                                 Erasures& erasures,
                                                 const ErasureFeed& feed,
                                                 const PeopleStore& store,
                                                 BoundedExecutor& executor);

}  // namespace pulsetaker::survey
