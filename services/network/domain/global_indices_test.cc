#include "services/network/domain/global_indices.h"

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"
#include "services/network/domain/test_snapshot.h"
#include "services/network/domain/wave_testing.h"

namespace pulsetaker::network {
namespace {

NetworkFindings Compared(const Wave& wave, int draws = 199,
                         std::uint64_t seed = 1) {
  NetworkFindings findings;
  findings.arc_reciprocity = findings.dyad_reciprocity = Measure::Of(0.5);
  EXPECT_TRUE(CompareGlobalIndices(wave.networks[0], draws, Random(seed),
                                   kNeverCancelled, findings)
                  .ok());
  return findings;
}

Wave Star(int people, bool directed) {
  SnapshotBuilder builder(people);
  builder.AddNetwork("work", directed);
  for (int person = 1; person < people; ++person) {
    builder.Answer(person, "work", {0});
  }
  builder.Answer(0, "work", {});
  return WaveOf(builder.snapshot());
}

TEST(GlobalIndicesTest, AStarIsWhollyCentralised) {
  for (const bool directed : {true, false}) {
    const NetworkFindings star = Compared(Star(12, directed));
    EXPECT_DOUBLE_EQ(*star.centralisation.value, 1.0);
    EXPECT_DOUBLE_EQ(*star.transitivity.value, 0.0);
    ASSERT_TRUE(star.centralisation.null_comparison.has_value());
    EXPECT_EQ(star.centralisation.null_comparison->model,
              NullModel::kCountsKept);
    EXPECT_EQ(star.centralisation.null_comparison->draw_count, 199);
    EXPECT_LT(star.centralisation.null_comparison->p_high, 0.01);
    // Without direction nothing is answered.
    EXPECT_EQ(star.arc_reciprocity.null_comparison.has_value(), directed);
  }
}

TEST(GlobalIndicesTest, ARingIsNotCentralisedAtAll) {
  SnapshotBuilder builder(20);
  builder.AddNetwork("work");
  for (int person = 0; person < 20; ++person) {
    builder.Answer(person, "work", {(person + 1) % 20, (person + 2) % 20});
  }
  const NetworkFindings ring = Compared(WaveOf(builder.snapshot()));
  EXPECT_DOUBLE_EQ(*ring.centralisation.value, 0.0);
  // Each has 4 contacts and 3 of their 6 pairs are tied.
  EXPECT_DOUBLE_EQ(*ring.transitivity.value, 0.5);
  EXPECT_LT(ring.transitivity.null_comparison->p_high, 0.01);
}

TEST(GlobalIndicesTest, OnlyThoseWhoAnsweredAreLookedAt) {
  SnapshotBuilder builder(6);
  builder.AddNetwork("work");
  // 3, 4 and 5 do not answer: what they would name nobody knows.
  builder.Answer(0, "work", {1, 2, 3, 4, 5});
  builder.Answer(1, "work", {0, 3});
  builder.Answer(2, "work", {0, 3});
  const NetworkFindings findings = Compared(WaveOf(builder.snapshot()));
  // In-degrees 2, 1, 1: (0 + 1 + 1) / 4.
  EXPECT_DOUBLE_EQ(*findings.centralisation.value, 0.5);
  EXPECT_DOUBLE_EQ(*findings.transitivity.value, 0.0);
}

TEST(GlobalIndicesTest, FindsReciprocityThatChanceDoesNotGive) {
  SnapshotBuilder builder(20);
  builder.AddNetwork("work");
  for (int person = 0; person < 20; ++person) {
    builder.Answer(person, "work", {person ^ 1});
  }
  NetworkFindings pairs;
  pairs.arc_reciprocity = pairs.dyad_reciprocity = Measure::Of(1.0);
  const Wave wave = WaveOf(builder.snapshot());
  ASSERT_TRUE(CompareGlobalIndices(wave.networks[0], 99, Random(1),
                                   kNeverCancelled, pairs)
                  .ok());
  EXPECT_EQ(pairs.arc_reciprocity.null_comparison->p_high, 0.01);
  EXPECT_EQ(pairs.dyad_reciprocity.null_comparison->p_high, 0.01);
  // 20 arcs in 380 places: of each, 19 others of 379 are at hand.
  EXPECT_NEAR(pairs.arc_reciprocity.null_comparison->mean, 19.0 / 379, 0.02);
}

TEST(GlobalIndicesTest, SaysWhyThereIsNothingToMeasure) {
  SnapshotBuilder two(5);
  two.AddNetwork("work").Answer(0, "work", {1}).Answer(1, "work", {0});
  const NetworkFindings few = Compared(WaveOf(two.snapshot()));
  EXPECT_EQ(few.centralisation.not_measured.reason,
            NotMeasuredReason::kTooFewPeople);
  EXPECT_EQ(few.transitivity.not_measured.reason,
            NotMeasuredReason::kTooFewPeople);

  SnapshotBuilder nobody(5);
  nobody.AddNetwork("work");
  for (int person = 0; person < 5; ++person) nobody.Answer(person, "work", {});
  const NetworkFindings none = Compared(WaveOf(nobody.snapshot()));
  EXPECT_DOUBLE_EQ(*none.centralisation.value, 0.0);
  EXPECT_FALSE(none.centralisation.null_comparison.has_value());
  EXPECT_EQ(none.transitivity.not_measured.reason, NotMeasuredReason::kNoTies);
}

TEST(GlobalIndicesTest, StopsWhenItIsTold) {
  NetworkFindings findings;
  EXPECT_EQ(CompareGlobalIndices(
                Star(12, true).networks[0], 19, Random(1), [] { return true; },
                findings)
                .code(),
            absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace pulsetaker::network
