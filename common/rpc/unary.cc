#include "common/rpc/unary.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/base/log.h"
#include "common/base/status.h"
#include "common/base/trace.h"
#include "common/rpc/call_log.h"
#include "google/rpc/error_details.pb.h"

namespace pulsetaker::rpc {
namespace {

constexpr absl::Duration kRetryDelay = absl::Seconds(1);
constexpr absl::string_view kOverloaded = "OVERLOADED";

std::atomic<std::int64_t> default_call_micros = 60'000'000;

// Text about our disks and files is of no use to a caller, and of some use to
// an intruder.
bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal ||
         code == absl::StatusCode::kUnknown ||
         code == absl::StatusCode::kDataLoss ||
         code == absl::StatusCode::kUnavailable;
}

std::string ReasonOrCode(const absl::Status& status) {
  std::string reason = ReasonOf(status);
  return reason.empty() ? absl::StatusCodeToString(status.code()) : reason;
}

google::rpc::RetryInfo ToRetryInfo(absl::Duration delay) {
  google::rpc::RetryInfo retry;
  const std::int64_t seconds =
      absl::IDivDuration(delay, absl::Seconds(1), &delay);
  retry.mutable_retry_delay()->set_seconds(seconds);
  retry.mutable_retry_delay()->set_nanos(
      static_cast<std::int32_t>(absl::ToInt64Nanoseconds(delay)));
  return retry;
}

}  // namespace

google::rpc::Status ToRpcStatus(const absl::Status& status,
                                absl::string_view error_domain) {
  google::rpc::Status result;
  result.set_code(static_cast<int>(status.code()));
  if (status.ok()) return result;
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest bad_request;
  google::rpc::QuotaFailure quota_failure;
  info.set_domain(std::string(error_domain));
  info.set_reason(ReasonOrCode(status));
  if (IsOurFault(status.code())) {
    result.set_message("the server cannot carry out the call");
    // Overload is counted, and a line for each refusal would make it worse.
    if (info.reason() != kOverloaded) {
      log::Error("failure",
                 {{"reason", info.reason()}, {"problem", status.message()}});
    }
  } else {
    result.set_message(std::string(status.message()));
    for (const auto& [key, value] : MetadataOf(status)) {
      (*info.mutable_metadata())[key] = value;
      if (key == "field") {
        auto& violation = *bad_request.add_field_violations();
        violation.set_field(value);
        violation.set_description(result.message());
      } else if (key == "quota_subject") {
        auto& violation = *quota_failure.add_violations();
        violation.set_subject(value);
        violation.set_description(result.message());
      }
    }
  }
  result.add_details()->PackFrom(info);
  if (bad_request.field_violations_size() > 0) {
    result.add_details()->PackFrom(bad_request);
  }
  if (quota_failure.violations_size() > 0) {
    result.add_details()->PackFrom(quota_failure);
  }
  std::optional<absl::Duration> delay = RetryDelayOf(status);
  if (!delay.has_value() && status.code() == absl::StatusCode::kUnavailable) {
    delay = kRetryDelay;
  }
  if (delay.has_value()) result.add_details()->PackFrom(ToRetryInfo(*delay));
  return result;
}

grpc::Status ToGrpcStatus(const absl::Status& status,
                          absl::string_view error_domain) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status details = ToRpcStatus(status, error_domain);
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()),
                      details.message(), details.SerializeAsString());
}

absl::Status OverloadedError() {
  return MakeError(absl::StatusCode::kUnavailable, kOverloaded,
                   "the server has no room for the call right now");
}

void SetDefaultCallDeadline(absl::Duration limit) {
  default_call_micros.store(absl::ToInt64Microseconds(limit),
                            std::memory_order_relaxed);
}

absl::Duration DefaultCallDeadline() {
  return absl::Microseconds(
      default_call_micros.load(std::memory_order_relaxed));
}

absl::Time DeadlineOf(const grpc::ServerContextBase& context) {
  const auto deadline = context.deadline();
  // gRPC has no word for "none", but a time that no clock reaches.
  const bool has_deadline = deadline < std::chrono::system_clock::now() +
                                           std::chrono::hours(24 * 365);
  return has_deadline ? absl::FromChrono(deadline)
                      : absl::Now() + DefaultCallDeadline();
}

absl::Status CallContext::CheckAlive() const {
  if (absl::Now() >= deadline_) {
    return absl::DeadlineExceededError("the call's time is over");
  }
  if (context_.IsCancelled()) {
    return absl::CancelledError("the caller has left");
  }
  return absl::OkStatus();
}

absl::Status CatchExceptions(const std::function<absl::Status()>& body) {
  try {
    return body();
  } catch (const std::exception& e) {
    return absl::InternalError(absl::StrCat("exception: ", e.what()));
  } catch (...) {
    return absl::InternalError("exception of an unknown type");
  }
}

grpc::ServerUnaryReactor* RunUnary(grpc::CallbackServerContext* context,
                                   BoundedExecutor& executor,
                                   absl::string_view error_domain,
                                   std::function<absl::Status()> body) {
  return RunUnary(
      context, executor, error_domain,
      std::function<absl::Status(const CallContext&)>(
          [body = std::move(body)](const CallContext&) { return body(); }));
}

grpc::ServerUnaryReactor* RunUnary(
    grpc::CallbackServerContext* context, BoundedExecutor& executor,
    absl::string_view error_domain,
    std::function<absl::Status(const CallContext&)> body) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  if (const absl::Status admitted = AdmissionOf(*context); !admitted.ok()) {
    reactor->Finish(ToGrpcStatus(admitted, error_domain));
    return reactor;
  }
  const CallContext call(*context, DeadlineOf(*context));
  const trace::Scope scope(TraceOf(*context));  // The body's, too.
  const bool scheduled = executor.TrySchedule(
      [call, reactor, error_domain, body = std::move(body)] {
        absl::Status status = call.CheckAlive();
        if (status.ok()) {
          status = CatchExceptions([&] { return body(call); });
        }
        reactor->Finish(ToGrpcStatus(status, error_domain));
      });
  if (!scheduled)
    reactor->Finish(ToGrpcStatus(OverloadedError(), error_domain));
  return reactor;
}

}  // namespace pulsetaker::rpc
