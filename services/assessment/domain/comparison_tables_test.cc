#include "services/assessment/domain/comparison_tables.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

const std::vector<Dimension> kLevels = {
    {.name = "level", .categories = {"low", "high"}, .mean_step = 1}};

ComparedPlace Place(int number, const std::string& group, double level) {
  ComparedPlace place;
  place.contributor = {absl::StrFormat("p%03d", number), "snapshot", 11};
  place.group = group;
  place.values = {{level < 50 ? 0 : 1, Reading::Of(level)}};
  return place;
}

// `counts[g]` places of group g, of which a half are high.
std::vector<ComparedPlace> Places(const std::vector<int>& counts) {
  std::vector<ComparedPlace> places;
  for (std::size_t g = 0; g < counts.size(); ++g) {
    for (int i = 0; i < counts[g]; ++i) {
      places.push_back(Place(static_cast<int>(places.size()),
                             absl::StrCat("g", g), i % 2 == 0 ? 30 : 70.5));
    }
  }
  return places;
}

TEST(TellTablesTest, CountsAndAverages) {
  const auto told = TellTables(Places({12, 14}), kLevels, {});
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ(told->groups, (std::vector<std::string>{"g0", "g1"}));
  const ToldTable& table = told->tables.at(0);
  // 6 places of 11 people are 66, told as 65; 12 of them 132, told as 130.
  EXPECT_EQ(table.cells[0], (ToldCell{CellState::kShown, 65, 5}));
  EXPECT_EQ(table.cells[2], (ToldCell{CellState::kShown, 130, 10}));
  EXPECT_EQ(table.cells[8], (ToldCell{CellState::kShown, 285, 25}));
  EXPECT_EQ(table.means.size(), 3u);
  EXPECT_EQ(table.means[0], (ToldMean{CellState::kShown, 50}));
}

TEST(TellTablesTest, DoesNotDependOnTheOrder) {
  std::vector<ComparedPlace> places = Places({12, 14, 3});
  const auto told = TellTables(places, kLevels, {});
  std::reverse(places.begin(), places.end());
  EXPECT_EQ(*TellTables(places, kLevels, {}), *told);
}

TEST(TellTablesTest, MergesSmallGroups) {
  EXPECT_EQ(TellTables(Places({12, 3, 2, 9}), kLevels, {})->groups,
            (std::vector<std::string>{"g0", "g3", kMergedGroup}));
  // The merged one is too small by itself and takes the smallest other one in.
  EXPECT_EQ(TellTables(Places({12, 3, 9}), kLevels, {})->groups,
            (std::vector<std::string>{"g0", kMergedGroup}));
  EXPECT_EQ(TellTables(Places({4, 3}), kLevels, {})->groups,
            (std::vector<std::string>{kMergedGroup}));
  EXPECT_EQ(ReasonOf(TellTables(Places({4}), kLevels, {}).status()),
            "RELEASE_TOO_SMALL");
  EXPECT_EQ(ReasonOf(TellTables({}, kLevels, {}).status()),
            "RELEASE_TOO_SMALL");
}

TEST(TellTablesTest, LeavesOutMeansOfFew) {
  std::vector<ComparedPlace> places = Places({12, 14, 12});
  for (int i = 0; i < 8; ++i) {
    places[static_cast<std::size_t>(i)].values[0].value =
        Reading::Missing(Absence::kNotAsked);
  }
  const auto told = TellTables(places, kLevels, {});
  ASSERT_TRUE(told.ok());
  const std::vector<ToldMean>& means = told->tables[0].means;
  EXPECT_EQ(means[0].state, CellState::kTooSmall);
  // Else the mean of the first would follow from that of all.
  EXPECT_EQ(means[1].state, CellState::kShown);
  EXPECT_EQ(means[2].state, CellState::kWithheld);
  EXPECT_EQ(means[3].state, CellState::kShown);
}

TEST(TellTablesTest, RefusesWhatDiffersByFewFromEarlier) {
  std::vector<ComparedPlace> places = Places({12, 14});
  const std::vector<Release> earlier = {
      TellTables(places, kLevels, {})->release};
  EXPECT_TRUE(TellTables(places, kLevels, earlier).ok());
  places.pop_back();
  EXPECT_EQ(ReasonOf(TellTables(places, kLevels, earlier).status()),
            "RELEASE_REVEALING");
}

TEST(TellTablesTest, WithholdsTheCellsThatDifferByFew) {
  std::vector<ComparedPlace> places = Places({24, 24});
  const std::vector<Release> earlier = {
      TellTables(places, kLevels, {})->release};
  // One place has changed its category, and the rest stayed as they are.
  places[0].values[0].category = 1;
  const auto told = TellTables(places, kLevels, earlier);
  ASSERT_TRUE(told.ok()) << told.status();
  EXPECT_EQ(told->tables[0].cells[0].state, CellState::kWithheld);
  EXPECT_EQ(told->tables[0].cells[1].state, CellState::kWithheld);
  EXPECT_EQ(told->tables[0].cells[2].state, CellState::kShown);
}

}  // namespace
}  // namespace pulsetaker::assessment
