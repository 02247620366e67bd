// How large a proof is to be.

#pragma once

#include <cstdint>

namespace pulsetaker::testing {

// The number in an environment variable, or `otherwise` where it is not set.
// Ends the process for what is not a number above 0: a proof of nothing would
// pass.
std::int64_t SizeFromEnvironment(const char* variable, std::int64_t otherwise);

}  // namespace pulsetaker::testing
