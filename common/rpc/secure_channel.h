// Channels like those of client_call.h, over what credentials say: TLS, and a
// token beside it.

#pragma once

#include <memory>
#include <string>

#include "common/base/metrics.h"
#include "grpcpp/channel.h"
#include "grpcpp/security/credentials.h"

namespace pulsetaker::rpc {

// MakeChannel (client_call.h), with these credentials in place of plain text.
// Call credentials, such as TokenFromFile, are put to those of the channel by
// grpc::CompositeChannelCredentials.
std::shared_ptr<grpc::Channel> MakeSecureChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials);

// The same, with its calls counted in `metrics`, which must outlive the
// channel.
std::shared_ptr<grpc::Channel> MakeSecureChannel(
    const std::string& target,
    const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    Metrics& metrics);

}  // namespace pulsetaker::rpc
