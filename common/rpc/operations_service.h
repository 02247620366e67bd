// google.longrunning.Operations over an OperationRunner, all of its methods.

#pragma once

#include <memory>
#include <string>

#include "common/base/bounded_executor.h"
#include "common/rpc/operation_runner.h"
#include "grpcpp/impl/service_type.h"

namespace pulsetaker::rpc {

// Callers who act for one tenant see the operations whose scope is its name,
// and of others the same as of those that there are not.
//
// GetOperation, CancelOperation, DeleteOperation: NAME_MALFORMED, then what the
// runner says.
//
// ListOperations: `name` is "operations"; FILTER_UNSUPPORTED for any filter.
// Pages as page_token.h says.
//
// WaitOperation: answers when the operation is done, or as it is after
// `timeout` or shortly before the call's deadline; no thread waits with it. At
// most 1,000 calls wait at once; the next gets UNAVAILABLE, OVERLOADED.
//
// What it is given must outlive it.
std::unique_ptr<grpc::Service> MakeOperationsService(OperationRunner& runner,
                                                     BoundedExecutor& executor,
                                                     std::string error_domain);

}  // namespace pulsetaker::rpc
