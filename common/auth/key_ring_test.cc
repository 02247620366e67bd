#include "common/auth/key_ring.h"

#include <string>

#include "common/auth/token_testing.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::auth {
namespace {

using testing::SigningKey;

constexpr absl::Duration kTick = absl::Milliseconds(1);

class KeyRingTest : public ::testing::Test {
 protected:
  static absl::Status Away() { return absl::UnavailableError("away"); }

  double Sample(absl::string_view name) const {
    for (const MetricSample& sample : ring_.Samples()) {
      if (sample.name == name) return sample.value;
    }
    ADD_FAILURE() << "there is no " << name;
    return -1;
  }

  std::uint64_t Generation() const {
    const auto in_force = ring_.Current();
    return in_force.ok() ? in_force->generation : 0;
  }

  const std::string first_ = testing::ToJwkSetJson({SigningKey::Ed25519("d1")});
  const std::string second_ = testing::ToJwkSetJson(
      {SigningKey::Ed25519("d2"), SigningKey::Ed25519("d3")});

  absl::Time now_ = absl::FromUnixSeconds(1'000'000);
  KeyRing ring_{KeyRingRules(), [this] { return now_; }};
};

TEST_F(KeyRingTest, HasNothingAtFirst) {
  EXPECT_LE(ring_.UntilDue(), absl::ZeroDuration());
  EXPECT_EQ(ReasonOf(ring_.Current().status()), "TOKEN_KEYS_UNAVAILABLE");
  EXPECT_EQ(ring_.Take(Away()), Away());
  EXPECT_EQ(ReasonOf(ring_.Current().status()), "TOKEN_KEYS_UNAVAILABLE");
  EXPECT_EQ(Sample("pulsetaker_token_keys"), 0);
  EXPECT_EQ(Sample("pulsetaker_token_keys_changes_total"), 0);
}

TEST_F(KeyRingTest, TurnsToAnotherSetOnceItIsAnother) {
  ASSERT_TRUE(ring_.Take(first_).ok());
  EXPECT_EQ(Generation(), 1);
  EXPECT_NE(ring_.Current()->keys->Find("d1"), nullptr);
  ASSERT_TRUE(ring_.Take(first_).ok());
  EXPECT_EQ(Generation(), 1);
  ASSERT_TRUE(ring_.Take(second_).ok());
  EXPECT_EQ(Generation(), 2);
  EXPECT_EQ(ring_.Current()->keys->Find("d1"), nullptr);
  EXPECT_NE(ring_.Current()->keys->Find("d2"), nullptr);
  EXPECT_EQ(Sample("pulsetaker_token_keys"), 2);
  EXPECT_EQ(Sample("pulsetaker_token_keys_changes_total"), 1);
  EXPECT_EQ(Sample("pulsetaker_token_keys_reads_total"), 3);
  EXPECT_EQ(Sample("pulsetaker_token_keys_read_failures_total"), 0);
}

TEST_F(KeyRingTest, TakesTheSetOfAnIssuerThatWithdrawsAllItsKeys) {
  ASSERT_TRUE(ring_.Take(first_).ok());
  ASSERT_TRUE(ring_.Take(std::string(R"({"keys": []})")).ok());
  EXPECT_EQ(ring_.Current()->keys->size(), 0);
}

TEST_F(KeyRingTest, IsReadAgainAfterItsTime) {
  ASSERT_TRUE(ring_.Take(first_).ok());
  EXPECT_EQ(ring_.UntilDue(), absl::Minutes(5));
  now_ += absl::Minutes(4);
  EXPECT_EQ(ring_.UntilDue(), absl::Minutes(1));
  EXPECT_EQ(Sample("pulsetaker_token_keys_age_seconds"), 240);
  ASSERT_TRUE(ring_.Take(first_).ok());
  EXPECT_EQ(ring_.UntilDue(), absl::Minutes(5));
  EXPECT_EQ(Sample("pulsetaker_token_keys_age_seconds"), 0);
  // Sooner after a failure.
  EXPECT_EQ(ring_.Take(Away()), Away());
  EXPECT_EQ(ring_.UntilDue(), absl::Seconds(30));
}

TEST_F(KeyRingTest, KeepsTheLastGoodSetForALimitedTime) {
  ASSERT_TRUE(ring_.Take(first_).ok());
  for (int hour = 1; hour <= 24; ++hour) {
    now_ += absl::Hours(1);
    EXPECT_EQ(ring_.Take(Away()), Away());
    EXPECT_EQ(ReasonOf(ring_.Take(std::string("<html>"))), "KEY_SET_INVALID");
    EXPECT_EQ(Generation(), 1) << "after " << hour << " hours";
  }
  EXPECT_EQ(Sample("pulsetaker_token_keys_age_seconds"), 24 * 3600);
  EXPECT_EQ(Sample("pulsetaker_token_keys_read_failures_total"), 48);
  now_ += kTick;
  const absl::Status status = ring_.Current().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(ReasonOf(status), "TOKEN_KEYS_UNAVAILABLE");
  // The same document is as good as another one.
  ASSERT_TRUE(ring_.Take(first_).ok());
  EXPECT_EQ(Generation(), 1);
}

TEST_F(KeyRingTest, IsReadForUnknownKeysAtOnceButNotOften) {
  ASSERT_TRUE(ring_.Take(first_).ok());
  now_ += absl::Seconds(2);
  ring_.ReportUnknownKey();
  EXPECT_LE(ring_.UntilDue(), absl::ZeroDuration());
  ASSERT_TRUE(ring_.Take(second_).ok());
  for (int i = 0; i < 1000; ++i) ring_.ReportUnknownKey();
  EXPECT_EQ(ring_.UntilDue(), absl::Seconds(30));
  now_ += absl::Seconds(29);
  EXPECT_EQ(ring_.UntilDue(), absl::Seconds(1));
  now_ += absl::Seconds(1);
  EXPECT_EQ(ring_.UntilDue(), absl::ZeroDuration());
  ASSERT_TRUE(ring_.Take(second_).ok());
  EXPECT_EQ(ring_.UntilDue(), absl::Minutes(5)) << "nobody has asked since";
}

}  // namespace
}  // namespace pulsetaker::auth
