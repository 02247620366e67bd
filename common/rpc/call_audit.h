// No audit, no reply: writes what is audited (policy.h) before it is answered.
//
// A call of one request and one answer has one record, written when its outcome
// is known, before the answer leaves. A stream has a record before the method
// sees its first request, with the reason BEGUN, and another with its outcome
// before the status leaves: what it sends, and what it acknowledges, comes
// after the first. Calls that are refused because of who makes them have a
// record, too, but not those of nobody, nor those beyond the rate of their
// tenant (call_rates.h): they would be a way to fill the disk. Those that are
// refused otherwise count for that rate, which so bounds their records. Of
// respondents, who have no rate, only what was carried out has a record.

#pragma once

#include <memory>

#include "common/audit/audit_trail.h"
#include "grpcpp/support/server_interceptor.h"

namespace pulsetaker::rpc {

// To come after the interceptors of access.h and of call_rates.h, whose
// decisions it writes down. `trail` must outlive the server. A call whose
// record cannot be written fails with RESOURCE_EXHAUSTED, DISK_FULL, or else
// with UNAVAILABLE, AUDIT_UNAVAILABLE: its outcome is unknown, as it may have
// been carried out; a stream is not begun.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
MakeCallAudit(audit::AuditTrail& trail);

}  // namespace pulsetaker::rpc
