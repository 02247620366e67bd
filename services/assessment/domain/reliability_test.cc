#include "services/assessment/domain/reliability.h"

#include <vector>

#include "gtest/gtest.h"
#include "services/assessment/domain/testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::CornerItem;
using testing::MakeWave;

// rows[person][item], 0 for no answer.
WaveData WaveOf(const std::vector<std::vector<int>>& rows, int scale_max = 5) {
  std::vector<Item> items;
  for (std::size_t i = 0; i < rows[0].size(); ++i) {
    items.push_back(CornerItem(std::string(1, static_cast<char>('a' + i)),
                               Corner::kCapacity));
    items.back().scale_max = scale_max;
  }
  const int count = static_cast<int>(rows.size());
  WaveData wave = MakeWave(
      items, {{Layer::kSectoral, "x", count, count}},
      [&rows](std::size_t person, const Item& item) -> std::optional<int> {
        const int rating =
            rows[person][static_cast<std::size_t>(item.id[0] - 'a')];
        if (rating == 0) return std::nullopt;
        return rating;
      });
  EXPECT_TRUE(Canonicalize(wave).ok());
  return wave;
}

Reading AlphaOf(const WaveData& wave, std::vector<std::size_t> items) {
  return Alpha(RatingTable(wave), items, 5);
}

TEST(AlphaTest, ByHand) {
  // Items: variances 2.5 and 2.5, sums 3 3 7 7 10: variance 9.
  // 2 (1 - 5 / 9) = 8 / 9.
  const WaveData wave = WaveOf({{1, 2}, {2, 1}, {3, 4}, {4, 3}, {5, 5}});
  const Reading alpha = AlphaOf(wave, {0, 1});
  ASSERT_TRUE(alpha.measured());
  EXPECT_NEAR(alpha.value, 8.0 / 9, 1e-12);
}

TEST(AlphaTest, IsOneForEqualItemsAndNegativeForOpposedOnes) {
  const WaveData same = WaveOf({{1, 1}, {2, 2}, {3, 3}, {4, 4}, {5, 5}});
  EXPECT_NEAR(AlphaOf(same, {0, 1}).value, 1, 1e-12);
  // Sums 6 6 6 6 5: 2 (1 - (2.5 + 3.2) / 0.2) = -55.
  const WaveData opposed = WaveOf({{1, 5}, {2, 4}, {3, 3}, {4, 2}, {5, 1}});
  EXPECT_EQ(AlphaOf(opposed, {0, 1}).absence, Absence::kUndefined);
  const WaveData nearly = WaveOf({{1, 5}, {2, 4}, {3, 3}, {4, 2}, {5, 2}});
  EXPECT_LT(AlphaOf(nearly, {0, 1}).value, 0);
}

TEST(AlphaTest, SaysWhyNot) {
  const WaveData wave = WaveOf({{1, 2}, {2, 1}, {3, 4}, {4, 3}, {5, 0}});
  EXPECT_EQ(AlphaOf(wave, {}).absence, Absence::kNotAsked);
  EXPECT_EQ(AlphaOf(wave, {0}).absence, Absence::kUndefined);
  EXPECT_EQ(AlphaOf(wave, {0, 1}).absence, Absence::kTooFewAnswers);
}

Reading AgreementOf(const WaveData& wave, std::vector<std::size_t> items,
                    Null null = Null::kUniform) {
  return Agreement(wave, RatingTable(wave), items, null, 5);
}

TEST(AgreementTest, ByHand) {
  // Item a: 3 3 3 3 3, variance 0. Item b: 2 2 3 4 4, variance 1.
  const WaveData wave = WaveOf({{3, 2}, {3, 2}, {3, 3}, {3, 4}, {3, 4}});
  EXPECT_EQ(AgreementOf(wave, {0}).value, 1);
  // One item: 1 - 1 / 2.
  EXPECT_NEAR(AgreementOf(wave, {1}).value, 0.5, 1e-12);
  // q = (0 + 0.5) / 2 = 0.25: 2 * 0.75 / (2 * 0.75 + 0.25) = 6 / 7.
  EXPECT_NEAR(AgreementOf(wave, {0, 1}).value, 6.0 / 7, 1e-12);
  // Skewed null: q = (1 / 1.34) / 2.
  const double q = 1 / 1.34 / 2;
  EXPECT_NEAR(AgreementOf(wave, {0, 1}, Null::kSlightlySkewed).value,
              2 * (1 - q) / (2 * (1 - q) + q), 1e-12);
}

TEST(AgreementTest, IsZeroWhereAnswersSpreadMoreThanTheNull) {
  // 1 1 1 5 5 5: variance 4.8 over 2.
  const WaveData wave = WaveOf({{1}, {1}, {1}, {5}, {5}, {5}});
  EXPECT_EQ(AgreementOf(wave, {0}).value, 0);
}

TEST(AgreementTest, SaysWhyNot) {
  const WaveData wave = WaveOf({{3, 0}, {3, 1}, {3, 2}, {3, 3}, {3, 4}});
  EXPECT_EQ(AgreementOf(wave, {}).absence, Absence::kNotAsked);
  EXPECT_EQ(AgreementOf(wave, {1}).absence, Absence::kTooFewAnswers);
  // An item with too few ratings is left out.
  EXPECT_EQ(AgreementOf(wave, {0, 1}), AgreementOf(wave, {0}));
  const WaveData seven = WaveOf({{1}, {2}, {3}, {4}, {5}}, 7);
  EXPECT_EQ(AgreementOf(seven, {0}, Null::kSlightlySkewed).absence,
            Absence::kUndefined);
  // Seven options: 1 - 2.5 / 4.
  EXPECT_NEAR(AgreementOf(seven, {0}).value, 0.375, 1e-12);
}

}  // namespace
}  // namespace pulsetaker::assessment
