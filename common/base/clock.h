#pragma once

#include <chrono>
#include <functional>

#include "absl/time/time.h"

namespace pulsetaker {

// What time it is. Time is an argument, so that tests can choose it and results
// do not depend on it.
using Clock = std::function<absl::Time()>;

// A time that only ever goes on, for waits and rates. It is no date, and says
// nothing to another process.
inline absl::Time MonotonicNow() {
  return absl::UnixEpoch() +
         absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace pulsetaker
