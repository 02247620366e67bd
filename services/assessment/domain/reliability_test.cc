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

Reading OmegaOf(const WaveData& wave, std::vector<std::size_t> items) {
  return Omega(RatingTable(wave), items, 5);
}

// Covariances by hand, of 16 people: each item is 3, plus 1 or minus 1 with
// what all share, plus 1 or minus 1 of its own, all combinations once. Each
// variance is 2 * 16 / 15, each covariance half of it.
TEST(OmegaTest, ByHand) {
  std::vector<std::vector<int>> rows;
  for (int bits = 0; bits < 16; ++bits) {
    const auto sign = [bits](int bit) {
      return (bits >> bit & 1) != 0 ? 1 : -1;
    };
    rows.push_back(
        {3 + sign(0) + sign(1), 3 + sign(0) + sign(2), 3 + sign(0) + sign(3)});
  }
  const WaveData wave = WaveOf(rows);
  // (3 l)^2 / ((3 l)^2 + 3 u), l^2 = u: 9 / 12, and alpha is the same because
  // the parts are equal.
  EXPECT_NEAR(OmegaOf(wave, {0, 1, 2}).value, 0.75, 1e-9);
  EXPECT_NEAR(AlphaOf(wave, {0, 1, 2}).value, 0.75, 1e-12);
}

// Four answers each: what is shared, twice as much of it in the third item.
TEST(OmegaTest, IsAboveAlphaWhereItemsShareInUnequalParts) {
  std::vector<std::vector<int>> rows;
  for (int bits = 0; bits < 32; ++bits) {
    const auto sign = [bits](int bit) {
      return (bits >> bit & 1) != 0 ? 1 : -1;
    };
    rows.push_back({5 + sign(0) + sign(1), 5 + sign(0) + sign(2),
                    5 + 2 * sign(0) + sign(3), 5 + sign(0) + sign(4)});
  }
  const WaveData wave = WaveOf(rows, 9);
  // Loadings 1 1 2 1, uniquenesses 1: 25 / 29.
  EXPECT_NEAR(OmegaOf(wave, {0, 1, 2, 3}).value, 25.0 / 29, 1e-9);
  EXPECT_LT(AlphaOf(wave, {0, 1, 2, 3}).value, 25.0 / 29);
}

TEST(OmegaTest, SaysWhyNot) {
  std::vector<std::vector<int>> rows;
  for (int i = 0; i < 15; ++i) {
    rows.push_back({1 + i % 5, 1 + i * i % 5, 1 + (i + 1) % 5, 3});
  }
  const WaveData wave = WaveOf(rows);
  EXPECT_EQ(OmegaOf(wave, {}).absence, Absence::kNotAsked);
  EXPECT_EQ(OmegaOf(wave, {0}).absence, Absence::kUndefined);
  EXPECT_EQ(OmegaOf(wave, {0, 1}).absence, Absence::kUndefined);
  EXPECT_EQ(OmegaOf(wave, {0, 1, 3}).absence, Absence::kUndefined);
  // 15 people are enough for three items and not for four.
  EXPECT_EQ(OmegaOf(wave, {0, 1, 2, 3}).absence, Absence::kTooFewAnswers);
  rows.pop_back();
  EXPECT_EQ(OmegaOf(WaveOf(rows), {0, 1, 2}).absence, Absence::kTooFewAnswers);
  EXPECT_EQ(
      Omega(RatingTable(wave), std::vector<std::size_t>{0, 1, 2}, 16).absence,
      Absence::kTooFewAnswers);
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
