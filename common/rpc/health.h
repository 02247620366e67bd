// grpc.health.v1 of our own. The one that is built into gRPC answers, too, but
// reflection does not know it, so that tools cannot call it.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "grpcpp/impl/service_type.h"

namespace pulsetaker::rpc {

// Safe for use by any number of threads at once.
class HealthService {
 public:
  virtual ~HealthService() = default;

  // To be registered with a server. Lives as long as this.
  virtual grpc::Service& service() = 0;

  // Adds a service, not serving. "" stands for the whole server and is there
  // from the start.
  virtual void AddService(absl::string_view name) = 0;

  // Sets every service to serving or not serving, and tells who watches.
  virtual void SetServing(bool serving) = 0;

  // While an operator drains the server, no service says that it serves,
  // whatever SetServing was told.
  virtual void SetDraining(bool draining) = 0;
  virtual bool draining() const = 0;

  // What is told: set to serving, and not draining.
  virtual bool serving() const = 0;

  // Not serving, for good: ends every Watch, so that a server can shut down.
  virtual void Shutdown() = 0;
};

std::unique_ptr<HealthService> MakeHealthService();

}  // namespace pulsetaker::rpc
