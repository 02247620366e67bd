#pragma once

#include <memory>

#include "common/erasure/withdrawals.h"
#include "common/rpc/operation_runner.h"

namespace pulsetaker::erasure {

// The operations of a runner, whose results are messages with a `name`, and
// whose metadata say with `wave` which wave they are of. Operations without a
// `wave` are of a tenant as a whole: their responses are of no locality, and
// while one runs, it may bring forth results of all. `runner` must outlive it.
std::unique_ptr<ResultOperations> MakeRunnerOperations(
    rpc::OperationRunner& runner);

}  // namespace pulsetaker::erasure
