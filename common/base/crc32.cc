#include "common/base/crc32.h"

#include "zlib.h"

namespace pulsetaker {

std::uint32_t Crc32(absl::string_view bytes, std::uint32_t before) {
  return static_cast<std::uint32_t>(
      crc32_z(before, reinterpret_cast<const unsigned char*>(bytes.data()),
              bytes.size()));
}

}  // namespace pulsetaker
