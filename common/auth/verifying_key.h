// A public key that signatures of tokens are verified with (RFC 7518, RFC
// 8037).

#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// OpenSSL's.
extern "C" {
typedef struct evp_pkey_st EVP_PKEY;  // NOLINT(modernize-use-using)
}

namespace pulsetaker::auth {

inline constexpr int kRsaBitsMin = 2048;
inline constexpr int kRsaBitsMax = 8192;

enum class Algorithm : std::uint8_t {
  kRs256,  // RSASSA-PKCS1-v1_5 with SHA-256.
  kEs256,  // ECDSA on P-256 with SHA-256.
  kEdDsa,  // Ed25519.
};

// As in the header "alg": "RS256", "ES256", "EdDSA".
absl::string_view NameOf(Algorithm algorithm);

// A key has one algorithm and verifies no other. Copies share the key, which
// any number of threads may use at once.
class VerifyingKey {
 public:
  // From the numbers of a JSON Web Key, as bytes, most significant first.
  //
  // INVALID_ARGUMENT, KEY_SET_INVALID, with the member of the key in `field`:
  //   "n": not a modulus of kRsaBitsMin to kRsaBitsMax bits, or an even one.
  //   "e": not an odd exponent of 3 or more, below 2^64.
  static absl::StatusOr<VerifyingKey> Rsa(absl::string_view modulus,
                                          absl::string_view exponent);
  //   "x", "y": not of 32 bytes, or not a point of P-256.
  static absl::StatusOr<VerifyingKey> P256(absl::string_view x,
                                           absl::string_view y);
  //   "x": not of 32 bytes.
  static absl::StatusOr<VerifyingKey> Ed25519(absl::string_view x);

  Algorithm algorithm() const { return algorithm_; }

  // Whether `signature` is one of `message` by this key, in the form that
  // RFC 7518 gives it: that of ES256 is 64 bytes, r and s.
  bool Verifies(absl::string_view message, absl::string_view signature) const;

 private:
  VerifyingKey(Algorithm algorithm, std::shared_ptr<EVP_PKEY> key);

  Algorithm algorithm_;
  std::shared_ptr<EVP_PKEY> key_;
};

}  // namespace pulsetaker::auth
