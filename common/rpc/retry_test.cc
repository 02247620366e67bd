#include "common/rpc/retry.h"

#include <atomic>

#include "absl/time/clock.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::rpc {
namespace {

constexpr RetryOptions kQuick = {.attempts_max = 4,
                                 .first_wait = absl::Milliseconds(1),
                                 .longest_wait = absl::Milliseconds(2)};

bool Never() { return false; }

TEST(RetryTest, RepeatsUntilItIsAvailable) {
  int attempts = 0;
  const absl::Status status = RetryUnavailable(kQuick, Never, [&] {
    return ++attempts < 3 ? absl::UnavailableError("not yet")
                          : absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(attempts, 3);
}

TEST(RetryTest, GivesUpAfterTheLastAttempt) {
  int attempts = 0;
  const absl::Status status = RetryUnavailable(kQuick, Never, [&] {
    ++attempts;
    return MakeError(absl::StatusCode::kUnavailable, "OVERLOADED", "full");
  });
  EXPECT_EQ(attempts, 4);
  EXPECT_EQ(ReasonOf(status), "OVERLOADED");
}

TEST(RetryTest, DoesNotRepeatWhatWouldFailAgain) {
  for (const absl::Status& error :
       {absl::NotFoundError(""), absl::DeadlineExceededError(""),
        absl::CancelledError(""), absl::DataLossError("")}) {
    int attempts = 0;
    EXPECT_EQ(RetryUnavailable(kQuick, Never,
                               [&] {
                                 ++attempts;
                                 return error;
                               }),
              error);
    EXPECT_EQ(attempts, 1);
  }
}

TEST(RetryTest, StopsWaitingWhenCancelled) {
  const RetryOptions slow = {.attempts_max = 2,
                             .first_wait = absl::Hours(1),
                             .longest_wait = absl::Hours(1)};
  int attempts = 0;
  const absl::Status status = RetryUnavailable(
      slow, [&] { return attempts > 0; },
      [&] {
        ++attempts;
        return absl::UnavailableError("");
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(attempts, 1);
}

TEST(RetryTest, DoesNotBeginWhenCancelled) {
  int attempts = 0;
  const absl::Status status = RetryUnavailable(
      kQuick, [] { return true; },
      [&] {
        ++attempts;
        return absl::OkStatus();
      });
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(attempts, 0);
}

TEST(CancelWatchTest, AsksUntilItEnds) {
  std::atomic<int> asked = 0;
  {
    grpc::ClientContext context;
    const CancelWatch watch(context, [&] {
      ++asked;
      return false;
    });
    while (asked < 2) absl::SleepFor(absl::Milliseconds(1));
  }
  const int asked_by_then = asked;
  absl::SleepFor(absl::Milliseconds(60));
  EXPECT_EQ(asked, asked_by_then);
}

}  // namespace
}  // namespace pulsetaker::rpc
