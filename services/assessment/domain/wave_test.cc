#include "services/assessment/domain/wave.h"

#include <algorithm>
#include <functional>
#include <string>

#include "common/base/status.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/scores.h"
#include "services/assessment/domain/testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::Always;
using testing::CornerItem;
using testing::MakeWave;

WaveData SmallWave() {
  return MakeWave(
      {CornerItem("b", Corner::kAuthority),
       CornerItem("a", Corner::kAuthority, /*reverse=*/true)},
      {{Layer::kSectoral, "y", 2, 2}, {Layer::kSystemic, "x", 3, 1}},
      Always(4));
}

TEST(CanonicalizeTest, MakesOneOrderOfAnyOrder) {
  WaveData wave = SmallWave();
  ASSERT_TRUE(Canonicalize(wave).ok());
  EXPECT_EQ(wave.items[0].id, "a");
  EXPECT_EQ(wave.roster[0].layer, Layer::kSystemic);
  EXPECT_EQ(wave.respondents[0].answers[0].item_id, "a");

  WaveData reversed = SmallWave();
  std::reverse(reversed.items.begin(), reversed.items.end());
  std::reverse(reversed.roster.begin(), reversed.roster.end());
  std::reverse(reversed.respondents.begin(), reversed.respondents.end());
  for (Respondent& respondent : reversed.respondents) {
    std::reverse(respondent.answers.begin(), respondent.answers.end());
  }
  ASSERT_TRUE(Canonicalize(reversed).ok());
  EXPECT_EQ(reversed, wave);
}

TEST(CanonicalizeTest, RefusesWhatBreaksTheContract) {
  const struct {
    std::string field;
    std::function<void(WaveData&)> breaks;
  } cases[] = {
      {"items", [](WaveData& w) { w.items.push_back(w.items[0]); }},
      {"items", [](WaveData& w) { w.items[0].scale_max = 1; }},
      {"roster", [](WaveData& w) { w.roster[0].invited_count = -1; }},
      {"roster", [](WaveData& w) { w.roster.push_back(w.roster[0]); }},
      {"respondents",
       [](WaveData& w) { w.respondents[1].person = w.respondents[0].person; }},
      {"respondents", [](WaveData& w) { w.roster[0].invited_count = 1; }},
      {"respondents", [](WaveData& w) { w.respondents[0].sector = "z"; }},
      {"answers",
       [](WaveData& w) { w.respondents[0].answers[0].item_id = "b"; }},
      {"answers",
       [](WaveData& w) { w.respondents[0].answers[0].item_id = "c"; }},
      {"answers", [](WaveData& w) { w.respondents[0].answers[0].rating = 0; }},
      {"answers", [](WaveData& w) { w.respondents[0].answers[0].rating = 6; }},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.field);
    WaveData wave = SmallWave();
    std::swap(wave.respondents[0].answers[0], wave.respondents[0].answers[1]);
    c.breaks(wave);
    const absl::Status status = Canonicalize(wave);
    EXPECT_EQ(ReasonOf(status), "SNAPSHOT_INVALID") << status;
    EXPECT_EQ(MetadataOf(status), (ErrorMetadata{{"field", c.field}}));
  }
}

TEST(RatingTableTest, ScalesAndTurnsRound) {
  WaveData wave = SmallWave();
  wave.respondents[0].answers = {{"a", AnswerKind::kRating, 2},
                                 {"b", AnswerKind::kDontKnow, 0}};
  wave.respondents[1].answers = {{"a", AnswerKind::kNotApplicable, 0},
                                 {"b", AnswerKind::kRating, 5}};
  wave.respondents[2].answers = {};
  ASSERT_TRUE(Canonicalize(wave).ok());
  const RatingTable table(wave);
  EXPECT_EQ(table.ratings(0), (Scores{75, std::nullopt, std::nullopt}));
  EXPECT_EQ(table.ratings(1), (Scores{std::nullopt, 100, std::nullopt}));
  EXPECT_EQ(table.not_applicable_count(0), 1);
  EXPECT_EQ(table.dont_know_count(1), 1);
  EXPECT_EQ(table.rating_count(1), 1);
  EXPECT_TRUE(table.rated_any(0));
  EXPECT_FALSE(table.rated_any(2));
}

// With 3 items 2 are half or more and 1 is not; with 2 items 1 is enough.
TEST(ScoreItemsTest, NeedsHalfOfTheItems) {
  WaveData wave = MakeWave(
      {CornerItem("a", Corner::kValue), CornerItem("b", Corner::kValue),
       CornerItem("c", Corner::kValue)},
      {{Layer::kPublic, "x", 2, 2}},
      [](std::size_t person, const Item& item) -> std::optional<int> {
        if (item.id == "c") return std::nullopt;
        if (item.id == "b" && person == 1) {
          return std::nullopt;
        }
        return item.id == "a" ? 2 : 5;
      });
  ASSERT_TRUE(Canonicalize(wave).ok());
  const RatingTable table(wave);
  // (25 + 100) / 2.
  EXPECT_EQ(ScoreItems(table, {0, 1, 2}), (Scores{62.5, std::nullopt}));
  EXPECT_EQ(ScoreItems(table, {0, 1}), (Scores{62.5, 25}));
  EXPECT_EQ(ScoreItems(table, {}), (Scores{std::nullopt, std::nullopt}));
}

}  // namespace
}  // namespace pulsetaker::assessment
