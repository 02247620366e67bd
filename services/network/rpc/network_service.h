#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "common/base/clock.h"
#include "common/rpc/operation_runner.h"
#include "grpcpp/impl/service_type.h"
#include "services/network/domain/analysis_store.h"

namespace pulsetaker::network {

inline constexpr char kErrorDomain[] = "network.pulsetaker";

// The gRPC face of the network service. `runner` carries out operations of
// kAnalyzeWaveKind. All arguments must outlive it.
std::unique_ptr<grpc::Service> MakeNetworkService(const AnalysisStore& store,
                                                  rpc::OperationRunner& runner,
                                                  BoundedExecutor& executor,
                                                  Clock clock);

}  // namespace pulsetaker::network
