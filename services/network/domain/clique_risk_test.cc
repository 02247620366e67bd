#include "services/network/domain/clique_risk.h"

#include <optional>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

using Verdict = CliqueRisk::Verdict;

Measure Between(double low, double high) {
  Measure measure = Measure::Of((low + high) / 2);
  measure.interval = Interval{low, high};
  return measure;
}

TEST(CliqueRiskTest, RecurrenceRunsFromChanceToOne) {
  EXPECT_DOUBLE_EQ(RescaledRecurrence(1, 0.2), 1);
  EXPECT_DOUBLE_EQ(RescaledRecurrence(0.2, 0.2), 0);
  EXPECT_DOUBLE_EQ(RescaledRecurrence(0.6, 0.2), 0.5);
  EXPECT_DOUBLE_EQ(RescaledRecurrence(0.1, 0.2), 0) << "less than chance";
  EXPECT_DOUBLE_EQ(RescaledRecurrence(1, 1), 0);
}

TEST(CliqueRiskTest, BandsNeedTheWholeInterval) {
  EXPECT_EQ(BandOf(Between(0.41, 0.6), 0.4), Band::kHigh);
  EXPECT_EQ(BandOf(Between(0.4, 0.6), 0.4), Band::kUndetermined);
  EXPECT_EQ(BandOf(Between(0.2, 0.4), 0.4), Band::kUndetermined);
  EXPECT_EQ(BandOf(Between(0.2, 0.39), 0.4), Band::kLow);
  EXPECT_EQ(BandOf(Measure::Of(1), 0.4), Band::kUndetermined);
}

TEST(CliqueRiskTest, VerdictsFollowFromTwoBands) {
  EXPECT_EQ(VerdictOf(Band::kHigh, Band::kHigh), Verdict::kClosedCore);
  EXPECT_EQ(VerdictOf(Band::kHigh, Band::kLow), Verdict::kOpenSharedLeadership);
  EXPECT_EQ(VerdictOf(Band::kLow, Band::kHigh), Verdict::kParallelCliques);
  EXPECT_EQ(VerdictOf(Band::kLow, Band::kLow), Verdict::kDiffuse);
  for (const Band band : {Band::kLow, Band::kHigh, Band::kUndetermined}) {
    EXPECT_EQ(VerdictOf(band, Band::kUndetermined), Verdict::kIndeterminate);
    EXPECT_EQ(VerdictOf(Band::kUndetermined, band), Verdict::kIndeterminate);
  }
}

TEST(CliqueRiskTest, ExclusivityIsTheMeanOfWhatThereIs) {
  EXPECT_DOUBLE_EQ(*(ExclusivityParts{0.9, 0.5}.mean()), 0.7);
  EXPECT_DOUBLE_EQ(*(ExclusivityParts{0.9, std::nullopt}.mean()), 0.9);
  EXPECT_FALSE(ExclusivityParts{}.mean().has_value());
}

}  // namespace
}  // namespace pulsetaker::network
