// SubmitResponse: one response in, one answer out, no thread waits.

#pragma once

#include <atomic>
#include <functional>

#include "absl/status/status.h"
#include "common/base/bounded_executor.h"
#include "grpcpp/server_context.h"
#include "grpcpp/support/server_callback.h"
#include "pulsetaker/survey/v1/response.pb.h"
#include "services/survey/domain/invitations.h"
#include "services/survey/domain/response_intake.h"
#include "services/survey/domain/tenant_quota.h"

namespace pulsetaker::survey {

// Safe for use by any number of threads at once.
class ResponseSubmitter {
 public:
  // All must outlive this, and all calls must have ended before. Of
  // `submissions_max` calls at once the next is turned away.
  ResponseSubmitter(const ResponseIntake& intake,
                    const Invitations& invitations, TenantQuota& quota,
                    int submissions_max);

  ResponseSubmitter(const ResponseSubmitter&) = delete;
  ResponseSubmitter& operator=(const ResponseSubmitter&) = delete;

  // Answers one call.
  grpc::ServerUnaryReactor* Submit(grpc::CallbackServerContext* context,
                                   const v1::SubmitResponseRequest* request,
                                   v1::Response* response);

 private:
  // Leads the submission to the log, which will call `done`. On an error it
  // will not.
  absl::Status Begin(const v1::SubmitResponseRequest& request,
                     grpc::ServerContextBase& context,
                     const std::function<void(const absl::Status&)>& done,
                     v1::Response* response);

  const ResponseIntake& intake_;
  const Invitations& invitations_;
  TenantQuota& quota_;
  const int submissions_max_;
  std::atomic<int> count_ = 0;  // Calls that are going on.
  BoundedExecutor executor_;    // Last: its threads use all of the above.
};

}  // namespace pulsetaker::survey
