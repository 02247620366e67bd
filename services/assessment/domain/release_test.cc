#include "services/assessment/domain/release.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/linear_span.h"

namespace pulsetaker::assessment {
namespace {

// Forty places of ten people, and figures over some of them.
Release Over(const std::vector<std::vector<std::int32_t>>& members,
             const std::string& snapshot = "a", int changed = 0) {
  Release release;
  for (int i = 0; i < 40; ++i) {
    release.contributors.push_back(
        {absl::StrCat("p", i), i < changed ? snapshot : "a", 10});
  }
  for (const auto& each : members) release.figures.push_back({"count", each});
  return release;
}

std::vector<std::int32_t> Range(int from, int to) {
  std::vector<std::int32_t> range;
  for (int i = from; i < to; ++i) range.push_back(i);
  return range;
}

TEST(RevealingFigureTest, LetsTheSameBeToldAgain) {
  EXPECT_EQ(RevealingFigure({Over({Range(0, 20)})}, Over({Range(0, 20)})),
            std::nullopt);
}

TEST(RevealingFigureTest, FindsSetsThatDifferByFew) {
  const std::vector<Release> earlier = {Over({Range(0, 20)})};
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(0, 16)})), 0u);
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(0, 15)})), std::nullopt);
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(0, 24)})), 0u);
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(1, 21)})), 0u);
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(20, 40)})), std::nullopt);
}

TEST(RevealingFigureTest, CountsPeopleToo) {
  Release earlier = Over({Range(0, 20)});
  Release next = Over({Range(0, 15)});
  for (Release* release : {&earlier, &next}) {
    for (Contributor& place : release->contributors) place.people = 1;
  }
  EXPECT_EQ(RevealingFigure({earlier}, next), 0u);
}

TEST(RevealingFigureTest, FindsFewPlacesThatChanged) {
  const std::vector<Release> earlier = {Over({Range(0, 20)})};
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(0, 20)}, "b", 4)), 0u);
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(0, 20)}, "b", 5)),
            std::nullopt);
}

TEST(RevealingFigureTest, FindsWhatSeveralFiguresComeTo) {
  // All - (0..9) - (10..19) leaves three; no two of them differ by few.
  const std::vector<Release> earlier = {Over({Range(0, 23)}),
                                        Over({Range(0, 10)})};
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(10, 20)})), 0u);
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(10, 18)})), std::nullopt);
}

// The three that are left are told apart by another figure, so that the number
// of none of them follows, and that of all three does.
TEST(RevealingFigureTest, FindsWhatTwoLeaveOfAThird) {
  const std::vector<Release> earlier = {
      Over({Range(0, 23)}), Over({Range(0, 10)}), Over({Range(21, 40)})};
  EXPECT_EQ(RevealingFigure(earlier, Over({Range(10, 20)})), 0u);
  EXPECT_EQ(RevealingFigure({earlier[0], earlier[2]}, Over({Range(10, 20)})),
            std::nullopt);
}

TEST(RevealingFigureTest, WouldRatherLeaveOutWhatIsNotFixed) {
  const Release next = Over({Range(0, 20), Range(0, 10), Range(10, 17)});
  EXPECT_EQ(RevealingFigure({}, next), 2u);
  EXPECT_EQ(RevealingFigure({}, next, {false, false, true}), 1u);
}

TEST(RevealingFigureTest, DoesNotMixMeasures) {
  Release next = Over({Range(0, 16)});
  next.figures[0].measure = "corner.value";
  EXPECT_EQ(RevealingFigure({Over({Range(0, 20)})}, next), std::nullopt);
}

TEST(RevealingFigureTest, BlamesTheSmallerOfTwo) {
  EXPECT_EQ(RevealingFigure({}, Over({Range(0, 20), Range(0, 18)})), 1u);
  EXPECT_EQ(RevealingFigure({}, Over({Range(0, 18), Range(0, 20)})), 0u);
}

TEST(LinearSpanTest, KnowsWhatFollows) {
  LinearSpan span(4);
  span.Add({0, 1});
  span.Add({1, 2});
  EXPECT_TRUE(span.Determined().empty());
  span.Add({0, 2});  // Half of the sum of all, less the second: column 0.
  EXPECT_EQ(span.Determined(), (std::vector<std::size_t>{0, 1, 2}));
  span.Add({0, 1});
  EXPECT_EQ(span.Determined().size(), 3u);
  span.Add({0, 3});
  EXPECT_EQ(span.Determined().size(), 4u);
}

}  // namespace
}  // namespace pulsetaker::assessment
