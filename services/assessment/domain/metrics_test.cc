#include "services/assessment/domain/metrics.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "services/assessment/domain/testing.h"

namespace pulsetaker::assessment {
namespace {

using testing::Always;
using testing::Group;
using testing::MakeWave;
using testing::QuickParameters;
using testing::Rater;
using testing::StandardItems;

constexpr Layer kSystemic = Layer::kSystemic;
constexpr Layer kSectoral = Layer::kSectoral;
constexpr Layer kFrontline = Layer::kFrontline;
constexpr Layer kPublic = Layer::kPublic;

MetricTable Compute(WaveData wave, const NetworkFindings& network,
                    const NetworkFindings* previous = nullptr) {
  EXPECT_TRUE(Canonicalize(wave).ok());
  const Parameters parameters = QuickParameters();
  const Triangle triangle = ScoreTriangle(wave, parameters);
  return ComputeMetrics({wave, triangle, network, previous}, parameters);
}

WaveData DefaultWave(const Rater& rater = Always(3)) {
  return MakeWave(StandardItems(),
                  {{kSystemic, "x", 10, 8},
                   {kSectoral, "x", 10, 8},
                   {kFrontline, "x", 10, 8},
                   {kPublic, "x", 10, 8}},
                  rater);
}

Reading FromNetwork(const NetworkFindings& network, const std::string& metric) {
  return Compute(DefaultWave(), network).Get(metric);
}

TEST(MetricDefinitionsTest, AreSortedAndDescribed) {
  const auto definitions = MetricDefinitions();
  for (std::size_t i = 0; i < definitions.size(); ++i) {
    EXPECT_FALSE(definitions[i].description.empty()) << definitions[i].name;
    if (i > 0) {
      EXPECT_LT(definitions[i - 1].name, definitions[i].name);
    }
  }
  EXPECT_EQ(FindMetric("item.au1")->name, "item.au1");
  EXPECT_EQ(FindMetric("item.au99"), nullptr);
}

TEST(MetricTableDeathTest, RefusesUnknownNames) {
  MetricTable table;
  EXPECT_DEATH(table.Set("item.au99", Reading::Of(1)), "no metric item.au99");
  EXPECT_DEATH(table.Get("item.au99"), "no metric item.au99");
}

// Each item has its own level, so that none is taken for another.
TEST(ComputeMetricsTest, TakesItemsAndFeaturesFromTheTriangle) {
  const MetricTable metrics =
      Compute(DefaultWave([](std::size_t, const Item& item) {
                return item.id == "oc3r" ? 2 : item.id == "va3" ? 5 : 3;
              }),
              {});
  EXPECT_EQ(metrics.Get("item.oc3r"), Reading::Of(25));
  EXPECT_EQ(metrics.Get("item.va3"), Reading::Of(100));
  EXPECT_EQ(metrics.Get("item.trigger_present"), Reading::Of(50));
  EXPECT_EQ(metrics.Get("corner.authority"), Reading::Of(50));
  EXPECT_EQ(metrics.Get("arrow.a_c"), Reading::Of(50));
  EXPECT_EQ(metrics.Get("triangle.gate_failed"), Reading::Of(0));
  EXPECT_EQ(metrics.Get("external.capital_need").absence, Absence::kNoSource);
  EXPECT_EQ(metrics.Get("network.hybridity").absence, Absence::kNotAsked);
}

TEST(ComputeMetricsTest, LeavesNothingUnset) {
  const MetricTable metrics = Compute(DefaultWave(), {});
  for (const MetricDefinition& metric : MetricDefinitions()) {
    const bool external = metric.name.substr(0, 9) == "external.";
    EXPECT_EQ(metrics.Get(metric.name).absence == Absence::kNoSource, external)
        << metric.name;
  }
}

TEST(ComputeMetricsTest, WithoutItemsTheyAreNotAsked) {
  const MetricTable metrics =
      Compute(MakeWave({}, {{kSystemic, "x", 10, 8}}, Always(3)), {});
  for (const MetricDefinition& metric : MetricDefinitions()) {
    const absl::string_view name = metric.name;
    if (name.substr(0, 5) == "item." || name.substr(0, 7) == "corner." ||
        name.substr(0, 6) == "arrow.") {
      EXPECT_EQ(metrics.Get(name).absence, Absence::kNotAsked) << name;
    }
  }
  EXPECT_EQ(metrics.Get("triangle.gate_failed"), Reading::Of(0));
  EXPECT_EQ(metrics.Get("triangle.frontline_authority").absence,
            Absence::kNotAsked);
}

TEST(ComputeMetricsTest, TheGateFailsOnFewAnswers) {
  const auto gate = [](int invited, int answered) {
    return Compute(MakeWave(StandardItems(),
                            {{kSystemic, "x", invited, answered}}, Always(3)),
                   {})
        .Get("triangle.gate_failed");
  };
  EXPECT_EQ(gate(10, 5), Reading::Of(0));
  EXPECT_EQ(gate(11, 5), Reading::Of(1));
  EXPECT_EQ(gate(4, 4), Reading::Of(1));
}

TEST(ComputeMetricsTest, MoneyOfFrontlineAndPublicIsTheirs) {
  const auto money = [](int systemic, int open) {
    return Compute(MakeWave(StandardItems(),
                            {{kSystemic, "x", 10, systemic},
                             {kFrontline, "x", 4, 4},
                             {kPublic, "x", 10, open}},
                            [systemic](std::size_t person, const Item&) {
                              return person < static_cast<std::size_t>(systemic)
                                         ? 5
                                         : 2;
                            }),
                   {})
        .Get("item.oc7x.frontline_public");
  };
  EXPECT_EQ(money(8, 6), Reading::Of(25));
  EXPECT_EQ(money(8, 0).absence, Absence::kTooFewAnswers);
  EXPECT_EQ(money(4, 10).absence, Absence::kWithheld);
  EXPECT_EQ(money(0, 10), Reading::Of(25));
}

TEST(ComputeMetricsTest, PerceptionGapHasNoSign) {
  // Systemic people see it darker by 50.
  const MetricTable metrics =
      Compute(DefaultWave([](std::size_t person, const Item&) {
                return person < 8 ? 2 : 4;
              }),
              {});
  EXPECT_EQ(metrics.Get("triangle.perception_gap"), Reading::Of(50));
  EXPECT_EQ(metrics.Get("triangle.frontline_authority"), Reading::Of(75));
}

// 8 gatekeepers score 25. The 24 others score 50, 75 and 100 in equal parts:
// mean 75, variance 2 * 8 * 625 / 23.
TEST(ComputeMetricsTest, GatekeeperGapByHand) {
  WaveData wave = DefaultWave([](std::size_t person, const Item&) {
    return person < 8 ? 2 : 3 + static_cast<int>(person % 3);
  });
  NetworkSummary work;
  work.network_id = "work";
  work.roles = Absence::kNone;
  for (int i = 0; i < 4; ++i) {
    work.gatekeepers.push_back({"p0000" + std::to_string(i), kSystemic});
  }
  NetworkFindings network;
  network.networks = {work};
  const auto gap = [&] {
    return Compute(wave, network).Get("triangle.gatekeeper_gap_sd");
  };
  EXPECT_EQ(gap().absence, Absence::kTooFewAnswers);
  NetworkSummary innovation = work;
  innovation.network_id = "innovation";
  for (RoleHolder& holder : innovation.gatekeepers) holder.person[5] += 4;
  network.networks.push_back(innovation);
  ASSERT_TRUE(gap().measured());
  EXPECT_NEAR(gap().value, 50 / std::sqrt(16 * 625 / 23.0), 1e-9);
  // A person who holds the role twice counts once.
  network.networks.push_back(work);
  EXPECT_NEAR(gap().value, 50 / std::sqrt(16 * 625 / 23.0), 1e-9);

  for (NetworkSummary& each : network.networks) each.roles = Absence::kWithheld;
  EXPECT_EQ(gap().absence, Absence::kWithheld);
}

TEST(ComputeMetricsTest, CliqueVerdicts) {
  const std::pair<CliqueVerdict, Reading> cases[] = {
      {CliqueVerdict::kClosedCore, Reading::Of(1)},
      {CliqueVerdict::kOpenSharedLeadership, Reading::Of(0)},
      {CliqueVerdict::kParallelCliques, Reading::Of(0)},
      {CliqueVerdict::kDiffuse, Reading::Of(0)},
      {CliqueVerdict::kIndeterminate, Reading::Missing(Absence::kUndefined)},
      {CliqueVerdict::kInsufficientData,
       Reading::Missing(Absence::kTooFewAnswers)},
  };
  NetworkFindings network;
  EXPECT_EQ(FromNetwork(network, "network.clique.closed_core").absence,
            Absence::kNotAsked);
  network.clique = Absence::kNone;
  for (const auto& [verdict, want] : cases) {
    network.clique_verdict = verdict;
    EXPECT_EQ(FromNetwork(network, "network.clique.closed_core"), want);
  }
}

TEST(ComputeMetricsTest, PassesNumbersThrough) {
  NetworkFindings network;
  network.core_fragile = Reading::Of(1);
  network.core_fragility_percentile = Reading::Of(96);
  network.core_turnover = Reading::Of(0.2);
  network.hybridity = Reading::Of(0.9);
  network.renewal = Reading::Missing(Absence::kNoPreviousWave);
  network.public_coverage = Reading::Of(0.3);
  network.rise_of_ideas = Reading::Of(0.4);
  network.introduction_count = Reading::Of(2);
  const MetricTable metrics = Compute(DefaultWave(), network);
  EXPECT_EQ(metrics.Get("network.clique.fragile"), Reading::Of(1));
  EXPECT_EQ(metrics.Get("network.clique.fragility_percentile"),
            Reading::Of(96));
  EXPECT_EQ(metrics.Get("network.clique.turnover"), Reading::Of(0.2));
  EXPECT_EQ(metrics.Get("network.hybridity"), Reading::Of(0.9));
  EXPECT_EQ(metrics.Get("network.clique.renewal").absence,
            Absence::kNoPreviousWave);
  EXPECT_EQ(metrics.Get("network.layers.public_coverage"), Reading::Of(0.3));
  EXPECT_EQ(metrics.Get("network.layers.rise_of_ideas"), Reading::Of(0.4));
  EXPECT_EQ(metrics.Get("network.introduction_count"), Reading::Of(2));
}

TEST(ComputeMetricsTest, CountsSectorsByStanding) {
  NetworkFindings network;
  EXPECT_EQ(FromNetwork(network, "network.sectors.excluded_count").absence,
            Absence::kNotAsked);
  network.sector_standing = Absence::kNone;
  network.sectors = {{"a", SectorStanding::kExcluded, false},
                     {"b", SectorStanding::kWeak, false},
                     {"c", SectorStanding::kDetached, false},
                     {"d", SectorStanding::kCourted, false},
                     {"e", SectorStanding::kNotMeasured, true}};
  EXPECT_EQ(FromNetwork(network, "network.sectors.excluded_count"),
            Reading::Of(1));
  EXPECT_EQ(FromNetwork(network, "network.sectors.weak_count"), Reading::Of(2));
  EXPECT_EQ(FromNetwork(network, "network.sectors.below_floor_count"),
            Reading::Of(1));
  // No sector could be judged: that is not "none is excluded".
  network.sectors = {{"e", SectorStanding::kNotMeasured, true}};
  EXPECT_EQ(FromNetwork(network, "network.sectors.excluded_count").absence,
            Absence::kTooFewAnswers);
  EXPECT_EQ(FromNetwork(network, "network.sectors.below_floor_count"),
            Reading::Of(1));
}

LayerLink Link(Layer low, Layer high, Richness richness) {
  LayerLink link;
  link.low = low;
  link.high = high;
  link.richness = richness;
  if (richness == Richness::kNotMeasured) link.absence = Absence::kWithheld;
  return link;
}

TEST(ComputeMetricsTest, ThinLinks) {
  constexpr Richness kThin = Richness::kThin;
  constexpr Richness kRich = Richness::kRich;
  constexpr Richness kGone = Richness::kAtrophied;
  constexpr Richness kUnknown = Richness::kNotMeasured;
  const Reading withheld = Reading::Missing(Absence::kWithheld);
  const struct {
    Richness systemic_sectoral;
    Richness sectoral_frontline;
    Reading sectoral_thin;  // Either is enough.
  } sectoral_cases[] = {
      {kRich, kRich, Reading::Of(0)}, {kThin, kRich, Reading::Of(1)},
      {kRich, kGone, Reading::Of(1)}, {kUnknown, kThin, Reading::Of(1)},
      {kUnknown, kRich, withheld},    {kRich, kUnknown, withheld},
  };
  for (const auto& c : sectoral_cases) {
    NetworkFindings network;
    network.layer_links = {Link(kSystemic, kSectoral, c.systemic_sectoral),
                           Link(kFrontline, kSectoral, c.sectoral_frontline)};
    EXPECT_EQ(FromNetwork(network, "network.layers.sectoral_thin"),
              c.sectoral_thin);
  }
  const struct {
    Richness systemic;
    Richness sectoral;
    Richness frontline;
    Reading public_thin;  // All are needed.
  } public_cases[] = {
      {kThin, kGone, kThin, Reading::Of(1)},
      {kThin, kThin, Richness::kModerate, Reading::Of(0)},
      {kRich, kUnknown, kThin, Reading::Of(0)},
      {kThin, kUnknown, kThin, withheld},
  };
  for (const auto& c : public_cases) {
    NetworkFindings network;
    network.layer_links = {Link(kSystemic, kPublic, c.systemic),
                           Link(kSectoral, kPublic, c.sectoral),
                           Link(kFrontline, kPublic, c.frontline)};
    EXPECT_EQ(FromNetwork(network, "network.layers.public_thin"),
              c.public_thin);
  }
  NetworkFindings network;
  network.layer_links = {Link(kSystemic, kFrontline, kThin)};
  EXPECT_EQ(FromNetwork(network, "network.layers.systemic_frontline_thin"),
            Reading::Of(1));
  EXPECT_EQ(FromNetwork(network, "network.layers.public_thin").absence,
            Absence::kNotAsked);
}

TEST(ComputeMetricsTest, PublicCoverageIsAtMostTheSumOfItsLinks) {
  const std::string metric = "network.layers.public_coverage";
  NetworkFindings network;
  EXPECT_EQ(FromNetwork(network, metric).absence, Absence::kNotAsked);
  network.layer_links = {Link(kSystemic, kPublic, Richness::kThin),
                         Link(kPublic, kSectoral, Richness::kThin),
                         Link(kFrontline, kPublic, Richness::kThin)};
  network.layer_links[0].high_coverage = Reading::Of(0.0625);
  network.layer_links[0].low_coverage = Reading::Of(1);
  network.layer_links[1].low_coverage = Reading::Of(0.125);
  network.layer_links[1].high_coverage = Reading::Of(1);
  network.layer_links[2].high_coverage = Reading::Of(0.25);
  EXPECT_EQ(FromNetwork(network, metric), Reading::Of(0.4375));
  network.layer_links[1].low_coverage = Reading::Of(0.9);
  EXPECT_EQ(FromNetwork(network, metric), Reading::Of(1));
  network.layer_links[2].high_coverage = Reading::Missing(Absence::kWithheld);
  EXPECT_EQ(FromNetwork(network, metric).absence, Absence::kWithheld);
  // What is known for the layer as a whole is better.
  network.public_coverage = Reading::Of(0.5);
  EXPECT_EQ(FromNetwork(network, metric), Reading::Of(0.5));
}

NetworkSummary Summary(const std::string& id,
                       const std::vector<RoleHolder>& hubs) {
  NetworkSummary network;
  network.network_id = id;
  network.roles = Absence::kNone;
  network.hubs = hubs;
  return network;
}

TEST(ComputeMetricsTest, HubsOfTheInnovationNetwork) {
  NetworkFindings network;
  EXPECT_EQ(FromNetwork(network, "network.innovation.hub_count").absence,
            Absence::kNotAsked);
  network.networks = {
      Summary("work", {{"a", kSystemic}}),
      Summary("innovation",
              {{"a", kSystemic}, {"b", kSectoral}, {"c", kPublic}})};
  EXPECT_EQ(FromNetwork(network, "network.innovation.hub_count"),
            Reading::Of(3));
  EXPECT_EQ(FromNetwork(network, "network.innovation.systemic_hub_count"),
            Reading::Of(1));
  network.networks[1].roles = Absence::kWithheld;
  EXPECT_EQ(FromNetwork(network, "network.innovation.hub_count").absence,
            Absence::kWithheld);
}

TEST(ComputeMetricsTest, LastingHubsAreHubsFourTimes) {
  NetworkFindings now;
  now.networks = {Summary("innovation", {{"a", kSystemic},
                                         {"b", kSystemic},
                                         {"c", kSystemic},
                                         {"d", kSystemic}}),
                  Summary("work", {{"a", kSystemic}, {"b", kSystemic}})};
  NetworkFindings before;
  before.networks = {Summary("innovation", {{"a", kSystemic}}),
                     Summary("work", {{"a", kSystemic}, {"b", kSystemic}})};
  const std::string metric = "network.innovation.lasting_hub_share";
  EXPECT_EQ(Compute(DefaultWave(), now).Get(metric).absence,
            Absence::kNoPreviousWave);
  EXPECT_EQ(Compute(DefaultWave(), now, &before).Get(metric),
            Reading::Of(0.25));
  before.networks[0].roles = Absence::kWithheld;
  EXPECT_EQ(Compute(DefaultWave(), now, &before).Get(metric).absence,
            Absence::kWithheld);
  NetworkFindings none = now;
  none.networks[0].hubs.clear();
  EXPECT_EQ(Compute(DefaultWave(), none, &now).Get(metric).absence,
            Absence::kUndefined);
}

TEST(ComputeMetricsTest, LowestOfTheNetworks) {
  NetworkFindings network;
  network.networks = {Summary("expert", {}), Summary("learning", {}),
                      Summary("work", {})};
  network.networks[0].response_rate = Reading::Of(0.9);
  network.networks[1].response_rate = Reading::Missing(Absence::kUndefined);
  network.networks[2].response_rate = Reading::Of(0.7);
  network.networks[0].ei_index = Reading::Of(-0.2);
  network.networks[1].ei_index = Reading::Of(-0.4);
  network.networks[2].ei_index = Reading::Of(-0.9);  // Not one of the two.
  EXPECT_EQ(FromNetwork(network, "network.response_lowest"), Reading::Of(0.7));
  EXPECT_EQ(FromNetwork(network, "network.expert.ei_index"), Reading::Of(-0.2));
  EXPECT_EQ(FromNetwork(network, "network.learning.ei_index"),
            Reading::Of(-0.4));
}

}  // namespace
}  // namespace pulsetaker::assessment
