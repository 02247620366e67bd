#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"

namespace pulsetaker {

// CRC-32 of IEEE 802.3, as zlib, gzip and PNG use it. Crc32("123456789") is
// 0xcbf43926. It finds accidents, not forgeries.
// `before` is that of the bytes before these, if there are any.
std::uint32_t Crc32(absl::string_view bytes, std::uint32_t before = 0);

}  // namespace pulsetaker
