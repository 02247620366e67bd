#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "grpcpp/impl/service_type.h"
#include "services/survey/domain/catalog.h"
#include "services/survey/domain/fieldwork.h"
#include "services/survey/domain/instrument_store.h"
#include "services/survey/domain/instruments.h"
#include "services/survey/domain/invitations.h"
#include "services/survey/domain/people.h"
#include "services/survey/domain/people_store.h"
#include "services/survey/domain/response_intake.h"
#include "services/survey/domain/survey_store.h"
#include "services/survey/domain/tenant_quota.h"
#include "services/survey/rpc/participation_stream.h"
#include "services/survey/rpc/response_stream.h"

namespace pulsetaker::survey {

// What the survey service is made of.
struct SurveyServiceParts {
  Catalog& catalog;
  Instruments& instruments;
  const InstrumentStore& instrument_store;
  Fieldwork& fieldwork;
  const ResponseIntake& intake;
  TenantQuota& quota;
  ResponseStreams& streams;
  ParticipationStreams& watches;
  const Invitations& invitations;
  People& people;
  const SurveyStore& store;
  const PeopleStore& people_store;
  BoundedExecutor& executor;
  // Calls of SubmitResponse that may be going on at once. They wait for the log
  // without a thread, so the executor does not bound them.
  int submissions_max = 1'024;
};

// The gRPC face of the survey service. All parts must outlive it.
std::unique_ptr<grpc::Service> MakeSurveyService(
    const SurveyServiceParts& parts);

}  // namespace pulsetaker::survey
