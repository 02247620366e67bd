// Any bytes as the place where an export goes on: refused, or read and written
// back to a place that is read the same.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/survey/domain/wave_export.h"
#include "tests/fuzz/fuzz_target.h"

namespace survey = pulsetaker::survey;
using pulsetaker::testing::Require;

std::vector<std::string> pulsetaker::testing::Seeds() {
  survey::ExportPosition position;
  position.section = survey::ExportPosition::Section::kResponses;
  position.after = "p17";
  position.bytes = 1'048'000;
  position.responses = 400;
  return {survey::EncodePosition({}), survey::EncodePosition(position)};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto position = survey::DecodePosition(text);
  if (!position.ok()) return 0;
  const auto again = survey::DecodePosition(survey::EncodePosition(*position));
  Require(again.ok() && *again == *position);
  return 0;
}
