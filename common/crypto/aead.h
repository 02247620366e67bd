// Authenticated encryption with associated data: AES-256-GCM (NIST SP 800-38D).
//
// A sealed value is
//   0x01     the layout; another one takes another byte, and none is reused
//   nonce    12 random bytes
//   text     encrypted, as long as it was
//   tag      16 bytes
//
// With random nonces a key is good for 2^32 values; ours seal a few thousand
// each, and a tenant's wraps as many keys as it has people.

#pragma once

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/crypto/secret_key.h"

namespace pulsetaker::crypto {

inline constexpr std::size_t kNonceBytes = 12;
inline constexpr std::size_t kTagBytes = 16;
// What a sealed value has more than its text.
inline constexpr std::size_t kSealBytes = 1 + kNonceBytes + kTagBytes;

// Seals `text`. It opens only with the same key and the same associated data,
// which is not in the result: where the value lies, so that it does not open
// elsewhere.
std::string Seal(const SecretKey& key, absl::string_view text,
                 absl::string_view associated);

// DATA_LOSS, STORED_DATA_UNREADABLE: not sealed by this key for this place, or
// changed since. Neither the error nor its time tells which.
absl::StatusOr<std::string> Open(const SecretKey& key, absl::string_view sealed,
                                 absl::string_view associated);

// The same for a key.
std::string WrapKey(const SecretKey& wrapping, const SecretKey& key,
                    absl::string_view associated);
absl::StatusOr<SecretKey> UnwrapKey(const SecretKey& wrapping,
                                    absl::string_view wrapped,
                                    absl::string_view associated);

}  // namespace pulsetaker::crypto
