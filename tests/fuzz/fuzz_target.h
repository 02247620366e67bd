// What a fuzz target offers besides LLVMFuzzerTestOneInput.

#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace pulsetaker::testing {

// Inputs that the target takes, for a driver to change.
std::vector<std::string> Seeds();

// Ends the process where a property does not hold, as a fuzzer wants it.
inline void Require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace pulsetaker::testing
