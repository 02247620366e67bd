// The methods of the invitation service, all of which answer once.

#pragma once

#include "absl/status/status.h"
#include "common/rpc/unary.h"
#include "pulsetaker/survey/v1/consent.pb.h"
#include "pulsetaker/survey/v1/invitation.pb.h"
#include "services/survey/domain/consent_store.h"
#include "services/survey/domain/invitation_store.h"
#include "services/survey/domain/invitations.h"
#include "services/survey/domain/roster_search.h"

namespace pulsetaker::survey {

// Handle(request, response) carries out the method that takes this request. It
// blocks. Safe for use by any number of threads at once.
class InvitationHandlers {
 public:
  // All must outlive this.
  InvitationHandlers(Invitations& invitations, RosterSearch& search,
                     const InvitationStore& store, const ConsentStore& consents)
      : invitations_(invitations),
        search_(search),
        store_(store),
        consents_(consents) {}

  absl::Status Handle(const v1::PublishConsentTextRequest& request,
                      v1::ConsentText& response) const;
  absl::Status Handle(const v1::GetConsentTextRequest& request,
                      v1::ConsentText& response) const;
  absl::Status Handle(const v1::ListConsentTextsRequest& request,
                      v1::ListConsentTextsResponse& response) const;
  absl::Status Handle(const v1::CreateInvitationsRequest& request,
                      v1::CreateInvitationsResponse& response) const;
  absl::Status Handle(const v1::GetInvitationRequest& request,
                      v1::Invitation& response) const;
  absl::Status Handle(const v1::ListInvitationsRequest& request,
                      v1::ListInvitationsResponse& response) const;
  absl::Status Handle(const v1::RevokeInvitationRequest& request,
                      v1::Invitation& response) const;
  absl::Status Handle(const v1::RotateInvitationKeyRequest& request,
                      v1::RotateInvitationKeyResponse& response) const;
  absl::Status Handle(const v1::GetQuestionnaireRequest& request,
                      const rpc::CallContext& call,
                      v1::Questionnaire& response) const;
  absl::Status Handle(const v1::SearchRosterRequest& request,
                      const rpc::CallContext& call,
                      v1::SearchRosterResponse& response) const;
  absl::Status Handle(const v1::ListDueRemindersRequest& request,
                      v1::ListDueRemindersResponse& response) const;
  absl::Status Handle(const v1::RecordRemindersRequest& request,
                      v1::RecordRemindersResponse& response) const;

 private:
  Invitations& invitations_;
  RosterSearch& search_;
  const InvitationStore& store_;
  const ConsentStore& consents_;
};

}  // namespace pulsetaker::survey
