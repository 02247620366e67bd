// Tokens of callers: JSON Web Tokens (RFC 7519) in the compact form of signed
// content (RFC 7515), verified as RFC 8725 advises.
//
//   base64url(header) "." base64url(claims) "." base64url(signature)
//
// The key decides about the algorithm, never the token: a token names its key
// (`kid`), and must name the algorithm of that key (`alg`). Keys and places of
// keys that a token brings along (`jwk`, `jku`, `x5c`, `x5u`) are not looked
// at.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/auth/jwk_set.h"

namespace pulsetaker::auth {

inline constexpr std::size_t kTokenBytesMax = 8 * 1024;
inline constexpr std::size_t kClaimBytesMax = 255;  // Of a name in a claim.
inline constexpr std::size_t kAudiencesMax = 32;
inline constexpr std::size_t kRolesMax = 32;

// Which tokens are for us.
struct TokenRules {
  // Whose tokens are taken, each exactly as its `iss`. All of them sign with
  // the keys of one set, so each can write tokens in the name of the others. No
  // issuer: no token.
  std::vector<std::string> issuers;

  // What tokens for us have in their `aud`. Empty: no token.
  std::string audience;

  // How far the issuer's clock and ours may be apart.
  absl::Duration leeway = absl::Seconds(30);

  // How long a token may be of use, from `iat` to `exp`. Tokens without `iat`
  // are taken only where this is infinite.
  absl::Duration lifetime_max = absl::Hours(24);
};

// What a verified token says.
struct TokenClaims {
  std::string issuer;                    // `iss`
  std::vector<std::string> audiences;    // `aud`, 1 to kAudiencesMax.
  std::string subject;                   // `sub`, 1 to kClaimBytesMax bytes.
  absl::Time expire_time;                // `exp`
  std::optional<absl::Time> not_before;  // `nbf`
  std::optional<absl::Time> issue_time;  // `iat`
  std::optional<std::string> token_id;   // `jti`, 1 to kClaimBytesMax bytes.
  std::optional<std::string> tenant;     // `tenant`, a resource id.
  // `roles`, as the issuer gives them; at most kRolesMax, each of 1 to
  // kClaimBytesMax bytes. Empty where the token has none.
  std::vector<std::string> roles;

  friend bool operator==(const TokenClaims&, const TokenClaims&) = default;
};

// Verifies `token` with the keys and by the rules, at the time `now`.
//
// All errors are UNAUTHENTICATED. Neither their messages nor their metadata
// have any part of the token. In this order:
//   TOKEN_MALFORMED: longer than kTokenBytesMax; not three parts of base64url
//     without padding, each in its only spelling; a header that is not a JSON
//     object with each member given once; no `alg` or one that is none of
//     RS256, ES256 and EdDSA; `crit`, `b64` or `cty`, which ask for what we do
//     not do; a `typ` other than JWT or at+jwt; a `kid` that is not a text of 1
//     to kKeyIdBytesMax bytes.
//   TOKEN_KEY_UNKNOWN: there is no such key; or no `kid`, and not one key
//   alone. TOKEN_SIGNATURE_INVALID: `alg` is not that of the key, or the
//   signature is
//     not by it.
//   TOKEN_MALFORMED: claims that are not a JSON object with each member given
//     once.
//   TOKEN_CLAIM_INVALID, with the claim in `field`: one of iss, aud, exp and
//   sub
//     is missing, or any of the above is not what TokenClaims says; times
//     outside of the years 1970 to 9999; an `exp` not after `iat`, or longer
//     after it than lifetime_max. Names have no control characters.
//   TOKEN_ISSUER_UNKNOWN: `iss` is not among the issuers.
//   TOKEN_AUDIENCE_WRONG: `aud` does not have the audience.
//   TOKEN_EXPIRED: now is not before `exp` and the leeway.
//   TOKEN_NOT_YET_VALID: now, with the leeway, is before `nbf` or `iat`.
//
// A signature of ES256 has a twin, (r, n - s), that anyone can compute and that
// RFC 7518 does not forbid: two texts can be tokens of the same claims. Do not
// take the text of a token for its name.
absl::StatusOr<TokenClaims> VerifyToken(absl::string_view token,
                                        const JwkSet& keys,
                                        const TokenRules& rules,
                                        absl::Time now);

// The part of VerifyToken about the time. For claims that were verified before.
absl::Status CheckTokenTimes(const TokenClaims& claims, const TokenRules& rules,
                             absl::Time now);

}  // namespace pulsetaker::auth
