#pragma once

#include <memory>

#include "common/base/bounded_executor.h"
#include "common/base/clock.h"
#include "common/rpc/operation_runner.h"
#include "grpcpp/impl/service_type.h"
#include "services/network/domain/analysis_reader.h"
#include "services/network/domain/analysis_store.h"

namespace pulsetaker::network {

inline constexpr char kErrorDomain[] = "network.pulsetaker";

// What the service is made of. All must outlive it.
struct NetworkServiceParts {
  const AnalysisStore& store;
  const AnalysisReader& reader;
  rpc::OperationRunner& runner;  // Carries out kAnalyzeWaveKind.
  BoundedExecutor& executor;     // For what the store answers.
  // For what reads a snapshot and computes: it would keep the other waiting.
  BoundedExecutor& graph_executor;
  int open_graphs_max = 0;  // OpenGraphs.
  Clock clock;
};

// The gRPC face of the network service.
std::unique_ptr<grpc::Service> MakeNetworkService(NetworkServiceParts parts);

}  // namespace pulsetaker::network
