#include "services/assessment/domain/intraclass.h"

#include <algorithm>
#include <vector>

#include "common/base/random.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

using Places = std::vector<std::vector<double>>;

// The six targets and four judges of Shrout and Fleiss (1979), table 2, who
// print MSB 11.24, MSW 6.26, ICC(1, 1) .17 and ICC(1, 4) .44.
TEST(IntraclassCorrelationTest, HasThePublishedNumbers) {
  const Intraclass found = IntraclassCorrelation(Places{{9, 2, 5, 8},
                                                        {6, 1, 3, 2},
                                                        {8, 4, 6, 8},
                                                        {7, 1, 2, 6},
                                                        {10, 5, 6, 9},
                                                        {6, 2, 4, 7}});
  EXPECT_NEAR(found.between_mean_square, 11.24, 0.005);
  EXPECT_NEAR(found.within_mean_square, 6.26, 0.005);
  EXPECT_NEAR(found.icc1.value, 0.17, 0.005);
  EXPECT_NEAR(found.icc2.value, 0.44, 0.005);
  EXPECT_EQ(found.effective_size, 4);
  EXPECT_EQ(found.place_count, 6);
  EXPECT_EQ(found.person_count, 24);
}

// Places 1 3, 5 5 8 and 4: m = 26 / 6 = 13 / 3, means 2, 6, 4.
// MSB = (2 * (7/3)^2 + 3 * (5/3)^2 + 1 * (1/3)^2) / 2 = (174 / 9) / 2 = 29 / 3.
// MSW = (2 + 6) / 3 = 8 / 3. k = (6 - 14 / 6) / 2 = 11 / 6.
TEST(IntraclassCorrelationTest, WeighsUnequalPlacesByHand) {
  const Intraclass found =
      IntraclassCorrelation(Places{{1, 3}, {5, 5, 8}, {}, {4}});
  EXPECT_NEAR(found.between_mean_square, 29.0 / 3, 1e-12);
  EXPECT_NEAR(found.within_mean_square, 8.0 / 3, 1e-12);
  EXPECT_NEAR(found.effective_size, 11.0 / 6, 1e-12);
  // 7 / (29 / 3 + 5 / 6 * 8 / 3) = 7 / (107 / 9).
  EXPECT_NEAR(found.icc1.value, 63.0 / 107, 1e-12);
  EXPECT_NEAR(found.icc2.value, 21.0 / 29, 1e-12);
  EXPECT_EQ(found.place_count, 3);
}

TEST(IntraclassCorrelationTest, TakesScoresThatAreSummedUp) {
  const Intraclass direct =
      IntraclassCorrelation(Places{{1, 3}, {5, 5, 8}, {}, {4}});
  const Intraclass summed = IntraclassCorrelation(
      std::vector<PlaceScores>{{2, 2, 2}, {3, 6, 6}, {0, 0, 0}, {1, 4, 0}});
  EXPECT_DOUBLE_EQ(summed.icc1.value, direct.icc1.value);
  EXPECT_DOUBLE_EQ(summed.icc2.value, direct.icc2.value);
  EXPECT_EQ(summed.place_count, 3);
  EXPECT_EQ(summed.person_count, 6);
}

TEST(IntraclassCorrelationTest, SaysWhyNot) {
  for (const Places& few : {Places{}, Places{{1, 2, 3}}, Places{{1}, {2}}}) {
    const Intraclass found = IntraclassCorrelation(few);
    EXPECT_EQ(found.icc1.absence, Absence::kTooFewAnswers);
    EXPECT_EQ(found.icc2.absence, Absence::kTooFewAnswers);
  }
  const Intraclass equal = IntraclassCorrelation(Places{{1, 1}, {1, 1}});
  EXPECT_EQ(equal.icc1.absence, Absence::kUndefined);
  EXPECT_EQ(equal.icc2.absence, Absence::kUndefined);
  // Places do not differ at all: -2 / (0 + 2) and a ratio to 0.
  const Intraclass none = IntraclassCorrelation(Places{{1, 3}, {3, 1}});
  EXPECT_EQ(none.icc1.value, -1);
  EXPECT_EQ(none.icc2.absence, Absence::kUndefined);
}

TEST(IntraclassCorrelationTest, IsOneWherePlacesAgreeWithin) {
  const Intraclass found = IntraclassCorrelation(Places{{1, 1}, {2, 2, 2}});
  EXPECT_EQ(found.icc1.value, 1);
  EXPECT_EQ(found.icc2.value, 1);
}

TEST(IntraclassCorrelationTest, DoesNotDependOnOrderUnitsOrZero) {
  Random random(7);
  Places places(20);
  for (std::vector<double>& place : places) {
    const double lean = 40 * random.UnitDouble();
    for (std::uint64_t i = 0; i < 1 + random.Uniform(30); ++i) {
      place.push_back(lean + 60 * random.UnitDouble());
    }
  }
  const Intraclass found = IntraclassCorrelation(places);
  Places shuffled = places;
  random.Shuffle(absl::MakeSpan(shuffled));
  for (std::vector<double>& place : shuffled) {
    random.Shuffle(absl::MakeSpan(place));
  }
  const Intraclass same = IntraclassCorrelation(shuffled);
  EXPECT_EQ(found.icc1, same.icc1);  // To the bit.
  EXPECT_EQ(found.icc2, same.icc2);

  for (std::vector<double>& place : shuffled) {
    for (double& score : place) score = 4 - score / 25;
  }
  EXPECT_NEAR(IntraclassCorrelation(shuffled).icc1.value, found.icc1.value,
              1e-9);
}

}  // namespace
}  // namespace pulsetaker::assessment
