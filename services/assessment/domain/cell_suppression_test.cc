#include "services/assessment/domain/cell_suppression.h"

#include <cstdint>
#include <vector>

#include "common/base/random.h"
#include "common/base/status.h"
#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

constexpr CellState kShown = CellState::kShown;
constexpr CellState kSmall = CellState::kTooSmall;
constexpr CellState kWithheld = CellState::kWithheld;
constexpr CellState kAbsent = CellState::kAbsent;

// Places of ten people each.
SizeTable Table(const std::vector<std::vector<std::int64_t>>& places) {
  SizeTable table(static_cast<int>(places.size()),
                  static_cast<int>(places[0].size()));
  for (std::size_t r = 0; r < places.size(); ++r) {
    for (std::size_t c = 0; c < places[r].size(); ++c) {
      table.Add(static_cast<int>(r), static_cast<int>(c),
                {places[r][c] * 10, places[r][c]});
    }
  }
  return table;
}

std::vector<CellState> Protected(
    const std::vector<std::vector<std::int64_t>>& places) {
  const auto states = ProtectTable(Table(places));
  EXPECT_TRUE(states.ok()) << states.status();
  return states.value_or(std::vector<CellState>());
}

TEST(ProtectTableTest, ShowsEverythingThatIsLargeEnough) {
  EXPECT_EQ(Protected({{5, 6}, {7, 8}}), std::vector<CellState>(9, kShown));
}

TEST(ProtectTableTest, NeedsBothTenPeopleAndFivePlaces) {
  EXPECT_TRUE(IsLargeEnough({10, 5}));
  EXPECT_FALSE(IsLargeEnough({9, 5}));
  EXPECT_FALSE(IsLargeEnough({1000, 4}));
  EXPECT_FALSE(IsLargeEnough({}));
}

// By hand: 3 is hidden; in its row and its column another one must be, and the
// corner of that cycle too, or these two are worked out from their totals.
TEST(ProtectTableTest, HidesACycleAroundASmallCell) {
  EXPECT_EQ(Protected({{3, 10, 20}, {11, 12, 20}, {20, 20, 20}}),
            (std::vector<CellState>{kSmall, kWithheld, kShown, kShown,     //
                                    kWithheld, kWithheld, kShown, kShown,  //
                                    kShown, kShown, kShown, kShown,        //
                                    kShown, kShown, kShown, kShown}));
}

// Two hidden cells of a row, 1 and 2 places, could be at most 3: a third one.
TEST(ProtectTableTest, GoesOnWhileHiddenCellsAreTooNarrow) {
  EXPECT_EQ(
      Protected({{1, 2, 6, 30}}),
      (std::vector<CellState>{kSmall, kSmall, kWithheld, kShown, kShown,
                              kAbsent, kAbsent, kAbsent, kAbsent, kShown}));
}

TEST(ProtectTableTest, HidesEmptyCellsToo) {
  EXPECT_EQ(Protected({{0, 30, 8}})[0], kSmall);
  EXPECT_EQ(Protected({{0, 30, 8}})[2], kWithheld);
}

TEST(ProtectTableTest, HidesATotalThatWouldGiveAwayItsColumn) {
  const std::vector<CellState> states = Protected({{2, 30}, {0, 30}});
  EXPECT_EQ(states[6], kSmall);
  EXPECT_EQ(states[7], kWithheld);
  EXPECT_EQ(states[8], kShown);
}

TEST(ProtectTableTest, KeepsBarredCellsHidden) {
  std::vector<bool> barred(9);
  barred[0] = true;
  const auto states = ProtectTable(Table({{9, 9}, {9, 9}}), barred);
  ASSERT_TRUE(states.ok());
  EXPECT_EQ((*states)[0], kWithheld);
  EXPECT_EQ((*states)[1], kWithheld);
}

TEST(ProtectTableTest, RefusesRowsThatAreTooSmall) {
  EXPECT_EQ(ReasonOf(ProtectTable(Table({{4, 0}, {9, 9}})).status()),
            "RELEASE_TOO_SMALL");
  std::vector<bool> barred(9);
  barred[2] = true;
  EXPECT_EQ(ReasonOf(ProtectTable(Table({{9, 9}, {9, 9}}), barred).status()),
            "RELEASE_TOO_SMALL");
}

TEST(FeasibleIntervalsTest, FollowFromTheTotals) {
  // 4 6 | 10   with all four cells hidden: each is free by the smaller total.
  // 5 5 | 10
  const std::vector<std::int64_t> values = {4, 6, 10, 5, 5, 10, 9, 11, 20};
  const std::vector<CellState> states = {kSmall, kSmall, kShown,  //
                                         kSmall, kSmall, kShown,  //
                                         kShown, kShown, kShown};
  const std::vector<CountInterval> intervals =
      FeasibleIntervals(2, 2, values, states);
  EXPECT_EQ(intervals[0], (CountInterval{0, 9}));
  EXPECT_EQ(intervals[1], (CountInterval{1, 10}));
  EXPECT_EQ(intervals[3], (CountInterval{0, 9}));
  EXPECT_EQ(intervals[4], (CountInterval{1, 10}));
  EXPECT_EQ(intervals[8], (CountInterval{20, 20}));
}

TEST(FeasibleIntervalsTest, AHiddenTotalHasNoUpperBound) {
  const std::vector<std::int64_t> values = {4, 4, 4, 4};
  const std::vector<CellState> states(4, kSmall);
  EXPECT_EQ(FeasibleIntervals(1, 1, values, states)[0],
            (CountInterval{0, 4 + kUnboundedCount}));
}

TEST(RoundedCountTest, IsTheNearestMultipleOfFive) {
  for (const auto& [count, rounded] :
       {std::pair{0, 0}, {2, 0}, {3, 5}, {5, 5}, {7, 5}, {8, 10}, {12, 10}}) {
    EXPECT_EQ(RoundedCount(count), rounded) << count;
  }
}

}  // namespace
}  // namespace pulsetaker::assessment
