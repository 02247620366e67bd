#include "common/auth/token_claims.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/auth/json_text.h"
#include "common/base/resource_id.h"
#include "common/base/status.h"

namespace pulsetaker::auth {
namespace {

using nlohmann::json;

// The end of the year 9999. Doubles tell its microseconds apart.
constexpr double kSecondsMax = 253'402'300'799;

absl::Status ClaimError(absl::string_view name, absl::string_view problem) {
  return MakeError(absl::StatusCode::kUnauthenticated, "TOKEN_CLAIM_INVALID",
                   absl::StrCat("the claim ", name, " of the token ", problem),
                   {{"field", std::string(name)}});
}

// Names go into records and other systems: nothing that means something else
// there.
bool IsName(const std::string& text) {
  return !text.empty() && text.size() <= kClaimBytesMax &&
         std::none_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_iscntrl(static_cast<unsigned char>(c));
         });
}

absl::StatusOr<std::string> ReadName(const json& value,
                                     absl::string_view name) {
  const std::string* const text = TextOf(value);
  if (text == nullptr || !IsName(*text)) {
    return ClaimError(name,
                      absl::StrCat("is not a string of 1 to ", kClaimBytesMax,
                                   " bytes without control characters"));
  }
  return *text;
}

absl::StatusOr<std::optional<std::string>> ReadOptionalName(
    const json& members, absl::string_view name) {
  const json* const value = FindMember(members, name);
  if (value == nullptr) return std::nullopt;
  return ReadName(*value, name);
}

absl::StatusOr<std::string> ReadRequiredName(const json& members,
                                             absl::string_view name) {
  const json* const value = FindMember(members, name);
  if (value == nullptr) return ClaimError(name, "is missing");
  return ReadName(*value, name);
}

absl::StatusOr<std::optional<absl::Time>> ReadTime(const json& members,
                                                   absl::string_view name) {
  const json* const value = FindMember(members, name);
  if (value == nullptr) return std::nullopt;
  const double seconds = value->is_number() ? value->get<double>() : -1;
  if (!(seconds >= 0 && seconds <= kSecondsMax)) {
    return ClaimError(name,
                      "is not a number of seconds in the years 1970 to 9999");
  }
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

absl::StatusOr<std::vector<std::string>> ReadNames(const json& array,
                                                   absl::string_view name,
                                                   std::size_t count_max) {
  if (!array.is_array() || array.size() > count_max) {
    return ClaimError(name, absl::StrCat("is not an array of at most ",
                                         count_max, " strings"));
  }
  std::vector<std::string> names;
  for (const json& value : array) {
    PT_ASSIGN_OR_RETURN(std::string text, ReadName(value, name));
    names.push_back(std::move(text));
  }
  return names;
}

absl::StatusOr<std::vector<std::string>> ReadAudiences(const json& members) {
  const json* const value = FindMember(members, "aud");
  if (value == nullptr) return ClaimError("aud", "is missing");
  if (!value->is_string()) {
    PT_ASSIGN_OR_RETURN(auto names, ReadNames(*value, "aud", kAudiencesMax));
    if (names.empty()) return ClaimError("aud", "is empty");
    return names;
  }
  PT_ASSIGN_OR_RETURN(std::string name, ReadName(*value, "aud"));
  return std::vector<std::string>{std::move(name)};
}

absl::StatusOr<std::optional<std::string>> ReadTenant(const json& members) {
  PT_ASSIGN_OR_RETURN(auto tenant, ReadOptionalName(members, "tenant"));
  if (tenant.has_value() && !IsResourceId(*tenant)) {
    return ClaimError("tenant", "is not an id of a tenant");
  }
  return tenant;
}

}  // namespace

absl::Status TokenError(absl::string_view reason, absl::string_view message) {
  return MakeError(absl::StatusCode::kUnauthenticated, reason, message);
}

absl::StatusOr<TokenClaims> ReadClaims(const json& members) {
  TokenClaims claims;
  PT_ASSIGN_OR_RETURN(claims.issuer, ReadRequiredName(members, "iss"));
  PT_ASSIGN_OR_RETURN(claims.audiences, ReadAudiences(members));
  PT_ASSIGN_OR_RETURN(const auto expire_time, ReadTime(members, "exp"));
  if (!expire_time.has_value()) return ClaimError("exp", "is missing");
  claims.expire_time = *expire_time;
  PT_ASSIGN_OR_RETURN(claims.not_before, ReadTime(members, "nbf"));
  PT_ASSIGN_OR_RETURN(claims.issue_time, ReadTime(members, "iat"));
  PT_ASSIGN_OR_RETURN(claims.subject, ReadRequiredName(members, "sub"));
  PT_ASSIGN_OR_RETURN(claims.token_id, ReadOptionalName(members, "jti"));
  PT_ASSIGN_OR_RETURN(claims.tenant, ReadTenant(members));
  if (const json* const roles = FindMember(members, "roles")) {
    PT_ASSIGN_OR_RETURN(claims.roles, ReadNames(*roles, "roles", kRolesMax));
  }
  return claims;
}

}  // namespace pulsetaker::auth
