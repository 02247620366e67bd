// Secrets: random keys, and signatures that only who has the key can make.

#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace pulsetaker {

inline constexpr std::size_t kHmacBytes = 32;

// Bytes from the generator that OpenSSL uses for keys. Ends the process if the
// system gives no randomness.
std::string RandomBytes(std::size_t count);

// HMAC-SHA256 (RFC 2104) of `message`: kHmacBytes bytes.
std::string HmacSha256(absl::string_view key, absl::string_view message);

// Whether both are the same. The time depends on their lengths only, so it does
// not tell how much of a forged signature is right.
bool EqualInConstantTime(absl::string_view a, absl::string_view b);

}  // namespace pulsetaker
