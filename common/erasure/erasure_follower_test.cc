#include "common/erasure/erasure_follower.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/base/mutex.h"
#include "gtest/gtest.h"

namespace pulsetaker::erasure {
namespace {

// As the survey service tells it, two at a time.
class FakeSource final : public ErasureSource {
 public:
  absl::StatusOr<ErasurePage> Read(const FeedPosition& after) override {
    MutexLock lock(mutex_);
    ++reads_;
    if (!status_.ok()) return status_;
    const std::int64_t offset = after.feed == feed_ ? after.offset : 0;
    ErasurePage page;
    for (std::int64_t i = offset;
         i < static_cast<std::int64_t>(order_.size()) && i < offset + 2; ++i) {
      page.localities.push_back(order_[static_cast<std::size_t>(i)]);
    }
    page.next = {feed_,
                 offset + static_cast<std::int64_t>(page.localities.size())};
    return page;
  }

  void Set(const std::string& feed, std::vector<std::string> order) {
    MutexLock lock(mutex_);
    feed_ = feed;
    order_ = std::move(order);
  }
  void SetStatus(absl::Status status) {
    MutexLock lock(mutex_);
    status_ = std::move(status);
  }
  int reads() {
    MutexLock lock(mutex_);
    return reads_;
  }

 private:
  Mutex mutex_;
  std::string feed_ ABSL_GUARDED_BY(mutex_) = "first run";
  std::vector<std::string> order_ ABSL_GUARDED_BY(mutex_);
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
};

// Remembers what it was asked for.
class FakeParts final : public ResultStore,
                        public WaveDigests,
                        public ResultOperations {
 public:
  absl::StatusOr<std::vector<KeptResult>> ListResults(
      absl::string_view locality) const override {
    MutexLock lock(mutex_);
    looked_at_.emplace_back(locality);
    return std::vector<KeptResult>();
  }
  absl::Status Withdraw(const KeptResult&) override { return absl::OkStatus(); }
  absl::Status Purge() override {
    MutexLock lock(mutex_);
    return purge_status_;
  }
  absl::StatusOr<std::string> CurrentDigest(absl::string_view) override {
    return std::string();
  }
  absl::StatusOr<bool> Forget(
      absl::string_view locality,
      const std::function<bool(absl::string_view)>&) override {
    MutexLock lock(mutex_);
    return unfinished_.contains(locality);
  }

  void SetPurge(absl::Status status) {
    MutexLock lock(mutex_);
    purge_status_ = std::move(status);
  }
  void SetUnfinished(std::set<std::string, std::less<>> unfinished) {
    MutexLock lock(mutex_);
    unfinished_ = std::move(unfinished);
  }
  std::vector<std::string> TakeLookedAt() {
    MutexLock lock(mutex_);
    std::vector<std::string> taken;
    taken.swap(looked_at_);
    return taken;
  }

 private:
  mutable Mutex mutex_;
  mutable std::vector<std::string> looked_at_ ABSL_GUARDED_BY(mutex_);
  absl::Status purge_status_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string, std::less<>> unfinished_ ABSL_GUARDED_BY(mutex_);
};

using Names = std::vector<std::string>;

class ErasureFollowerTest : public ::testing::Test {
 protected:
  double FollowedSeconds() {
    for (const MetricSample& sample : follower_.CollectMetrics()) {
      if (sample.name == "pulsetaker_erasures_followed_timestamp_seconds") {
        return sample.value;
      }
    }
    return -1;
  }

  FakeSource source_;
  FakeParts parts_;
  absl::Time now_ = absl::FromUnixSeconds(1'000);
  Withdrawals withdrawals_{parts_, parts_, parts_};
  ErasureFollower follower_{source_, withdrawals_, absl::Milliseconds(5),
                            [this] { return now_; }};
};

TEST_F(ErasureFollowerTest, LooksOnceAtWhereSomebodyWasErased) {
  EXPECT_EQ(FollowedSeconds(), 0);
  source_.Set("first run", {"b", "a", "b", "c", "a"});
  ASSERT_TRUE(follower_.Look().ok());
  EXPECT_EQ(parts_.TakeLookedAt(), (Names{"a", "b", "c"}));
  EXPECT_EQ(FollowedSeconds(), 1'000);
  ASSERT_TRUE(follower_.Look().ok());
  EXPECT_EQ(parts_.TakeLookedAt(), Names{});
  source_.Set("first run", {"b", "a", "b", "c", "a", "b"});
  ASSERT_TRUE(follower_.Look().ok());
  EXPECT_EQ(parts_.TakeLookedAt(), Names{"b"});
}

TEST_F(ErasureFollowerTest, BeginsAnewWithAnotherOrder) {
  source_.Set("first run", {"a", "b"});
  ASSERT_TRUE(follower_.Look().ok());
  parts_.TakeLookedAt();
  source_.Set("second run", {"b", "a", "c"});
  ASSERT_TRUE(follower_.Look().ok());
  EXPECT_EQ(parts_.TakeLookedAt(), (Names{"a", "b", "c"}));
}

TEST_F(ErasureFollowerTest, TriesAgainWhatFailed) {
  source_.Set("first run", {"a"});
  parts_.SetPurge(absl::UnavailableError("disk"));
  EXPECT_TRUE(absl::IsUnavailable(follower_.Look()));
  EXPECT_EQ(parts_.TakeLookedAt(), Names{"a"});
  EXPECT_EQ(FollowedSeconds(), 0);
  parts_.SetPurge(absl::OkStatus());
  // What is known is done, whether or not there is more to be known.
  source_.SetStatus(absl::UnavailableError("nobody answers"));
  EXPECT_TRUE(absl::IsUnavailable(follower_.Look()));
  EXPECT_EQ(parts_.TakeLookedAt(), Names{"a"});
  EXPECT_EQ(FollowedSeconds(), 0);
  source_.SetStatus(absl::OkStatus());
  ASSERT_TRUE(follower_.Look().ok());
  EXPECT_EQ(parts_.TakeLookedAt(), Names{});
  EXPECT_EQ(FollowedSeconds(), 1'000);
}

TEST_F(ErasureFollowerTest, LooksAgainWhileOperationsRun) {
  source_.Set("first run", {"a", "b"});
  parts_.SetUnfinished({"b"});
  ASSERT_TRUE(follower_.Look().ok());
  parts_.TakeLookedAt();
  EXPECT_EQ(FollowedSeconds(), 0) << "something may yet be kept";
  ASSERT_TRUE(follower_.Look().ok());
  EXPECT_EQ(parts_.TakeLookedAt(), Names{"b"});
  parts_.SetUnfinished({});
  ASSERT_TRUE(follower_.Look().ok());
  EXPECT_EQ(parts_.TakeLookedAt(), Names{"b"}) << "once after the last one";
  ASSERT_TRUE(follower_.Look().ok());
  EXPECT_EQ(parts_.TakeLookedAt(), Names{});
}

TEST_F(ErasureFollowerTest, FollowsUntilItIsStopped) {
  source_.Set("first run", {"a"});
  follower_.Start();
  const absl::Time end = absl::Now() + absl::Seconds(10);
  while (source_.reads() < 6 && absl::Now() < end) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_GE(source_.reads(), 6);
  EXPECT_EQ(parts_.TakeLookedAt(), Names{"a"});
  follower_.Stop();
  const int reads = source_.reads();
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_EQ(source_.reads(), reads);
}

}  // namespace
}  // namespace pulsetaker::erasure
