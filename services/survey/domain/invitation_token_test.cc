// Tokens: their bytes, which links have, and that no other text is one.

#include "services/survey/domain/invitation_token.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/base/random.h"
#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

std::string SecretOf(int first) {
  std::string secret;
  for (int i = 0; i < 32; ++i) secret.push_back(static_cast<char>(first + i));
  return secret;
}

InvitationToken Content() {
  return {.key_number = 7,
          .wave = {"north", "leeds", "care", 3},
          .issue = 2,
          .expire_time = absl::FromUnixMicros(1'700'000'000'123'456),
          .person = "p17"};
}

std::optional<InvitationToken> Accept(absl::string_view text,
                                      absl::string_view secret) {
  const auto read = UnverifiedToken::Read(text);
  return read.has_value() ? read->Verify(secret) : std::nullopt;
}

// This text is in links that people hold. If this test fails, the code is
// wrong, not the test. It was computed apart, with Python's hmac.
TEST(InvitationTokenTest, HasTheTextThatLinksHave) {
  const std::string token = MakeToken(Content(), SecretOf(0));
  EXPECT_EQ(token,
            "AQAAAAdub3J0aABsZWVkcwBjYXJlAAAAAAMAAAACAAYKJBggIkBwMTe_zSwSu4BbZO"
            "mL-1JBWCI1HVNWUA6GFnQ8fB3uuF9Y_g");
  const auto read = UnverifiedToken::Read(token);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->tenant(), "north");
  EXPECT_EQ(read->key_number(), 7);
  EXPECT_EQ(read->Verify(SecretOf(0)), Content());
}

TEST(InvitationTokenTest, FitsItsLimit) {
  const std::string id(63, 'z');
  const InvitationToken longest = {
      .key_number = INT32_MAX,
      .wave = {id, id, id, INT32_MAX},
      .issue = INT32_MAX,
      .expire_time = absl::FromUnixMicros(INT64_MAX),
      .person = id};
  const std::string token = MakeToken(longest, SecretOf(1));
  EXPECT_LE(token.size(), kTokenLengthMax);
  EXPECT_EQ(Accept(token, SecretOf(1)), longest);
}

TEST(InvitationTokenTest, RefusesWhatIsNoToken) {
  const std::string token = MakeToken(Content(), SecretOf(0));
  const std::string cases[] = {"",
                               "x",
                               token + "=",
                               token + "A",
                               " " + token,
                               token + "\n",
                               token.substr(0, token.size() - 1),
                               token + token,
                               std::string(kTokenLengthMax + 1, 'A'),
                               std::string(60, 'A'),
                               "http://example.org/?t=" + token};
  for (const std::string& text : cases) {
    EXPECT_FALSE(Accept(text, SecretOf(0)).has_value()) << text;
  }
  EXPECT_FALSE(Accept(token, SecretOf(1)).has_value());
  EXPECT_FALSE(Accept(token, "").has_value());
}

// What is signed rightly and still says nothing: nobody makes such a token, and
// it must not be believed if someone does.
TEST(InvitationTokenTest, RefusesContentThatNobodyWrites) {
  const auto spoilt = [](void (*spoil)(InvitationToken&)) {
    InvitationToken content = Content();
    spoil(content);
    return Accept(MakeToken(content, SecretOf(0)), SecretOf(0)).has_value();
  };
  EXPECT_FALSE(spoilt([](InvitationToken& t) { t.key_number = 0; }));
  EXPECT_FALSE(spoilt([](InvitationToken& t) { t.key_number = -1; }));
  EXPECT_FALSE(spoilt([](InvitationToken& t) { t.wave.tenant = "North"; }));
  EXPECT_FALSE(spoilt([](InvitationToken& t) { t.wave.locality = ""; }));
  EXPECT_FALSE(spoilt([](InvitationToken& t) { t.wave.survey = "a/b"; }));
  EXPECT_FALSE(spoilt([](InvitationToken& t) { t.wave.wave = 0; }));
  EXPECT_FALSE(spoilt([](InvitationToken& t) { t.issue = 0; }));
  EXPECT_FALSE(spoilt([](InvitationToken& t) { t.person = ""; }));
  EXPECT_FALSE(spoilt(
      [](InvitationToken& t) { t.expire_time = absl::FromUnixMicros(-1); }));
}

// Makes tokens that are nearly right, each in one of several ways.
class Forger {
 public:
  explicit Forger(std::uint64_t seed) : random_(seed) {}

  // A token of someone.
  InvitationToken AnyContent() {
    InvitationToken content = Content();
    content.key_number = Number(3);
    content.issue = Number(3);
    content.wave.wave = Number(4);
    content.wave.tenant = Number(2) == 1 ? "north" : "south";
    content.person = absl::StrCat("p", Number(200));
    content.expire_time += absl::Seconds(Number(1'000));
    return content;
  }

  std::string Forge(const std::string& token) {
    std::string bytes;
    EXPECT_TRUE(absl::WebSafeBase64Unescape(token, &bytes));
    switch (random_.Uniform(8)) {
      case 0:  // One bit.
        return FlipBits(bytes, 1);
      case 1:
        return FlipBits(bytes, 1 + random_.Uniform(8));
      case 2: {  // Another character.
        std::string text = token;
        text[random_.Uniform(text.size())] = kAlphabet[random_.Uniform(64)];
        return text;
      }
      case 3:  // Cut or made longer, with the signature in place or not.
        bytes.erase(random_.Uniform(bytes.size()), 1 + random_.Uniform(4));
        return Encode(bytes);
      case 4:
        bytes.insert(random_.Uniform(bytes.size()), 1 + random_.Uniform(4),
                     static_cast<char>(random_.Uniform(256)));
        return Encode(bytes);
      case 5: {  // The signature of another token.
        std::string other;
        EXPECT_TRUE(absl::WebSafeBase64Unescape(
            MakeToken(AnyContent(), SecretOf(0)), &other));
        return Encode(bytes.substr(0, bytes.size() - 32) +
                      other.substr(other.size() - 32));
      }
      case 6:  // Signed with another key.
        return MakeToken(AnyContent(), SecretOf(Number(100)));
      default: {  // Anything at all.
        std::string any(1 + random_.Uniform(200), '\0');
        for (char& c : any) c = static_cast<char>(random_.Uniform(256));
        return Number(2) == 1 ? Encode(any) : any;
      }
    }
  }

 private:
  static constexpr absl::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  int Number(std::uint64_t bound) {
    return 1 + static_cast<int>(random_.Uniform(bound));
  }
  static std::string Encode(absl::string_view bytes) {
    return absl::WebSafeBase64Escape(bytes);
  }
  std::string FlipBits(std::string bytes, std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      char& byte = bytes[random_.Uniform(bytes.size())];
      byte = static_cast<char>(byte ^ (1 << random_.Uniform(8)));
    }
    return Encode(bytes);
  }

  Random random_;
};

// PULSETAKER_TAMPERED_TOKENS sets how many, 10^6 if it is not set.
TEST(InvitationTokenTest, AcceptsNoTokenThatWasTamperedWith) {
  int wanted = 1'000'000;
  if (const char* text = std::getenv("PULSETAKER_TAMPERED_TOKENS")) {
    ASSERT_TRUE(absl::SimpleAtoi(text, &wanted));
  }
  constexpr std::uint64_t kSeed = 20'240'611;
  Forger forger(kSeed);
  int tampered = 0;
  int verified = 0;
  int accepted = 0;
  int genuine = 0;
  int made = 0;
  while (tampered < wanted) {
    const InvitationToken content = forger.AnyContent();
    const std::string token = MakeToken(content, SecretOf(0));
    ++made;
    genuine += Accept(token, SecretOf(0)) == content ? 1 : 0;
    for (int i = 0; i < 100 && tampered < wanted; ++i) {
      const std::string forged = forger.Forge(token);
      const auto read = UnverifiedToken::Read(forged);
      const auto said =
          read.has_value() ? read->Verify(SecretOf(0)) : std::nullopt;
      if (forged == token) continue;  // Chance has changed nothing.
      ++tampered;
      verified += read.has_value() ? 1 : 0;
      if (said.has_value()) {
        ++accepted;
        ADD_FAILURE() << "seed " << kSeed << " accepted " << forged;
      }
    }
  }
  EXPECT_EQ(accepted, 0);
  EXPECT_EQ(genuine, made);
  EXPECT_GT(verified, wanted / 3) << "most are refused before the signature";
  std::printf(
      "seed %llu: %d tampered tokens, %d of them had a signature to "
      "verify, %d accepted\n",
      static_cast<unsigned long long>(kSeed), tampered, verified, accepted);
}

}  // namespace
}  // namespace pulsetaker::survey
