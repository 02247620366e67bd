// Numbers as bytes, most significant first: their byte order is their numeric
// order.

#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace pulsetaker {

void AppendBigEndian32(std::uint32_t number, std::string& bytes);
void AppendBigEndian64(std::uint64_t number, std::string& bytes);

// Take a number off the front of `bytes`. False, and nothing is taken, if there
// are too few.
[[nodiscard]] bool ConsumeBigEndian32(absl::string_view& bytes,
                                      std::uint32_t& number);
[[nodiscard]] bool ConsumeBigEndian64(absl::string_view& bytes,
                                      std::uint64_t& number);

}  // namespace pulsetaker
