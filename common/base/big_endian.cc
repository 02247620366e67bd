#include "common/base/big_endian.h"

#include <cstddef>

namespace pulsetaker {
namespace {

template <typename Number>
void Append(Number number, std::string& bytes) {
  for (int shift = 8 * (int{sizeof(Number)} - 1); shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>(number >> shift));
  }
}

template <typename Number>
bool Consume(absl::string_view& bytes, Number& number) {
  if (bytes.size() < sizeof(Number)) return false;
  number = 0;
  for (std::size_t i = 0; i < sizeof(Number); ++i) {
    number = static_cast<Number>((number << 8) |
                                 static_cast<unsigned char>(bytes[i]));
  }
  bytes.remove_prefix(sizeof(Number));
  return true;
}

}  // namespace

void AppendBigEndian32(std::uint32_t number, std::string& bytes) {
  Append(number, bytes);
}

void AppendBigEndian64(std::uint64_t number, std::string& bytes) {
  Append(number, bytes);
}

bool ConsumeBigEndian32(absl::string_view& bytes, std::uint32_t& number) {
  return Consume(bytes, number);
}

bool ConsumeBigEndian64(absl::string_view& bytes, std::uint64_t& number) {
  return Consume(bytes, number);
}

}  // namespace pulsetaker
