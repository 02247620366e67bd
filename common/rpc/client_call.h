// Calls that our services make to each other: always with a deadline, and with
// errors that keep their reason.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/base/metrics.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/status.h"
#include "grpcpp/support/sync_stream.h"

namespace pulsetaker::rpc {

// A channel to `target`, "127.0.0.1:7401", in plain text. It connects by
// itself when it is used, and again after it was cut. Calls that fail with
// UNAVAILABLE before an answer came are tried up to 4 times within their
// deadline: every method of ours may be repeated.
//
// Where a name has several addresses, calls take turns. A call that is made for
// a request (trace.h) is a span of its own, and tells the server which trace it
// belongs to.
std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target);

// The same, with its calls counted as gRPC's own metrics count them:
//   grpc_client_call_duration_seconds{grpc_method,grpc_status,grpc_target}
// `metrics` must outlive the channel.
std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target,
                                           Metrics& metrics);

// The same, over what the credentials say: TLS, and a token beside it.
std::shared_ptr<grpc::Channel> MakeSecureChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials);
std::shared_ptr<grpc::Channel> MakeSecureChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    Metrics& metrics);

// The same code and message, with the reason and metadata of its ErrorInfo and
// the delay of its RetryInfo, if it has them: ReasonOf, MetadataOf and
// RetryDelayOf find what the server said.
absl::Status FromGrpcStatus(const grpc::Status& status);
absl::Status FromRpcStatus(const google::rpc::Status& status);

// Sets the deadline of `context`. Every outgoing call has one.
void SetDeadline(grpc::ClientContext& context, absl::Time deadline);

// Makes a unary call:
//
//   PT_ASSIGN_OR_RETURN(const v1::Wave wave,
//                       rpc::Call(*stub_, &v1::SurveyService::Stub::GetWave,
//                                 request, call.deadline()));
template <typename Stub, typename Interface, typename Request,
          typename Response>
absl::StatusOr<Response> Call(
    Stub& stub,
    grpc::Status (Interface::*method)(grpc::ClientContext*, const Request&,
                                      Response*),
    const Request& request, absl::Time deadline) {
  grpc::ClientContext context;
  SetDeadline(context, deadline);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpcStatus(status);
  return response;
}

// Gives every message of a server stream to `take` and returns how the stream
// ended. An error from `take` cancels the call and is returned.
template <typename Message>
absl::Status ReadStream(grpc::ClientContext& context,
                        grpc::ClientReaderInterface<Message>& reader,
                        const std::function<absl::Status(Message&)>& take) {
  Message message;
  while (reader.Read(&message)) {
    if (absl::Status taken = take(message); !taken.ok()) {
      context.TryCancel();
      reader.Finish();
      return taken;
    }
  }
  return FromGrpcStatus(reader.Finish());
}

}  // namespace pulsetaker::rpc
