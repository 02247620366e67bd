#include "common/base/tenant_buckets.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'000'000);

absl::Duration WaitOf(const absl::Status& refused) {
  return RetryDelayOf(refused).value_or(absl::InfiniteDuration());
}

// How many of one are let in at once, at most `count_max`.
int TakenAtOnce(TenantBuckets& buckets, absl::Time now, int count_max) {
  for (int i = 0; i < count_max; ++i) {
    if (!buckets.Take("north", {1}, now).ok()) return i;
  }
  return count_max;
}

TEST(TenantBucketsTest, LetsInABurstAndThenItsRate) {
  const struct {
    std::int64_t per_second;
    absl::Duration burst;
    int at_once;  // What fills the bucket, and one that overdraws it.
    absl::Duration wait;
    int after_a_second;
  } cases[] = {
      {1, absl::ZeroDuration(), 1, absl::Seconds(1), 1},
      {1, absl::Seconds(10), 11, absl::Seconds(1), 1},
      {10, absl::Milliseconds(250), 3, absl::Milliseconds(50), 3},
      {100, absl::Seconds(1), 101, absl::Milliseconds(10), 100},
      {1'000, absl::Milliseconds(100), 101, absl::Milliseconds(1), 101},
      {1'000'000, absl::ZeroDuration(), 1, absl::Microseconds(1), 1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(absl::StrCat(c.per_second, " a second"));
    TenantBuckets buckets({{.unit = "calls", .per_second = c.per_second}},
                          c.burst);
    EXPECT_EQ(TakenAtOnce(buckets, kStart, 1'000), c.at_once);
    const absl::Status refused = buckets.Take("north", {1}, kStart);
    EXPECT_EQ(WaitOf(refused), c.wait);
    EXPECT_FALSE(
        buckets.Take("north", {1}, kStart + c.wait - absl::Nanoseconds(1))
            .ok());
    EXPECT_EQ(TakenAtOnce(buckets, kStart + absl::Seconds(1), 1'000),
              c.after_a_second);
    // However long it took nothing, it has one burst.
    EXPECT_EQ(TakenAtOnce(buckets, kStart + absl::Hours(100), 1'000),
              c.at_once);
  }
}

TEST(TenantBucketsTest, SaysWhoseQuotaIsUsedUpAndWhich) {
  TenantBuckets buckets({{.unit = "calls", .per_second = 4},
                         {.unit = "pages", .per_second = 100}},
                        absl::ZeroDuration());
  EXPECT_TRUE(buckets.Take("north", {1, 1}, kStart).ok());
  const absl::Status calls = buckets.Take("north", {1, 1}, kStart);
  EXPECT_EQ(calls.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(calls), "TENANT_QUOTA_EXCEEDED");
  EXPECT_EQ(MetadataOf(calls),
            (ErrorMetadata{{"quota_subject", "tenants/north"}}));
  EXPECT_EQ(calls.message(), "the quota of 4 calls a second is used up");
  EXPECT_EQ(WaitOf(calls), absl::Milliseconds(250));
  EXPECT_TRUE(buckets.Take("south", {1, 100}, kStart).ok());
  const absl::Status pages = buckets.Take("south", {1, 1}, kStart);
  EXPECT_EQ(pages.message(), "the quota of 100 pages a second is used up");
  EXPECT_EQ(WaitOf(pages), absl::Seconds(1));
}

TEST(TenantBucketsTest, LetsEverythingInWithoutRates) {
  TenantBuckets buckets({{.unit = "calls"}}, absl::ZeroDuration());
  EXPECT_EQ(TakenAtOnce(buckets, kStart, 1'000), 1'000);
  EXPECT_EQ(buckets.tenant_count(), 0u);
}

TEST(TenantBucketsTest, ARateThatThereIsNotRefusesNothing) {
  TenantBuckets buckets({{.unit = "calls"}, {.unit = "pages", .per_second = 1}},
                        absl::ZeroDuration());
  EXPECT_TRUE(buckets.Take("north", {1'000'000, 0}, kStart).ok());
  EXPECT_TRUE(buckets.Take("north", {1'000'000, 1}, kStart).ok());
  EXPECT_FALSE(buckets.Take("north", {0, 0}, kStart).ok());
}

TEST(TenantBucketsTest, TellsOnlySoManyTenantsApart) {
  constexpr std::size_t kMax = TenantBuckets::kTenantCountMax;
  TenantBuckets buckets({{.unit = "calls", .per_second = 1}},
                        absl::ZeroDuration());
  for (std::size_t i = 0; i < kMax; ++i) {
    ASSERT_TRUE(buckets.Take(absl::StrCat("t", i), {1}, kStart).ok());
  }
  // Those who come later share a bucket, and no one is let off.
  EXPECT_TRUE(buckets.Take("late-1", {1}, kStart).ok());
  EXPECT_FALSE(buckets.Take("late-2", {1}, kStart).ok());
  EXPECT_FALSE(buckets.Take("t0", {1}, kStart).ok());
  EXPECT_EQ(buckets.tenant_count(), kMax);

  // Those who owe nothing any more are forgotten.
  const absl::Time later = kStart + absl::Seconds(1);
  EXPECT_TRUE(buckets.Take("late-2", {1}, later).ok());
  EXPECT_EQ(buckets.tenant_count(), 1u);
  EXPECT_TRUE(buckets.Take("late-1", {1}, later).ok());
}

// The same told another way: what is in each bucket, filled up step by step.
class Oracle {
 public:
  Oracle(std::int64_t per_second, absl::Duration burst)
      : each_(absl::Seconds(1) / per_second), burst_(burst) {}

  void Pass(absl::Duration time) {
    for (auto& [tenant, content] : contents_) {
      content = std::min(content + time, burst_);
    }
  }

  bool Take(const std::string& tenant, std::int64_t amount) {
    absl::Duration& content =
        contents_.try_emplace(tenant, burst_).first->second;
    if (content < absl::ZeroDuration()) return false;
    content -= amount * each_;
    return true;
  }

  // How long until `tenant` can take something.
  absl::Duration WaitOf(const std::string& tenant) const {
    return -contents_.at(tenant);
  }

 private:
  const absl::Duration each_;  // The time in which one more comes in.
  const absl::Duration burst_;
  std::map<std::string, absl::Duration> contents_;
};

TEST(TenantBucketsTest, DecidesAsASimulationDoes) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  // A second is a whole number of nanoseconds times each of them.
  const std::int64_t rates[] = {1, 2, 5, 16, 100, 640, 1'000, 1'000'000};
  for (int round = 0; round < 200; ++round) {
    const std::int64_t rate = rates[random() % std::size(rates)];
    const absl::Duration each = absl::Seconds(1) / rate;
    const absl::Duration burst = each * (random() % 20);
    TenantBuckets buckets({{.unit = "calls", .per_second = rate}}, burst);
    Oracle oracle(rate, burst);
    absl::Time now = kStart;
    for (int i = 0; i < 500; ++i) {
      const std::string tenant = absl::StrCat("t", random() % 3);
      const std::int64_t amount =
          random() % 10 == 0 ? static_cast<std::int64_t>(random() % 50) : 1;
      const absl::Status taken = buckets.Take(tenant, {amount}, now);
      ASSERT_EQ(taken.ok(), oracle.Take(tenant, amount)) << "step " << i;
      absl::Duration pass = each * (random() % 64) / 32;
      if (!taken.ok()) {
        ASSERT_EQ(WaitOf(taken),
                  absl::Ceil(oracle.WaitOf(tenant), absl::Microseconds(1)));
        if (random() % 2 == 0) pass = WaitOf(taken);
      }
      now += pass;
      oracle.Pass(pass);
    }
  }
}

}  // namespace
}  // namespace pulsetaker
