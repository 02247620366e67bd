#include "services/network/domain/parallel.h"

#include <atomic>
#include <vector>

#include "absl/status/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

TEST(ParallelTest, DoesEachTaskOnce) {
  for (const int threads : {1, 2, 8}) {
    std::vector<std::atomic<int>> done(100);
    EXPECT_TRUE(ParallelFor(done.size(), threads, [&](std::size_t i) {
                  ++done[i];
                  return absl::OkStatus();
                }).ok());
    for (const auto& count : done) EXPECT_EQ(count.load(), 1);
  }
  EXPECT_TRUE(ParallelFor(0, 4, [](std::size_t) {
                return absl::InternalError("never called");
              }).ok());
}

TEST(ParallelTest, StopsAtAnErrorAndReturnsIt) {
  std::atomic<int> begun{0};
  const absl::Status status = ParallelFor(1'000, 2, [&](std::size_t i) {
    ++begun;
    return i == 3 ? absl::CancelledError("three") : absl::OkStatus();
  });
  EXPECT_EQ(status, absl::CancelledError("three"));
  EXPECT_LT(begun.load(), 1'000);
}

}  // namespace
}  // namespace pulsetaker::network
