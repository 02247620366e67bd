#include "services/assessment/domain/triangle.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "services/assessment/domain/testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::Always;
using testing::CornerItem;
using testing::Group;
using testing::MakeWave;
using testing::QuickParameters;
using testing::Rater;
using testing::StandardItems;

Triangle Score(WaveData wave,
               const Parameters& parameters = QuickParameters()) {
  EXPECT_TRUE(Canonicalize(wave).ok());
  return ScoreTriangle(wave, parameters);
}

const CornerResult& CornerOf(const Triangle& triangle, Corner corner) {
  return triangle.corners[static_cast<std::size_t>(corner)];
}

const ItemResult& ItemOf(const Triangle& triangle, const std::string& id) {
  return *std::find_if(
      triangle.items.begin(), triangle.items.end(),
      [&](const ItemResult& item) { return item.item_id == id; });
}

// Systemic people (5 of 10 answer) rate 5, frontline people (15 of 30) rate 3:
// (5 * 100 + 15 * 50) / 20, and weighted 0.25 * 100 + 0.75 * 50, the same.
TEST(ScoreTriangleTest, ScoresByHand) {
  const std::vector<Group> groups = {{Layer::kSystemic, "x", 10, 5},
                                     {Layer::kFrontline, "y", 30, 15}};
  const Triangle triangle = Score(MakeWave(
      StandardItems(), groups,
      [](std::size_t person, const Item&) { return person < 5 ? 5 : 3; }));
  EXPECT_EQ(triangle.invited_count, 40);
  EXPECT_EQ(triangle.respondent_count, 20);
  EXPECT_EQ(triangle.response_rate, 0.5);
  for (int f = 0; f < kFeatureCount; ++f) {
    const Level& level = triangle.feature(f);
    ASSERT_TRUE(level.measured());
    EXPECT_EQ(level.raw, 62.5);
    EXPECT_EQ(level.post_stratified, 62.5);
    EXPECT_EQ(level.respondent_count, 20);
    EXPECT_EQ(level.standard_error, 0);
  }
  const CornerResult& capacity = CornerOf(triangle, Corner::kCapacity);
  EXPECT_EQ(capacity.item_count, 9);
  EXPECT_EQ(capacity.rating_count, 180);
  EXPECT_DOUBLE_EQ(capacity.score_deviation.value,
                   std::sqrt((5 * 37.5 * 37.5 + 15 * 12.5 * 12.5) / 19));
  EXPECT_EQ(capacity.layers[0].level.raw, 100);
  EXPECT_EQ(capacity.layers[1].level.raw, 50);
  EXPECT_EQ(capacity.sectors[1].sector, "y");
  EXPECT_EQ(capacity.perception_gap, Reading::Of(50));
  // Each item has the same two answers: sums are as apart as items together.
  EXPECT_NEAR(capacity.alpha.value, 1, 1e-12);
  EXPECT_EQ(triangle.spread, Reading::Of(0));
  EXPECT_EQ(triangle.largest_perception_gap, Reading::Of(50));
}

TEST(ScoreTriangleTest, WeightsEachLayerByItsRosterShare) {
  const Triangle triangle = Score(MakeWave(
      StandardItems(),
      {{Layer::kSystemic, "x", 10, 10}, {Layer::kFrontline, "y", 30, 10}},
      [](std::size_t person, const Item&) { return person < 10 ? 5 : 1; }));
  EXPECT_EQ(triangle.feature(0).raw, 50);
  EXPECT_EQ(triangle.feature(0).post_stratified, 25);
}

TEST(ScoreTriangleTest, SaysWhyALevelIsMissing) {
  const auto only = [](Corner corner) {
    return
        [corner](std::size_t person, const Item& item) -> std::optional<int> {
          if (item.kind == ItemKind::kCorner && item.corner != corner &&
              person >= 4) {
            return std::nullopt;
          }
          return 3;
        };
  };
  std::vector<Item> items = StandardItems();
  items.erase(std::remove_if(items.begin(), items.end(),
                             [](const Item& item) {
                               return item.kind == ItemKind::kArrow;
                             }),
              items.end());
  const Triangle triangle = Score(
      MakeWave(items, {{Layer::kSectoral, "x", 10, 5}}, only(Corner::kValue)));
  EXPECT_TRUE(CornerOf(triangle, Corner::kValue).level.measured());
  EXPECT_EQ(CornerOf(triangle, Corner::kCapacity).level.absence,
            Absence::kTooFewAnswers);
  EXPECT_EQ(CornerOf(triangle, Corner::kCapacity).level.respondent_count, 0);
  EXPECT_EQ(triangle.arrows[0].absence, Absence::kNotAsked);
  EXPECT_EQ(triangle.spread.absence, Absence::kTooFewAnswers);
}

TEST(ScoreTriangleTest, WithholdsBelowTheResponseGate) {
  // 5 of 10 is at the gate of 0.5; 5 of 11 is below it.
  EXPECT_TRUE(Score(MakeWave(StandardItems(), {{Layer::kSectoral, "x", 10, 5}},
                             Always(3)))
                  .feature(0)
                  .measured());
  const Triangle below = Score(
      MakeWave(StandardItems(), {{Layer::kSectoral, "x", 11, 5}}, Always(3)));
  for (int f = 0; f < kFeatureCount; ++f) {
    EXPECT_EQ(below.feature(f).absence, Absence::kWithheld);
    EXPECT_EQ(below.feature(f).post_stratified, 0);
  }
  EXPECT_EQ(below.corners[0].agreement.absence, Absence::kWithheld);
  EXPECT_EQ(below.corners[0].layers[0].level.absence, Absence::kWithheld);
  EXPECT_EQ(below.corners[0].dip_p_value.absence, Absence::kWithheld);
  EXPECT_EQ(below.corners[0].score_deviation.absence, Absence::kWithheld);
  EXPECT_EQ(below.items[0].level.absence, Absence::kWithheld);
  EXPECT_EQ(below.subscales[0].level.absence, Absence::kWithheld);
}

TEST(ScoreTriangleTest, WithoutItemsNothingIsAsked) {
  const Triangle triangle =
      Score(MakeWave({}, {{Layer::kSectoral, "x", 10, 8}}, Always(3)));
  for (int f = 0; f < kFeatureCount; ++f) {
    EXPECT_EQ(triangle.feature(f).absence, Absence::kNotAsked);
  }
  EXPECT_EQ(triangle.spread.absence, Absence::kNotAsked);
  EXPECT_EQ(triangle.largest_perception_gap.absence, Absence::kNotAsked);
  EXPECT_EQ(triangle.corners[0].alpha.absence, Absence::kNotAsked);
  EXPECT_TRUE(triangle.items.empty());
  EXPECT_TRUE(triangle.subscales.empty());
}

TEST(ScoreTriangleTest, ReadsSubscalesApart) {
  std::vector<Item> items = StandardItems();
  for (Item& item : items) {
    if (item.id == "va4" || item.id == "oc7x") item.cluster = "external";
  }
  const Triangle triangle = Score(
      MakeWave(items, {{Layer::kSectoral, "x", 10, 10}},
               [](std::size_t, const Item& item) {
                 return item.external_resource ? 1 : item.id == "au2" ? 5 : 4;
               }));
  std::vector<std::string> ids;
  for (const SubscaleResult& subscale : triangle.subscales) {
    ids.push_back(subscale.id);
  }
  EXPECT_EQ(ids,
            (std::vector<std::string>{"authority_backing", "authority_pressure",
                                      "capacity_external", "capacity_internal",
                                      "cluster_external"}));
  EXPECT_EQ(triangle.subscales[0].item_ids,
            (std::vector<std::string>{"au2", "au3", "au7"}));
  EXPECT_NEAR(triangle.subscales[0].level.raw, (100 + 75 + 75) / 3.0, 1e-12);
  EXPECT_EQ(triangle.subscales[1].level.raw, 75);
  EXPECT_EQ(triangle.subscales[2].level.raw, 0);
  EXPECT_EQ(triangle.subscales[3].level.raw, 75);
  EXPECT_EQ(triangle.subscales[4].level.raw, 37.5);  // va4 75, oc7x 0
  EXPECT_EQ(triangle.subscales[0].alpha.absence, Absence::kUndefined);
  EXPECT_FALSE(triangle.subscales[0].alpha_low);
}

// The level of a corner, or of a cluster, as the mean over its items, if all
// people rate all of them: an item counts in both, whatever its other tag.
TEST(ScoreTriangleTest, RollsItemsUpByEitherTag) {
  std::vector<Item> items = StandardItems();
  const std::vector<std::string> clusters = {"will", "culture", "external"};
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].kind == ItemKind::kCorner) items[i].cluster = clusters[i % 3];
  }
  const Triangle triangle = Score(MakeWave(
      items, {{Layer::kSectoral, "x", 20, 20}},
      [](std::size_t person, const Item& item) {
        return 1 + static_cast<int>((person * 7 + item.id.size() * 3 +
                                     static_cast<std::size_t>(item.id[2])) %
                                    5);
      }));
  const auto mean_where = [&](const auto& is_in) {
    double sum = 0;
    int count = 0;
    for (const Item& item : items) {
      if (item.kind != ItemKind::kCorner || !is_in(item)) continue;
      sum += ItemOf(triangle, item.id).level.raw;
      ++count;
    }
    return sum / count;
  };
  for (const Corner corner :
       {Corner::kAuthority, Corner::kCapacity, Corner::kValue}) {
    EXPECT_NEAR(CornerOf(triangle, corner).level.raw,
                mean_where([&](const Item& i) { return i.corner == corner; }),
                1e-9);
  }
  std::size_t in_clusters = 0;
  for (const SubscaleResult& subscale : triangle.subscales) {
    if (subscale.id.rfind("cluster_", 0) != 0) continue;
    in_clusters += subscale.item_ids.size();
    EXPECT_NEAR(subscale.level.raw, mean_where([&](const Item& i) {
                  return "cluster_" + i.cluster == subscale.id;
                }),
                1e-9);
  }
  EXPECT_EQ(in_clusters, 24u);  // Each item of a corner, once.
}

TEST(ScoreTriangleTest, HasAnOmegaForEachSubscaleThatCanHaveOne) {
  std::mt19937 random(3);
  std::vector<int> leans(60);
  for (int& lean : leans) lean = static_cast<int>(random() % 4);
  const Triangle triangle = Score(MakeWave(
      StandardItems(), {{Layer::kSectoral, "x", 60, 60}},
      [&](std::size_t person, const Item&) {
        return 1 + std::min(4, leans[person] + static_cast<int>(random() % 3));
      }));
  for (const SubscaleResult& subscale : triangle.subscales) {
    SCOPED_TRACE(subscale.id);
    ASSERT_TRUE(subscale.alpha.measured());
    if (subscale.item_ids.size() < 3) {
      EXPECT_EQ(subscale.omega.absence, Absence::kUndefined);
      continue;
    }
    ASSERT_TRUE(subscale.omega.measured());
    // Items in equal parts: alpha and omega are of one thing.
    EXPECT_NEAR(subscale.omega.value, subscale.alpha.value, 0.03);
  }
  const Triangle few = Score(
      MakeWave(StandardItems(), {{Layer::kSectoral, "x", 10, 10}}, Always(3)));
  EXPECT_EQ(few.subscales[0].omega.absence, Absence::kTooFewAnswers);
}

TEST(ScoreTriangleTest, CountsWhatIsNoRating) {
  WaveData wave =
      MakeWave(StandardItems(), {{Layer::kSectoral, "x", 6, 6}}, Always(2));
  wave.respondents[0].answers[0] = {"au1", AnswerKind::kDontKnow, 0};
  wave.respondents[1].answers[0] = {"au1", AnswerKind::kNotApplicable, 0};
  const Triangle triangle = Score(wave);
  EXPECT_EQ(ItemOf(triangle, "au1").dont_know_count, 1);
  EXPECT_EQ(ItemOf(triangle, "au1").not_applicable_count, 1);
  EXPECT_EQ(ItemOf(triangle, "au1").level.absence, Absence::kTooFewAnswers);
  EXPECT_EQ(ItemOf(triangle, "au4r").level.raw, 25);
  const CornerResult& authority = CornerOf(triangle, Corner::kAuthority);
  EXPECT_EQ(authority.rating_count, 46);
  EXPECT_EQ(authority.dont_know_count, 1);
  EXPECT_EQ(authority.not_applicable_count, 1);
  EXPECT_EQ(authority.level.respondent_count, 6);
}

// The gap must not give away a cell that is hidden.
TEST(ScoreTriangleTest, TakesThePerceptionGapFromShownLayersOnly) {
  const auto gap_of = [](int frontline, int open) {
    return Score(MakeWave(StandardItems(),
                          {{Layer::kSystemic, "x", 10, 10},
                           {Layer::kSectoral, "x", 20, 20},
                           {Layer::kFrontline, "x", 10, frontline},
                           {Layer::kPublic, "x", 10, open}},
                          [](std::size_t person, const Item&) {
                            return person < 10 ? 5 : 3;
                          }))
        .corners[0]
        .perception_gap;
  };
  EXPECT_EQ(gap_of(5, 5), Reading::Of(50));
  EXPECT_EQ(gap_of(7, 0), Reading::Of(50));
  // One hidden layer hides the smallest other, here the systemic one or the
  // public one.
  EXPECT_EQ(gap_of(4, 10).absence, Absence::kTooFewAnswers);
  EXPECT_EQ(gap_of(4, 5).absence, Absence::kTooFewAnswers);
}

Rater Noise(std::uint32_t seed) {
  return [random = std::mt19937(seed)](
             std::size_t, const Item& item) mutable -> std::optional<int> {
    const auto draw = random() % 8;
    if (draw > 5) return std::nullopt;
    return item.scale_min + static_cast<int>(draw % 5);
  };
}

const std::vector<Group>& MixedGroups() {
  static const std::vector<Group> kGroups = {
      {Layer::kSystemic, "council", 9, 7},
      {Layer::kSectoral, "council", 20, 12},
      {Layer::kSectoral, "health", 8, 4},
      {Layer::kFrontline, "health", 30, 20},
      {Layer::kFrontline, "", 4, 3},
      {Layer::kPublic, "residents", 12, 6},
  };
  return kGroups;
}

TEST(ScoreTriangleTest, HasTheSameBitsInAnyOrder) {
  const WaveData wave = MakeWave(StandardItems(), MixedGroups(), Noise(5));
  const Triangle want = Score(wave);
  std::mt19937 random(1);
  for (int round = 0; round < 5; ++round) {
    WaveData shuffled = wave;
    std::shuffle(shuffled.items.begin(), shuffled.items.end(), random);
    std::shuffle(shuffled.roster.begin(), shuffled.roster.end(), random);
    std::shuffle(shuffled.respondents.begin(), shuffled.respondents.end(),
                 random);
    for (Respondent& respondent : shuffled.respondents) {
      std::shuffle(respondent.answers.begin(), respondent.answers.end(),
                   random);
    }
    EXPECT_TRUE(Score(shuffled) == want);
  }
}

TEST(ScoreTriangleTest, StaysWithinItsBounds) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    SCOPED_TRACE(seed);
    const Triangle triangle =
        Score(MakeWave(StandardItems(), MixedGroups(), Noise(seed)));
    for (int f = 0; f < kFeatureCount; ++f) {
      const Level& level = triangle.feature(f);
      if (!level.measured()) continue;
      EXPECT_GE(level.interval_low, 0);
      EXPECT_LE(level.interval_low, level.interval_high);
      EXPECT_LE(level.interval_high, 100);
      EXPECT_GE(level.post_stratified, 0);
      EXPECT_LE(level.post_stratified, 100);
    }
    for (const CornerResult& corner : triangle.corners) {
      EXPECT_GE(corner.agreement.value, 0);
      EXPECT_LE(corner.agreement.value, 1);
      EXPECT_LE(corner.alpha.value, 1);
      for (const LayerLevel& layer : corner.layers) {
        if (!layer.level.measured()) continue;
        EXPECT_GE(layer.level.respondent_count, 5);
      }
    }
  }
}

// Turning every answer and the item's direction round changes nothing.
TEST(ScoreTriangleTest, DoesNotCareHowAnItemIsPut) {
  WaveData wave = MakeWave(StandardItems(), MixedGroups(), Noise(9));
  const Triangle want = Score(wave);
  for (Item& item : wave.items) item.reverse_scored = !item.reverse_scored;
  for (Respondent& respondent : wave.respondents) {
    for (ItemAnswer& answer : respondent.answers) {
      answer.rating = 6 - answer.rating;
    }
  }
  EXPECT_TRUE(Score(wave) == want);
}

}  // namespace
}  // namespace pulsetaker::assessment
