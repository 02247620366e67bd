#include "common/crypto/secret_key.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "openssl/crypto.h"
#include "openssl/rand.h"

namespace pulsetaker::crypto {

SecretKey SecretKey::Random() {
  SecretKey key;
  if (RAND_priv_bytes(reinterpret_cast<unsigned char*>(key.bytes_.data()),
                      static_cast<int>(kBytes)) != 1) {
    FailStop("the system gives no randomness");
  }
  return key;
}

absl::StatusOr<SecretKey> SecretKey::FromBytes(absl::string_view bytes) {
  if (bytes.size() != kBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("a key has ", bytes.size(), " bytes, want ", kBytes));
  }
  SecretKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

SecretKey::SecretKey(SecretKey&& other) noexcept : bytes_(other.bytes_) {
  Wipe(other.bytes_.data(), kBytes);
}

SecretKey& SecretKey::operator=(SecretKey&& other) noexcept {
  if (this == &other) return *this;
  bytes_ = other.bytes_;
  Wipe(other.bytes_.data(), kBytes);
  return *this;
}

SecretKey::~SecretKey() { Wipe(bytes_.data(), kBytes); }

void Wipe(char* bytes, std::size_t count) { OPENSSL_cleanse(bytes, count); }

}  // namespace pulsetaker::crypto
