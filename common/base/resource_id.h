// What identifiers and text look like, for every layer.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace pulsetaker {

inline constexpr std::size_t kResourceIdLengthMax = 63;
inline constexpr std::size_t kUuidLength = 36;

// [a-z0-9][a-z0-9_-]{0,62}: one spelling a resource, and no byte that means
// something in a path, a URL or a stored key.
bool IsResourceId(absl::string_view id);

// The text form of a UUID, in lower case: 8-4-4-4-12 digits of [0-9a-f].
bool IsUuid(absl::string_view id);

// The number of a wave: 1 to 2^31 - 1, in decimal, without a leading zero.
std::optional<std::int32_t> ParseWaveId(absl::string_view id);

// Well-formed UTF-8 by RFC 3629: no overlong form, no surrogate, nothing above
// U+10FFFF.
bool IsValidUtf8(absl::string_view text);

}  // namespace pulsetaker
