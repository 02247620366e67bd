// An audit log from its service.

#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/audit/export_file.h"
#include "pulsetaker/audit/v1/audit_service.grpc.pb.h"

namespace pulsetaker::cli {

// The newest head and the key, as the service gives them. DATA_LOSS,
// AUDIT_HEAD_MALFORMED or AUDIT_HEAD_FORGED: not signed with that key.
absl::StatusOr<audit::ExportStart> FetchHead(
    audit::v1::AuditService::StubInterface& stub, absl::Time deadline);

// Gives all of an export's bytes to `write`, as a file has them, and returns
// what it begins with. Errors of `write` are handed on. DATA_LOSS,
// AUDIT_EXPORT_INCOMPLETE: not as many records came as the head counts.
absl::StatusOr<audit::ExportStart> DownloadLog(
    audit::v1::AuditService::StubInterface& stub, absl::Time deadline,
    const std::function<absl::Status(absl::string_view bytes)>& write);

}  // namespace pulsetaker::cli
