// The key of a log: Ed25519 (RFC 8032). Who has it can sign heads of trees that
// the log never had, so it is read by the service alone.

#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "openssl/evp.h"

namespace pulsetaker::audit {

inline constexpr std::size_t kPublicKeyBytes = 32;
inline constexpr std::size_t kSignatureBytes = 64;

// Safe for use by any number of threads at once.
class SigningKey {
 public:
  static SigningKey Generate();

  // FAILED_PRECONDITION, AUDIT_KEY_UNREADABLE: no Ed25519 key as PKCS #8 in
  // PEM, without a passphrase.
  static absl::StatusOr<SigningKey> FromPem(absl::string_view pem);
  std::string ToPem() const;

  // kPublicKeyBytes bytes.
  const std::string& public_key() const { return public_key_; }

  // kSignatureBytes bytes.
  std::string Sign(absl::string_view message) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;

  explicit SigningKey(Key key);

  Key key_;
  std::string public_key_;
};

// Whether the owner of the public key has signed the message.
bool IsSignedBy(absl::string_view public_key, absl::string_view message,
                absl::string_view signature);

}  // namespace pulsetaker::audit
