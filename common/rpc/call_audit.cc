#include "common/rpc/call_audit.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/base/digest.h"
#include "common/base/fault.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/base/trace.h"
#include "common/rpc/access.h"
#include "common/rpc/call_log.h"
#include "common/rpc/call_rates.h"
#include "common/rpc/policy.h"
#include "common/rpc/unary.h"
#include "google/protobuf/message.h"

namespace pulsetaker::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

constexpr char kBegun[] = "BEGUN";
constexpr char kUnavailable[] = "AUDIT_UNAVAILABLE";
constexpr std::size_t kResourceBytesMax = 1023;

// As the log takes it. Issuers may put an address of mail into a subject; then
// its digest stands for it.
std::string Opaque(const std::string& subject) {
  for (const char c : subject) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) &&
        absl::string_view("._:/|=+~-").find(c) == absl::string_view::npos) {
      return absl::StrCat("sha256:", Sha256Hex(subject));
    }
  }
  return subject;
}

// The name as it is, or "" if it cannot be one: a caller may send anything. Ids
// are in lower case, and collections such as `nationalAssessments` are not.
std::string NameOrNothing(const std::string& name) {
  if (name.size() > kResourceBytesMax) return "";
  bool is_id = false;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '/') is_id = !is_id;
    if (is_id && absl::ascii_isupper(byte)) return "";
    if (!absl::ascii_isalnum(byte) &&
        absl::string_view("_-/").find(c) == absl::string_view::npos) {
      return "";
    }
  }
  return name;
}

// "north", of "tenants/north/...".
std::string TenantOf(absl::string_view resource) {
  if (!absl::ConsumePrefix(&resource, "tenants/")) return "";
  return std::string(resource.substr(0, resource.find('/')));
}

// "survey.pulsetaker", of "pulsetaker.survey.v1.SurveyService/GetWave".
std::string DomainOf(const std::string& method) {
  const std::vector<std::string> parts = absl::StrSplit(method, '.');
  return parts[0] == "pulsetaker" && parts.size() > 1
             ? absl::StrCat(parts[1], ".pulsetaker")
             : "pulsetaker";
}

absl::Status Unavailable(const absl::Status& why) {
  log::Error("audit_not_written", {{"problem", why.ToString()}});
  if (absl::IsResourceExhausted(why)) return why;
  return MakeError(absl::StatusCode::kUnavailable, kUnavailable,
                   "the audit log does not take the call");
}

class AuditInterceptor final : public grpc::experimental::Interceptor {
 public:
  AuditInterceptor(audit::AuditTrail& trail, const MethodPolicy* policy,
                   ServerRpcInfo& info)
      : trail_(trail), policy_(policy), info_(info) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (policy_ == nullptr) return methods->Proceed();
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::POST_RECV_MESSAGE) &&
        methods->GetRecvMessage() != nullptr && request_count_++ == 0) {
      return TakeFirstRequest(*methods);
    }
    if (methods->QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_STATUS)) {
      return WriteOutcome(*methods);
    }
    methods->Proceed();
  }

 private:
  bool IsStream() const { return info_.type() != ServerRpcInfo::Type::UNARY; }

  void TakeFirstRequest(InterceptorBatchMethods& methods) {
    const grpc::ServerContextBase& context = *info_.server_context();
    if (!AdmissionOf(context).ok()) return methods.Proceed();
    auto* const request =
        static_cast<google::protobuf::Message*>(methods.GetRecvMessage());
    resource_ = NameOrNothing(FirstName(*policy_, *request));
    if (!IsStream()) return methods.Proceed();
    audit::AuditRecord record = RecordOf(context);
    record.reason = kBegun;
    trail_.RecordAll({std::move(record)},
                     [this, request, &methods](const absl::Status& written) {
                       if (!written.ok()) {
                         refused_ = Unavailable(written);
                         Refuse(*info_.server_context(), refused_);
                         request->Clear();
                       }
                       methods.Proceed();
                     });
  }

  void WriteOutcome(InterceptorBatchMethods& methods) {
    const grpc::ServerContextBase& context = *info_.server_context();
    const grpc::Status outcome = methods.GetSendStatus();
    if (outcome.error_code() == grpc::StatusCode::UNAUTHENTICATED ||
        (CallerOf(context).is_respondent && !outcome.ok()) ||
        IsOverRate(context) || !refused_.ok()) {
      return methods.Proceed();
    }
    audit::AuditRecord record = RecordOf(context);
    record.code = outcome.error_code();
    record.reason = outcome.ok() ? "" : ReasonIn(outcome);
    if (PT_PLANTED_BUG("answer_before_audit")) {
      trail_.RecordAll({std::move(record)}, [](const absl::Status&) {});
      return methods.Proceed();
    }
    trail_.RecordAll({std::move(record)},
                     [this, &methods](const absl::Status& written) {
                       if (!written.ok()) Withhold(methods, written);
                       methods.Proceed();
                     });
  }

  // Sends neither the answer nor the status that the method has given.
  void Withhold(InterceptorBatchMethods& methods, const absl::Status& why) {
    if (methods.QueryInterceptionHookPoint(
            InterceptionHookPoints::PRE_SEND_MESSAGE)) {
      if (auto* const bytes = methods.GetSerializedSendMessage();
          bytes != nullptr) {
        *bytes = grpc::ByteBuffer(&nothing_, 1);
      }
    }
    methods.ModifySendStatus(ToGrpcStatus(Unavailable(why), DomainOf(method_)));
  }

  audit::AuditRecord RecordOf(const grpc::ServerContextBase& context) const {
    const Caller& caller = CallerOf(context);
    const trace::Context trace = TraceOf(context);
    return {.subject = Opaque(caller.subject),
            .tenant = caller.any_tenant ? TenantOf(resource_) : caller.tenant,
            .method = method_,
            .resource = resource_,
            .code = 0,
            .reason = {},
            .trace_id = trace.valid() ? trace::ToHex(trace.trace_id) : "",
            .item_count = IsStream() ? request_count_ : 0};
  }

  audit::AuditTrail& trail_;
  const MethodPolicy* const policy_;  // nullptr: it is not audited.
  ServerRpcInfo& info_;
  const std::string method_ =
      std::string(absl::StripPrefix(info_.method(), "/"));
  std::string resource_;
  std::int64_t request_count_ = 0;
  absl::Status refused_;
  const grpc::Slice nothing_;
};

class CallAudit final
    : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit CallAudit(audit::AuditTrail& trail) : trail_(trail) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      ServerRpcInfo* info) override {
    const auto policy = policies_.Find(info->method());
    const bool is_audited =
        policy.ok() && *policy != nullptr && IsAudited((*policy)->permission);
    return new AuditInterceptor(trail_, is_audited ? *policy : nullptr, *info);
  }

 private:
  audit::AuditTrail& trail_;
  Policies policies_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeCallAudit(audit::AuditTrail& trail) {
  return std::make_unique<CallAudit>(trail);
}

}  // namespace pulsetaker::rpc
