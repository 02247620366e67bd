// Any bytes as a token, as its header and as its claims: refused, or a token
// that was signed, and claims that are within their limits.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/auth/json_text.h"
#include "common/auth/token.h"
#include "common/auth/token_claims.h"
#include "common/auth/token_testing.h"
#include "common/base/status.h"
#include "tests/fuzz/fuzz_target.h"

namespace auth = pulsetaker::auth;
using auth::testing::SigningKey;
using pulsetaker::testing::Require;

namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);

// The key of RFC 8037, appendix A: its signatures are the same in every run.
const SigningKey& Key() {
  static const SigningKey key = SigningKey::FromPem(
      "d1",
      "-----BEGIN PRIVATE KEY-----\n"
      "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
      "-----END PRIVATE KEY-----\n");
  return key;
}

std::string GoodClaims() {
  nlohmann::json claims =
      auth::testing::GoodClaims("issuer", "audience", "ada", kNow);
  claims["nbf"] = 1'750'000'000;
  claims["jti"] = "t1";
  claims["tenant"] = "north";
  claims["roles"] = {"analyst", "editor"};
  return claims.dump();
}

const std::string kHeader = R"({"alg":"EdDSA","kid":"d1","typ":"JWT"})";

const std::string& GoodToken() {
  static const std::string token = Key().SignToken(kHeader, GoodClaims());
  return token;
}

absl::Status Verify(absl::string_view token) {
  static const auth::JwkSet keys =
      *auth::ParseJwkSet(auth::testing::ToJwkSetJson({Key()}));
  static const auth::TokenRules rules = {.issuers = {"issuer"},
                                         .audience = "audience"};
  return auth::VerifyToken(token, keys, rules, kNow).status();
}

void CheckClaims(absl::string_view text) {
  const auto members = auth::ParseJsonObject(text);
  if (!members.has_value()) return;
  const auto claims = auth::ReadClaims(*members);
  if (!claims.ok()) {
    Require(pulsetaker::ReasonOf(claims.status()) == "TOKEN_CLAIM_INVALID");
    return;
  }
  Require(!claims->subject.empty() &&
          claims->subject.size() <= auth::kClaimBytesMax);
  Require(claims->roles.size() <= auth::kRolesMax);
  Require(claims->expire_time >= absl::UnixEpoch());
}

}  // namespace

std::vector<std::string> pulsetaker::testing::Seeds() {
  return {GoodToken(), kHeader, GoodClaims(),
          R"({"iss":"issuer","aud":["audience"],"sub":"a","exp":1.5e9})"};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  Require(!Verify(text).ok() || text == GoodToken());
  const std::string with_header =
      absl::StrCat(auth::testing::SignedText(text, GoodClaims()), ".AAAA");
  Require(!Verify(with_header).ok());
  CheckClaims(text);
  return 0;
}
