#include "services/network/domain/clique_index.h"

#include <cmath>
#include <optional>

#include "common/base/random.h"
#include "gtest/gtest.h"

namespace pulsetaker::network {
namespace {

IndexParts Parts(double share, double jaccard, std::optional<double> closure,
                 std::optional<double> homogeneity) {
  return {.recurrent_share = share,
          .jaccard = jaccard,
          .recurrent_share_mean = 0.2,
          .jaccard_mean = 0.1,
          .closure = closure,
          .homogeneity = homogeneity};
}

TEST(CliqueIndexTest, IsTheGeometricMeanOfRecurrenceAndExclusivity) {
  // R = (.5 - .15) / .85, X = .8.
  EXPECT_DOUBLE_EQ(CliqueIndexOf(Parts(0.6, 0.4, 0.9, 0.7)),
                   100 * std::sqrt(0.35 / 0.85 * 0.8));
  EXPECT_DOUBLE_EQ(CliqueIndexOf(Parts(1, 1, 1, 1)), 100);
  // By one part alone where the other was not measured.
  EXPECT_DOUBLE_EQ(CliqueIndexOf(Parts(1, 1, 0.49, std::nullopt)), 70);
  EXPECT_DOUBLE_EQ(CliqueIndexOf(Parts(1, 1, std::nullopt, 0.81)), 90);
}

TEST(CliqueIndexTest, IsLowForWhatIsOpenAndForWhatDoesNotRecur) {
  EXPECT_EQ(CliqueIndexOf(Parts(1, 1, 0, 0)), 0);
  EXPECT_EQ(CliqueIndexOf(Parts(0.2, 0.1, 1, 1)), 0);
  EXPECT_EQ(CliqueIndexOf(Parts(0, 0, 1, 1)), 0) << "less than chance gives";
}

TEST(CliqueIndexTest, WeighsTheTwoAgainstEachOther) {
  const IndexParts parts = Parts(1, 1, 0.0625, 0.0625);  // R = 1, X = 1 / 16.
  EXPECT_DOUBLE_EQ(CliqueIndexOf(parts, {.recurrence_quarters = 1}), 12.5);
  EXPECT_DOUBLE_EQ(CliqueIndexOf(parts, {.recurrence_quarters = 2}), 25);
  EXPECT_DOUBLE_EQ(CliqueIndexOf(parts, {.recurrence_quarters = 3}), 50);
}

TEST(CliqueIndexTest, NeverFallsWhereAPartRises) {
  Random random(1);
  for (int round = 0; round < 2'000; ++round) {
    IndexParts parts = Parts(random.UnitDouble(), random.UnitDouble(),
                             random.UnitDouble(), random.UnitDouble());
    const double before = CliqueIndexOf(parts);
    const Interval sensitivity = IndexSensitivity(parts);
    double* raised[] = {&parts.recurrent_share, &parts.jaccard, &*parts.closure,
                        &*parts.homogeneity};
    double& part = *raised[random.Uniform(4)];
    part += (1 - part) * random.UnitDouble();
    EXPECT_GE(CliqueIndexOf(parts), before);
    EXPECT_GE(IndexSensitivity(parts).low, sensitivity.low - 1e-9);
    EXPECT_GE(IndexSensitivity(parts).high, sensitivity.high - 1e-9);
  }
}

TEST(CliqueIndexTest, SensitivityHoldsTheIndexAndEveryPartAlone) {
  Random random(2);
  for (int round = 0; round < 500; ++round) {
    const IndexParts parts = Parts(random.UnitDouble(), random.UnitDouble(),
                                   random.UnitDouble(), random.UnitDouble());
    const Interval range = IndexSensitivity(parts);
    EXPECT_LE(range.low, CliqueIndexOf(parts));
    EXPECT_GE(range.high, CliqueIndexOf(parts));
    EXPECT_GE(range.low, 0);
    EXPECT_LE(range.high, 100);
    IndexParts alone = parts;
    alone.closure.reset();
    EXPECT_LE(range.low, CliqueIndexOf(alone));
    EXPECT_GE(range.high, CliqueIndexOf(alone));
  }
  // Nothing to weigh where all parts say the same.
  const IndexParts same = {.recurrent_share = 0.25,
                           .jaccard = 0.25,
                           .closure = 0.25,
                           .homogeneity = 0.25};
  EXPECT_DOUBLE_EQ(IndexSensitivity(same).low, 25);
  EXPECT_DOUBLE_EQ(IndexSensitivity(same).high, 25);
}

}  // namespace
}  // namespace pulsetaker::network
