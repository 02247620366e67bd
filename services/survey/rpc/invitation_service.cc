// Which method is carried out by whom, and on which thread.

#include "services/survey/rpc/invitation_service.h"

#include "common/rpc/unary.h"
#include "pulsetaker/survey/v1/invitation_service.grpc.pb.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/invitation_handlers.h"

namespace pulsetaker::survey {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class InvitationServiceImpl final
    : public v1::InvitationService::CallbackService {
 public:
  explicit InvitationServiceImpl(const InvitationServiceParts& parts)
      : handlers_(parts.invitations, parts.roster_search,
                  parts.invitation_store, parts.consent_store),
        executor_(parts.executor) {}

  Reactor* PublishConsentText(Context* context,
                              const v1::PublishConsentTextRequest* request,
                              v1::ConsentText* response) override {
    return Run(context, request, response);
  }

  Reactor* GetConsentText(Context* context,
                          const v1::GetConsentTextRequest* request,
                          v1::ConsentText* response) override {
    return Run(context, request, response);
  }

  Reactor* ListConsentTexts(Context* context,
                            const v1::ListConsentTextsRequest* request,
                            v1::ListConsentTextsResponse* response) override {
    return Run(context, request, response);
  }

  Reactor* CreateInvitations(Context* context,
                             const v1::CreateInvitationsRequest* request,
                             v1::CreateInvitationsResponse* response) override {
    return Run(context, request, response);
  }

  Reactor* GetInvitation(Context* context,
                         const v1::GetInvitationRequest* request,
                         v1::Invitation* response) override {
    return Run(context, request, response);
  }

  Reactor* ListInvitations(Context* context,
                           const v1::ListInvitationsRequest* request,
                           v1::ListInvitationsResponse* response) override {
    return Run(context, request, response);
  }

  Reactor* RevokeInvitation(Context* context,
                            const v1::RevokeInvitationRequest* request,
                            v1::Invitation* response) override {
    return Run(context, request, response);
  }

  Reactor* RotateInvitationKey(
      Context* context, const v1::RotateInvitationKeyRequest* request,
      v1::RotateInvitationKeyResponse* response) override {
    return Run(context, request, response);
  }

  Reactor* GetQuestionnaire(Context* context,
                            const v1::GetQuestionnaireRequest* request,
                            v1::Questionnaire* response) override {
    return RunWithCaller(context, request, response);
  }

  Reactor* SearchRoster(Context* context,
                        const v1::SearchRosterRequest* request,
                        v1::SearchRosterResponse* response) override {
    return RunWithCaller(context, request, response);
  }

  Reactor* ListDueReminders(Context* context,
                            const v1::ListDueRemindersRequest* request,
                            v1::ListDueRemindersResponse* response) override {
    return Run(context, request, response);
  }

  Reactor* RecordReminders(Context* context,
                           const v1::RecordRemindersRequest* request,
                           v1::RecordRemindersResponse* response) override {
    return Run(context, request, response);
  }

 private:
  template <typename Request, typename Response>
  Reactor* Run(Context* context, const Request* request, Response* response) {
    return rpc::RunUnary(context, executor_, kErrorDomain,
                         [this, request, response] {
                           return handlers_.Handle(*request, *response);
                         });
  }

  // For methods that callers with an invitation alone may call.
  template <typename Request, typename Response>
  Reactor* RunWithCaller(Context* context, const Request* request,
                         Response* response) {
    return rpc::RunUnary(
        context, executor_, kErrorDomain,
        [this, request, response](const rpc::CallContext& call) {
          return handlers_.Handle(*request, call, *response);
        });
  }

  const InvitationHandlers handlers_;
  BoundedExecutor& executor_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeInvitationService(
    const InvitationServiceParts& parts) {
  return std::make_unique<InvitationServiceImpl>(parts);
}

}  // namespace pulsetaker::survey
