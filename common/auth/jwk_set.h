// The keys of an issuer, as it publishes them: a JSON Web Key Set (RFC 7517).

#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/auth/verifying_key.h"

namespace pulsetaker::auth {

inline constexpr std::size_t kJwkSetBytesMax = 256 * 1024;
inline constexpr std::size_t kJwkSetKeysMax = 100;  // Of all kinds.
inline constexpr std::size_t kKeyIdBytesMax = 255;

// Keys that verify tokens, by their ids ("kid").
class JwkSet {
 public:
  // The key of this id, or nullptr. A token without an id means the only key of
  // a set of one, whether that has an id or not.
  const VerifyingKey* Find(const std::optional<std::string>& key_id) const;

  std::size_t size() const { return by_id_.size(); }

  // How many keys of the document are of kinds that verify no token of ours.
  std::size_t passed_over() const { return passed_over_; }

 private:
  friend absl::StatusOr<JwkSet> ParseJwkSet(absl::string_view json);

  // Without an id: only as the only one.
  std::map<std::optional<std::string>, VerifyingKey> by_id_;
  std::size_t passed_over_ = 0;
};

// Reads a set of keys. Those of use are of `kty`
//   RSA of kRsaBitsMin to kRsaBitsMax bits, for RS256,
//   EC with `crv` P-256, for ES256,
//   OKP with `crv` Ed25519, for EdDSA,
// and may verify by what their `use`, `key_ops` and `alg` say, where they have
// these. All others are passed over and counted. There may be none of use: an
// issuer that withdraws its last key has such a set.
//
// INVALID_ARGUMENT, KEY_SET_INVALID, with the place in `field`, as "keys[2].n":
// longer than kJwkSetBytesMax, not a JSON object with an array `keys` of at
// most kJwkSetKeysMax objects, a member given twice, or one that has not its
// type. And of a key of use: a `kid` that is empty, longer than kKeyIdBytesMax,
// or another one's too; no `kid` where more than one key is of use; a number
// that is not base64url or not of such a key; a private key, which whoever made
// the set should take for stolen.
absl::StatusOr<JwkSet> ParseJwkSet(absl::string_view json);

}  // namespace pulsetaker::auth
