// Calls to which a limit of calls is a reason to wait, and none to fail.

#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/rpc/connection.h"
#include "common/rpc/client_call.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/status.h"

namespace pulsetaker::cli {

// Whether a call was refused because its tenant calls too often, and may be
// made again before `deadline`.
bool HasRoomBefore(absl::Time deadline, const absl::Status& refused);

// As rpc::Call. Where the tenant calls too often, it is made again when the
// service says, for as long as the deadline allows.
template <typename Stub, typename Interface, typename Request,
          typename Response>
absl::StatusOr<Response> CallPatiently(
    Stub& stub,
    grpc::Status (Interface::*method)(grpc::ClientContext*, const Request&,
                                      Response*),
    const Request& request, absl::Time deadline) {
  Backoff backoff;
  while (true) {
    absl::StatusOr<Response> answer =
        rpc::Call(stub, method, request, deadline);
    if (!HasRoomBefore(deadline, answer.status())) return answer;
    backoff.Wait(answer.status());
  }
}

}  // namespace pulsetaker::cli
