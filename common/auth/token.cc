#include "common/auth/token.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/auth/json_text.h"
#include "common/auth/token_claims.h"
#include "common/base/status.h"

namespace pulsetaker::auth {
namespace {

using nlohmann::json;

absl::Status Malformed(absl::string_view problem) {
  return TokenError("TOKEN_MALFORMED", absl::StrCat("the token ", problem));
}

// The parts of a token, decoded. `signed_text` is that which the signature is
// of.
struct Parts {
  absl::string_view signed_text;
  std::string header;
  std::string claims;
  std::string signature;
};

absl::StatusOr<Parts> Split(absl::string_view token) {
  if (token.size() > kTokenBytesMax) {
    return Malformed(absl::StrCat("has more than ", kTokenBytesMax, " bytes"));
  }
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  // A third dot is no letter of base64url.
  if (first == last) return Malformed("does not have three parts");
  auto header = DecodeBase64Url(token.substr(0, first));
  auto claims = DecodeBase64Url(token.substr(first + 1, last - first - 1));
  auto signature = DecodeBase64Url(token.substr(last + 1));
  if (!header.has_value() || !claims.has_value() || !signature.has_value()) {
    return Malformed("is not three parts of base64url");
  }
  if (signature->empty()) return Malformed("has no signature");
  return Parts{.signed_text = token.substr(0, last),
               .header = *std::move(header),
               .claims = *std::move(claims),
               .signature = *std::move(signature)};
}

// What the header asks for.
struct Header {
  std::string algorithm;
  std::optional<std::string> key_id;
};

bool IsOurAlgorithm(absl::string_view name) {
  return name == NameOf(Algorithm::kRs256) ||
         name == NameOf(Algorithm::kEs256) || name == NameOf(Algorithm::kEdDsa);
}

// A type of media, for which "application/" may be left out.
bool IsOurType(absl::string_view type) {
  const std::string lower = absl::AsciiStrToLower(type);
  const absl::string_view name = absl::StripPrefix(lower, "application/");
  return name == "jwt" || name == "at+jwt";
}

absl::StatusOr<Header> ReadHeader(absl::string_view text) {
  const auto members = ParseJsonObject(text);
  if (!members.has_value()) {
    return Malformed("has a header that is not a JSON object");
  }
  for (const absl::string_view name : {"crit", "b64", "cty"}) {
    if (FindMember(*members, name) != nullptr) {
      return Malformed(absl::StrCat("has ", name, " in its header"));
    }
  }
  Header header;
  const json* const algorithm = FindMember(*members, "alg");
  const std::string* const name =
      algorithm == nullptr ? nullptr : TextOf(*algorithm);
  if (name == nullptr || !IsOurAlgorithm(*name)) {
    return Malformed("is not signed by RS256, ES256 or EdDSA");
  }
  header.algorithm = *name;
  if (const json* const type = FindMember(*members, "typ")) {
    const std::string* const type_name = TextOf(*type);
    if (type_name == nullptr || !IsOurType(*type_name)) {
      return Malformed("is not of the type JWT or at+jwt");
    }
  }
  if (const json* const key_id = FindMember(*members, "kid")) {
    const std::string* const id = TextOf(*key_id);
    if (id == nullptr || id->empty() || id->size() > kKeyIdBytesMax) {
      return Malformed("names its key in a way in which no key is named");
    }
    header.key_id = *id;
  }
  return header;
}

absl::Status CheckLifetime(const TokenClaims& claims, const TokenRules& rules) {
  const auto error = [](absl::string_view field, absl::string_view problem) {
    return MakeError(absl::StatusCode::kUnauthenticated, "TOKEN_CLAIM_INVALID",
                     absl::StrCat("the token ", problem),
                     {{"field", std::string(field)}});
  };
  if (!claims.issue_time.has_value()) {
    if (rules.lifetime_max == absl::InfiniteDuration()) return absl::OkStatus();
    return error("iat", "does not tell when it was issued");
  }
  const absl::Duration lifetime = claims.expire_time - *claims.issue_time;
  if (lifetime <= absl::ZeroDuration()) {
    return error("exp", "expires before it is issued");
  }
  if (lifetime > rules.lifetime_max) {
    return error("exp", "is of use for longer than is allowed");
  }
  return absl::OkStatus();
}

bool Has(const std::vector<std::string>& names, absl::string_view name) {
  return !name.empty() &&
         std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

absl::Status CheckTokenTimes(const TokenClaims& claims, const TokenRules& rules,
                             absl::Time now) {
  if (now >= claims.expire_time + rules.leeway) {
    return TokenError("TOKEN_EXPIRED", "the token has expired");
  }
  const absl::Time latest = now + rules.leeway;
  if (claims.not_before.value_or(now) > latest) {
    return TokenError("TOKEN_NOT_YET_VALID", "the token is not valid yet");
  }
  if (claims.issue_time.value_or(now) > latest) {
    return TokenError("TOKEN_NOT_YET_VALID",
                      "the token was issued in the future");
  }
  return absl::OkStatus();
}

absl::StatusOr<TokenClaims> VerifyToken(absl::string_view token,
                                        const JwkSet& keys,
                                        const TokenRules& rules,
                                        absl::Time now) {
  PT_ASSIGN_OR_RETURN(const Parts parts, Split(token));
  PT_ASSIGN_OR_RETURN(const Header header, ReadHeader(parts.header));
  const VerifyingKey* const key = keys.Find(header.key_id);
  if (key == nullptr) {
    return TokenError("TOKEN_KEY_UNKNOWN",
                      "the key that the token names is not known");
  }
  if (NameOf(key->algorithm()) != header.algorithm ||
      !key->Verifies(parts.signed_text, parts.signature)) {
    return TokenError("TOKEN_SIGNATURE_INVALID",
                      "the signature of the token is not by the key it names");
  }
  const auto members = ParseJsonObject(parts.claims);
  if (!members.has_value()) {
    return Malformed("has claims that are not a JSON object");
  }
  PT_ASSIGN_OR_RETURN(TokenClaims claims, ReadClaims(*members));
  PT_RETURN_IF_ERROR(CheckLifetime(claims, rules));
  if (!Has(rules.issuers, claims.issuer)) {
    return TokenError("TOKEN_ISSUER_UNKNOWN",
                      "the issuer of the token is not known");
  }
  if (!Has(claims.audiences, rules.audience)) {
    return TokenError("TOKEN_AUDIENCE_WRONG", "the token is not for us");
  }
  PT_RETURN_IF_ERROR(CheckTokenTimes(claims, rules, now));
  return claims;
}

}  // namespace pulsetaker::auth
