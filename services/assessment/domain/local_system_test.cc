#include "services/assessment/domain/local_system.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/assessment/domain/testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::Group;
using testing::MakeWave;
using testing::QuickParameters;
using testing::StandardItems;

LocalSystem Describe(const std::vector<Group>& groups,
                     const NetworkFindings& network = {},
                     std::vector<Item> items = StandardItems()) {
  WaveData wave = MakeWave(
      std::move(items), groups,
      [](std::size_t person, const Item&) { return person < 10 ? 5 : 3; });
  EXPECT_TRUE(Canonicalize(wave).ok());
  return DescribeLocalSystem(wave, ScoreTriangle(wave, QuickParameters()),
                             network, 5);
}

LayerLink Link(Layer low, Layer high, Richness richness, double low_coverage,
               double high_coverage) {
  return {.low = low,
          .high = high,
          .absence = Absence::kNone,
          .richness = richness,
          .low_coverage = Reading::Of(low_coverage),
          .high_coverage = Reading::Of(high_coverage)};
}

TEST(DescribeLocalSystemTest, PutsPeopleLevelsAndLinksTogether) {
  NetworkFindings network;
  network.layer_links = {
      Link(Layer::kSystemic, Layer::kSystemic, Richness::kRich, 0.9, 0.9),
      Link(Layer::kSystemic, Layer::kFrontline, Richness::kThin, 0.4, 0.1)};
  const LocalSystem system = Describe({{Layer::kSystemic, "x", 12, 10},
                                       {Layer::kFrontline, "x", 20, 15},
                                       {Layer::kFrontline, "y", 10, 5},
                                       {Layer::kUnknown, "y", 7, 6}},
                                      network);
  ASSERT_EQ(system.layers.size(), 4u);
  EXPECT_EQ(system.unknown_layer_invited_count, 7);

  const SystemLayer& systemic = system.layers[0];
  EXPECT_EQ(systemic.layer, Layer::kSystemic);
  EXPECT_EQ(systemic.invited_count, 12);
  EXPECT_EQ(systemic.respondents, Absence::kNone);
  EXPECT_EQ(systemic.respondent_count, 10);
  for (const Level& level : systemic.corners) EXPECT_EQ(level.raw, 100);
  EXPECT_EQ(systemic.horizontal, network.layer_links[0]);

  const SystemLayer& frontline = system.layers[2];
  EXPECT_EQ(frontline.invited_count, 30);
  EXPECT_EQ(frontline.respondent_count, 20);
  EXPECT_EQ(frontline.corners[1].raw, 50);
  EXPECT_EQ(frontline.horizontal.richness, Richness::kNotMeasured);
  EXPECT_EQ(frontline.horizontal.absence, Absence::kNotAsked);

  // A layer that nobody is in.
  EXPECT_EQ(system.layers[1].invited_count, 0);
  EXPECT_EQ(system.layers[1].corners[0].absence, Absence::kTooFewAnswers);

  ASSERT_EQ(system.vertical.size(), 6u);
  EXPECT_EQ(system.vertical[1], network.layer_links[1]);
  for (std::size_t i = 0; i < system.vertical.size(); ++i) {
    EXPECT_LT(system.vertical[i].low, system.vertical[i].high);
    if (i == 1) continue;
    EXPECT_EQ(system.vertical[i].absence, Absence::kNotAsked);
    EXPECT_FALSE(system.vertical[i].low_coverage.measured());
  }
}

// Three of the public answered: their count is hidden, and so is the smallest
// other one, from which it could be worked out with the total.
TEST(DescribeLocalSystemTest, HidesSmallCounts) {
  const LocalSystem system = Describe({{Layer::kSystemic, "x", 12, 10},
                                       {Layer::kSectoral, "x", 12, 12},
                                       {Layer::kPublic, "x", 5, 3}});
  EXPECT_EQ(system.layers[3].respondents, Absence::kTooFewAnswers);
  EXPECT_EQ(system.layers[3].respondent_count, 0);
  EXPECT_EQ(system.layers[3].invited_count, 5);
  EXPECT_EQ(system.layers[0].respondents, Absence::kWithheld);
  EXPECT_EQ(system.layers[0].corners[0].absence, Absence::kWithheld);
  EXPECT_EQ(system.layers[1].respondent_count, 12);
}

TEST(DescribeLocalSystemTest, SaysWhyCornersAreMissing) {
  const LocalSystem asked =
      Describe({{Layer::kSectoral, "x", 12, 10}}, {}, /*items=*/{});
  for (const SystemLayer& layer : asked.layers) {
    EXPECT_EQ(layer.corners[0].absence, Absence::kNotAsked);
  }
  const LocalSystem gate = Describe({{Layer::kSectoral, "x", 100, 10}});
  for (const SystemLayer& layer : gate.layers) {
    EXPECT_EQ(layer.corners[0].absence, Absence::kWithheld);
  }
}

TEST(DescribeLocalSystemTest, DoesNotDependOnOrder) {
  NetworkFindings network;
  for (const Layer low : {Layer::kSystemic, Layer::kSectoral}) {
    for (const Layer high : {Layer::kFrontline, Layer::kPublic}) {
      network.layer_links.push_back(Link(low, high, Richness::kModerate, 0.3,
                                         0.1 * static_cast<double>(low) + 0.2));
    }
  }
  std::vector<Group> groups = {{Layer::kSystemic, "x", 12, 10},
                               {Layer::kSectoral, "y", 12, 12},
                               {Layer::kFrontline, "x", 12, 6}};
  const LocalSystem system = Describe(groups, network);
  std::reverse(network.layer_links.begin(), network.layer_links.end());
  EXPECT_EQ(Describe(groups, network), system);
}

}  // namespace
}  // namespace pulsetaker::assessment
