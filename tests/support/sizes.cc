#include "tests/support/sizes.h"

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::testing {

std::int64_t SizeFromEnvironment(const char* variable, std::int64_t otherwise) {
  const char* const text = std::getenv(variable);
  if (text == nullptr) return otherwise;
  std::int64_t size = 0;
  if (!absl::SimpleAtoi(text, &size) || size < 1) {
    FailStop(absl::StrCat(variable, " is not a number above 0"));
  }
  return size;
}

}  // namespace pulsetaker::testing
