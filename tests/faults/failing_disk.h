// The real file system, with one call that fails, or all from one on.

#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace pulsetaker::testing {

// Which calls fail. May lie in memory that processes share.
struct FaultPlan {
  std::int64_t first = 0;  // The call that fails, from 1; 0 for none.
  bool from_then_on = false;
  // Only calls that need room are counted, and fail for want of it. Otherwise
  // all are, and fail for no reason.
  bool no_space = false;
  std::atomic<std::int64_t> calls = 0;  // So far.
};

// An Env on the real file system that fails as `plan`, which must outlive it,
// says. A write that fails has written its first half.
std::unique_ptr<rocksdb::Env> NewFailingEnv(FaultPlan& plan);

}  // namespace pulsetaker::testing
