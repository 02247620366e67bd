// Server streams whose messages are made one at a time, each when the one
// before it is on its way: a caller who reads slowly costs one message of
// memory.

#pragma once

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/bounded_executor.h"
#include "common/base/status.h"
#include "common/base/trace.h"
#include "common/rpc/access.h"
#include "common/rpc/call_log.h"
#include "common/rpc/unary.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"

namespace pulsetaker::rpc {

// Exactly one of these is true of it at any time: a task of its is in the
// executor, a write is on its way, or it has called Finish. So its members need
// no lock, and it lives as long as anything refers to it.
template <typename Message>
class PulledStream final : public grpc::ServerWriteReactor<Message> {
 public:
  // Makes the next message, which is empty when it is called, or says that
  // there is none. An error ends the call.
  using Next = std::function<absl::StatusOr<bool>(Message& message)>;

  // Answers a call. Deletes itself when the call is done. `executor` must
  // outlive it; `error_domain` is a constant.
  //
  // What AdmissionOf says: the call is refused, and `next` never called.
  // UNAVAILABLE, OVERLOADED: the executor is full.
  PulledStream(grpc::CallbackServerContext* context, BoundedExecutor& executor,
               absl::string_view error_domain, Next next)
      : context_(context),
        executor_(executor),
        error_domain_(error_domain),
        next_(std::move(next)) {
    const absl::Status admitted = AdmissionOf(*context);
    if (admitted.ok()) {
      ScheduleNext();
    } else {
      FinishWith(admitted);
    }
  }

  void OnWriteDone(bool ok) override {
    if (ok) {
      ScheduleNext();
    } else {
      FinishWith(absl::CancelledError("the caller left"));
    }
  }

  void OnDone() override { delete this; }

 private:
  void ScheduleNext() {
    const trace::Scope scope(TraceOf(*context_));
    if (executor_.TrySchedule([this] { WriteNext(); })) return;
    FinishWith(OverloadedError());
  }

  void WriteNext() {
    if (context_->IsCancelled()) {
      return FinishWith(absl::CancelledError("the caller left"));
    }
    message_.Clear();
    bool made = false;
    const absl::Status status = CatchExceptions([&]() -> absl::Status {
      PT_ASSIGN_OR_RETURN(made, next_(message_));
      return absl::OkStatus();
    });
    if (!status.ok() || !made) return FinishWith(status);
    this->StartWrite(&message_);
  }

  void FinishWith(const absl::Status& status) {
    this->Finish(ToGrpcStatus(status, error_domain_));
  }

  grpc::CallbackServerContext* const context_;
  BoundedExecutor& executor_;
  const absl::string_view error_domain_;
  const Next next_;
  Message message_;
};

}  // namespace pulsetaker::rpc
