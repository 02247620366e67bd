// The audit of a service as its application has it: the log in the folder
// `audit` of its data, the gRPC service that shows it, and its metrics.

#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/audit/audit_log.h"
#include "common/base/metrics.h"
#include "common/rpc/server_main.h"
#include "grpcpp/impl/service_type.h"

namespace pulsetaker::audit {

class ServiceAudit {
 public:
  // `service` is "survey", "network" or "assessment"; `parts` must outlive it.
  // The errors of AuditLog::Open.
  static absl::StatusOr<std::unique_ptr<ServiceAudit>> Open(
      const std::string& service, rpc::ServerParts& parts);

  AuditTrail& trail() { return *log_; }
  grpc::Service& service() { return *service_; }

 private:
  ServiceAudit(std::unique_ptr<AuditLog> log, rpc::ServerParts& parts);

  const std::unique_ptr<AuditLog> log_;
  const std::unique_ptr<Metrics::Registration> metrics_;
  const std::unique_ptr<grpc::Service> service_;
};

}  // namespace pulsetaker::audit
