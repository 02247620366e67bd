// Who may call what, decided before a method runs.
//
// A call is refused when nobody knows who makes it (UNAUTHENTICATED), when no
// role of theirs permits it, or when it is about another tenant than theirs
// (both PERMISSION_DENIED). What the contracts ask is in policy.h.
//
// Where a contract says that an invitation suffices, a caller who shows nothing
// else is let in with one. Only the method can verify it: it asks
// AdmitInvitation once it has.
//
// A refused call still reaches the place where calls are answered (RunUnary,
// PulledStream, and the few streams that have a reactor of their own), which
// asks AdmissionOf first. Its request does not: the message is emptied, so that
// a method that forgot to ask finds nothing to act on.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/rpc/caller.h"
#include "grpcpp/server_builder.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_interceptor.h"

namespace pulsetaker::rpc {

// What a caller shows to say who they are.
struct Credentials {
  // Of the metadata `authorization: Bearer ...`; empty without one.
  absl::string_view token;
  // The names in a certificate that was verified; none without one.
  std::vector<std::string> certificate_names;
};

// Knows callers by what they show. Safe for use by any number of threads; does
// not block.
class CallerSource {
 public:
  virtual ~CallerSource() = default;

  // UNAUTHENTICATED, with a reason: nobody that it knows.
  virtual absl::StatusOr<Caller> Identify(
      const Credentials& credentials) const = 0;
};

// Takes everyone for LocalCaller.
class LocalCallers final : public CallerSource {
 public:
  absl::StatusOr<Caller> Identify(const Credentials&) const override {
    return LocalCaller();
  }
};

// Has each call of the server admitted or refused, together with the contexts
// that SetAccessContexts gives it. `callers` must outlive the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeAccessInterceptors(const CallerSource& callers);
void SetAccessContexts(grpc::ServerBuilder& builder);

// Whether every method of the service is open to all or has a policy.
absl::Status CheckPolicies(absl::string_view service);

// OK, or why the call is refused. OK where no one is asked who they are.
absl::Status AdmissionOf(const grpc::ServerContextBase& context);

// Has AdmissionOf say why the call is refused, before its method runs.
void Refuse(grpc::ServerContextBase& context, const absl::Status& why);

// Whether the caller may act with an invitation, which is verified to be of
// this tenant: a respondent may with any, everyone else with those of a tenant
// that they act for. From here on a respondent is one of this tenant.
bool AdmitInvitation(grpc::ServerContextBase& context,
                     absl::string_view tenant);

// Who makes the call. Only of one that was admitted. Lives as long as the call.
const Caller& CallerOf(const grpc::ServerContextBase& context);

}  // namespace pulsetaker::rpc
