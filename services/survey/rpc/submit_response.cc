#include "services/survey/rpc/submit_response.h"

#include <cstdint>
#include <utility>

#include "common/base/clock.h"
#include "common/base/status.h"
#include "common/rpc/field_checks.h"
#include "common/rpc/resource_name.h"
#include "common/rpc/unary.h"
#include "services/survey/rpc/convert.h"
#include "services/survey/rpc/response_messages.h"

namespace pulsetaker::survey {
namespace {

absl::StatusOr<Submission> ReadSubmission(
    const v1::SubmitResponseRequest& request) {
  const v1::Response& message = request.response();
  PT_ASSIGN_OR_RETURN(const rpc::WaveChildName name,
                      rpc::ParseWaveChildName(message.name(), rpc::kResponses,
                                              "response.name"));
  PT_RETURN_IF_ERROR(rpc::CheckRequestId(request.request_id()));
  Submission submission;
  submission.key = {ToKey(name.wave), name.id};
  submission.answers = FromProto(message);
  submission.expected_revision = ExpectedRevision(message.etag());
  submission.request.id = request.request_id();
  return submission;
}

}  // namespace

grpc::ServerUnaryReactor* ResponseSubmitter::Submit(
    grpc::CallbackServerContext* context,
    const v1::SubmitResponseRequest* request, v1::Response* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const auto finish = [this, reactor](const absl::Status& status) {
    --count_;
    reactor->Finish(rpc::ToGrpcStatus(status, kErrorDomain));
  };
  const bool scheduled =
      ++count_ <= submissions_max_ &&
      executor_.TrySchedule([this, context, request, response, finish] {
        if (context->IsCancelled()) {
          return finish(absl::CancelledError("the caller left"));
        }
        if (const absl::Status begun = Begin(*request, finish, response);
            !begun.ok()) {
          finish(begun);
        }
      });
  if (!scheduled) finish(rpc::OverloadedError());
  return reactor;
}

absl::Status ResponseSubmitter::Begin(
    const v1::SubmitResponseRequest& request,
    const std::function<void(const absl::Status&)>& done,
    v1::Response* response) {
  PT_ASSIGN_OR_RETURN(Submission submission, ReadSubmission(request));
  const WaveKey wave = submission.key.wave;
  const auto bytes = static_cast<std::int64_t>(request.ByteSizeLong());
  PT_RETURN_IF_ERROR(
      quota_.Take(wave.tenant, {.rows = 1, .bytes = bytes}, MonotonicNow()));
  intake_.Submit(std::move(submission),
                 [=](const absl::StatusOr<Response>& stored) {
                   if (stored.ok()) ToProto(wave, *stored, *response);
                   done(stored.status());
                 });
  return absl::OkStatus();
}

}  // namespace pulsetaker::survey
