// A key in memory.

#pragma once

#include <array>
#include <cstddef>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace pulsetaker::crypto {

// 32 secret bytes. Wipes them when it goes, or is moved from. There is neither
// a formatter nor a copy: a key does not get into a log or a message by itself.
class SecretKey {
 public:
  static constexpr std::size_t kBytes = 32;

  // From the generator that OpenSSL uses for keys.
  static SecretKey Random();

  // INVALID_ARGUMENT: not kBytes bytes. The caller wipes its own copy.
  static absl::StatusOr<SecretKey> FromBytes(absl::string_view bytes);

  SecretKey(SecretKey&& other) noexcept;
  SecretKey& operator=(SecretKey&& other) noexcept;
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;
  ~SecretKey();

  // For cryptographic functions, and nothing else. Good as long as this lives.
  absl::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }

 private:
  SecretKey() = default;

  std::array<char, kBytes> bytes_ = {};
};

// Overwrites what was secret in a way that the compiler does not leave out.
void Wipe(char* bytes, std::size_t count);

}  // namespace pulsetaker::crypto
