#include "services/network/domain/layer_links.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/network/domain/layer_cell.h"
#include "services/network/domain/test_snapshot.h"

namespace pulsetaker::network {
namespace {

using ::testing::ElementsAre;
using Richness = LayerCell::Richness;
using Reason = NotMeasuredReason;

constexpr std::size_t kSystemicFrontline = 1;  // Of the vertical cells.

LayerLinks LinksOf(SnapshotBuilder& builder) {
  auto wave = BuildWave(builder.snapshot());
  EXPECT_TRUE(wave.ok());
  const WaveNetwork& network = wave->networks[0];
  return MeasureLayerLinks(*wave, {network.graph, network.answered, true}, 99,
                           Random(1));
}

// 0, 1, 2 systemic, 3, 4, 5 frontline; 3 and 4 name 0, who names 3.
SnapshotBuilder SixPeople() {
  SnapshotBuilder builder(6);
  builder.AddNetwork("work");
  for (int person = 0; person < 6; ++person) {
    builder.person(person).layer =
        person < 3 ? Layer::kSystemic : Layer::kFrontline;
  }
  builder.Answer(0, "work", {3}).Answer(3, "work", {0}).Answer(4, "work", {0});
  for (const int person : {1, 2, 5}) builder.Answer(person, "work", {});
  return builder;
}

TEST(LayerLinksTest, AVerticalCellByHand) {
  SnapshotBuilder builder = SixPeople();
  const LayerLinks links = LinksOf(builder);
  ASSERT_EQ(links.vertical.size(), 6u);
  const LayerCell& cell = links.vertical[kSystemicFrontline];
  EXPECT_EQ(cell.upper, Layer::kSystemic);
  EXPECT_EQ(cell.lower, Layer::kFrontline);
  EXPECT_FALSE(cell.adjacent);
  EXPECT_DOUBLE_EQ(*cell.density_up.value, 2.0 / 9);
  EXPECT_DOUBLE_EQ(*cell.density_down.value, 1.0 / 9);
  EXPECT_DOUBLE_EQ(*cell.reciprocity.value, 2.0 / 3);
  EXPECT_DOUBLE_EQ(*cell.coverage.value, 3.0 / 6);
  EXPECT_DOUBLE_EQ(*cell.upper_coverage.value, 1.0 / 3);
  EXPECT_DOUBLE_EQ(*cell.lower_coverage.value, 2.0 / 3);
  EXPECT_DOUBLE_EQ(*cell.redundancy.value, 1);
  EXPECT_DOUBLE_EQ(*cell.resilience.value, 0) << "all hangs on 0";
  EXPECT_DOUBLE_EQ(*cell.largest_component_share.value, 0.5);
  // 0 listens to 3, and 3 and 4 listen to 0.
  EXPECT_DOUBLE_EQ(*cell.rise.value, 1.0 / 3);
  EXPECT_DOUBLE_EQ(*cell.descent.value, 2.0 / 3);
  EXPECT_EQ(links.external_internal.value, 1.0);
  EXPECT_THAT(links.person_counts, ElementsAre(0, 3, 0, 3, 0));
}

TEST(LayerLinksTest, IdeasRiseInThreeStepsAndNotInFour) {
  // 0 listens to 6, 6 to 7, 7 to 3: three steps up. 8 is one more.
  SnapshotBuilder builder(9);
  builder.AddNetwork("work");
  for (int person = 0; person < 9; ++person) {
    builder.person(person).layer = person < 3 ? Layer::kSystemic
                                   : person == 6 || person == 7
                                       ? Layer::kSectoral
                                       : Layer::kFrontline;
    builder.Respond(person);
  }
  builder.Answer(0, "work", {6}).Answer(6, "work", {7});
  builder.Answer(7, "work", {3}).Answer(3, "work", {8});
  for (const int person : {1, 2, 4, 5, 8}) builder.Answer(person, "work", {});
  const LayerLinks links = LinksOf(builder);
  EXPECT_DOUBLE_EQ(*links.vertical[kSystemicFrontline].rise.value, 1.0 / 4);
  EXPECT_DOUBLE_EQ(*links.vertical[kSystemicFrontline].descent.value, 0);
}

TEST(LayerLinksTest, WhatIsAbsentOrTooSmallIsNotZero) {
  SnapshotBuilder builder = SixPeople();
  builder.person(2).layer = Layer::kPublic;
  const LayerLinks links = LinksOf(builder);
  ASSERT_EQ(links.horizontal.size(), 4u);
  EXPECT_EQ(links.horizontal[0].not_measured->reason, Reason::kTooFewPeople);
  EXPECT_EQ(links.horizontal[1].not_measured->reason, Reason::kLayerAbsent);
  EXPECT_EQ(links.horizontal[3].not_measured->reason, Reason::kTooFewPeople);
  EXPECT_FALSE(links.horizontal[0].coverage.measured());
  EXPECT_EQ(links.horizontal[0].richness, Richness::kNone);
  ASSERT_FALSE(links.horizontal[2].not_measured.has_value());
  EXPECT_DOUBLE_EQ(*links.horizontal[2].coverage.value, 0)
      << "three people without a tie are measured";
}

TEST(LayerLinksTest, NeedsHalfOfALayer) {
  SnapshotBuilder builder(8);
  builder.AddNetwork("work");
  for (int person = 0; person < 8; ++person) {
    builder.person(person).layer =
        person < 4 ? Layer::kSystemic : Layer::kPublic;
  }
  builder.Answer(0, "work", {1}).Answer(1, "work", {2});
  builder.Answer(4, "work", {5});
  const LayerLinks links = LinksOf(builder);
  EXPECT_FALSE(links.horizontal[0].not_measured.has_value());
  EXPECT_EQ(links.horizontal[3].not_measured->reason,
            Reason::kGroupResponseFloor);
}

TEST(LayerLinksTest, NeedsFourFifthsOfTheLayersKnown) {
  const auto links_with_unknown = [](int unknown) {
    SnapshotBuilder builder(10);
    builder.AddNetwork("work");
    for (int person = 0; person < 10; ++person) {
      if (person >= unknown) builder.person(person).layer = Layer::kPublic;
      builder.Answer(person, "work", {(person + 1) % 10});
    }
    return LinksOf(builder);
  };
  EXPECT_FALSE(links_with_unknown(2).not_measured.has_value());
  const LayerLinks links = links_with_unknown(3);
  EXPECT_EQ(links.not_measured->reason, Reason::kLayerUnknown);
  ASSERT_EQ(links.vertical.size(), 6u);
  for (const LayerCell& cell : links.vertical) {
    EXPECT_EQ(cell.not_measured->reason, Reason::kLayerUnknown);
  }
  EXPECT_EQ(links.external_internal.not_measured.reason, Reason::kLayerUnknown);
}

TEST(LayerLinksTest, TwoHatsCountHalfEach) {
  Participant person;
  person.layer = Layer::kSectoral;
  person.secondary_layers = {Layer::kPublic, Layer::kPublic, Layer::kSectoral};
  EXPECT_THAT(SharesOf(person), ElementsAre(0, 0.5, 0, 0.5));
  EXPECT_THAT(SharesOf(Participant{}), ElementsAre(0, 0, 0, 0));
}

TEST(LayerLinksTest, LabelsAtTheirThresholds) {
  const auto label = [](double coverage, Interval relative, double redundancy,
                        double component) {
    LayerCell cell;
    cell.coverage = Measure::Of(coverage);
    cell.relative_density = Measure::Of(1);
    cell.relative_density.interval = relative;
    cell.redundancy = Measure::Of(redundancy);
    cell.largest_component_share = Measure::Of(component);
    return RichnessOf(cell);
  };
  const Interval dense{1.1, 2};
  const Interval even{0.9, 1.1};
  const Interval sparse{0.2, 0.9};
  EXPECT_EQ(label(0.6, dense, 3, 1), Richness::kRich);
  EXPECT_EQ(label(0.59, dense, 3, 1), Richness::kModerate);
  EXPECT_EQ(label(0.6, even, 3, 1), Richness::kModerate);
  EXPECT_EQ(label(0.6, dense, 2, 1), Richness::kModerate);
  EXPECT_EQ(label(0.25, even, 2, 1), Richness::kModerate);
  EXPECT_EQ(label(0.24, even, 2, 1), Richness::kThin);
  EXPECT_EQ(label(0.9, sparse, 2, 1), Richness::kThin);
  EXPECT_EQ(label(0.24, even, 2, 0.3), Richness::kThin);
  EXPECT_EQ(label(0.24, even, 2, 0.29), Richness::kAtrophied);
  EXPECT_EQ(label(0.24, even, 1, 1), Richness::kAtrophied);
}

// Layers dealt at random have no say in who names whom: the share of draws
// below the index is as likely to be anything.
TEST(LayerLinksTest, RandomLayersGiveUniformPercentiles) {
  double sum = 0;
  double squares = 0;
  constexpr int kRuns = 200;
  for (int run = 0; run < kRuns; ++run) {
    Random random(static_cast<std::uint64_t>(run));
    SnapshotBuilder builder(30);
    builder.AddNetwork("work");
    for (int person = 0; person < 30; ++person) {
      builder.person(person).layer =
          static_cast<Layer>(1 + random.Uniform(kLayerCount));
      std::vector<int> named;
      for (int other = 0; other < 30; ++other) {
        if (other != person && random.Uniform(8) == 0) named.push_back(other);
      }
      builder.Answer(person, "work", named);
    }
    const double p =
        LinksOf(builder).external_internal.null_comparison->percentile;
    sum += p;
    squares += p * p;
  }
  EXPECT_NEAR(sum / kRuns, 0.5, 0.06);
  EXPECT_NEAR(squares / kRuns - (sum / kRuns) * (sum / kRuns), 1.0 / 12, 0.02);
}

}  // namespace
}  // namespace pulsetaker::network
