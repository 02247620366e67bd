#include "services/assessment/domain/comparison_dimensions.h"

#include <set>
#include <string>

#include "gtest/gtest.h"
#include "services/assessment/domain/catalogue.h"
#include "services/assessment/domain/metrics.h"
#include "services/assessment/domain/standard_catalogue.h"

namespace pulsetaker::assessment {
namespace {

PlaceSummary Some() {
  PlaceSummary place;
  place.features[0] = Reading::Of(20);
  place.features[1] = Reading::Of(100);
  place.features[2] = Reading::Missing(Absence::kWithheld);
  place.verdict = PhaseVerdict::kPhase;
  place.phase = Phase::kDesign;
  place.risks = {{"complacency", FindingStatus::kFired},
                 {"resistance", FindingStatus::kNotFired},
                 {"enemies", FindingStatus::kWithheld}};
  place.network_metrics = {{"network.hybridity", Reading::Of(7)},
                           {"network.expert.ei_index", Reading::Of(-1)},
                           {"network.clique.closed_core", Reading::Of(1)}};
  return place;
}

std::string CategoryIn(const std::string& name, const PlaceSummary& place) {
  const std::optional<Dimension> dimension = FindDimension(name);
  if (!dimension.has_value()) return "";
  return dimension->categories.at(
      static_cast<std::size_t>(ValueIn(*dimension, place).category));
}

TEST(SizeBandTest, HasItsLimits) {
  const struct {
    int invited;
    const char* name;
  } cases[] = {{0, "under_50"},      {49, "under_50"},    {50, "50_to_99"},
               {99, "50_to_99"},     {100, "100_to_199"}, {199, "100_to_199"},
               {200, "200_to_499"},  {499, "200_to_499"}, {500, "500_or_more"},
               {9999, "500_or_more"}};
  for (const auto& c : cases) {
    EXPECT_EQ(SizeBandName(SizeBandOf(c.invited)), c.name) << c.invited;
  }
}

TEST(DimensionTest, PutsAPlaceIntoItsCategory) {
  const PlaceSummary place = Some();
  const struct {
    const char* dimension;
    const char* category;
  } cases[] = {{"phase", "design"},
               {"phase_verdict", "phase"},
               {"closed_core", "closed"},
               {"corner.authority", "20..40"},
               {"corner.capacity", "80..100"},
               {"corner.value", "not_measured"},
               {"arrow.a_c", "not_measured"},
               {"network.hybridity", "1.6..2"},
               {"network.expert.ei_index", "-1..-0.6"},
               {"network.clique.renewal", "not_measured"},
               {"risk.complacency", "fired"},
               {"risk.resistance", "not_fired"},
               {"risk.enemies", "not_measured"},
               {"risk.imbalance", "not_measured"}};
  for (const auto& c : cases) {
    EXPECT_EQ(CategoryIn(c.dimension, place), c.category) << c.dimension;
  }
  PlaceSummary between = place;
  between.verdict = PhaseVerdict::kBetween;
  EXPECT_EQ(CategoryIn("phase", between), "between");
  EXPECT_EQ(PhaseCategory(PlaceSummary()), "not_measured");
}

TEST(DimensionTest, KnowsNoOthers) {
  for (const char* name : {"", "corner", "corner.x", "risk.", "risk.R1",
                           "network.clique.closed_core", "item.au1"}) {
    EXPECT_FALSE(FindDimension(name).has_value()) << name;
  }
}

// A dial that no finding has in its evidence would never be measured.
TEST(DialsTest, AreInTheEvidenceOfTheCatalogue) {
  std::set<std::string> evidence;
  for (const auto* catalogue :
       {&StandardCatalogue().risks, &StandardCatalogue().recommendations}) {
    for (const FindingDefinition& finding : *catalogue) {
      for (const Clause& clause : finding.clauses) {
        for (const Condition& condition : clause) {
          evidence.emplace(condition.metric);
        }
      }
    }
  }
  for (const Dial& dial : Dials()) {
    EXPECT_TRUE(evidence.contains(std::string(dial.name))) << dial.name;
    EXPECT_NE(FindMetric(dial.name), nullptr) << dial.name;
  }
}

ToldTable Told(const std::vector<std::int64_t>& places) {
  ToldTable table;
  table.dimension = *FindDimension("corner.value");
  for (const std::int64_t count : places) {
    table.cells.push_back(count < 0 ? ToldCell{CellState::kWithheld, 0, 0}
                                    : ToldCell{CellState::kShown, 0, count});
  }
  return table;
}

TEST(PercentileInTest, FollowsFromWhatIsShown) {
  // 10 are below 40 to 60, 20 in it, 10 above, each off by at most 2 a band.
  const PercentileRange range =
      PercentileIn(Told({5, 5, 20, 5, 5, 5, 45}), Reading::Of(50));
  EXPECT_DOUBLE_EQ(range.low.value, 100.0 * 6 / (6 + 22 + 14));
  EXPECT_DOUBLE_EQ(range.high.value, 100.0 * (14 + 22) / (14 + 22 + 6));
}

TEST(PercentileInTest, LeavesRoomForWhatIsHidden) {
  // At most 47 in all, at least 18 in the band of 20 and 8 "not measured".
  const PercentileRange range =
      PercentileIn(Told({-1, -1, 20, -1, -1, 10, 45}), Reading::Of(50));
  EXPECT_DOUBLE_EQ(range.low.value, 0);
  EXPECT_DOUBLE_EQ(range.high.value, 100);
}

TEST(PercentileInTest, IsMissingWithoutANumber) {
  const ToldTable table = Told({5, 5, 20, 5, 5, 5, 45});
  const Reading missing = Reading::Missing(Absence::kNotAsked);
  EXPECT_EQ(PercentileIn(table, missing).low, missing);
  EXPECT_EQ(PercentileIn(Told({0, 0, 0, 0, 0, 45, 45}), missing).high, missing);
}

}  // namespace
}  // namespace pulsetaker::assessment
