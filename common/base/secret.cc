#include "common/base/secret.h"

#include "common/base/status.h"
#include "openssl/crypto.h"
#include "openssl/evp.h"
#include "openssl/hmac.h"
#include "openssl/rand.h"

namespace pulsetaker {
namespace {

const unsigned char* BytesOf(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()),
                 static_cast<int>(count)) != 1) {
    FailStop("the system gives no randomness");
  }
  return bytes;
}

std::string HmacSha256(absl::string_view key, absl::string_view message) {
  std::string code(kHmacBytes, '\0');
  unsigned int length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           BytesOf(message), message.size(),
           reinterpret_cast<unsigned char*>(code.data()), &length) == nullptr ||
      length != kHmacBytes) {
    FailStop("OpenSSL cannot compute HMAC-SHA256");
  }
  return code;
}

bool EqualInConstantTime(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() &&
         CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace pulsetaker
