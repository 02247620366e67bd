#include "common/auth/token.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/auth/token_testing.h"
#include "common/base/secret.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::auth {
namespace {

using nlohmann::json;
using testing::SigningKey;

const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);
constexpr std::int64_t kNowSeconds = 1'750'000'000;

struct Keys {
  SigningKey rsa = SigningKey::Rsa("r1");
  SigningKey p256 = SigningKey::P256("p1");
  SigningKey ed25519 = SigningKey::Ed25519("d1");
  SigningKey stranger = SigningKey::P256("p1");
  JwkSet set = *ParseJwkSet(testing::ToJwkSetJson({rsa, p256, ed25519}));
};

const Keys& TheKeys() {
  static const Keys keys;
  return keys;
}

TokenRules Rules() {
  return {.issuers = {"https://id.example", "https://other.example"},
          .audience = "pulsetaker"};
}

json Good() {
  return testing::GoodClaims("https://id.example", "pulsetaker", "ada", kNow);
}

json With(json members, const char* name, json value) {
  members[name] = std::move(value);
  return members;
}

json Without(json members, const char* name) {
  members.erase(name);
  return members;
}

absl::StatusOr<TokenClaims> Verify(absl::string_view token) {
  return VerifyToken(token, TheKeys().set, Rules(), kNow);
}

std::string Signed(const json& claims) {
  return TheKeys().p256.SignClaims(claims);
}

// A token with this header and good claims, whose signature is right.
std::string WithHeader(absl::string_view header) {
  return TheKeys().p256.SignToken(header, Good().dump());
}

TEST(VerifyTokenTest, TakesEachAlgorithm) {
  for (const SigningKey* key :
       {&TheKeys().rsa, &TheKeys().p256, &TheKeys().ed25519}) {
    const auto claims = Verify(key->SignClaims(Good()));
    ASSERT_TRUE(claims.ok()) << claims.status();
    EXPECT_EQ(claims->subject, "ada");
  }
}

TEST(VerifyTokenTest, TellsAllThatTheTokenSays) {
  json said = Good();
  said["aud"] = {"elsewhere", "pulsetaker"};
  said["nbf"] = kNowSeconds - 1.5;
  said["jti"] = "t1";
  said["tenant"] = "north";
  said["roles"] = {"analyst", "Made Up"};
  said["email"] = "ada@id.example";
  const auto claims = Verify(Signed(said));
  ASSERT_TRUE(claims.ok()) << claims.status();
  TokenClaims expected;
  expected.issuer = "https://id.example";
  expected.audiences = {"elsewhere", "pulsetaker"};
  expected.subject = "ada";
  expected.expire_time = kNow + absl::Hours(1);
  expected.not_before = kNow - absl::Seconds(1.5);
  expected.issue_time = kNow;
  expected.token_id = "t1";
  expected.tenant = "north";
  expected.roles = {"analyst", "Made Up"};
  EXPECT_EQ(*claims, expected);
}

TEST(VerifyTokenTest, LeavesOutWhatTheTokenDoesNotSay) {
  const auto claims = Verify(Signed(Good()));
  ASSERT_TRUE(claims.ok()) << claims.status();
  EXPECT_EQ(claims->not_before, std::nullopt);
  EXPECT_EQ(claims->token_id, std::nullopt);
  EXPECT_EQ(claims->tenant, std::nullopt);
  EXPECT_TRUE(claims->roles.empty());
}

TEST(VerifyTokenTest, TakesWhatIsJustAllowed) {
  const json good = Good();
  const std::string longest(kClaimBytesMax, 's');
  const std::vector<std::pair<const char*, std::string>> tokens = {
      {"the other issuer", Signed(With(good, "iss", "https://other.example"))},
      {"the longest names",
       Signed(With(With(good, "sub", longest), "jti", longest))},
      {"the most roles",
       Signed(With(good, "roles", std::vector<std::string>(kRolesMax, "r")))},
      {"the most audiences",
       Signed(With(good, "aud",
                   std::vector<std::string>(kAudiencesMax, "pulsetaker")))},
      {"expired within the leeway",
       Signed(With(With(good, "iat", kNowSeconds - 90), "exp",
                   kNowSeconds - 29.5))},
      {"valid within the leeway", Signed(With(good, "nbf", kNowSeconds + 30))},
      {"issued within the leeway", Signed(With(good, "iat", kNowSeconds + 30))},
      {"the longest life", Signed(With(good, "exp", kNowSeconds + 24 * 3600))},
      {"a type", WithHeader(R"({"alg":"ES256","kid":"p1","typ":"at+jwt"})")},
      {"the type in full",
       WithHeader(R"({"alg":"ES256","kid":"p1","typ":"application/JWT"})")},
      {"no type", WithHeader(R"({"alg":"ES256","kid":"p1"})")},
      {"unknown members of the header",
       WithHeader(R"({"alg":"ES256","kid":"p1","x5t":"AAAA"})")},
      {"white space", WithHeader("{\"alg\":\"ES256\",\r\n \"kid\":\"p1\"} ")}};
  for (const auto& [what, token] : tokens) {
    EXPECT_TRUE(Verify(token).ok()) << what << ": " << Verify(token).status();
  }
}

struct Refusal {
  const char* what;
  std::string token;
  const char* reason;
  const char* field = "";
};

void ExpectRefused(const std::vector<Refusal>& refusals) {
  for (const Refusal& c : refusals) {
    const absl::Status status = Verify(c.token).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnauthenticated) << c.what;
    EXPECT_EQ(ReasonOf(status), c.reason) << c.what << ": " << status;
    ErrorMetadata metadata;
    if (*c.field != '\0') metadata = {{"field", c.field}};
    EXPECT_EQ(MetadataOf(status), metadata) << c.what;
    // "ada", "evil" and the ids of keys are in the tokens only.
    for (const char* secret : {"ada", "evil", "p1", "id.example", "eyJ"}) {
      EXPECT_EQ(status.message().find(secret), absl::string_view::npos)
          << c.what << " tells " << secret;
    }
  }
}

TEST(VerifyTokenTest, RefusesOtherForms) {
  const std::string good = Signed(Good());
  const std::vector<std::string> parts = absl::StrSplit(good, '.');
  const auto join = [](const std::string& a, const std::string& b,
                       const std::string& c) {
    return absl::StrCat(a, ".", b, ".", c);
  };
  // 64 bytes in 86 letters: four bits of the last one are zero.
  std::string loose = parts[2];
  ASSERT_EQ(loose.size(), 86);
  loose.back() = static_cast<char>(loose.back() + 1);
  const std::string long_name(7000, 's');
  ExpectRefused({
      {"nothing", "", "TOKEN_MALFORMED"},
      {"one part", parts[0], "TOKEN_MALFORMED"},
      {"two parts", absl::StrCat(parts[0], ".", parts[1]), "TOKEN_MALFORMED"},
      {"four parts", good + ".AAAA", "TOKEN_MALFORMED"},
      {"five parts, as of an encrypted one", "a.b.c.d.e", "TOKEN_MALFORMED"},
      {"dots", "..", "TOKEN_MALFORMED"},
      {"no header", join("", parts[1], parts[2]), "TOKEN_MALFORMED"},
      {"no claims", join(parts[0], "", parts[2]), "TOKEN_SIGNATURE_INVALID"},
      {"no signature", join(parts[0], parts[1], ""), "TOKEN_MALFORMED"},
      {"padding", good + "=", "TOKEN_MALFORMED"},
      {"more padding", good + "==", "TOKEN_MALFORMED"},
      {"a line end", good + "\n", "TOKEN_MALFORMED"},
      {"a space before it", " " + good, "TOKEN_MALFORMED"},
      {"a scheme before it", "Bearer " + good, "TOKEN_MALFORMED"},
      {"another spelling of the last byte", join(parts[0], parts[1], loose),
       "TOKEN_MALFORMED"},
      {"too long", Signed(With(Good(), "x", long_name)), "TOKEN_MALFORMED"},
      {"the form of an object", json{{"payload", parts[1]}}.dump(),
       "TOKEN_MALFORMED"},
  });
  std::string longest = good;
  longest.resize(kTokenBytesMax + 1, 'A');
  EXPECT_EQ(ReasonOf(Verify(longest).status()), "TOKEN_MALFORMED");
  // At the limit it is looked at: the signature is too long, not the token.
  longest.resize(kTokenBytesMax);
  longest.resize(longest.size() -
                 (longest.size() - longest.rfind('.') - 1) % 4);
  EXPECT_EQ(ReasonOf(Verify(longest).status()), "TOKEN_SIGNATURE_INVALID");
}

TEST(VerifyTokenTest, RefusesOtherHeaders) {
  const std::string hmac_text =
      testing::SignedText(R"({"alg":"HS256","kid":"r1"})", Good().dump());
  const std::string hmac_key = TheKeys().rsa.PublicJwk()["n"];
  const std::string own_key =
      json{{"alg", "ES256"}, {"jwk", TheKeys().stranger.PublicJwk()}}.dump();
  const std::string kid_of_array = R"({"alg":"ES256","kid":["p1"]})";
  ExpectRefused({
      {"no JSON", WithHeader("alg"), "TOKEN_MALFORMED"},
      {"no object", WithHeader("[]"), "TOKEN_MALFORMED"},
      {"alg twice", WithHeader(R"({"alg":"ES256","alg":"ES256","kid":"p1"})"),
       "TOKEN_MALFORMED"},
      {"no alg", WithHeader(R"({"kid":"p1"})"), "TOKEN_MALFORMED"},
      {"alg of another type", WithHeader(R"({"alg":7,"kid":"p1"})"),
       "TOKEN_MALFORMED"},
      {"alg none", WithHeader(R"({"alg":"none","kid":"p1"})"),
       "TOKEN_MALFORMED"},
      {"alg none, not signed",
       testing::SignedText(R"({"alg":"none"})", Good().dump()) + ".",
       "TOKEN_MALFORMED"},
      {"alg in lower case", WithHeader(R"({"alg":"es256","kid":"p1"})"),
       "TOKEN_MALFORMED"},
      {"alg ES384", WithHeader(R"({"alg":"ES384","kid":"p1"})"),
       "TOKEN_MALFORMED"},
      {"the public key as a secret",
       absl::StrCat(hmac_text, ".",
                    absl::WebSafeBase64Escape(HmacSha256(hmac_key, hmac_text))),
       "TOKEN_MALFORMED"},
      {"alg of another key", WithHeader(R"({"alg":"RS256","kid":"p1"})"),
       "TOKEN_SIGNATURE_INVALID"},
      {"kid of another key", WithHeader(R"({"alg":"ES256","kid":"r1"})"),
       "TOKEN_SIGNATURE_INVALID"},
      {"crit",
       WithHeader(R"({"alg":"ES256","kid":"p1","crit":["exp"],"exp":1})"),
       "TOKEN_MALFORMED"},
      {"an empty crit", WithHeader(R"({"alg":"ES256","kid":"p1","crit":[]})"),
       "TOKEN_MALFORMED"},
      {"b64", WithHeader(R"({"alg":"ES256","kid":"p1","b64":false})"),
       "TOKEN_MALFORMED"},
      {"a token within",
       WithHeader(R"({"alg":"ES256","kid":"p1","cty":"JWT"})"),
       "TOKEN_MALFORMED"},
      {"another type",
       WithHeader(R"({"alg":"ES256","kid":"p1","typ":"logout+jwt"})"),
       "TOKEN_MALFORMED"},
      {"a type that is no text",
       WithHeader(R"({"alg":"ES256","kid":"p1","typ":null})"),
       "TOKEN_MALFORMED"},
      {"no kid, of three keys", WithHeader(R"({"alg":"ES256"})"),
       "TOKEN_KEY_UNKNOWN"},
      {"a kid that is no text", WithHeader(kid_of_array), "TOKEN_MALFORMED"},
      {"an empty kid", WithHeader(R"({"alg":"ES256","kid":""})"),
       "TOKEN_MALFORMED"},
      {"an unknown kid", WithHeader(R"({"alg":"ES256","kid":"p2"})"),
       "TOKEN_KEY_UNKNOWN"},
      {"a kid with more behind it",
       WithHeader(R"({"alg":"ES256","kid":"p1\u0000"})"), "TOKEN_KEY_UNKNOWN"},
      {"a key that it brings along",
       TheKeys().stranger.SignToken(own_key, Good().dump()),
       "TOKEN_KEY_UNKNOWN"},
      {"another key of the same name", TheKeys().stranger.SignClaims(Good()),
       "TOKEN_SIGNATURE_INVALID"},
  });
}

TEST(VerifyTokenTest, RefusesOtherClaims) {
  const json good = Good();
  const auto raw = [](absl::string_view claims) {
    return TheKeys().p256.SignToken(R"({"alg":"ES256","kid":"p1"})", claims);
  };
  const std::string too_long(kClaimBytesMax + 1, 's');
  const char* const kInvalid = "TOKEN_CLAIM_INVALID";
  ExpectRefused({
      {"no JSON", raw("evil"), "TOKEN_MALFORMED"},
      {"an array", raw("[]"), "TOKEN_MALFORMED"},
      {"sub twice", raw(R"({"sub":"ada","sub":"evil"})"), "TOKEN_MALFORMED"},
      {"no iss", Signed(Without(good, "iss")), kInvalid, "iss"},
      {"iss of another type", Signed(With(good, "iss", json::array({"x"}))),
       kInvalid, "iss"},
      {"another iss", Signed(With(good, "iss", "https://evil.example")),
       "TOKEN_ISSUER_UNKNOWN"},
      {"iss with more behind it",
       Signed(With(good, "iss", "https://id.example/")),
       "TOKEN_ISSUER_UNKNOWN"},
      {"no aud", Signed(Without(good, "aud")), kInvalid, "aud"},
      {"an empty aud", Signed(With(good, "aud", json::array())), kInvalid,
       "aud"},
      {"aud of nothing", Signed(With(good, "aud", "")), kInvalid, "aud"},
      {"aud of another type", Signed(With(good, "aud", 1)), kInvalid, "aud"},
      {"aud with one of another type",
       Signed(With(good, "aud", {"pulsetaker", 1})), kInvalid, "aud"},
      {"too many aud",
       Signed(With(good, "aud",
                   std::vector<std::string>(kAudiencesMax + 1, "pulsetaker"))),
       kInvalid, "aud"},
      {"another aud", Signed(With(good, "aud", {"evil", "Pulsetaker"})),
       "TOKEN_AUDIENCE_WRONG"},
      {"no exp", Signed(Without(good, "exp")), kInvalid, "exp"},
      {"exp as text", Signed(With(good, "exp", "1750003600")), kInvalid, "exp"},
      {"exp null", Signed(With(good, "exp", nullptr)), kInvalid, "exp"},
      {"exp before 1970", Signed(With(good, "exp", -1)), kInvalid, "exp"},
      {"exp after 9999", Signed(With(good, "exp", 1e300)), kInvalid, "exp"},
      {"exp at the end of the leeway",
       Signed(
           With(With(good, "iat", kNowSeconds - 90), "exp", kNowSeconds - 30)),
       "TOKEN_EXPIRED"},
      {"exp not after iat", Signed(With(good, "exp", kNowSeconds)), kInvalid,
       "exp"},
      {"too long a life",
       Signed(With(good, "exp", kNowSeconds + 24 * 3600 + 1)), kInvalid, "exp"},
      {"no iat", Signed(Without(good, "iat")), kInvalid, "iat"},
      {"iat of another type", Signed(With(good, "iat", true)), kInvalid, "iat"},
      {"iat in the future", Signed(With(good, "iat", kNowSeconds + 31)),
       "TOKEN_NOT_YET_VALID"},
      {"nbf of another type", Signed(With(good, "nbf", "now")), kInvalid,
       "nbf"},
      {"nbf in the future", Signed(With(good, "nbf", kNowSeconds + 30.5)),
       "TOKEN_NOT_YET_VALID"},
      {"no sub", Signed(Without(good, "sub")), kInvalid, "sub"},
      {"an empty sub", Signed(With(good, "sub", "")), kInvalid, "sub"},
      {"sub too long", Signed(With(good, "sub", too_long)), kInvalid, "sub"},
      {"sub with a line end", Signed(With(good, "sub", "evil\nada")), kInvalid,
       "sub"},
      {"sub with a zero byte",
       Signed(With(good, "sub", std::string("ada\0evil", 8))), kInvalid, "sub"},
      {"sub of another type", Signed(With(good, "sub", 5)), kInvalid, "sub"},
      {"an empty jti", Signed(With(good, "jti", "")), kInvalid, "jti"},
      {"jti of another type", Signed(With(good, "jti", 1)), kInvalid, "jti"},
      {"a tenant in upper case", Signed(With(good, "tenant", "North")),
       kInvalid, "tenant"},
      {"a path of a tenant", Signed(With(good, "tenant", "north/../south")),
       kInvalid, "tenant"},
      {"two tenants", Signed(With(good, "tenant", {"north", "south"})),
       kInvalid, "tenant"},
      {"a tenant of null", Signed(With(good, "tenant", nullptr)), kInvalid,
       "tenant"},
      {"roles as text", Signed(With(good, "roles", "analyst")), kInvalid,
       "roles"},
      {"an empty role", Signed(With(good, "roles", {"analyst", ""})), kInvalid,
       "roles"},
      {"roles of another type", Signed(With(good, "roles", {1})), kInvalid,
       "roles"},
      {"too many roles",
       Signed(With(good, "roles",
                   std::vector<std::string>(kRolesMax + 1, "analyst"))),
       kInvalid, "roles"},
  });
}

TEST(VerifyTokenTest, FollowsItsRules) {
  const std::string token = Signed(Good());
  const JwkSet& keys = TheKeys().set;
  TokenRules rules = Rules();
  rules.issuers.clear();
  EXPECT_EQ(ReasonOf(VerifyToken(token, keys, rules, kNow).status()),
            "TOKEN_ISSUER_UNKNOWN");
  rules = Rules();
  rules.audience = "";
  EXPECT_EQ(ReasonOf(VerifyToken(token, keys, rules, kNow).status()),
            "TOKEN_AUDIENCE_WRONG");
  rules = Rules();
  rules.leeway = absl::ZeroDuration();
  const absl::Time end = kNow + absl::Hours(1);
  EXPECT_TRUE(
      VerifyToken(token, keys, rules, end - absl::Microseconds(1)).ok());
  EXPECT_EQ(ReasonOf(VerifyToken(token, keys, rules, end).status()),
            "TOKEN_EXPIRED");
  EXPECT_EQ(
      ReasonOf(VerifyToken(token, keys, rules, kNow - absl::Microseconds(1))
                   .status()),
      "TOKEN_NOT_YET_VALID");
  rules.lifetime_max = absl::InfiniteDuration();
  EXPECT_TRUE(
      VerifyToken(Signed(Without(Good(), "iat")), keys, rules, kNow).ok());
}

TEST(VerifyTokenTest, TakesTheOnlyKeyForATokenThatNamesNone) {
  const auto one = ParseJwkSet(testing::ToJwkSetJson({TheKeys().p256}));
  ASSERT_TRUE(one.ok());
  const auto verify = [&](absl::string_view token) {
    return VerifyToken(token, *one, Rules(), kNow);
  };
  EXPECT_TRUE(verify(WithHeader(R"({"alg":"ES256"})")).ok());
  EXPECT_EQ(ReasonOf(verify(WithHeader(R"({"alg":"EdDSA"})")).status()),
            "TOKEN_SIGNATURE_INVALID");
  EXPECT_EQ(ReasonOf(verify(TheKeys().stranger.SignToken(R"({"alg":"ES256"})",
                                                         Good().dump()))
                         .status()),
            "TOKEN_SIGNATURE_INVALID");
}

}  // namespace
}  // namespace pulsetaker::auth
