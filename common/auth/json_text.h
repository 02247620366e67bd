// JSON as strangers send it. What two readers could understand in two ways is
// refused, so that nobody can show one meaning to the issuer and another to us.

#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::auth {

inline constexpr int kJsonDepthMax = 8;

// The object that `text` is. Nothing for any other text: not JSON of RFC 8259,
// not UTF-8, not an object, a member named twice, anywhere in it, more than
// kJsonDepthMax values inside one another, or bytes before or behind it other
// than white space.
std::optional<nlohmann::json> ParseJsonObject(absl::string_view text);

// The bytes of base64url without padding (RFC 7515, section 2). Nothing for any
// other text: each sequence of bytes has exactly one spelling, so line ends,
// padding and bits that are not zero behind the last byte are refused.
std::optional<std::string> DecodeBase64Url(absl::string_view text);

// The member of `object`, or nullptr.
const nlohmann::json* FindMember(const nlohmann::json& object,
                                 absl::string_view name);

// The text of `value`, or nullptr if it is no string.
const std::string* TextOf(const nlohmann::json& value);

}  // namespace pulsetaker::auth
