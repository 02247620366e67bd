#include "common/base/bounded_executor.h"

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker {
namespace {

TEST(BoundedExecutorTest, RunsEverythingBeforeItIsGone) {
  std::atomic<int> ran = 0;
  {
    BoundedExecutor executor(/*thread_count=*/3, /*queue_length_max=*/1000);
    for (int i = 0; i < 1000; ++i) {
      EXPECT_TRUE(executor.TrySchedule([&] { ++ran; }));
    }
  }
  EXPECT_EQ(ran, 1000);
}

TEST(BoundedExecutorTest, SaysNoWhenItIsFull) {
  std::latch started(2);
  std::latch release(1);
  std::atomic<int> ran = 0;
  {
    BoundedExecutor executor(/*thread_count=*/2, /*queue_length_max=*/3);
    for (int i = 0; i < 2; ++i) {
      ASSERT_TRUE(executor.TrySchedule([&] {
        started.count_down();
        release.wait();
        ++ran;
      }));
    }
    started.wait();  // Both threads are busy.
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(executor.TrySchedule([&] { ++ran; }));
    }
    EXPECT_FALSE(executor.TrySchedule([&] { ++ran; }));
    release.count_down();
  }
  EXPECT_EQ(ran, 5);
}

TEST(BoundedExecutorTest, TakesTasksFromManyThreads) {
  std::atomic<int> ran = 0;
  std::atomic<int> accepted = 0;
  {
    BoundedExecutor executor(/*thread_count=*/2, /*queue_length_max=*/10);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) {
          accepted += executor.TrySchedule([&] { ++ran; }) ? 1 : 0;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_EQ(ran, accepted);
}

}  // namespace
}  // namespace pulsetaker
