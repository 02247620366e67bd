#include "services/survey/rpc/submit_response.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <utility>

#include "common/base/clock.h"
#include "common/base/fault.h"
#include "common/base/status.h"
#include "common/base/trace.h"
#include "common/rpc/access.h"
#include "common/rpc/call_log.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/response_messages.h"

namespace pulsetaker::survey {
namespace {

// Whose response it is: by its name, by its token, or by both, which must
// agree.
absl::Status ReadRespondent(const v1::SubmitResponseRequest& request,
                            const Invitations& invitations,
                            grpc::ServerContextBase& context,
                            Submission& submission) {
  const std::string& name = request.response().name();
  const bool has_token = !request.invitation_token().empty();
  if (!name.empty() || !has_token) {
    PT_ASSIGN_OR_RETURN(
        const rpc::WaveChildName parsed,
        rpc::ParseWaveChildName(name, rpc::kResponses, "response.name"));
    submission.key = {ToKey(parsed.wave), parsed.id};
  }
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  if (!has_token) return absl::OkStatus();
  PT_ASSIGN_OR_RETURN(submission.token,
                      invitations.Identify(request.invitation_token()));
  const ResponseKey key = {submission.token->wave, submission.token->person};
  if (!rpc::AdmitInvitation(context, key.wave.tenant)) {
    return InvalidTokenError();
  }
  if (!name.empty() && submission.key.wave.tenant != key.wave.tenant) {
    return InvalidTokenError();
  }
  if (!name.empty() && submission.key != key) {
    return rpc::InvalidField("INVITATION_NAME_MISMATCH", "response.name",
                             "is not of the one whom the token is for");
  }
  submission.key = key;
  return absl::OkStatus();
}

absl::StatusOr<Submission> ReadSubmission(
    const v1::SubmitResponseRequest& request, const Invitations& invitations,
    grpc::ServerContextBase& context) {
  const v1::Response& message = request.response();
  Submission submission;
  PT_RETURN_IF_ERROR(ReadRespondent(request, invitations, context, submission));
  submission.consent_version = message.consent_version();
  submission.answers = FromProto(message);
  submission.expected_revision = ExpectedRevision(message.etag());
  submission.request.id = request.request_id();
  return submission;
}

// To check a response takes microseconds and waits for nothing but, now and
// then, a read: more threads than processors only cost their waking.
int ThreadCount() {
  return static_cast<int>(std::max(2U, std::thread::hardware_concurrency()));
}

}  // namespace

ResponseSubmitter::ResponseSubmitter(const ResponseIntake& intake,
                                     const Invitations& invitations,
                                     TenantQuota& quota, int submissions_max)
    : intake_(intake),
      invitations_(invitations),
      quota_(quota),
      submissions_max_(submissions_max),
      executor_(ThreadCount(), static_cast<std::size_t>(submissions_max)) {}

grpc::ServerUnaryReactor* ResponseSubmitter::Submit(
    grpc::CallbackServerContext* context,
    const v1::SubmitResponseRequest* request, v1::Response* response) {
  const trace::Scope scope(rpc::TraceOf(*context));  // The task's, too.
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const auto finish = [this, reactor](const absl::Status& status) {
    --count_;
    reactor->Finish(rpc::ToGrpcStatus(status, kErrorDomain));
  };
  const auto begin = [this, context, request, response, finish] {
    if (context->IsCancelled()) {
      return finish(absl::CancelledError("the caller left"));
    }
    const absl::Status begun = rpc::CatchExceptions(
        [&] { return Begin(*request, *context, finish, response); });
    if (!begun.ok()) finish(begun);
  };
  ++count_;
  if (const absl::Status admitted = rpc::AdmissionOf(*context);
      !admitted.ok()) {
    finish(admitted);
  } else if (count_ > submissions_max_) {
    finish(rpc::OverloadedError());
  } else if (!executor_.TrySchedule(begin)) {
    finish(rpc::OverloadedError());
  }
  return reactor;
}

absl::Status ResponseSubmitter::Begin(
    const v1::SubmitResponseRequest& request, grpc::ServerContextBase& context,
    const std::function<void(const absl::Status&)>& done,
    v1::Response* response) {
  PT_ASSIGN_OR_RETURN(Submission submission,
                      ReadSubmission(request, invitations_, context));
  PT_KILL_POINT("submit.read");
  const WaveKey wave = submission.key.wave;
  const auto bytes = static_cast<std::int64_t>(request.ByteSizeLong());
  PT_RETURN_IF_ERROR(
      quota_.Take(wave.tenant, {.rows = 1, .bytes = bytes}, MonotonicNow()));
  intake_.Submit(std::move(submission),
                 [=](const absl::StatusOr<Response>& stored) {
                   if (stored.ok()) ToProto(wave, *stored, *response);
                   PT_KILL_POINT("submit.stored");
                   done(stored.status());
                   PT_KILL_POINT("submit.answered");
                 });
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
