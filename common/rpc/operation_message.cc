#include "common/rpc/operation_message.h"

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "common/rpc/resource_name.h"

namespace pulsetaker::rpc {

absl::StatusOr<google::longrunning::Operation> ToMessage(
    const OperationRecord& record) {
  google::longrunning::Operation operation;
  operation.set_name(FormatOperationName(record.id));
  operation.set_done(record.state == OperationState::kDone);
  bool is_readable =
      record.metadata.empty() ||
      operation.mutable_metadata()->ParseFromString(record.metadata);
  if (!record.response.empty()) {
    is_readable &=
        operation.mutable_response()->ParseFromString(record.response);
  }
  if (!record.error.empty()) {
    is_readable &= operation.mutable_error()->ParseFromString(record.error);
  }
  if (!is_readable) {
    return MakeError(absl::StatusCode::kDataLoss, "STORED_DATA_UNREADABLE",
                     absl::StrCat("operation ", record.id, " is unreadable"));
  }
  return operation;
}

}  // namespace pulsetaker::rpc
