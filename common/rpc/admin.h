// The port for operators, in HTTP: /metrics in Prometheus' text format, and
// /healthz, 200 while the service serves and 503 while it does not.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/metrics.h"

namespace pulsetaker::rpc {

class AdminServer {
 public:
  virtual ~AdminServer() = default;  // Stops serving.

  virtual int port() const = 0;
};

// Serves on `listen`, "127.0.0.1:0" for a free port. What it is given must
// outlive it.
//
// INVALID_ARGUMENT: not host:port. UNAVAILABLE: it cannot listen there.
absl::StatusOr<std::unique_ptr<AdminServer>> StartAdminServer(
    const std::string& listen, const Metrics& metrics,
    std::function<bool()> is_serving);

// The samples in Prometheus' text format.
std::string ToPrometheusText(const Metrics& metrics);

}  // namespace pulsetaker::rpc
