// Keys and tokens for tests, made with OpenSSL by other calls than those that
// verify them. Nothing of it is linked into a service.

#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/auth/verifying_key.h"
#include "nlohmann/json.hpp"

namespace pulsetaker::auth::testing {

// A private key. Whatever fails ends the process.
class SigningKey {
 public:
  static SigningKey Rsa(absl::string_view key_id, int bits = kRsaBitsMin);
  static SigningKey P256(absl::string_view key_id);
  static SigningKey Ed25519(absl::string_view key_id);
  // Any of the three, in PEM.
  static SigningKey FromPem(absl::string_view key_id, absl::string_view pem);

  const std::string& key_id() const { return key_id_; }
  Algorithm algorithm() const { return algorithm_; }
  std::string ToPem() const;

  // The public key, as a set has it: with kty, kid, use, alg and its numbers.
  nlohmann::json PublicJwk() const;

  // The signature of `text`, in the form of RFC 7518.
  std::string Sign(absl::string_view text) const;

  // A token of this header and these claims, whatever they say. Their bytes are
  // signed as they are given, so that they need not be JSON.
  std::string SignToken(absl::string_view header,
                        absl::string_view claims) const;

  // The same with the header of a good token: alg, kid, typ.
  std::string SignClaims(const nlohmann::json& claims) const;

 private:
  SigningKey(absl::string_view key_id, EVP_PKEY* key);

  std::string key_id_;
  std::shared_ptr<EVP_PKEY> key_;
  Algorithm algorithm_;
};

// {"keys": [...]}
std::string ToJwkSetJson(absl::Span<const SigningKey> keys);

// What a good token says: iss, aud, sub, iat at `now`, exp an hour later.
nlohmann::json GoodClaims(absl::string_view issuer, absl::string_view audience,
                          absl::string_view subject, absl::Time now);

// `header` and `claims` as base64url, with a dot between.
std::string SignedText(absl::string_view header, absl::string_view claims);

}  // namespace pulsetaker::auth::testing
