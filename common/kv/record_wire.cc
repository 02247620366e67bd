#include "common/kv/record_wire.h"

#include <bit>
#include <cstddef>

namespace pulsetaker::kv {
namespace {

constexpr std::uint64_t kVarintKind = 0;
constexpr std::uint64_t kDoubleKind = 1;
constexpr std::uint64_t kBytesKind = 2;
constexpr int kVarintBytesMax = 10;

void PutTag(std::int32_t number, std::uint64_t kind, std::string& bytes) {
  PutRawVarint(static_cast<std::uint64_t>(number) << 3 | kind, bytes);
}

bool TakeTag(absl::string_view& bytes, std::int32_t number,
             std::uint64_t kind) {
  absl::string_view rest = bytes;
  std::uint64_t tag = 0;
  if (!TakeRawVarint(rest, tag) ||
      tag != (static_cast<std::uint64_t>(number) << 3 | kind)) {
    return false;
  }
  bytes = rest;
  return true;
}

}  // namespace

void PutRawVarint(std::uint64_t value, std::string& bytes) {
  while (value >= 0x80) {
    bytes.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes.push_back(static_cast<char>(value));
}

void PutRawDouble(double value, std::string& bytes) {
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (int shift = 0; shift < 64; shift += 8) {
    bytes.push_back(static_cast<char>(bits >> shift));
  }
}

void PutVarint(std::int32_t number, std::uint64_t value, std::string& bytes) {
  PutTag(number, kVarintKind, bytes);
  PutRawVarint(value, bytes);
}

void PutDouble(std::int32_t number, double value, std::string& bytes) {
  PutTag(number, kDoubleKind, bytes);
  PutRawDouble(value, bytes);
}

void PutBytes(std::int32_t number, absl::string_view value,
              std::string& bytes) {
  PutTag(number, kBytesKind, bytes);
  PutRawVarint(value.size(), bytes);
  bytes.append(value.data(), value.size());
}

bool TakeRawVarint(absl::string_view& bytes, std::uint64_t& value) {
  std::uint64_t taken = 0;
  for (int i = 0; i < kVarintBytesMax; ++i) {
    if (static_cast<std::size_t>(i) >= bytes.size()) return false;
    const auto byte =
        static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
    // The tenth byte has room for one bit of the 64.
    if (i == kVarintBytesMax - 1 && byte > 1) return false;
    taken |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      // One spelling a number: no zero byte at its end.
      if (byte == 0 && i > 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(i) + 1);
      value = taken;
      return true;
    }
  }
  return false;
}

bool TakeRawDouble(absl::string_view& bytes, double& value) {
  if (bytes.size() < sizeof(std::uint64_t)) return false;
  std::uint64_t bits = 0;
  for (int i = 7; i >= 0; --i) {
    bits = bits << 8 |
           static_cast<unsigned char>(bytes[static_cast<std::size_t>(i)]);
  }
  bytes.remove_prefix(sizeof(std::uint64_t));
  value = std::bit_cast<double>(bits);
  return true;
}

bool TakeVarint(absl::string_view& bytes, std::int32_t number,
                std::uint64_t& value) {
  return TakeTag(bytes, number, kVarintKind) && TakeRawVarint(bytes, value);
}

bool TakeDouble(absl::string_view& bytes, std::int32_t number, double& value) {
  return TakeTag(bytes, number, kDoubleKind) && TakeRawDouble(bytes, value);
}

bool TakeBytes(absl::string_view& bytes, std::int32_t number,
               absl::string_view& value) {
  std::uint64_t size = 0;
  if (!TakeTag(bytes, number, kBytesKind) || !TakeRawVarint(bytes, size) ||
      size > bytes.size()) {
    return false;
  }
  value = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

bool IsNext(absl::string_view bytes, std::int32_t number) {
  std::uint64_t tag = 0;
  return TakeRawVarint(bytes, tag) &&
         tag >> 3 == static_cast<std::uint64_t>(number);
}

}  // namespace pulsetaker::kv
