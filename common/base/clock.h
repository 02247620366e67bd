#pragma once

#include <functional>

#include "absl/time/time.h"

namespace pulsetaker {

// What time it is. Time is an argument, so that tests can choose it and results
// do not depend on it.
using Clock = std::function<absl::Time()>;

}  // namespace pulsetaker
