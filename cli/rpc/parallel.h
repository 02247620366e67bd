#pragma once

#include <cstddef>
#include <functional>

namespace pulsetaker::cli {

// Calls `work` with 0 to `count` - 1, in no particular order, on at most
// `parallelism` threads, and returns when all calls have.
void ForEachInParallel(std::size_t count, int parallelism,
                       const std::function<void(std::size_t)>& work);

}  // namespace pulsetaker::cli
