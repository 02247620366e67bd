#include "services/survey/domain/tenant_quota.h"

#include <random>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::survey {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'000'000);

absl::Duration WaitOf(const absl::Status& refused) {
  return RetryDelayOf(refused).value_or(absl::InfiniteDuration());
}

TEST(TenantQuotaTest, TakesEverythingWithoutLimits) {
  TenantQuota quota({});
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(quota.Take("north", {1'000'000, 1 << 30}, kStart).ok());
  }
  EXPECT_EQ(quota.tenant_count(), 0u);
}

TEST(TenantQuotaTest, RefusesOnceTheBurstIsUsedUp) {
  TenantQuota quota({.rows_per_second = 100, .burst = absl::Seconds(2)});
  EXPECT_TRUE(quota.Take("north", {150, 0}, kStart).ok());
  EXPECT_TRUE(quota.Take("north", {100, 0}, kStart).ok());  // Overdrawn by 50.
  const absl::Status refused = quota.Take("north", {1, 0}, kStart);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), kQuotaExceeded);
  EXPECT_EQ(MetadataOf(refused),
            (ErrorMetadata{{"quota_subject", "tenants/north"}}));
  EXPECT_EQ(refused.message(), "the quota of 100 rows a second is used up");
  EXPECT_EQ(WaitOf(refused), absl::Milliseconds(500));

  // Not a moment earlier than it said; and a refusal takes nothing.
  EXPECT_FALSE(
      quota.Take("north", {1, 0}, kStart + absl::Milliseconds(499)).ok());
  EXPECT_TRUE(
      quota.Take("north", {1, 0}, kStart + absl::Milliseconds(500)).ok());
}

TEST(TenantQuotaTest, NamesTheLimitThatIsReached) {
  TenantQuota quota({.rows_per_second = 100,
                     .bytes_per_second = 1'000,
                     .burst = absl::Seconds(1)});
  EXPECT_TRUE(quota.Take("north", {1, 3'000}, kStart).ok());
  const absl::Status refused = quota.Take("north", {1, 1}, kStart);
  EXPECT_EQ(refused.message(), "the quota of 1000 bytes a second is used up");
  EXPECT_EQ(WaitOf(refused), absl::Seconds(2));
}

TEST(TenantQuotaTest, TakesOneLoadAtATimeWithoutABurst) {
  TenantQuota quota({.rows_per_second = 10, .burst = absl::ZeroDuration()});
  EXPECT_TRUE(quota.Take("north", {5, 0}, kStart).ok());
  EXPECT_EQ(WaitOf(quota.Take("north", {1, 0}, kStart)),
            absl::Milliseconds(500));
}

TEST(TenantQuotaTest, KeepsTenantsApart) {
  TenantQuota quota({.rows_per_second = 1, .burst = absl::Seconds(1)});
  EXPECT_TRUE(quota.Take("north", {100, 0}, kStart).ok());
  EXPECT_FALSE(quota.Take("north", {1, 0}, kStart).ok());
  EXPECT_TRUE(quota.Take("south", {1, 0}, kStart).ok());
}

TEST(TenantQuotaTest, RemembersOnlySoManyTenants) {
  constexpr std::size_t kMax = TenantQuota::kTenantCountMax;
  TenantQuota quota({.rows_per_second = 1, .burst = absl::Seconds(1)});
  for (std::size_t i = 0; i < kMax; ++i) {
    EXPECT_TRUE(quota.Take(absl::StrCat("t", i), {5, 0}, kStart).ok());
  }
  // Those who come later share a bucket, and no one is let off.
  EXPECT_TRUE(quota.Take("late-1", {5, 0}, kStart).ok());
  EXPECT_FALSE(quota.Take("late-2", {1, 0}, kStart).ok());
  EXPECT_FALSE(quota.Take("t0", {1, 0}, kStart).ok());
  EXPECT_EQ(quota.tenant_count(), kMax);

  // Those who owe nothing any more are forgotten.
  const absl::Time later = kStart + absl::Seconds(5);
  EXPECT_TRUE(quota.Take("late-2", {5, 0}, later).ok());
  EXPECT_EQ(quota.tenant_count(), 1u);
}

// Whatever comes when: over any time T no more is taken than the rate times
// (T + burst) and one load; and who waits as long as told is let in.
TEST(TenantQuotaTest, KeepsToItsRateWhateverComes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 50; ++round) {
    const std::int64_t rate = 1 + static_cast<std::int64_t>(random() % 1'000);
    const absl::Duration burst = absl::Milliseconds(random() % 3'000);
    TenantQuota quota({.rows_per_second = rate, .burst = burst});
    absl::Time now = kStart;
    std::vector<std::pair<absl::Time, std::int64_t>> taken;
    for (int i = 0; i < 300; ++i) {
      const auto rows = 1 + static_cast<std::int64_t>(random() % 500);
      const absl::Status status = quota.Take("north", {rows, 0}, now);
      if (status.ok()) {
        taken.emplace_back(now, rows);
      } else if (random() % 2 == 0) {
        now += WaitOf(status);
        ASSERT_TRUE(quota.Take("north", {rows, 0}, now).ok());
        taken.emplace_back(now, rows);
      }
      now += absl::Microseconds(random() % 200'000);
    }
    for (std::size_t begin = 0; begin < taken.size(); ++begin) {
      std::int64_t sum = 0;  // Without the last, which may be overdrawn.
      for (std::size_t i = begin; i < taken.size(); ++i) {
        const absl::Duration time = taken[i].first - taken[begin].first;
        const double most =
            static_cast<double>(rate) * absl::ToDoubleSeconds(time + burst);
        ASSERT_LE(static_cast<double>(sum), most + 1e-3);
        sum += taken[i].second;
      }
    }
  }
}

}  // namespace
}  // namespace pulsetaker::survey
