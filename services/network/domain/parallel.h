#pragma once

#include <cstddef>
#include <functional>

#include "absl/status/status.h"

namespace pulsetaker::network {

// Calls task(0) to task(count - 1), each once, on `thread_count` threads, this
// one among them. Which thread takes which, and when, is undefined: a task
// writes only to places of its own.
//
// Returns the error of the lowest task that failed; after an error no further
// task is begun.
absl::Status ParallelFor(std::size_t count, int thread_count,
                         const std::function<absl::Status(std::size_t)>& task);

}  // namespace pulsetaker::network
