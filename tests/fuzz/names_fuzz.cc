// Any bytes as a resource name or a page token: refused, or read and written
// back to the same bytes.

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "common/rpc/page_token.h"
#include "common/rpc/resource_name.h"

namespace {

namespace rpc = pulsetaker::rpc;

void Require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

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
