// The port for operators, in HTTP:
//
//   GET /metrics     in Prometheus' text format
//   GET /healthz     200 while the service serves, 503 while it does not
//   GET /status      what runs here, and how its store is
//   PUT /log-level   debug, info, warning or error
//   PUT /drain       true: say that it does not serve, and answer; false
//   PUT /compact     rewrite the store without what is no longer there
//   PUT /verify      read the store's files and compare their checksums
//
// Whoever reaches the port may read. Only who is on this machine may change
// anything: an operator has a shell there, or forwards the port.
// docs/operations/admin.md is the manual.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/rpc/admin_requests.h"

namespace pulsetaker::rpc {

class AdminServer {
 public:
  // Stops serving, and ends what an operator began.
  virtual ~AdminServer() = default;

  virtual int port() const = 0;
};

// Serves on `listen`, "127.0.0.1:0" for a free port. What `parts` refers to
// must outlive it.
//
// INVALID_ARGUMENT: not host:port. UNAVAILABLE: it cannot listen there.
absl::StatusOr<std::unique_ptr<AdminServer>> StartAdminServer(
    const std::string& listen, const AdminParts& parts);

}  // namespace pulsetaker::rpc
