#include "common/audit/signing_key.h"

#include <utility>

#include "common/base/status.h"
#include "openssl/bio.h"
#include "openssl/err.h"
#include "openssl/pem.h"

namespace pulsetaker::audit {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

// Of what fails only without memory, or without Ed25519.
void Require(bool succeeded) {
  if (!succeeded) FailStop("OpenSSL cannot compute Ed25519");
}

const unsigned char* BytesOf(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* BytesOf(std::string& text) {
  return reinterpret_cast<unsigned char*>(text.data());
}

// Has OpenSSL ask nobody for a passphrase.
int NoPassphrase(char* /*buffer*/, int /*size*/, int /*writing*/,
                 void* /*context*/) {
  return -1;
}

}  // namespace

SigningKey::SigningKey(Key key)
    : key_(std::move(key)), public_key_(kPublicKeyBytes, '\0') {
  std::size_t length = kPublicKeyBytes;
  Require(EVP_PKEY_get_raw_public_key(key_.get(), BytesOf(public_key_),
                                      &length) == 1 &&
          length == kPublicKeyBytes);
}

SigningKey SigningKey::Generate() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  Require(key != nullptr);
  return SigningKey(std::move(key));
}

absl::StatusOr<SigningKey> SigningKey::FromPem(absl::string_view pem) {
  const Owned<BIO> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Require(bio != nullptr);
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, NoPassphrase, nullptr));
  ERR_clear_error();
  if (key == nullptr || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
    return MakeError(absl::StatusCode::kFailedPrecondition,
                     "AUDIT_KEY_UNREADABLE",
                     "the audit log's key is no Ed25519 key as PKCS #8 in PEM, "
                     "without a passphrase");
  }
  return SigningKey(std::move(key));
}

std::string SigningKey::ToPem() const {
  const Owned<BIO> bio(BIO_new(BIO_s_secmem()));
  Require(bio != nullptr);
  Require(PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr,
                                        0, nullptr, nullptr) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &bytes);
  return std::string(bytes, static_cast<std::size_t>(size));
}

std::string SigningKey::Sign(absl::string_view message) const {
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  Require(context != nullptr);
  std::string signature(kSignatureBytes, '\0');
  std::size_t length = kSignatureBytes;
  Require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr,
                             key_.get()) == 1);
  Require(EVP_DigestSign(context.get(), BytesOf(signature), &length,
                         BytesOf(message), message.size()) == 1 &&
          length == kSignatureBytes);
  return signature;
}

bool IsSignedBy(absl::string_view public_key, absl::string_view message,
                absl::string_view signature) {
  if (public_key.size() != kPublicKeyBytes ||
      signature.size() != kSignatureBytes) {
    return false;
  }
  const Owned<EVP_PKEY> key(EVP_PKEY_new_raw_public_key(
      EVP_PKEY_ED25519, nullptr, BytesOf(public_key), public_key.size()));
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  Require(context != nullptr);
  const bool is_signed =
      key != nullptr &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr,
                           key.get()) == 1 &&
      EVP_DigestVerify(context.get(), BytesOf(signature), signature.size(),
                       BytesOf(message), message.size()) == 1;
  ERR_clear_error();
  return is_signed;
}

}  // namespace pulsetaker::audit
