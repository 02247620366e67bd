#include "common/base/operation.h"

#include "common/base/status.h"

namespace pulsetaker {

absl::Status OperationNotFoundError() {
  return MakeError(absl::StatusCode::kNotFound, "OPERATION_NOT_FOUND",
                   "there is no such operation");
}

}  // namespace pulsetaker
