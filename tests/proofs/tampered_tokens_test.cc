// Nobody who cannot sign gets in: tokens of callers that were changed, cut,
// put together or signed by others, and how many of them are accepted.
//
// PULSETAKER_TAMPERED_TOKENS sets how many, 10^6 if it is not set. What is done
// to a token follows from its number; keys are made for each run, and shown
// with a token that is accepted.

#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/auth/token.h"
#include "common/auth/token_testing.h"
#include "common/base/random.h"
#include "common/base/secret.h"
#include "common/base/status.h"
#include "gtest/gtest.h"
#include "tests/support/sizes.h"

namespace pulsetaker::auth {
namespace {

using nlohmann::json;
using testing::SigningKey;

constexpr std::uint64_t kSeed = 20'250'614;
constexpr std::size_t kTokensOfAKey = 64;
constexpr absl::string_view kLetters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);

struct Genuine {
  const SigningKey* key = nullptr;
  json claims;
  std::string text;
  json header = {};
};

struct Parts {
  std::string header;
  std::string claims;
  std::string signature;

  std::string Join() const {
    return absl::StrCat(header, ".", claims, ".", signature);
  }
};

Parts Split(const std::string& token) {
  const std::vector<std::string> parts = absl::StrSplit(token, '.');
  return {parts[0], parts[1], parts[2]};
}

std::string Decode(const std::string& text) {
  std::string bytes;
  absl::WebSafeBase64Unescape(text, &bytes);
  return bytes;
}

std::string Encode(absl::string_view bytes) {
  return absl::WebSafeBase64Escape(bytes);
}

// Who has genuine tokens and the public keys, and wants in as someone else.
class Forger {
 public:
  Forger()
      : keys_({SigningKey::Rsa("r1"), SigningKey::P256("p1"),
               SigningKey::Ed25519("d1")}),
        strangers_({SigningKey::P256("p1"), SigningKey::Ed25519("d1")}),
        set_(*ParseJwkSet(testing::ToJwkSetJson(keys_))),
        seeds_(kSeed) {
    Random random = seeds_.Fork(0);
    for (const SigningKey& key : keys_) {
      for (std::size_t i = 0; i < kTokensOfAKey; ++i) {
        Genuine token;
        token.key = &key;
        token.claims = AnyClaims(random);
        token.text = key.SignClaims(token.claims);
        token.header = json::parse(Decode(Split(token.text).header));
        genuine_.push_back(std::move(token));
        not_for_us_.push_back(key.SignClaims(ClaimsNotForUs(random)));
      }
    }
    for (const SigningKey& key : keys_) {
      const json jwk = key.PublicJwk();
      for (const char* name : {"n", "x", "y", "kid"}) {
        if (!jwk.contains(name)) continue;
        secrets_.push_back(jwk[name].get<std::string>());
        secrets_.push_back(Decode(secrets_.back()));
      }
      secrets_.push_back(jwk.dump());
    }
    secrets_.emplace_back();
  }

  const std::vector<Genuine>& genuine() const { return genuine_; }
  std::string KeysJson() const { return testing::ToJwkSetJson(keys_); }

  absl::StatusOr<TokenClaims> Verify(absl::string_view token) const {
    static const TokenRules rules = {.issuers = {"https://id.example"},
                                     .audience = "pulsetaker"};
    return VerifyToken(token, set_, rules, kNow);
  }

  // The kinds of forgery, and the forged token of this number.
  static constexpr std::array<const char*, 14> kKinds = {
      "a bit flipped",       "letters changed", "a piece cut or doubled",
      "parts of two tokens", "claims edited",   "signature edited",
      "header edited",       "kid of another",  "signed by a stranger",
      "key brought along",   "signed by HMAC",  "not signed",
      "other spelling",      "for someone else"};
  std::pair<std::size_t, std::string> Forge(std::uint64_t number) const {
    Random random = seeds_.Fork(number + 1);
    const std::size_t kind = random.Uniform(kKinds.size());
    return {kind, ForgeAs(kind, AnyToken(random), random)};
  }

 private:
  static json AnyClaims(Random& random) {
    json claims =
        testing::GoodClaims("https://id.example", "pulsetaker",
                            absl::StrCat("s", random.Uniform(1000)), kNow);
    claims["tenant"] = absl::StrCat("t", random.Uniform(10));
    claims["roles"] = {"analyst"};
    claims["jti"] = absl::StrCat(random.Next());
    return claims;
  }

  // What one claim of a good token says instead.
  static json ClaimsNotForUs(Random& random) {
    json claims = AnyClaims(random);
    const std::int64_t now = absl::ToUnixSeconds(kNow);
    switch (random.Uniform(6)) {
      case 0:
        claims["aud"] = {"other", "pulsetaker2"};
        break;
      case 1:
        claims["iss"] = "https://id.example.evil";
        break;
      case 2:
        claims["iat"] = now - 7200;
        claims["exp"] = now - 60;
        break;
      case 3:
        claims["nbf"] = now + 3600;
        break;
      case 4:
        claims["exp"] = now + std::int64_t{10} * 365 * 24 * 3600;
        break;
      default:
        claims.erase("exp");
        break;
    }
    return claims;
  }

  static json EditedClaims(const Genuine& token, Random& random) {
    json claims = token.claims;
    switch (random.Uniform(5)) {
      case 0:
        claims["sub"] = absl::StrCat("evil", random.Uniform(1000));
        break;
      case 1:
        claims["tenant"] = absl::StrCat("south", random.Uniform(1000));
        break;
      case 2:
        claims["roles"] = {"analyst", absl::StrCat("r", random.Uniform(1000))};
        break;
      case 3:
        claims["exp"] = claims["exp"].get<std::int64_t>() + 1 +
                        static_cast<std::int64_t>(random.Uniform(100'000));
        break;
      default:
        claims[absl::StrCat("x", random.Uniform(1000))] = true;
        break;
    }
    return claims;
  }

  // Of RSA more often than of the others, whose signatures take several times
  // as long to verify.
  const Genuine& AnyToken(Random& random) const {
    const std::size_t key = random.Uniform(10) < 8 ? 0 : 1 + random.Uniform(2);
    return genuine_[key * kTokensOfAKey + random.Uniform(kTokensOfAKey)];
  }

  std::string ForgeAs(std::size_t kind, const Genuine& token,
                      Random& random) const {
    switch (kind) {
      case 0:
        return FlipBit(token.text, random);
      case 1:
        return ChangeLetters(token.text, random);
      case 2:
        return CutOrDouble(token.text, random);
      case 3:
        return Mix(token, random);
      case 4: {
        Parts parts = Split(token.text);
        parts.claims = Encode(EditedClaims(token, random).dump());
        return parts.Join();
      }
      case 5: {
        Parts parts = Split(token.text);
        parts.signature =
            Encode(EditSignature(Decode(parts.signature), random));
        return parts.Join();
      }
      case 6:
        return EditHeader(token, random);
      case 7: {
        json header = token.header;
        header["kid"] = keys_[random.Uniform(keys_.size())].key_id();
        if (header["kid"] == token.key->key_id()) header["kid"] = "p2";
        Parts parts = Split(token.text);
        parts.header = Encode(header.dump());
        return parts.Join();
      }
      default:
        return ForgeWithClaims(kind, token, random);
    }
  }

  std::string ForgeWithClaims(std::size_t kind, const Genuine& token,
                              Random& random) const {
    const std::string claims = random.Uniform(2) == 0
                                   ? token.claims.dump()
                                   : EditedClaims(token, random).dump();
    const SigningKey& stranger = strangers_[random.Uniform(strangers_.size())];
    json header = token.header;
    switch (kind) {
      case 8:
        // With the header of the key of this name, or of any.
        if (random.Uniform(4) != 0) {
          return stranger.SignClaims(json::parse(claims));
        }
        return stranger.SignToken(header.dump(), claims);
      case 9:
        header["alg"] = std::string(NameOf(stranger.algorithm()));
        header["jwk"] = stranger.PublicJwk();
        header["jku"] = "https://evil.example/keys";
        if (random.Uniform(2) == 0) header["kid"] = stranger.key_id();
        if (random.Uniform(4) == 0) header.erase("kid");
        return stranger.SignToken(header.dump(), claims);
      case 10: {
        const std::string& secret = secrets_[random.Uniform(secrets_.size())];
        if (random.Uniform(2) == 0) header["alg"] = "HS256";
        const std::string text = testing::SignedText(header.dump(), claims);
        return absl::StrCat(text, ".", Encode(HmacSha256(secret, text)));
      }
      case 11: {
        static constexpr std::array<const char*, 5> kNone = {
            "none", "None", "NONE", "nOnE", ""};
        if (random.Uniform(4) != 0) {
          header["alg"] = kNone[random.Uniform(kNone.size())];
        }
        const std::string text = testing::SignedText(header.dump(), claims);
        return absl::StrCat(
            text, ".",
            random.Uniform(2) == 0 ? "" : Split(token.text).signature);
      }
      case 12:
        return Respell(token.text, random);
      default:
        return not_for_us_[random.Uniform(not_for_us_.size())];
    }
  }

  static std::string FlipBit(std::string text, Random& random) {
    char& c = text[random.Uniform(text.size())];
    c = static_cast<char>(c ^ (1 << random.Uniform(8)));
    return text;
  }

  static std::string ChangeLetters(std::string text, Random& random) {
    for (std::uint64_t n = 1 + random.Uniform(4); n > 0; --n) {
      char& c = text[random.Uniform(text.size())];
      if (c != '.') c = kLetters[random.Uniform(kLetters.size())];
    }
    return text;
  }

  static std::string CutOrDouble(std::string text, Random& random) {
    const std::size_t at = random.Uniform(text.size());
    const std::size_t length = 1 + random.Uniform(16);
    switch (random.Uniform(3)) {
      case 0:
        return text.substr(0, at);
      case 1:
        return text.erase(at, length);
      default:
        return text.insert(at, text.substr(at, length));
    }
  }

  std::string Mix(const Genuine& token, Random& random) const {
    const Parts other = Split(AnyToken(random).text);
    Parts parts = Split(token.text);
    switch (random.Uniform(4)) {
      case 0:
        parts.signature = other.signature;
        break;
      case 1:
        parts.claims = other.claims;
        break;
      case 2:
        parts.header = other.header;
        parts.claims = other.claims;
        break;
      default:
        std::swap(parts.claims, parts.header);
        break;
    }
    return parts.Join();
  }

  static std::string EditSignature(std::string bytes, Random& random) {
    switch (random.Uniform(6)) {
      case 0:
        return FlipBit(std::move(bytes), random);
      case 1:  // r and s in each other's place.
        return bytes.substr(bytes.size() / 2) +
               bytes.substr(0, bytes.size() / 2);
      case 2:
        return bytes.substr(0, random.Uniform(bytes.size()));
      case 3:
        return bytes.insert(0, 1 + random.Uniform(8), '\0');
      case 4:
        return bytes.append(1 + random.Uniform(8), '\0');
      default: {  // Zero, or as large as can be, in all or in a half.
        const std::size_t at = random.Uniform(2) * bytes.size() / 2;
        const char fill = random.Uniform(2) == 0 ? '\0' : '\xff';
        return bytes.replace(at, std::string::npos, bytes.size() - at, fill);
      }
    }
  }

  std::string EditHeader(const Genuine& token, Random& random) const {
    json header = token.header;
    switch (random.Uniform(5)) {
      case 0:
        header["alg"] = std::string(
            NameOf(keys_[random.Uniform(keys_.size())].algorithm()));
        break;
      case 1:
        header["crit"] = {"x"};
        break;
      case 2:
        header["typ"] = "at+jwt";
        break;
      case 3:
        header.erase("kid");
        break;
      default:
        header[absl::StrCat("x", random.Uniform(1000))] = 1;
        break;
    }
    Parts parts = Split(token.text);
    parts.header = Encode(header.dump());
    return parts.Join();
  }

  // The same bytes in letters that mean them to a reader who is not strict.
  static std::string Respell(const std::string& text, Random& random) {
    Parts parts = Split(text);
    std::array<std::string*, 3> all = {&parts.header, &parts.claims,
                                       &parts.signature};
    std::string& part = *all[random.Uniform(all.size())];
    switch (random.Uniform(4)) {
      case 0:
        part += std::string(1 + random.Uniform(2), '=');
        break;
      case 1:
        part.insert(random.Uniform(part.size() + 1), 1,
                    " \t\r\n"[random.Uniform(4)]);
        break;
      case 2: {  // Bits behind the last byte; a letter more where there are
                 // none.
        const std::size_t value = kLetters.find(part.back());
        part.back() = kLetters[value ^ 1];
        break;
      }
      default:
        part += 'A';
        break;
    }
    return parts.Join();
  }

  const std::vector<SigningKey> keys_;
  const std::vector<SigningKey> strangers_;
  const JwkSet set_;
  const Random seeds_;
  std::vector<Genuine> genuine_;
  std::vector<std::string> not_for_us_;
  std::vector<std::string> secrets_;  // That someone may take for one.
};

double CpuSeconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

TEST(TamperedTokensTest, AcceptsNone) {
  const std::int64_t wanted = pulsetaker::testing::SizeFromEnvironment(
      "PULSETAKER_TAMPERED_TOKENS", 1'000'000);
  const Forger forger;
  const auto all_genuine_are_accepted = [&] {
    for (const Genuine& token : forger.genuine()) {
      const auto claims = forger.Verify(token.text);
      if (!claims.ok() || claims->subject != token.claims["sub"]) return false;
    }
    return true;
  };
  ASSERT_TRUE(all_genuine_are_accepted());
  std::map<std::string, bool> is_genuine;
  for (const Genuine& token : forger.genuine()) is_genuine[token.text] = true;

  std::array<std::int64_t, Forger::kKinds.size()> by_kind{};
  std::map<std::string, std::int64_t> by_reason;
  std::int64_t tampered = 0;
  std::int64_t accepted = 0;
  std::uint64_t number = 0;
  const double begin = CpuSeconds();
  for (; tampered < wanted; ++number) {
    const auto [kind, token] = forger.Forge(number);
    if (is_genuine.count(token) != 0) continue;  // Chance has changed nothing.
    ++tampered;
    ++by_kind[kind];
    const auto claims = forger.Verify(token);
    if (!claims.ok()) {
      ++by_reason[ReasonOf(claims.status())];
      continue;
    }
    ++accepted;
    ADD_FAILURE() << "seed " << kSeed << ", number " << number << ", "
                  << Forger::kKinds[kind] << ": accepted " << token
                  << " with the keys " << forger.KeysJson();
    if (accepted > 10) break;
  }
  EXPECT_EQ(accepted, 0);
  EXPECT_TRUE(all_genuine_are_accepted());
  EXPECT_GT(by_reason["TOKEN_SIGNATURE_INVALID"], wanted / 3)
      << "most are refused before the signature";
  for (const std::int64_t count : by_kind) EXPECT_GT(count, wanted / 50);
  std::printf("seed %llu: %lld tampered tokens in %.1f s of CPU, %lld accepted",
              static_cast<unsigned long long>(kSeed),
              static_cast<long long>(tampered), CpuSeconds() - begin,
              static_cast<long long>(accepted));
  for (const auto& [reason, count] : by_reason) {
    std::printf(", %s %lld", reason.c_str(), static_cast<long long>(count));
  }
  std::printf("\n");
}

}  // namespace
}  // namespace pulsetaker::auth
