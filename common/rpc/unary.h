// The one place where a call leaves gRPC's threads, and the one place where an
// absl::Status becomes a grpc::Status. A method of a service is then a single
// call of RunUnary around a function that returns absl::Status.

#pragma once

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/bounded_executor.h"
#include "common/rpc/access.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "grpcpp/support/status.h"

namespace pulsetaker::rpc {

// The same code, with these details:
// - ErrorInfo: this domain, the reason of MakeError or else the code's name,
//   and the metadata.
// - BadRequest, if the metadata names a `field`.
// - QuotaFailure, if the metadata names a `quota_subject`.
// - RetryInfo, after WithRetryDelay, and of 1 s if the code is UNAVAILABLE.
// Message and metadata are kept where the caller can act on them; what went
// wrong inside stays inside, in the log.
grpc::Status ToGrpcStatus(const absl::Status& status,
                          absl::string_view error_domain);

// The same as a message, for errors that travel inside one.
google::rpc::Status ToRpcStatus(const absl::Status& status,
                                absl::string_view error_domain);

// UNAVAILABLE, OVERLOADED: what a call is told that there is no room for.
absl::Status OverloadedError();

// How long a call may take if its caller does not say. 60 s until it is set.
void SetDefaultCallDeadline(absl::Duration limit);
absl::Duration DefaultCallDeadline();

// What a body may want to know of its call. For the duration of the body.
class CallContext {
 public:
  CallContext(grpc::ServerContextBase& context, absl::Time deadline)
      : context_(context), deadline_(deadline) {}

  // When the call is to be over: the caller's deadline, or else the default one
  // after its arrival. For the calls that the body makes itself.
  absl::Time deadline() const { return deadline_; }

  // Who makes the call.
  const Caller& caller() const { return CallerOf(context_); }

  // Whether they may act with an invitation of this tenant: access.h.
  bool AdmitInvitation(absl::string_view tenant) const {
    return rpc::AdmitInvitation(context_, tenant);
  }

  // CANCELLED or DEADLINE_EXCEEDED once no one waits for the answer. Long work
  // asks from time to time.
  absl::Status CheckAlive() const;

 private:
  grpc::ServerContextBase& context_;
  const absl::Time deadline_;
};

// When a call that arrives now is to be over.
absl::Time DeadlineOf(const grpc::ServerContextBase& context);

// Runs `body` on `executor` and finishes the call with what it returns. The
// request and response that `body` refers to live until then. `error_domain`
// is a constant.
//
// A callback method must not block: it runs on a thread that other calls need.
// Disk and heavy computation therefore go through here, without exception.
//
// What AdmissionOf says: the call is refused, `body` never runs. UNAVAILABLE,
// OVERLOADED: the queue is full, neither does it. CANCELLED,
// DEADLINE_EXCEEDED: the caller left, or the deadline passed, before `body`
// started. INTERNAL: `body` threw.
grpc::ServerUnaryReactor* RunUnary(grpc::CallbackServerContext* context,
                                   BoundedExecutor& executor,
                                   absl::string_view error_domain,
                                   std::function<absl::Status()> body);
grpc::ServerUnaryReactor* RunUnary(
    grpc::CallbackServerContext* context, BoundedExecutor& executor,
    absl::string_view error_domain,
    std::function<absl::Status(const CallContext&)> body);

// What `body` returns, or INTERNAL if it throws: std::bad_alloc and the like.
// For the hooks of reactors, where gRPC would end the process.
absl::Status CatchExceptions(const std::function<absl::Status()>& body);

}  // namespace pulsetaker::rpc
