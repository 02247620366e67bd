#include "common/audit/service_audit.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/audit/audit_service.h"
#include "common/base/status.h"

namespace pulsetaker::audit {
namespace {

std::vector<MetricSample> CollectMetrics(const AuditLog& log) {
  const AuditLog::Counts counts = log.counts();
  return {{.name = "pulsetaker_audit_records_total",
           .help = "Records that the audit log took in.",
           .kind = MetricKind::kCounter,
           .value = static_cast<double>(counts.records)},
          {.name = "pulsetaker_audit_syncs_total",
           .help = "Syncs of the audit log, each of many records at once.",
           .kind = MetricKind::kCounter,
           .value = static_cast<double>(counts.syncs)},
          {.name = "pulsetaker_audit_queued_bytes",
           .help = "Records that wait for the audit log, in bytes.",
           .value = static_cast<double>(counts.queued_bytes)}};
}

}  // namespace

absl::StatusOr<std::unique_ptr<ServiceAudit>> ServiceAudit::Open(
    const std::string& service, rpc::ServerParts& parts) {
  AuditLogOptions options;
  options.path = absl::StrCat(parts.data_dir, "/audit");
  options.service = service;
  options.clock = parts.clock;
  PT_ASSIGN_OR_RETURN(std::unique_ptr<AuditLog> log, AuditLog::Open(options));
  return std::unique_ptr<ServiceAudit>(new ServiceAudit(std::move(log), parts));
}

ServiceAudit::ServiceAudit(std::unique_ptr<AuditLog> log,
                           rpc::ServerParts& parts)
    : log_(std::move(log)),
      metrics_(parts.metrics.AddCollector(
          [log = log_.get()] { return CollectMetrics(*log); })),
      service_(MakeAuditService(*log_, parts.executor)) {}

}  // namespace pulsetaker::audit
