#include "common/rpc/address.h"

#include <cstddef>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/status.h"

namespace pulsetaker::rpc {
namespace {

bool IsPort(absl::string_view port) {
  std::uint32_t number = 0;
  return !port.empty() && port.size() <= 5 && absl::ascii_isdigit(port[0]) &&
         absl::SimpleAtoi(port, &number) &&
         number <= std::numeric_limits<std::uint16_t>::max();
}

}  // namespace

absl::Status CheckAddress(absl::string_view address) {
  const std::size_t colon = address.rfind(':');
  if (colon != absl::string_view::npos && colon > 0 &&
      IsPort(address.substr(colon + 1))) {
    const absl::string_view host = address.substr(0, colon);
    // An IPv6 address has colons of its own, and so needs brackets.
    const bool has_brackets =
        absl::StartsWith(host, "[") && absl::EndsWith(host, "]");
    if (has_brackets || !absl::StrContains(host, ':')) return absl::OkStatus();
  }
  return MakeError(absl::StatusCode::kInvalidArgument, "ADDRESS_MALFORMED",
                   absl::StrCat("'", address, "' is not host:port"));
}

bool IsLoopback(absl::string_view address) {
  return absl::StartsWith(address, "127.") ||
         absl::StartsWith(address, "localhost:") ||
         absl::StartsWith(address, "[::1]:");
}

}  // namespace pulsetaker::rpc
