#include "services/assessment/domain/disclosure.h"

#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace pulsetaker::assessment {
namespace {

constexpr Absence kShown = Absence::kNone;
constexpr Absence kFew = Absence::kTooFewAnswers;
constexpr Absence kHidden = Absence::kWithheld;

TEST(CellAbsencesTest, HidesSmallCellsAndTheirComplement) {
  const struct {
    std::vector<std::int32_t> counts;
    std::vector<Absence> want;
  } cases[] = {
      {{}, {}},
      {{5, 6, 7}, {kShown, kShown, kShown}},
      // Empty cells give nothing away.
      {{0, 6, 7}, {kFew, kShown, kShown}},
      // One small cell is the total less the others: the smallest goes too.
      {{4, 9, 6}, {kFew, kShown, kHidden}},
      {{4, 6, 6}, {kFew, kHidden, kShown}},
      // Two small cells of 5 together hide each other; of 4 they do not.
      {{2, 3, 9}, {kFew, kFew, kShown}},
      {{2, 2, 9, 8}, {kFew, kFew, kShown, kHidden}},
      // Nothing left to hide.
      {{3, 0}, {kFew, kFew}},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(CellAbsences(c.counts, 5), c.want);
  }
}

TEST(CellAbsencesTest, NeverLeavesFewPeopleToBeWorkedOut) {
  std::mt19937 random(7);
  for (int round = 0; round < 2000; ++round) {
    std::vector<std::int32_t> counts(1 + random() % 6);
    for (std::int32_t& count : counts) {
      count = static_cast<std::int32_t>(random() % 12);
    }
    const std::vector<Absence> absences = CellAbsences(counts, 5);
    std::int32_t hidden_people = 0;
    int hidden_cells = 0;
    int shown_cells = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (absences[i] == kShown) {
        ++shown_cells;
        EXPECT_GE(counts[i], 5);
      } else if (counts[i] > 0) {
        ++hidden_cells;
        hidden_people += counts[i];
      }
    }
    if (shown_cells > 0 && hidden_cells > 0) {
      EXPECT_GE(hidden_cells, 2);
      EXPECT_GE(hidden_people, 5);
    }
  }
}

}  // namespace
}  // namespace pulsetaker::assessment
