#include "services/survey/rpc/people_service.h"

#include "common/rpc/unary.h"
#include "pulsetaker/survey/v1/people_service.grpc.pb.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/erasure_handlers.h"
#include "services/survey/rpc/people_handlers.h"
#include "services/survey/rpc/retention_handlers.h"

namespace pulsetaker::survey {
namespace {

using Context = grpc::CallbackServerContext;
using Reactor = grpc::ServerUnaryReactor;

class PeopleServiceImpl final : public v1::PeopleService::CallbackService {
 public:
  explicit PeopleServiceImpl(const PeopleParts& parts)
      : handlers_(parts.people, parts.store),
        erasure_handlers_(parts.erasures, parts.feed),
        retention_handlers_(parts.retentions),
        executor_(parts.executor) {}

  Reactor* OptOutPerson(Context* context,
                        const v1::OptOutPersonRequest* request,
                        v1::OptOut* response) override {
    return Run(handlers_, context, request, response);
  }

  Reactor* GetOptOut(Context* context, const v1::GetOptOutRequest* request,
                     v1::OptOut* response) override {
    return Run(handlers_, context, request, response);
  }

  Reactor* ListOptOuts(Context* context, const v1::ListOptOutsRequest* request,
                       v1::ListOptOutsResponse* response) override {
    return Run(handlers_, context, request, response);
  }

  Reactor* RevokeOptOut(Context* context,
                        const v1::RevokeOptOutRequest* request,
                        v1::RevokeOptOutResponse* response) override {
    return Run(handlers_, context, request, response);
  }

  Reactor* MergePeople(Context* context, const v1::MergePeopleRequest* request,
                       v1::PersonAlias* response) override {
    return Run(handlers_, context, request, response);
  }

  Reactor* SplitPeople(Context* context, const v1::SplitPeopleRequest* request,
                       v1::PersonAlias* response) override {
    return Run(handlers_, context, request, response);
  }

  Reactor* ListPersonAliases(Context* context,
                             const v1::ListPersonAliasesRequest* request,
                             v1::ListPersonAliasesResponse* response) override {
    return Run(handlers_, context, request, response);
  }

  Reactor* ListLikelyDuplicates(
      Context* context, const v1::ListLikelyDuplicatesRequest* request,
      v1::ListLikelyDuplicatesResponse* response) override {
    return Run(handlers_, context, request, response);
  }

  Reactor* ErasePerson(Context* context, const v1::ErasePersonRequest* request,
                       v1::ErasureReceipt* response) override {
    return Run(erasure_handlers_, context, request, response);
  }

  Reactor* ListErasures(Context* context,
                        const v1::ListErasuresRequest* request,
                        v1::ListErasuresResponse* response) override {
    return Run(erasure_handlers_, context, request, response);
  }

  Reactor* GetRetentionPolicy(Context* context,
                              const v1::GetRetentionPolicyRequest* request,
                              v1::RetentionPolicy* response) override {
    return Run(retention_handlers_, context, request, response);
  }

  Reactor* UpdateRetentionPolicy(
      Context* context, const v1::UpdateRetentionPolicyRequest* request,
      v1::RetentionPolicy* response) override {
    return Run(retention_handlers_, context, request, response);
  }

 private:
  template <typename Handlers, typename Request, typename Response>
  Reactor* Run(const Handlers& handlers, Context* context,
               const Request* request, Response* response) {
    return rpc::RunUnary(context, executor_, kErrorDomain,
                         [&handlers, request, response] {
                           return handlers.Handle(*request, *response);
                         });
  }

  const PeopleHandlers handlers_;
  const ErasureHandlers erasure_handlers_;
  const RetentionHandlers retention_handlers_;
  BoundedExecutor& executor_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakePeopleService(const PeopleParts& parts) {
  return std::make_unique<PeopleServiceImpl>(parts);
}

}  // namespace pulsetaker::survey
