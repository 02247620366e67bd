#include "common/rpc/client_call.h"

#include <optional>
#include <utility>

#include "common/base/status.h"
#include "common/rpc/client_interceptor.h"
#include "google/rpc/error_details.pb.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "grpcpp/support/channel_arguments.h"

namespace pulsetaker::rpc {
namespace {

constexpr int kMessageBytesMax = 16 << 20;
constexpr int kReconnectMillisMax = 2'000;

constexpr char kServiceConfig[] = R"json({
  "loadBalancingConfig": [{"round_robin": {}}],
  "methodConfig": [{
    "name": [{}],
    "retryPolicy": {
      "maxAttempts": 4,
      "initialBackoff": "0.1s",
      "maxBackoff": "2s",
      "backoffMultiplier": 2,
      "retryableStatusCodes": ["UNAVAILABLE"]
    }
  }]
})json";

std::shared_ptr<grpc::Channel> MakeCountedChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    Metrics* metrics) {
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(kServiceConfig);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 1);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMillisMax);
  // Our services are peers of each other, whatever the web is reached by.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  arguments.SetMaxSendMessageSize(kMessageBytesMax);
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      target, credentials, arguments, MakeClientInterceptors(target, metrics));
}

}  // namespace

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target) {
  return MakeCountedChannel(target, grpc::InsecureChannelCredentials(),
                            nullptr);
}

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& target,
                                           Metrics& metrics) {
  return MakeCountedChannel(target, grpc::InsecureChannelCredentials(),
                            &metrics);
}

std::shared_ptr<grpc::Channel> MakeSecureChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  return MakeCountedChannel(target, credentials, nullptr);
}

std::shared_ptr<grpc::Channel> MakeSecureChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    Metrics& metrics) {
  return MakeCountedChannel(target, credentials, &metrics);
}

absl::Status FromRpcStatus(const google::rpc::Status& status) {
  const auto code = static_cast<absl::StatusCode>(status.code());
  if (code == absl::StatusCode::kOk) return absl::OkStatus();
  absl::Status result(code, status.message());
  std::optional<absl::Duration> retry_delay;
  for (const auto& detail : status.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&info)) {
      result = MakeError(
          code, info.reason(), status.message(),
          ErrorMetadata(info.metadata().begin(), info.metadata().end()));
    } else if (detail.UnpackTo(&retry)) {
      retry_delay = absl::Seconds(retry.retry_delay().seconds()) +
                    absl::Nanoseconds(retry.retry_delay().nanos());
    }
  }
  if (!retry_delay.has_value()) return result;
  return WithRetryDelay(std::move(result), *retry_delay);
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  google::rpc::Status details;
  // Errors that gRPC itself makes, such as those of a broken connection, have
  // no details.
  if (!details.ParseFromString(status.error_details())) details.Clear();
  details.set_code(static_cast<int>(status.error_code()));
  details.set_message(status.error_message());
  return FromRpcStatus(details);
}

void SetDeadline(grpc::ClientContext& context, absl::Time deadline) {
  context.set_deadline(absl::ToChronoTime(deadline));
}

}  // namespace pulsetaker::rpc
