#include "services/assessment/domain/catalogue.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "services/assessment/domain/standard_catalogue.h"

namespace pulsetaker::assessment {
namespace {

using Values = std::vector<std::pair<std::string, double>>;

std::vector<const FindingDefinition*> AllDefinitions() {
  std::vector<const FindingDefinition*> all;
  for (const auto* list :
       {&StandardCatalogue().risks, &StandardCatalogue().recommendations}) {
    for (const FindingDefinition& definition : *list) {
      all.push_back(&definition);
    }
  }
  return all;
}

const FindingDefinition& DefinitionOf(const std::string& id) {
  for (const FindingDefinition* definition : AllDefinitions()) {
    if (definition->id == id) return *definition;
  }
  ADD_FAILURE() << "no finding " << id;
  return StandardCatalogue().risks.front();
}

PhaseResult PhaseAt(Phase phase) {
  PhaseResult result;
  result.verdict = PhaseVerdict::kPhase;
  result.absence = Absence::kNone;
  result.phase = phase;
  return result;
}

MetricTable TableOf(const Values& values) {
  MetricTable table;
  for (const auto& [name, value] : values) table.Set(name, Reading::Of(value));
  return table;
}

// As the report and the design have it, written down apart from the catalogue:
// the phases, an input that fires the finding, and the same input with one
// value just across its threshold.
struct Row {
  std::string id;
  std::vector<Phase> phases;
  Values fires;
  std::vector<std::pair<std::string, double>> just_not;
};

constexpr Phase k0 = Phase::kLatent;
constexpr Phase k1 = Phase::kDesign;
constexpr Phase k2 = Phase::kMobilisation;
constexpr Phase k3 = Phase::kMainstreaming;
constexpr Phase k4 = Phase::kEmbedding;

const std::vector<Row> kRiskRows = {
    {"complacency",
     {k0},
     {{"item.au1", 39.99}, {"item.au4r", 39.99}},
     {{"item.au1", 40}, {"item.au4r", 40}}},
    {"capacity_missing",
     {k1},
     {{"corner.authority", 60},
      {"corner.capacity", 39.99},
      {"arrow.a_c", 39.99}},
     {{"corner.authority", 59.99}, {"corner.capacity", 40}, {"arrow.a_c", 40}}},
    {"resistance",
     {k1},
     {{"item.oc3r", 39.99},
      {"triangle.frontline_authority", 40},
      {"triangle.gatekeeper_gap_sd", 0.99}},
     {{"item.oc3r", 40}}},
    {"resistance",
     {k1},
     {{"item.oc3r", 40},
      {"triangle.frontline_authority", 39.99},
      {"triangle.gatekeeper_gap_sd", 0.99}},
     {{"triangle.frontline_authority", 40}}},
    {"resistance",
     {k1},
     {{"item.oc3r", 40},
      {"triangle.frontline_authority", 40},
      {"triangle.gatekeeper_gap_sd", 1}},
     {{"triangle.gatekeeper_gap_sd", 0.99}}},
    {"founders_hold_on",
     {k2},
     {{"item.oc5", 39.99},
      {"arrow.a_c", 60},
      {"network.innovation.lasting_hub_share", 0.49}},
     {{"item.oc5", 40}, {"arrow.a_c", 59.99}}},
    {"founders_hold_on",
     {k2},
     {{"item.oc5", 40},
      {"arrow.a_c", 0},
      {"network.innovation.lasting_hub_share", 0.5}},
     {{"network.innovation.lasting_hub_share", 0.49}}},
    {"enemies",
     {k2},
     {{"triangle.perception_gap", 25},
      {"triangle.authority_dip_p", 0.05},
      {"triangle.value_dip_p", 0.05}},
     {{"triangle.perception_gap", 24.99}}},
    {"enemies",
     {k2},
     {{"triangle.perception_gap", 0},
      {"triangle.authority_dip_p", 0.049},
      {"triangle.value_dip_p", 0.05}},
     {{"triangle.authority_dip_p", 0.05}}},
    {"enemies",
     {k2},
     {{"triangle.perception_gap", 0},
      {"triangle.authority_dip_p", 0.05},
      {"triangle.value_dip_p", 0.049}},
     {{"triangle.value_dip_p", 0.05}}},
    {"weak_management",
     {k3},
     {{"corner.capacity", 59.99}, {"network.layers.sectoral_thin", 0}},
     {{"corner.capacity", 60}}},
    {"weak_management",
     {k3},
     {{"corner.capacity", 60}, {"network.layers.sectoral_thin", 1}},
     {{"network.layers.sectoral_thin", 0}}},
    {"misalignment", {k3}, {{"item.oc4", 44.99}}, {{"item.oc4", 45}}},
    {"stagnation",
     {k4},
     {{"item.au1", 39.99},
      {"network.clique.turnover", 0.099},
      {"network.clique.renewal", 0.099}},
     {{"item.au1", 40},
      {"network.clique.turnover", 0.1},
      {"network.clique.renewal", 0.1}}},
    {"imbalance",
     {k4},
     {{"triangle.spread", 25}},
     {{"triangle.spread", 24.99}}},
    {"core_departure",
     {},
     {{"network.clique.fragility_percentile", 95.01}},
     {{"network.clique.fragility_percentile", 95}}},
    {"public_bystanders",
     {},
     {{"item.va3", 39.99}, {"network.layers.public_coverage", 0.249}},
     {{"item.va3", 40}, {"network.layers.public_coverage", 0.25}}},
};

const std::vector<Row> kRecommendationRows = {
    {"R0",
     {k0},
     {{"item.au1", 39.99}, {"item.va2", 60}, {"item.trigger_present", 49.99}},
     {{"item.au1", 40}, {"item.va2", 59.99}, {"item.trigger_present", 50}}},
    {"R1",
     {k0, k1},
     {{"item.au1", 39.99}, {"item.au5", 40}},
     {{"item.au1", 40}}},
    {"R1",
     {k0, k1},
     {{"item.au1", 40}, {"item.au5", 39.99}},
     {{"item.au5", 40}}},
    {"R2", {}, {{"item.au6r", 39.99}}, {{"item.au6r", 40}}},
    {"R3",
     {k1, k2},
     {{"item.au2", 44.99}, {"item.au3", 45}},
     {{"item.au2", 45}}},
    {"R3",
     {k1, k2},
     {{"item.au2", 45}, {"item.au3", 44.99}},
     {{"item.au3", 45}}},
    {"R4",
     {},
     {{"item.oc2", 44.99},
      {"network.expert.ei_index", -0.32},
      {"network.learning.ei_index", -0.32}},
     {{"item.oc2", 45}}},
    {"R4",
     {},
     {{"item.oc2", 45},
      {"network.expert.ei_index", -0.33},
      {"network.learning.ei_index", -0.32}},
     {{"network.expert.ei_index", -0.32}}},
    {"R4",
     {},
     {{"item.oc2", 45},
      {"network.expert.ei_index", -0.32},
      {"network.learning.ei_index", -0.33}},
     {{"network.learning.ei_index", -0.32}}},
    {"R5", {}, {{"item.oc6", 39.99}}, {{"item.oc6", 40}}},
    {"R6",
     {},
     {{"network.innovation.systemic_hub_count", 0},
      {"network.layers.rise_of_ideas", 0.3}},
     {{"network.innovation.systemic_hub_count", 1}}},
    {"R6",
     {},
     {{"network.innovation.systemic_hub_count", 1},
      {"network.layers.rise_of_ideas", 0.299}},
     {{"network.layers.rise_of_ideas", 0.3}}},
    {"R7",
     {k0, k1},
     {{"item.oc7x.frontline_public", 39.99}},
     {{"item.oc7x.frontline_public", 40}}},
    {"R8",
     {k1},
     {{"corner.authority", 60},
      {"item.oc3r", 39.99},
      {"external.rule_barriers", 0}},
     {{"corner.authority", 59.99}, {"item.oc3r", 40}}},
    {"R8",
     {k1},
     {{"corner.authority", 60},
      {"item.oc3r", 40},
      {"external.rule_barriers", 1}},
     {{"external.rule_barriers", 0}}},
    {"R9",
     {k1},
     {{"external.dominant_option", 1}, {"network.hybridity", 0.99}},
     {{"external.dominant_option", 0}, {"network.hybridity", 1}}},
    {"R10",
     {k2},
     {{"corner.value", 45}, {"item.oc7x", 44.99}},
     {{"corner.value", 44.99}, {"item.oc7x", 45}}},
    {"R11",
     {k3},
     {{"external.capital_need", 1}, {"item.va6", 60}},
     {{"external.capital_need", 0}, {"item.va6", 59.99}}},
    {"R12",
     {},
     {{"item.au6r", 39.99}, {"item.va6", 60}},
     {{"item.au6r", 40}, {"item.va6", 59.99}}},
    {"R13",
     {k2, k3},
     {{"item.oc1", 44.99}, {"network.innovation.hub_count", 3}},
     {{"item.oc1", 45}}},
    {"R13",
     {k2, k3},
     {{"item.oc1", 45}, {"network.innovation.hub_count", 2}},
     {{"network.innovation.hub_count", 3}}},
    {"R14",
     {},
     {{"network.innovation.outside_share", 0.049},
      {"network.innovation.liaison_count", 1},
      {"network.innovation.broker_share", 0.5}},
     {{"network.innovation.outside_share", 0.05}}},
    {"R14",
     {},
     {{"network.innovation.outside_share", 0.05},
      {"network.innovation.liaison_count", 0},
      {"network.innovation.broker_share", 0.5}},
     {{"network.innovation.liaison_count", 1}}},
    {"R14",
     {},
     {{"network.innovation.outside_share", 0.05},
      {"network.innovation.liaison_count", 1},
      {"network.innovation.broker_share", 0.501}},
     {{"network.innovation.broker_share", 0.5}}},
    {"R15",
     {k1, k2},
     {{"external.similar_localities", 1}},
     {{"external.similar_localities", 0}}},
    {"R16",
     {},
     {{"item.va3", 39.99}, {"item.va4", 40}, {"network.layers.public_thin", 0}},
     {{"item.va3", 40}}},
    {"R16",
     {},
     {{"item.va3", 40}, {"item.va4", 39.99}, {"network.layers.public_thin", 0}},
     {{"item.va4", 40}}},
    {"R16",
     {},
     {{"item.va3", 40}, {"item.va4", 40}, {"network.layers.public_thin", 1}},
     {{"network.layers.public_thin", 0}}},
    {"R17",
     {},
     {{"external.commissioner_capacity", 44.99},
      {"item.va6", 0},
      {"external.unowned_value", 0}},
     {{"external.commissioner_capacity", 45}}},
    {"R17",
     {},
     {{"external.commissioner_capacity", 45},
      {"item.va6", 60},
      {"external.unowned_value", 1}},
     {{"item.va6", 59.99}, {"external.unowned_value", 0}}},
    {"R18",
     {},
     {{"network.layers.systemic_frontline_thin", 1},
      {"triangle.perception_gap", 24.99}},
     {{"network.layers.systemic_frontline_thin", 0}}},
    {"R18",
     {},
     {{"network.layers.systemic_frontline_thin", 0},
      {"triangle.perception_gap", 25}},
     {{"triangle.perception_gap", 24.99}}},
    {"R19",
     {},
     {{"network.clique.closed_core", 1}, {"network.sectors.excluded_count", 0}},
     {{"network.clique.closed_core", 0}}},
    {"R19",
     {},
     {{"network.clique.closed_core", 0}, {"network.sectors.excluded_count", 1}},
     {{"network.sectors.excluded_count", 0}}},
    {"R20",
     {},
     {{"network.sectors.weak_count", 1}},
     {{"network.sectors.weak_count", 0}}},
    {"R21",
     {},
     {{"network.clique.fragile", 1}, {"item.oc5", 40}},
     {{"network.clique.fragile", 0}}},
    {"R21",
     {},
     {{"network.clique.fragile", 0}, {"item.oc5", 39.99}},
     {{"item.oc5", 40}}},
    {"R22",
     {},
     {{"network.introduction_count", 1}},
     {{"network.introduction_count", 0}}},
    {"R23",
     {},
     {{"triangle.gate_failed", 1},
      {"network.response_lowest", 0.8},
      {"network.sectors.below_floor_count", 0}},
     {{"triangle.gate_failed", 0}}},
    {"R23",
     {},
     {{"triangle.gate_failed", 0},
      {"network.response_lowest", 0.799},
      {"network.sectors.below_floor_count", 0}},
     {{"network.response_lowest", 0.8}}},
    {"R23",
     {},
     {{"triangle.gate_failed", 0},
      {"network.response_lowest", 0.8},
      {"network.sectors.below_floor_count", 1}},
     {{"network.sectors.below_floor_count", 0}}},
};

std::vector<Row> AllRows() {
  std::vector<Row> rows = kRiskRows;
  rows.insert(rows.end(), kRecommendationRows.begin(),
              kRecommendationRows.end());
  return rows;
}

TEST(CatalogueTest, EachFindingFiresAndJustDoesNot) {
  for (const Row& row : AllRows()) {
    SCOPED_TRACE(row.id);
    const FindingDefinition& definition = DefinitionOf(row.id);
    EXPECT_EQ(definition.phases, row.phases);
    const std::vector<Phase> all = {k0, k1, k2, k3, k4};
    for (const Phase phase : all) {
      SCOPED_TRACE(PhaseLabel(phase));
      const bool applies =
          row.phases.empty() || std::find(row.phases.begin(), row.phases.end(),
                                          phase) != row.phases.end();
      const Finding fired =
          Decide(definition, TableOf(row.fires), PhaseAt(phase));
      EXPECT_EQ(fired.status,
                applies ? FindingStatus::kFired : FindingStatus::kNotFired);
      EXPECT_TRUE(fired.missing_inputs.empty());
      EXPECT_FALSE(fired.phase_tentative);
    }
    const Phase phase = row.phases.empty() ? k2 : row.phases.front();
    for (const auto& [metric, value] : row.just_not) {
      SCOPED_TRACE(metric);
      MetricTable table = TableOf(row.fires);
      table.Set(metric, Reading::Of(value));
      EXPECT_EQ(Decide(definition, table, PhaseAt(phase)).status,
                FindingStatus::kNotFired);
    }
  }
}

// What would decide a finding and is missing leaves it open, by the reason for
// which it is missing; unless something else speaks against the finding.
TEST(CatalogueTest, EachFindingIsOpenWithoutWhatDecidesIt) {
  for (const Row& row : AllRows()) {
    SCOPED_TRACE(row.id);
    const FindingDefinition& definition = DefinitionOf(row.id);
    const PhaseResult phase =
        PhaseAt(row.phases.empty() ? k2 : row.phases.front());
    for (const auto& [metric, value] : row.just_not) {
      SCOPED_TRACE(metric);
      const std::vector<std::string> just_this = {metric};
      MetricTable table = TableOf(row.fires);
      table.Set(metric, Reading::Missing(Absence::kWithheld));
      Finding finding = Decide(definition, table, phase);
      EXPECT_EQ(finding.status, FindingStatus::kWithheld);
      EXPECT_EQ(finding.missing_inputs, just_this);
      EXPECT_EQ(finding.withheld_inputs, just_this);

      table.Set(metric, Reading::Missing(Absence::kTooFewAnswers));
      finding = Decide(definition, table, phase);
      EXPECT_EQ(finding.status, FindingStatus::kNotMeasured);
      EXPECT_EQ(finding.missing_inputs, just_this);
      EXPECT_TRUE(finding.withheld_inputs.empty());

      for (const auto& [other, against] : row.just_not) {
        if (other == metric) continue;
        MetricTable decided = table;
        decided.Set(other, Reading::Of(against));
        EXPECT_EQ(Decide(definition, decided, phase).status,
                  FindingStatus::kNotFired)
            << other;
      }
    }
  }
}

TEST(CatalogueTest, EveryFindingAndEveryConditionHasARow) {
  std::set<std::string> ids;
  std::set<std::pair<std::string, std::string>> crossed;
  for (const Row& row : AllRows()) {
    ids.insert(row.id);
    for (const auto& [metric, value] : row.just_not) {
      crossed.insert({row.id, metric});
    }
  }
  for (const FindingDefinition* definition : AllDefinitions()) {
    const std::string id(definition->id);
    EXPECT_EQ(ids.count(id), 1u) << id;
    for (const Clause& clause : definition->clauses) {
      EXPECT_FALSE(clause.empty()) << id;
      for (const Condition& condition : clause) {
        const std::string metric(condition.metric);
        EXPECT_EQ(crossed.count({id, metric}), 1u) << id << " " << metric;
      }
    }
  }
}

TEST(CatalogueTest, IsWellFormed) {
  std::set<std::string> ids;
  for (const FindingDefinition* definition : AllDefinitions()) {
    SCOPED_TRACE(definition->id);
    EXPECT_TRUE(ids.insert(std::string(definition->id)).second);
    EXPECT_FALSE(definition->source.empty());
    EXPECT_FALSE(definition->clauses.empty());
    for (const Clause& clause : definition->clauses) {
      for (const Condition& condition : clause) {
        EXPECT_NE(FindMetric(condition.metric), nullptr) << condition.metric;
      }
    }
  }
  EXPECT_EQ(StandardCatalogue().risks.size(), 11u);
  ASSERT_EQ(StandardCatalogue().recommendations.size(), 24u);
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_EQ(StandardCatalogue().recommendations[i].id,
              "R" + std::to_string(i));
  }
}

// The corner whose level the metric is, if it is one.
std::optional<Corner> CornerOfLevel(absl::string_view metric) {
  for (const auto& [prefix, corner] :
       {std::pair("corner.authority", Corner::kAuthority),
        std::pair("item.au", Corner::kAuthority),
        std::pair("triangle.frontline_authority", Corner::kAuthority),
        std::pair("corner.capacity", Corner::kCapacity),
        std::pair("item.oc", Corner::kCapacity),
        std::pair("corner.value", Corner::kValue),
        std::pair("item.va", Corner::kValue)}) {
    if (absl::StartsWith(metric, prefix)) return corner;
  }
  return std::nullopt;
}

// A low level of a corner that hardly counts in a phase is no risk there. The
// one risk of any phase that looks at a level, that of the public as
// bystanders, needs what the network shows, too.
TEST(CatalogueTest, NoRiskRestsOnALowLevelOfACornerThatHardlyCounts) {
  int checked = 0;
  for (const FindingDefinition& risk : StandardCatalogue().risks) {
    for (const Clause& clause : risk.clauses) {
      for (const Condition& condition : clause) {
        const auto corner = CornerOfLevel(condition.metric);
        if (!corner || condition.comparison != Comparison::kLess) continue;
        if (risk.phases.empty()) {
          EXPECT_EQ(risk.id, "public_bystanders");
          EXPECT_EQ(risk.clauses.size(), 2u);
          EXPECT_EQ(risk.clauses[1][0].metric,
                    "network.layers.public_coverage");
        }
        for (const Phase phase : risk.phases) {
          ++checked;
          EXPECT_GE(PhaseCornerWeights()[static_cast<std::size_t>(phase)]
                                        [static_cast<std::size_t>(*corner)],
                    kCornerWeightMin)
              << risk.id << " " << condition.metric;
        }
      }
    }
  }
  EXPECT_GE(checked, 8);
}

// What the catalogue does not use would be computed for nothing.
TEST(CatalogueTest, UsesEveryMetricButPlainArrows) {
  std::set<std::string> used;
  for (const FindingDefinition* definition : AllDefinitions()) {
    for (const Clause& clause : definition->clauses) {
      for (const Condition& condition : clause) {
        used.insert(std::string(condition.metric));
      }
    }
  }
  for (const MetricDefinition& metric : MetricDefinitions()) {
    if (metric.name.substr(0, 6) == "arrow.") continue;
    EXPECT_EQ(used.count(std::string(metric.name)), 1u) << metric.name;
  }
}

TEST(DecideTest, NothingMeasuredIsNotMeasuredAndSaysWhatIsMissing) {
  PhaseResult phase;
  phase.absence = Absence::kNotAsked;
  for (const FindingDefinition* definition : AllDefinitions()) {
    SCOPED_TRACE(definition->id);
    const Finding finding = Decide(*definition, MetricTable(), phase);
    EXPECT_EQ(finding.status, FindingStatus::kNotMeasured);
    std::set<std::string> want;
    if (!definition->phases.empty()) want.insert("phase");
    for (const Clause& clause : definition->clauses) {
      for (const Condition& condition : clause) {
        want.insert(std::string(condition.metric));
      }
    }
    EXPECT_EQ(std::set<std::string>(finding.missing_inputs.begin(),
                                    finding.missing_inputs.end()),
              want);
    EXPECT_EQ(finding.missing_inputs.size(), want.size());
  }
}

TEST(DecideTest, OnlyNamesWhatWouldDecide) {
  // R16 needs one of three.
  const FindingDefinition& any = DefinitionOf("R16");
  MetricTable table = TableOf({{"item.va3", 50}});
  Finding finding = Decide(any, table, PhaseAt(k2));
  EXPECT_EQ(finding.status, FindingStatus::kNotMeasured);
  EXPECT_EQ(
      finding.missing_inputs,
      (std::vector<std::string>{"item.va4", "network.layers.public_thin"}));
  EXPECT_EQ(finding.evidence.size(), 3u);
  // One that holds is enough, whatever is missing.
  table.Set("network.layers.public_thin", Reading::Of(1));
  finding = Decide(any, table, PhaseAt(k2));
  EXPECT_EQ(finding.status, FindingStatus::kFired);
  EXPECT_TRUE(finding.missing_inputs.empty());

  // R12 needs both: one that fails is enough.
  EXPECT_EQ(
      Decide(DefinitionOf("R12"), TableOf({{"item.va6", 10}}), PhaseAt(k2))
          .status,
      FindingStatus::kNotFired);
}

TEST(DecideTest, WithheldIsSaidWhereItWouldDecide) {
  MetricTable table;
  table.Set("item.au6r", Reading::Missing(Absence::kWithheld));
  EXPECT_EQ(Decide(DefinitionOf("R2"), table, PhaseAt(k2)).status,
            FindingStatus::kWithheld);
  table.Set("item.va6", Reading::Of(0));
  EXPECT_EQ(Decide(DefinitionOf("R12"), table, PhaseAt(k2)).status,
            FindingStatus::kNotFired);
  PhaseResult phase;
  phase.absence = Absence::kWithheld;
  EXPECT_EQ(
      Decide(DefinitionOf("misalignment"), TableOf({{"item.oc4", 10}}), phase)
          .status,
      FindingStatus::kWithheld);
}

TEST(DecideTest, KnowsUnsurePhases) {
  const FindingDefinition& risk = DefinitionOf("misalignment");  // Phase 3.
  const MetricTable table = TableOf({{"item.oc4", 10}});
  PhaseResult phase = PhaseAt(k2);
  phase.verdict = PhaseVerdict::kBetween;
  phase.second_phase = k3;
  Finding finding = Decide(risk, table, phase);
  EXPECT_EQ(finding.status, FindingStatus::kFired);
  EXPECT_TRUE(finding.phase_tentative);

  phase.second_phase = k1;
  finding = Decide(risk, table, phase);
  EXPECT_EQ(finding.status, FindingStatus::kNotFired);
  EXPECT_FALSE(finding.phase_tentative);

  // R3 applies in 1 and 2 alike.
  EXPECT_FALSE(Decide(DefinitionOf("R3"), TableOf({{"item.au2", 10}}), phase)
                   .phase_tentative);

  phase.verdict = PhaseVerdict::kIndeterminate;
  finding = Decide(risk, table, phase);
  EXPECT_EQ(finding.status, FindingStatus::kNotMeasured);
  EXPECT_EQ(finding.missing_inputs, (std::vector<std::string>{"phase"}));
  // Evidence against it decides it in any phase.
  EXPECT_EQ(Decide(risk, TableOf({{"item.oc4", 90}}), phase).status,
            FindingStatus::kNotFired);
}

TEST(DecideAllTest, ListsTheSectorsItIsAbout) {
  NetworkFindings network;
  network.sectors = {{"vcs", SectorStanding::kExcluded, false},
                     {"health", SectorStanding::kIncluded, false},
                     {"residents", SectorStanding::kWeak, false},
                     {"students", SectorStanding::kDetached, false}};
  const MetricTable table = TableOf({{"network.sectors.excluded_count", 1},
                                     {"network.sectors.weak_count", 2}});
  const std::vector<Finding> findings = DecideAll(
      StandardCatalogue().recommendations, table, PhaseAt(k2), network);
  EXPECT_EQ(findings[19].sectors, (std::vector<std::string>{"vcs"}));
  EXPECT_EQ(findings[20].sectors,
            (std::vector<std::string>{"residents", "students"}));
  EXPECT_TRUE(findings[18].sectors.empty());
}

TEST(HoldsTest, ComparesAtTheThreshold) {
  EXPECT_TRUE(Holds(1, Comparison::kLess, 2));
  EXPECT_FALSE(Holds(2, Comparison::kLess, 2));
  EXPECT_TRUE(Holds(2, Comparison::kAtLeast, 2));
  EXPECT_FALSE(Holds(1, Comparison::kAtLeast, 2));
  EXPECT_TRUE(Holds(3, Comparison::kGreater, 2));
  EXPECT_FALSE(Holds(2, Comparison::kGreater, 2));
  EXPECT_TRUE(Holds(2, Comparison::kAtMost, 2));
  EXPECT_FALSE(Holds(3, Comparison::kAtMost, 2));
}

}  // namespace
}  // namespace pulsetaker::assessment
