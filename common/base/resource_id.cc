#include "common/base/resource_id.h"

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace pulsetaker {
namespace {

bool IsLowerHex(char c) {
  return absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
         (c >= 'a' && c <= 'f');
}

bool IsIdStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// What may follow a first byte of UTF-8: the count of further bytes, and the
// range of the first of them (Unicode 15, table 3-7).
struct Utf8Tail {
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xbf;
};

std::optional<Utf8Tail> TailAfter(unsigned char first) {
  if (first < 0x80) return Utf8Tail{};
  if (first >= 0xc2 && first <= 0xdf) return Utf8Tail{.length = 1};
  if (first == 0xe0) return Utf8Tail{.length = 2, .low = 0xa0};
  if (first == 0xed) return Utf8Tail{.length = 2, .high = 0x9f};
  if (first >= 0xe1 && first <= 0xef) return Utf8Tail{.length = 2};
  if (first == 0xf0) return Utf8Tail{.length = 3, .low = 0x90};
  if (first >= 0xf1 && first <= 0xf3) return Utf8Tail{.length = 3};
  if (first == 0xf4) return Utf8Tail{.length = 3, .high = 0x8f};
  return std::nullopt;
}

}  // namespace

bool IsResourceId(absl::string_view id) {
  if (id.empty() || id.size() > kResourceIdLengthMax || !IsIdStart(id[0])) {
    return false;
  }
  for (const char c : id) {
    if (!IsIdStart(c) && c != '-' && c != '_') return false;
  }
  return true;
}

bool IsUuid(absl::string_view id) {
  if (id.size() != kUuidLength) return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool wants_dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (wants_dash ? id[i] != '-' : !IsLowerHex(id[i])) return false;
  }
  return true;
}

std::optional<std::int32_t> ParseWaveId(absl::string_view id) {
  if (id.empty() || id.size() > 10 || id[0] == '0') return std::nullopt;
  for (const char c : id) {  // SimpleAtoi takes signs and spaces, too.
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      return std::nullopt;
    }
  }
  std::int32_t wave = 0;
  if (!absl::SimpleAtoi(id, &wave)) return std::nullopt;
  return wave;
}

bool IsValidUtf8(absl::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto tail = TailAfter(static_cast<unsigned char>(text[at]));
    if (!tail.has_value() || text.size() - at <= tail->length) return false;
    for (std::size_t i = 1; i <= tail->length; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      const unsigned char low = i == 1 ? tail->low : 0x80;
      const unsigned char high = i == 1 ? tail->high : 0xbf;
      if (byte < low || byte > high) return false;
    }
    at += 1 + tail->length;
  }
  return true;
}

}  // namespace pulsetaker
