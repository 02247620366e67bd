// Any bytes as a resource name or a page token: refused, or read and written
// back to the same bytes.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"
#include "tests/fuzz/fuzz_target.h"

namespace rpc = pulsetaker::rpc;
using pulsetaker::testing::Require;

std::vector<std::string> pulsetaker::testing::Seeds() {
  const std::string wave =
      "tenants/north/localities/leeds/surveys/care/waves/3";
  return {wave, wave + "/responses/p17", rpc::MakePageToken("scope", "p17"),
          rpc::MakePageToken("scope", std::string("\0\xff", 2))};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto name = rpc::ParseWaveName(text, "name"); name.ok()) {
    Require(rpc::FormatName(*name) == text);
  }
  if (const auto name = rpc::ParseWaveChildName(text, rpc::kResponses, "name");
      name.ok()) {
    Require(rpc::FormatName(*name, rpc::kResponses) == text);
  }
  if (const auto key = rpc::ReadPageToken(text, "scope"); key.ok()) {
    Require(text.empty() || rpc::MakePageToken("scope", *key) == text);
  }
  return 0;
}
