#include "common/rpc/secure_channel.h"

#include "common/rpc/client_interceptor.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/support/channel_arguments.h"

namespace pulsetaker::rpc {
namespace {

// As in client_call.cc.
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
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  arguments.SetMaxSendMessageSize(kMessageBytesMax);
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      target, credentials, arguments, MakeClientInterceptors(target, metrics));
}

}  // namespace

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

}  // namespace pulsetaker::rpc
