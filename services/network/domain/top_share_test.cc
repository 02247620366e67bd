#include "services/network/domain/top_share.h"

#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const NodeFlags kAll(6, 1);

TEST(TopShareTest, TargetsAreRoundedUp) {
  EXPECT_EQ(TargetCount(0.05, 100), 5);
  EXPECT_EQ(TargetCount(0.05, 60), 3);
  EXPECT_EQ(TargetCount(0.05, 61), 4);
  EXPECT_EQ(TargetCount(0.05, 3), 1);
  EXPECT_EQ(TargetCount(0.25, 10), 3);
}

TEST(TopShareTest, TakesEveryTieAtTheCut) {
  const std::vector<double> scores = {5, 3, 3, 1, 0, 0};
  const TopShare top = TopShareOf(scores, kAll, 2);
  EXPECT_TRUE(top.separated);
  EXPECT_EQ(top.cutoff, 3);
  EXPECT_THAT(top.members, ElementsAre(0, 1, 2));
  EXPECT_TRUE(top.contains(2));
  EXPECT_FALSE(top.contains(3));
}

TEST(TopShareTest, TwiceTheTargetIsSeparatedAndOneMoreIsNot) {
  EXPECT_TRUE(
      TopShareOf(std::vector<double>{2, 2, 1, 0, 0, 0}, kAll, 1).separated);
  const TopShare blurred =
      TopShareOf(std::vector<double>{2, 2, 2, 0, 0, 0}, kAll, 1);
  EXPECT_FALSE(blurred.separated);
  EXPECT_EQ(blurred.candidate_count, 3);
  EXPECT_THAT(blurred.members, IsEmpty());
}

TEST(TopShareTest, RanksOnlyTheEligible) {
  const std::vector<double> scores = {9, 8, 7, 6, 5, 4};
  const TopShare top = TopShareOf(scores, {0, 0, 1, 0, 1, 0}, 3);
  EXPECT_EQ(top.cutoff, 5);
  EXPECT_THAT(top.members, ElementsAre(2, 4));
  EXPECT_THAT(TopShareOf(scores, NodeFlags(6), 3).members, IsEmpty());
}

TEST(TopShareTest, RoundingDoesNotBreakATie) {
  const std::vector<double> scores = {0.1 + 0.2, 0.3, 0.1, 0, 0, 0};
  EXPECT_THAT(TopShareOf(scores, kAll, 1).members, ElementsAre(0, 1));
}

}  // namespace
}  // namespace pulsetaker::network
