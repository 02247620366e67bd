// Operations as google.longrunning has them.

#pragma once

#include "absl/status/statusor.h"
#include "common/base/operation.h"
#include "google/longrunning/operations.pb.h"

namespace pulsetaker::rpc {

// DATA_LOSS, STORED_DATA_UNREADABLE: a part of the record is no message.
absl::StatusOr<google::longrunning::Operation> ToMessage(
    const OperationRecord& record);

}  // namespace pulsetaker::rpc
