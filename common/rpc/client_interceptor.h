// What is recorded and counted of calls that this process makes.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/base/metrics.h"
#include "grpcpp/support/client_interceptor.h"

namespace pulsetaker::rpc {

// For a channel to `target`. `metrics` may be none, and must outlive the
// channel.
std::vector<
    std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>>
MakeClientInterceptors(const std::string& target, Metrics* metrics);

}  // namespace pulsetaker::rpc
