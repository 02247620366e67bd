#include "common/auth/jwk_set.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/auth/json_text.h"
#include "common/auth/token_testing.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::auth {
namespace {

using nlohmann::json;
using testing::SigningKey;

const SigningKey& RsaKey() {
  static const SigningKey key = SigningKey::Rsa("r1");
  return key;
}

const SigningKey& P256Key() {
  static const SigningKey key = SigningKey::P256("p1");
  return key;
}

const SigningKey& Ed25519Key() {
  static const SigningKey key = SigningKey::Ed25519("d1");
  return key;
}

std::string SetOf(const std::vector<json>& keys) {
  return json{{"keys", keys}}.dump();
}

// The key with a member changed; null takes it away.
json With(json jwk, const char* name, const json& value) {
  if (value.is_null()) {
    jwk.erase(name);
  } else {
    jwk[name] = value;
  }
  return jwk;
}

TEST(ParseJwkSetTest, ReadsEachKindOfKey) {
  const auto set =
      ParseJwkSet(testing::ToJwkSetJson({RsaKey(), P256Key(), Ed25519Key()}));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->size(), 3);
  EXPECT_EQ(set->passed_over(), 0);
  for (const SigningKey* key : {&RsaKey(), &P256Key(), &Ed25519Key()}) {
    const VerifyingKey* const found = set->Find(key->key_id());
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->algorithm(), key->algorithm());
    EXPECT_TRUE(found->Verifies("text", key->Sign("text")));
    EXPECT_FALSE(found->Verifies("texts", key->Sign("text")));
    EXPECT_FALSE(found->Verifies("text", ""));
  }
  EXPECT_EQ(set->Find("r2"), nullptr);
  EXPECT_EQ(set->Find(std::nullopt), nullptr) << "there are three";
}

TEST(ParseJwkSetTest, PassesOverKeysThatVerifyNothingOfOurs) {
  const json rsa = RsaKey().PublicJwk();
  const json p256 = P256Key().PublicJwk();
  const std::vector<json> others = {
      With(rsa, "use", "enc"),
      With(rsa, "alg", "RSA-OAEP"),
      With(rsa, "alg", "PS256"),
      With(rsa, "alg", "HS256"),
      With(rsa, "key_ops", json::array({"encrypt"})),
      With(rsa, "key_ops", json::array()),
      With(p256, "crv", "P-384"),
      With(p256, "crv", nullptr),
      With(p256, "alg", "RS256"),
      {{"kty", "oct"}, {"k", "AAAA"}, {"kid", "o1"}},
      {{"kty", "OKP"}, {"crv", "X25519"}, {"x", "AAAA"}},
      {{"kty", "LATER"}}};
  std::vector<json> all = others;
  all.push_back(With(With(rsa, "alg", nullptr), "use", nullptr));
  const auto set = ParseJwkSet(SetOf(all));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->size(), 1);
  EXPECT_EQ(set->passed_over(), others.size());
  EXPECT_NE(set->Find("r1"), nullptr);

  const auto none = ParseJwkSet(R"({"keys": [], "other": 1})");
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->size(), 0);
  EXPECT_EQ(none->Find(std::nullopt), nullptr);
}

TEST(ParseJwkSetTest, TakesOperationsAndTheOnlyKeyWithoutId) {
  const auto set = ParseJwkSet(SetOf({With(
      With(P256Key().PublicJwk(), "kid", nullptr), "key_ops", {"verify"})}));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_NE(set->Find(std::nullopt), nullptr);
  EXPECT_EQ(set->Find("p1"), nullptr);
}

TEST(ParseJwkSetTest, NamesWhatIsWrong) {
  const json rsa = RsaKey().PublicJwk();
  const json p256 = P256Key().PublicJwk();
  const json ed25519 = Ed25519Key().PublicJwk();
  const std::string n = rsa["n"].get<std::string>();
  const std::string even = n.substr(0, n.size() - 2) + "AA";
  const json weak = SigningKey::Rsa("w", 1024).PublicJwk();
  const struct {
    std::string text;
    const char* field;
  } kCases[] = {
      {"", "key_set"},
      {"[]", "key_set"},
      {R"({"keys": [], "keys": []})", "key_set"},
      {std::string(kJwkSetBytesMax + 1, ' '), "key_set"},
      {"{}", "keys"},
      {R"({"keys": {}})", "keys"},
      {SetOf(std::vector<json>(kJwkSetKeysMax + 1, json::object())), "keys"},
      {R"({"keys": [1]})", "keys[0]"},
      {SetOf({p256, json::object()}), "keys[1].kty"},
      {SetOf({With(rsa, "kty", 1)}), "keys[0].kty"},
      {SetOf({With(rsa, "use", 1)}), "keys[0].use"},
      {SetOf({With(rsa, "alg", true)}), "keys[0].alg"},
      {SetOf({With(p256, "crv", 256)}), "keys[0].crv"},
      {SetOf({With(rsa, "key_ops", "verify")}), "keys[0].key_ops"},
      {SetOf({With(rsa, "key_ops", {"verify", 1})}), "keys[0].key_ops"},
      {SetOf({With(rsa, "kid", 1)}), "keys[0].kid"},
      {SetOf({With(rsa, "kid", "")}), "keys[0].kid"},
      {SetOf({With(rsa, "kid", std::string(256, 'k'))}), "keys[0].kid"},
      {SetOf({rsa, p256, rsa}), "keys[2].kid"},
      {SetOf({rsa, With(p256, "kid", "r1")}), "keys[1].kid"},
      {SetOf({rsa, With(p256, "kid", nullptr)}), "keys[1].kid"},
      {SetOf({With(rsa, "kid", nullptr), p256}), "keys[1].kid"},
      {SetOf({With(rsa, "d", "AAAA")}), "keys[0].d"},
      {SetOf({With(ed25519, "d", "AAAA")}), "keys[0].d"},
      {SetOf({With(rsa, "n", nullptr)}), "keys[0].n"},
      {SetOf({With(rsa, "n", n + "=")}), "keys[0].n"},
      {SetOf({With(rsa, "n", "")}), "keys[0].n"},
      {SetOf({With(rsa, "n", even)}), "keys[0].n"},
      {SetOf({With(rsa, "n", std::string(1368, '_'))}), "keys[0].n"},
      {SetOf({weak}), "keys[0].n"},
      {SetOf({With(rsa, "e", nullptr)}), "keys[0].e"},
      {SetOf({With(rsa, "e", "")}), "keys[0].e"},
      {SetOf({With(rsa, "e", "AQ")}), "keys[0].e"},
      {SetOf({With(rsa, "e", "AQAA")}), "keys[0].e"},
      {SetOf({With(rsa, "e", std::string(12, '_'))}), "keys[0].e"},
      {SetOf({With(rsa, "e", std::string(40, '_'))}), "keys[0].e"},
      {SetOf({With(p256, "x", "AAAA")}), "keys[0].x"},
      {SetOf({With(p256, "y", "AAAA")}), "keys[0].y"},
      {SetOf({With(p256, "y", p256["x"])}), "keys[0].x"},
      {SetOf({With(p256, "x", std::string(43, 'A'))}), "keys[0].x"},
      {SetOf({With(ed25519, "x", "AAAA")}), "keys[0].x"},
      {SetOf({With(ed25519, "x", 5)}), "keys[0].x"},
  };
  for (const auto& c : kCases) {
    const absl::Status status = ParseJwkSet(c.text).status();
    const std::string shown = c.text.substr(0, 200);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << shown;
    EXPECT_EQ(ReasonOf(status), "KEY_SET_INVALID") << shown;
    const ErrorMetadata field = {{"field", c.field}};
    EXPECT_EQ(MetadataOf(status), field) << shown;
    EXPECT_EQ(status.message().find(c.field), 0) << status.message();
  }
}

TEST(ParseJwkSetTest, TakesAsManyKeysAsItSays) {
  const std::vector<json> most(kJwkSetKeysMax, {{"kty", "oct"}});
  const auto set = ParseJwkSet(SetOf(most));
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_EQ(set->passed_over(), kJwkSetKeysMax);
}

// From the standards, so that two mistakes of ours cannot hide each other.
TEST(VerifyingKeyTest, VerifiesTheExamplesOfTheStandards) {
  const std::string claims =
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmN"
      "vbS9pc19yb290Ijp0cnVlfQ";
  const struct {
    const char* source;
    std::string key;
    std::string message;
    std::string signature;
  } kCases[] = {
      {"RFC 7515, A.2",
       R"({"kty":"RSA","n":")"
       "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4q"
       "PCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ4"
       "7soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBE"
       "Ma2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWN"
       "moudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"
       R"(","e":"AQAB"})",
       "eyJhbGciOiJSUzI1NiJ9." + claims,
       "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4"
       "Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_"
       "nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn"
       "6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI"
       "8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
      {"RFC 7515, A.3",
       R"({"kty":"EC","crv":"P-256",)"
       R"("x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
       R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
       "eyJhbGciOiJFUzI1NiJ9." + claims,
       "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfK"
       "TUJqPP3-Kg6NU1Q"},
      {"RFC 8037, A.4",
       R"({"kty":"OKP","crv":"Ed25519",)"
       R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})",
       "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
       "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g"
       "7sVvpAr_MuM0KAg"}};
  for (const auto& c : kCases) {
    const auto set = ParseJwkSet(absl::StrCat(R"({"keys":[)", c.key, "]}"));
    ASSERT_TRUE(set.ok()) << c.source << set.status();
    const VerifyingKey* const key = set->Find(std::nullopt);
    ASSERT_NE(key, nullptr) << c.source;
    std::string signature = *DecodeBase64Url(c.signature);
    EXPECT_TRUE(key->Verifies(c.message, signature)) << c.source;
    EXPECT_FALSE(key->Verifies(c.message + "A", signature)) << c.source;
    EXPECT_FALSE(key->Verifies(c.message, signature + "A")) << c.source;
    signature.back() = static_cast<char>(signature.back() ^ 1);
    EXPECT_FALSE(key->Verifies(c.message, signature)) << c.source;
  }
}

// Numbers that are no signature by any key, and once were taken for one.
TEST(VerifyingKeyTest, RefusesNumbersThatAreNoSignature) {
  const auto set =
      ParseJwkSet(testing::ToJwkSetJson({RsaKey(), P256Key(), Ed25519Key()}));
  ASSERT_TRUE(set.ok());
  const std::string order = *DecodeBase64Url(
      "_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");  // Of the curve P-256.
  const std::string zero(32, '\0');
  const std::string one = std::string(31, '\0') + "\x01";
  for (const std::string& r : {zero, one, order, std::string(32, '\xff')}) {
    for (const std::string& s : {zero, one, order, std::string(32, '\xff')}) {
      EXPECT_FALSE(set->Find("p1")->Verifies("text", r + s));
      EXPECT_FALSE(set->Find("d1")->Verifies("text", r + s));
    }
  }
  const std::string good = P256Key().Sign("text");
  EXPECT_FALSE(set->Find("p1")->Verifies("text", zero + good));
  EXPECT_FALSE(set->Find("p1")->Verifies("text", good + zero));
  EXPECT_FALSE(set->Find("p1")->Verifies("text", good.substr(0, 63)));
  EXPECT_FALSE(set->Find("r1")->Verifies("text", std::string(256, '\0')));
  EXPECT_FALSE(
      set->Find("r1")->Verifies("text", std::string(255, '\0') + "\x01"));
  EXPECT_FALSE(set->Find("r1")->Verifies(
      "text", std::string(1, '\0') + RsaKey().Sign("text")));
}

}  // namespace
}  // namespace pulsetaker::auth
