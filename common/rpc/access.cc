#include "common/rpc/access.h"

#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/rpc/policy.h"
#include "common/rpc/tls.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace pulsetaker::rpc {
namespace {

using google::protobuf::DescriptorPool;
using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

constexpr char kAuthorization[] = "authorization";
constexpr absl::string_view kBearer = "bearer ";

absl::Status UnknownCaller(absl::string_view message) {
  return MakeError(absl::StatusCode::kUnauthenticated, "CALLER_UNKNOWN",
                   message);
}

// A call with what was decided of it.
class AccessContext final : public grpc::CallbackServerContext {
 public:
  absl::Status admission = UnknownCaller("nobody looked at the call");
  Caller caller = {};
};

class AccessContexts final : public grpc::ContextAllocator {
 public:
  grpc::CallbackServerContext* NewCallbackServerContext() override {
    return new AccessContext;
  }
  void Release(grpc::CallbackServerContext* context) override {
    delete static_cast<AccessContext*>(context);
  }
};

AccessContext* ContextOf(grpc::ServerContextBase* context) {
  return dynamic_cast<AccessContext*>(context);
}
const AccessContext* ContextOf(const grpc::ServerContextBase* context) {
  return dynamic_cast<const AccessContext*>(context);
}

// The token of `authorization`, or "" without one.
absl::StatusOr<absl::string_view> TokenIn(
    const std::multimap<grpc::string_ref, grpc::string_ref>& metadata) {
  const auto [first, last] = metadata.equal_range(kAuthorization);
  if (first == last) return absl::string_view();
  if (std::next(first) != last) {
    return UnknownCaller("the call has several values of authorization");
  }
  const absl::string_view value(first->second.data(), first->second.size());
  if (!absl::StartsWithIgnoreCase(value, kBearer)) {
    return UnknownCaller("authorization is not a bearer token");
  }
  return value.substr(kBearer.size());
}

class AccessInterceptor final : public grpc::experimental::Interceptor {
 public:
  AccessInterceptor(const CallerSource& callers, Policies& policies,
                    ServerRpcInfo& info)
      : callers_(callers), policies_(policies), info_(info) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    AccessContext* const call = ContextOf(info_.server_context());
    // Others are of services that are not ours: health and reflection.
    if (call != nullptr) Decide(*methods, *call);
    methods->Proceed();
  }

 private:
  void Decide(InterceptorBatchMethods& methods, AccessContext& call) {
    if (methods.QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_INITIAL_METADATA)) {
      call.admission = Admit(*methods.GetRecvInitialMetadata(), call);
    }
    if (!methods.QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_MESSAGE)) {
      return;
    }
    auto* const message =
        static_cast<google::protobuf::Message*>(methods.GetRecvMessage());
    if (message == nullptr) return;  // It could not be read, or was the last.
    if (call.admission.ok() && policy_ != nullptr && IsOneRequest()) {
      call.admission = CheckRequest(call.caller, *message);
    }
    if (!call.admission.ok() && !PT_PLANTED_BUG("refused_request_kept")) {
      message->Clear();
    }
  }

  absl::Status Admit(
      const std::multimap<grpc::string_ref, grpc::string_ref>& metadata,
      AccessContext& call) {
    PT_ASSIGN_OR_RETURN(policy_, policies_.Find(info_.method()));
    if (policy_ == nullptr) return absl::OkStatus();
    Credentials credentials;
    PT_ASSIGN_OR_RETURN(credentials.token, TokenIn(metadata));
    if (const auto peer = call.auth_context(); peer != nullptr) {
      credentials.certificate_names = PeerNames(*peer);
    }
    absl::StatusOr<Caller> known = callers_.Identify(credentials);
    if (!known.ok() && credentials.token.empty() &&
        policy_->invitation != nullptr) {
      call.caller = RespondentCaller();
      return absl::OkStatus();
    }
    PT_ASSIGN_OR_RETURN(call.caller, std::move(known));
    if (PT_PLANTED_BUG("permission_skipped")) return absl::OkStatus();
    return CheckPermission(call.caller, *policy_);
  }

  absl::Status CheckRequest(const Caller& caller,
                            const google::protobuf::Message& request) const {
    if (caller.is_respondent && !PT_PLANTED_BUG("respondent_uninvited")) {
      PT_RETURN_IF_ERROR(CheckInvitation(*policy_, request));
    }
    if (PT_PLANTED_BUG("tenant_of_the_request")) return absl::OkStatus();
    return CheckTenants(caller, *policy_, request);
  }

  bool IsOneRequest() const {
    return info_.type() == ServerRpcInfo::Type::UNARY ||
           info_.type() == ServerRpcInfo::Type::SERVER_STREAMING;
  }

  const CallerSource& callers_;
  Policies& policies_;
  ServerRpcInfo& info_;
  const MethodPolicy* policy_ = nullptr;
};

class AccessInterceptors final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit AccessInterceptors(const CallerSource& callers)
      : callers_(callers) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      ServerRpcInfo* info) override {
    return new AccessInterceptor(callers_, policies_, *info);
  }

 private:
  const CallerSource& callers_;
  Policies policies_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeAccessInterceptors(const CallerSource& callers) {
  return std::make_unique<AccessInterceptors>(callers);
}

void SetAccessContexts(grpc::ServerBuilder& builder) {
  builder.SetContextAllocator(std::make_unique<AccessContexts>());
}

absl::Status CheckPolicies(absl::string_view service) {
  if (IsOpenToAll(service)) return absl::OkStatus();
  const auto* const found =
      DescriptorPool::generated_pool()->FindServiceByName(std::string(service));
  if (found == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("there is no description of ", service));
  }
  for (int i = 0; i < found->method_count(); ++i) {
    PT_RETURN_IF_ERROR(PolicyOf(*found->method(i)).status());
  }
  return absl::OkStatus();
}

absl::Status AdmissionOf(const grpc::ServerContextBase& context) {
  const AccessContext* const call = ContextOf(&context);
  return call == nullptr ? absl::OkStatus() : call->admission;
}

void Refuse(grpc::ServerContextBase& context, const absl::Status& why) {
  if (AccessContext* const call = ContextOf(&context); call != nullptr) {
    call->admission = why;
  }
}

bool AdmitInvitation(grpc::ServerContextBase& context,
                     absl::string_view tenant) {
  AccessContext* const call = ContextOf(&context);
  if (call == nullptr || !call->caller.is_respondent) {
    return MayActFor(CallerOf(context), tenant);
  }
  call->caller.tenant = std::string(tenant);
  return true;
}

const Caller& CallerOf(const grpc::ServerContextBase& context) {
  const AccessContext* const call = ContextOf(&context);
  return call == nullptr ? LocalCaller() : call->caller;
}

}  // namespace pulsetaker::rpc
