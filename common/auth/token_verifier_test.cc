#include "common/auth/token_verifier.h"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/auth/token_testing.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::auth {
namespace {

using testing::SigningKey;

const absl::Time kNow = absl::FromUnixSeconds(1'750'000'000);

// Keys that a test sets.
class KnownKeys final : public KeyProvider {
 public:
  void Set(absl::Span<const SigningKey> keys) {
    auto set = ParseJwkSet(testing::ToJwkSetJson(keys));
    ASSERT_TRUE(set.ok()) << set.status();
    MutexLock lock(mutex_);
    in_force_.keys = std::make_shared<const JwkSet>(*std::move(set));
    ++in_force_.generation;
  }
  void Lose() {
    MutexLock lock(mutex_);
    in_force_.keys = nullptr;
  }

  absl::StatusOr<KeysInForce> Current() const override {
    MutexLock lock(mutex_);
    if (in_force_.keys == nullptr) {
      return MakeError(absl::StatusCode::kUnavailable, "TOKEN_KEYS_UNAVAILABLE",
                       "lost");
    }
    return in_force_;
  }
  void ReportUnknownKey() override { ++unknown_; }
  int unknown() const { return unknown_; }

 private:
  mutable Mutex mutex_;
  KeysInForce in_force_ ABSL_GUARDED_BY(mutex_);
  std::atomic<int> unknown_ = 0;
};

class TokenVerifierTest : public ::testing::Test {
 protected:
  TokenVerifierTest() { keys_.Set({first_, second_}); }

  std::string TokenOf(const SigningKey& key, absl::string_view subject) {
    return key.SignClaims(
        testing::GoodClaims("issuer", "audience", subject, kNow));
  }

  std::string ReasonFor(absl::string_view token) {
    return ReasonOf(verifier_.Verify(token).status());
  }

  const SigningKey first_ = SigningKey::Ed25519("d1");
  const SigningKey second_ = SigningKey::P256("p1");
  KnownKeys keys_;
  absl::Time now_ = kNow;
  TokenVerifier verifier_{keys_,
                          {.issuers = {"issuer"}, .audience = "audience"},
                          [this] { return now_; },
                          /*verified_max=*/3};
};

TEST_F(TokenVerifierTest, KeepsWhatIsVerified) {
  const std::string token = TokenOf(first_, "ada");
  const auto once = verifier_.Verify(token);
  ASSERT_TRUE(once.ok()) << once.status();
  EXPECT_EQ((*once)->subject, "ada");
  const auto twice = verifier_.Verify(token);
  ASSERT_TRUE(twice.ok());
  EXPECT_EQ(once->get(), twice->get()) << "it was verified again";
  EXPECT_EQ(verifier_.verified_count(), 1);
}

TEST_F(TokenVerifierTest, KeepsNothingThatIsRefused) {
  std::string token = TokenOf(first_, "ada");
  token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(ReasonFor(token), "TOKEN_SIGNATURE_INVALID");
  EXPECT_EQ(ReasonFor(""), "TOKEN_MALFORMED");
  EXPECT_EQ(ReasonFor(std::string(1 << 20, 'A')), "TOKEN_MALFORMED");
  EXPECT_EQ(verifier_.verified_count(), 0);
  EXPECT_EQ(keys_.unknown(), 0);
}

TEST_F(TokenVerifierTest, RefusesWhatHasExpiredSince) {
  const std::string token = TokenOf(first_, "ada");
  ASSERT_TRUE(verifier_.Verify(token).ok());
  // In the leeway it is good, but not kept.
  now_ = kNow + absl::Hours(1);
  EXPECT_TRUE(verifier_.Verify(token).ok());
  EXPECT_EQ(verifier_.verified_count(), 0);
  now_ += absl::Seconds(30);
  EXPECT_EQ(ReasonFor(token), "TOKEN_EXPIRED");
  // And what is not valid any more after the clock was set back.
  now_ = kNow;
  ASSERT_TRUE(verifier_.Verify(token).ok());
  now_ = kNow - absl::Minutes(1);
  EXPECT_EQ(ReasonFor(token), "TOKEN_NOT_YET_VALID");
}

TEST_F(TokenVerifierTest, RefusesTokensOfAKeyThatIsGoneAtOnce) {
  const std::string of_first = TokenOf(first_, "ada");
  const std::string of_second = TokenOf(second_, "bob");
  ASSERT_TRUE(verifier_.Verify(of_first).ok());
  ASSERT_TRUE(verifier_.Verify(of_second).ok());
  keys_.Set({second_});
  EXPECT_EQ(ReasonFor(of_first), "TOKEN_KEY_UNKNOWN");
  EXPECT_EQ(keys_.unknown(), 1);
  EXPECT_TRUE(verifier_.Verify(of_second).ok());
  // Another key of the same name is another key.
  keys_.Set({SigningKey::Ed25519("d1"), second_});
  EXPECT_EQ(ReasonFor(of_first), "TOKEN_SIGNATURE_INVALID");
  keys_.Set({first_, second_});
  EXPECT_TRUE(verifier_.Verify(of_first).ok());
}

TEST_F(TokenVerifierTest, SaysSoWhereItHasNoKeys) {
  const std::string token = TokenOf(first_, "ada");
  ASSERT_TRUE(verifier_.Verify(token).ok());
  keys_.Lose();
  const absl::Status status = verifier_.Verify(token).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), "TOKEN_KEYS_UNAVAILABLE");
}

TEST_F(TokenVerifierTest, KeepsNoMoreThanItMay) {
  std::vector<std::string> tokens;
  for (int i = 0; i < 4; ++i) {
    tokens.push_back(TokenOf(first_, absl::StrCat("s", i)));
  }
  const auto a = verifier_.Verify(tokens[0]);
  const auto b = verifier_.Verify(tokens[1]);
  ASSERT_TRUE(verifier_.Verify(tokens[2]).ok());
  ASSERT_TRUE(verifier_.Verify(tokens[0]).ok());
  ASSERT_TRUE(verifier_.Verify(tokens[3]).ok());  // In the place of 1.
  EXPECT_EQ(verifier_.verified_count(), 3);
  EXPECT_EQ(verifier_.Verify(tokens[0])->get(), a->get());
  EXPECT_NE(verifier_.Verify(tokens[1])->get(), b->get());
  EXPECT_EQ(verifier_.verified_count(), 3);
}

TEST(VerifiedTokensTest, TakesNothingOfKeysThatWereChangedMeanwhile) {
  VerifiedTokens tokens(10);
  auto claims = std::make_shared<TokenClaims>();
  claims->expire_time = kNow;
  const absl::Time before = kNow - absl::Seconds(1);
  tokens.Add("a", 1, claims);
  EXPECT_NE(tokens.Find("a", 1, before), nullptr);
  EXPECT_EQ(tokens.Find("b", 2, before), nullptr);
  // A call that began before the change ends after it.
  tokens.Add("a", 1, claims);
  EXPECT_EQ(tokens.Find("a", 2, before), nullptr);
  EXPECT_EQ(tokens.Find("a", 1, before), nullptr);
  EXPECT_EQ(tokens.size(), 0);
}

TEST(VerifiedTokensTest, HoldsOneAtLeast) {
  VerifiedTokens tokens(0);
  auto claims = std::make_shared<TokenClaims>();
  claims->expire_time = kNow;
  tokens.Add("a", 1, claims);
  tokens.Add("b", 1, claims);
  EXPECT_EQ(tokens.size(), 1);
}

TEST_F(TokenVerifierTest, ServesThreadsWhileKeysChange) {
  const SigningKey third = SigningKey::Ed25519("d3");
  const std::string always = TokenOf(second_, "bob");
  const std::string at_times = TokenOf(third, "eve");
  std::atomic<bool> stop = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      while (!stop) {
        const auto bob = verifier_.Verify(always);
        const auto eve = verifier_.Verify(at_times);
        if (!bob.ok() || (*bob)->subject != "bob") ++wrong;
        if (eve.ok() ? (*eve)->subject != "eve"
                     : ReasonOf(eve.status()) != "TOKEN_KEY_UNKNOWN") {
          ++wrong;
        }
      }
    });
  }
  for (int i = 0; i < 200; ++i) {
    keys_.Set({second_, third});
    EXPECT_TRUE(verifier_.Verify(at_times).ok());
    keys_.Set({second_});
    EXPECT_EQ(ReasonFor(at_times), "TOKEN_KEY_UNKNOWN");
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace pulsetaker::auth
