#include "common/crypto/signing.h"

#include <memory>

#include "common/base/secret.h"
#include "common/base/status.h"
#include "openssl/evp.h"

namespace pulsetaker::crypto {
namespace {

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* BytesOf(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* BytesOf(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

Key PrivateKey(const SecretKey& seed) {
  Key key(EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, BytesOf(seed.bytes()), SecretKey::kBytes));
  if (key == nullptr) FailStop("OpenSSL has no Ed25519");
  return key;
}

}  // namespace

SecretKey DeriveKey(const SecretKey& key, absl::string_view purpose) {
  std::string bytes = HmacSha256(key.bytes(), purpose);
  absl::StatusOr<SecretKey> derived = SecretKey::FromBytes(bytes);
  Wipe(bytes.data(), bytes.size());
  if (!derived.ok()) FailStop("HMAC-SHA-256 has another size");
  return *std::move(derived);
}

std::string PublicKeyOf(const SecretKey& seed) {
  const Key key = PrivateKey(seed);
  std::string bytes(kPublicKeyBytes, '\0');
  std::size_t size = bytes.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), BytesOf(bytes), &size) != 1 ||
      size != kPublicKeyBytes) {
    FailStop("OpenSSL does not tell a public key");
  }
  return bytes;
}

std::string Sign(const SecretKey& seed, absl::string_view message) {
  const Key key = PrivateKey(seed);
  const Context context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  if (context == nullptr ||
      EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) !=
          1 ||
      EVP_DigestSign(context.get(), BytesOf(signature), &size, BytesOf(message),
                     message.size()) != 1 ||
      size != kSignatureBytes) {
    FailStop("OpenSSL cannot sign");
  }
  return signature;
}

bool IsSignedBy(absl::string_view public_key, absl::string_view message,
                absl::string_view signature) {
  if (public_key.size() != kPublicKeyBytes ||
      signature.size() != kSignatureBytes) {
    return false;
  }
  const Key key(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, BytesOf(public_key), public_key.size()));
  const Context context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                              key.get()) == 1 &&
         EVP_DigestVerify(context.get(), BytesOf(signature), signature.size(),
                          BytesOf(message), message.size()) == 1;
}

}  // namespace pulsetaker::crypto
