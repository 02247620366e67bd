#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "grpcpp/impl/service_type.h"
#include "services/survey/domain/consent_store.h"
#include "services/survey/domain/invitation_store.h"
#include "services/survey/domain/invitations.h"
#include "services/survey/domain/roster_search.h"

namespace pulsetaker::survey {

// What the invitation service is made of.
struct InvitationServiceParts {
  Invitations& invitations;
  RosterSearch& roster_search;
  const InvitationStore& invitation_store;
  const ConsentStore& consent_store;
  BoundedExecutor& executor;
};

// The gRPC face of invitations and consent texts. All parts must outlive it.
std::unique_ptr<grpc::Service> MakeInvitationService(
    const InvitationServiceParts& parts);

}  // namespace pulsetaker::survey
