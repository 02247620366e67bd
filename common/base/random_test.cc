#include "common/base/random.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <numeric>
#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker {
namespace {

// Results rest on these numbers: a change of them changes every finding that
// was ever published. They agree with Vigna's reference program, seeded by
// splitmix64 from 0.
TEST(RandomTest, DrawsTheSameEverywhere) {
  Random random(0);
  EXPECT_EQ(random.Next(), 0x99ec5f36cb75f2b4u);
  EXPECT_EQ(random.Next(), 0xbf6e1f784956452au);
  EXPECT_EQ(random.Next(), 0x1a5f849d4933e6e0u);
  Random uniform(42);
  std::vector<std::uint64_t> drawn;
  for (int i = 0; i < 10; ++i) drawn.push_back(uniform.Uniform(10));
  Random again(42);
  for (const std::uint64_t number : drawn) EXPECT_EQ(again.Uniform(10), number);
}

TEST(RandomTest, DrawsEveryNumberAsOften) {
  for (const std::uint64_t bound : {1u, 2u, 3u, 7u, 10u}) {
    SCOPED_TRACE(bound);
    Random random(bound);
    std::map<std::uint64_t, int> counts;
    constexpr int kDraws = 100'000;
    for (int i = 0; i < kDraws; ++i) ++counts[random.Uniform(bound)];
    EXPECT_EQ(counts.size(), bound);
    for (const auto& [number, count] : counts) {
      EXPECT_LT(number, bound);
      EXPECT_NEAR(count, kDraws / static_cast<double>(bound), 1500);
    }
  }
  Random random(3);
  const std::uint64_t bound = (std::uint64_t{1} << 63) + 1;  // Half is uneven.
  for (int i = 0; i < 1000; ++i) EXPECT_LT(random.Uniform(bound), bound);
}

TEST(RandomTest, DrawsEverySmallNumberAsOften) {
  for (const std::uint32_t bound : {1u, 2u, 3u, 7u, 10u}) {
    SCOPED_TRACE(bound);
    Random random(bound);
    std::map<std::uint32_t, int> counts;
    constexpr int kDraws = 100'000;
    for (int i = 0; i < kDraws; ++i) ++counts[random.Uniform32(bound)];
    EXPECT_EQ(counts.size(), bound);
    for (const auto& [number, count] : counts) {
      EXPECT_LT(number, bound);
      EXPECT_NEAR(count, kDraws / static_cast<double>(bound), 1500);
    }
  }
  // Nearly half of what is drawn is drawn again.
  Random random(3);
  const std::uint32_t bound = 0x8000'0001;
  int odd = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::uint32_t drawn = random.Uniform32(bound);
    ASSERT_LT(drawn, bound);
    odd += static_cast<int>(drawn % 2);
  }
  EXPECT_NEAR(odd, 50'000, 800);
}

TEST(RandomTest, DrawsFromTheUnitInterval) {
  Random random(5);
  double sum = 0;
  for (int i = 0; i < 100'000; ++i) {
    const double drawn = random.UnitDouble();
    ASSERT_GE(drawn, 0);
    ASSERT_LT(drawn, 1);
    sum += drawn;
  }
  EXPECT_NEAR(sum / 100'000, 0.5, 0.01);
}

TEST(RandomTest, ShufflesIntoEveryOrder) {
  Random random(6);
  std::map<std::vector<int>, int> counts;
  for (int i = 0; i < 24'000; ++i) {
    std::vector<int> items = {1, 2, 3, 4};
    random.Shuffle(absl::MakeSpan(items));
    ++counts[items];
  }
  EXPECT_EQ(counts.size(), 24u);
  for (const auto& [order, count] : counts) EXPECT_NEAR(count, 1000, 150);
  std::vector<int> none;
  random.Shuffle(absl::MakeSpan(none));
  EXPECT_TRUE(none.empty());
}

TEST(RandomTest, ForksByStreamAndNotByWhatWasDrawn) {
  Random random(7);
  Random before = random.Fork(3);
  random.Next();
  Random after = random.Fork(3);
  EXPECT_EQ(before.Next(), after.Next());
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    firsts.insert(Random(seed).Next());
    for (std::uint64_t stream = 0; stream < 50; ++stream) {
      firsts.insert(Random(seed).Fork(stream).Next());
    }
  }
  EXPECT_EQ(firsts.size(), 50u * 51u);
}

}  // namespace
}  // namespace pulsetaker
