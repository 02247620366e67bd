// pulsetaker.audit.v1.AuditService. Who may call what is not decided here.

#pragma once

#include <memory>

#include "common/audit/audit_log.h"
#include "common/base/bounded_executor.h"
#include "grpcpp/impl/service_type.h"

namespace pulsetaker::audit {

// `log` and `executor` must outlive what is returned.
std::unique_ptr<grpc::Service> MakeAuditService(const AuditLog& log,
                                                BoundedExecutor& executor);

}  // namespace pulsetaker::audit
