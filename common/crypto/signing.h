// Signatures that anyone can check: Ed25519 (RFC 8032).

#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "common/crypto/secret_key.h"

namespace pulsetaker::crypto {

inline constexpr std::size_t kPublicKeyBytes = 32;
inline constexpr std::size_t kSignatureBytes = 64;

// A key for one purpose, which does not tell the key that it is derived from:
// HMAC-SHA-256 of the purpose.
SecretKey DeriveKey(const SecretKey& key, absl::string_view purpose);

// `seed` is the private key as RFC 8032 has it: the same one makes the same
// public key and the same signatures.
std::string PublicKeyOf(const SecretKey& seed);
std::string Sign(const SecretKey& seed, absl::string_view message);

// Whether the owner of this public key signed the message. False for what is no
// public key or no signature.
bool IsSignedBy(absl::string_view public_key, absl::string_view message,
                absl::string_view signature);

}  // namespace pulsetaker::crypto
