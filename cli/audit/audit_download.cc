#include "cli/audit/audit_download.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/rpc/patient_call.h"
#include "common/base/status.h"
#include "common/rpc/client_call.h"

namespace pulsetaker::cli {
namespace {

namespace v1 = audit::v1;

absl::StatusOr<audit::ExportStart> ReadHead(const v1::TreeHead& message) {
  audit::ExportStart start;
  PT_ASSIGN_OR_RETURN(start.head, audit::ParseHead(message.checkpoint()));
  PT_ASSIGN_OR_RETURN(start.key, audit::ParseVerifierKey(message.public_key()));
  PT_RETURN_IF_ERROR(audit::VerifyHead(start.head, start.key));
  return start;
}

absl::Status Incomplete(absl::string_view problem) {
  return MakeError(absl::StatusCode::kDataLoss, "AUDIT_EXPORT_INCOMPLETE",
                   absl::StrCat("the export is not whole: ", problem));
}

}  // namespace

absl::StatusOr<audit::ExportStart> FetchHead(
    v1::AuditService::StubInterface& stub, absl::Time deadline) {
  PT_ASSIGN_OR_RETURN(
      const v1::TreeHead head,
      CallPatiently(stub, &v1::AuditService::StubInterface::GetTreeHead,
                    v1::GetTreeHeadRequest(), deadline));
  return ReadHead(head);
}

absl::StatusOr<audit::ExportStart> DownloadLog(
    v1::AuditService::StubInterface& stub, absl::Time deadline,
    const std::function<absl::Status(absl::string_view bytes)>& write) {
  grpc::ClientContext context;
  rpc::SetDeadline(context, deadline);
  const auto reader = stub.ExportRecords(&context, v1::ExportRecordsRequest());
  std::optional<audit::ExportStart> start;
  std::uint64_t count = 0;
  const auto take = [&](v1::ExportRecordsResponse& message) -> absl::Status {
    if (message.has_head() != !start.has_value()) {
      return Incomplete("its head does not come first, once");
    }
    if (message.has_head()) {
      PT_ASSIGN_OR_RETURN(start, ReadHead(message.head()));
      return write(audit::EncodeExportStart(*start));
    }
    std::string bytes;
    for (const std::string& leaf : message.leaves().leaves()) {
      audit::AppendExportLeaf(leaf, bytes);
      ++count;
    }
    return write(bytes);
  };
  PT_RETURN_IF_ERROR(
      rpc::ReadStream<v1::ExportRecordsResponse>(context, *reader, take));
  if (!start.has_value()) return Incomplete("it has no head");
  if (count != start->head.head.size) {
    return Incomplete(absl::StrCat(count, " records came of the ",
                                   start->head.head.size,
                                   " that its head counts"));
  }
  return *std::move(start);
}

}  // namespace pulsetaker::cli
