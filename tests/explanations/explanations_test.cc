// Walks every sentence that the assessment service writes about several made-up
// places, in every language: a number in a sentence must be one of its
// quantities, a quantity must be where its path says, and a metric must follow
// from what its origins lead to.

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "pulsetaker/assessment/v1/explanation.pb.h"
#include "pulsetaker/network/v1/analysis.pb.h"
#include "services/assessment/clients/findings_from_proto.h"
#include "services/assessment/domain/assessment.h"
#include "services/assessment/domain/explanation.h"
#include "services/assessment/domain/standard_catalogue.h"
#include "services/assessment/domain/testing.h"
#include "services/assessment/rpc/assessment_codec.h"
#include "services/assessment/rpc/explain_finding.h"
#include "tests/support/message_path.h"

namespace pulsetaker::assessment {
namespace {

namespace wire = network::v1;
using pulsetaker::testing::Follow;
using testing::Always;
using testing::Group;
using testing::MakeWave;
using testing::QuickParameters;
using testing::Rater;
using testing::StandardItems;

wire::Measure Value(double value) {
  wire::Measure measure;
  measure.set_value(value);
  return measure;
}

void AddNetwork(wire::Analysis& analysis, const std::string& id, double rate) {
  wire::NetworkFindings& network = *analysis.add_networks();
  network.set_network_id(id);
  network.set_directed(true);
  network.set_response_rate(rate);
  network.set_gate(wire::GATE_ALL_ROLES);
  network.set_arc_count(90);
  network.mutable_left_out()->set_off_roster(2);
  network.mutable_left_out()->set_not_invited(7);
  network.mutable_left_out()->set_opted_out(1);
  for (const auto& [person, role, layer] :
       {std::tuple("p00001", wire::ROLE_HUB, wire::LAYER_SYSTEMIC),
        std::tuple("p00030", wire::ROLE_HUB, wire::LAYER_SECTORAL),
        std::tuple("p00031", wire::ROLE_GATEKEEPER, wire::LAYER_SECTORAL)}) {
    wire::RoleFinding& finding = *network.add_roles();
    finding.set_person(person);
    finding.set_role(role);
    finding.set_certainty(wire::CERTAINTY_FIRM);
    finding.set_layer(layer);
  }
  for (const auto& [sector, answered] :
       {std::pair("health", 30), std::pair("residents", 4)}) {
    wire::SectorResponse& response = *network.add_sector_responses();
    response.set_sector(sector);
    response.set_invited_count(40);
    response.set_respondent_count(answered);
  }
}

void AddCell(wire::LayerLinks& links, wire::Layer upper, wire::Layer lower,
             double coverage, wire::LayerCell::Richness richness) {
  wire::LayerCell& cell = *links.add_vertical();
  cell.set_upper(upper);
  cell.set_lower(lower);
  cell.set_richness(richness);
  *cell.mutable_upper_coverage() = Value(coverage);
  *cell.mutable_lower_coverage() = Value(coverage / 4);
  *cell.mutable_rise() = Value(0.2);
}

// An analysis in which everything is measured that a metric is made from.
wire::Analysis FullAnalysis(double coverage = 0.6) {
  wire::Analysis analysis;
  analysis.set_name("tenants/t/localities/l/surveys/s/waves/1/analyses/a");
  analysis.mutable_thresholds()->set_group_response_rate(0.5);
  AddNetwork(analysis, "expert", 0.9);
  AddNetwork(analysis, "innovation", 0.7);
  AddNetwork(analysis, "work", 0.8);
  wire::CliqueRisk& risk = *analysis.mutable_clique_risk();
  risk.set_verdict(wire::CliqueRisk::VERDICT_CLOSED_CORE);
  risk.set_fragile(true);
  *risk.mutable_hybridity() = Value(0.875);
  *risk.mutable_turnover() = Value(0.625);
  *risk.mutable_renewal() = Value(0.0625);
  wire::Measure loss = Value(0.25);
  loss.mutable_null_comparison()->set_percentile(0.9725);
  *risk.mutable_fragility()->mutable_reach_loss() = loss;
  for (const auto& [sector, status] :
       {std::pair("health", wire::SectorStanding::STATUS_WEAK),
        std::pair("residents", wire::SectorStanding::STATUS_EXCLUDED)}) {
    wire::SectorStanding& standing = *risk.add_sectors();
    standing.set_sector(sector);
    standing.set_status(status);
  }
  wire::LayerLinks& links = *analysis.mutable_layer_links();
  using Cell = wire::LayerCell;
  AddCell(links, wire::LAYER_SYSTEMIC, wire::LAYER_SECTORAL, coverage,
          Cell::RICHNESS_RICH);
  AddCell(links, wire::LAYER_SYSTEMIC, wire::LAYER_FRONTLINE, coverage,
          Cell::RICHNESS_THIN);
  AddCell(links, wire::LAYER_SYSTEMIC, wire::LAYER_PUBLIC, coverage,
          Cell::RICHNESS_ATROPHIED);
  AddCell(links, wire::LAYER_SECTORAL, wire::LAYER_FRONTLINE, coverage,
          Cell::RICHNESS_MODERATE);
  AddCell(links, wire::LAYER_SECTORAL, wire::LAYER_PUBLIC, coverage,
          Cell::RICHNESS_THIN);
  AddCell(links, wire::LAYER_FRONTLINE, wire::LAYER_PUBLIC, coverage,
          Cell::RICHNESS_THIN);
  return analysis;
}

struct Place {
  std::string name;
  wire::Analysis analysis;
  v1::Assessment assessment;
};

AssessmentInputs InputsOf(const wire::Analysis& analysis,
                          const std::vector<Group>& groups, const Rater& rater,
                          std::vector<Item> items) {
  AssessmentInputs inputs;
  inputs.wave = MakeWave(std::move(items), groups, rater);
  inputs.network = FromProto(analysis).findings;
  inputs.analysis = analysis.name();
  inputs.parameters = QuickParameters();
  return inputs;
}

const std::vector<Group>& Groups() {
  static const std::vector<Group> groups = {
      {Layer::kSystemic, "council", 12, 10},
      {Layer::kSectoral, "health", 30, 22},
      {Layer::kFrontline, "health", 30, 20},
      {Layer::kPublic, "residents", 20, 12},
  };
  return groups;
}

Place Assess(std::string name, const wire::Analysis& analysis,
             AssessmentInputs inputs) {
  auto assessment = AssessWave(std::move(inputs));
  EXPECT_TRUE(assessment.ok()) << assessment.status();
  Place place = {std::move(name), analysis, {}};
  EXPECT_TRUE(place.assessment.ParseFromString(
      MakeAssessmentCodec()->Encode(*assessment)));
  return place;
}

AssessmentInputs After(AssessmentInputs inputs, AssessmentInputs before) {
  const auto assessment = AssessWave(before);
  EXPECT_TRUE(assessment.ok()) << assessment.status();
  PreviousWave previous;
  previous.wave = std::move(before.wave);
  previous.network = std::move(before.network);
  previous.assessment = assessment->name;
  previous.posterior = assessment->phase.posterior;
  inputs.previous = std::move(previous);
  return inputs;
}

// Ratings that differ by person and item, without chance.
Rater Mixed(int shift) {
  return [shift](std::size_t person, const Item& item) -> std::optional<int> {
    const std::size_t draw = person * 7 + item.id.size() * 3 +
                             static_cast<std::size_t>(item.id.back()) +
                             static_cast<std::size_t>(shift);
    if (draw % 11 == 0) return std::nullopt;
    return 1 + static_cast<int>(draw % 5);
  };
}

// The top is content, the rest is not.
std::optional<int> Apart(std::size_t person, const Item&) {
  return person < 10 ? 5 : 2;
}

// Strong authority, some capacity, little value: between two phases or early.
std::optional<int> Early(std::size_t person, const Item& item) {
  if (item.kind == ItemKind::kCorner && item.corner == Corner::kAuthority) {
    return 4;
  }
  return person % 2 == 0 ? 3 : 2;
}

std::vector<Place> Places() {
  const wire::Analysis full = FullAnalysis();
  const wire::Analysis less = FullAnalysis(0.4);
  wire::Analysis none;
  none.set_name(full.name());
  const auto of = [&](const Rater& rater) {
    return InputsOf(full, Groups(), rater, StandardItems());
  };
  const auto less_of = [&](const Rater& rater) {
    return InputsOf(less, Groups(), rater, StandardItems());
  };
  return {
      Assess("complacent", full, of(Always(2))),
      Assess("strong", full, of(Always(4))),
      Assess("mixed", full, of(Mixed(0))),
      Assess("apart", full, of(Apart)),
      Assess("early", full, of(Early)),
      Assess("reverse", less, After(less_of(Always(2)), of(Always(4)))),
      Assess("moving", less, After(less_of(Mixed(1)), of(Mixed(2)))),
      Assess("growing", full, After(of(Early), of(Always(2)))),
      Assess("few answers", full,
             InputsOf(full, {{Layer::kSectoral, "x", 100, 49}}, Always(1),
                      StandardItems())),
      Assess("no items", full, InputsOf(full, Groups(), Always(3), {})),
      Assess("no networks", none,
             InputsOf(none, Groups(), Mixed(3), StandardItems())),
  };
}

std::vector<std::string> IdsOf(const v1::Assessment& assessment) {
  std::vector<std::string> ids = {"phase", "change"};
  for (const auto* list :
       {&assessment.risks(), &assessment.recommendations()}) {
    for (const v1::Finding& finding : *list)
      ids.push_back(finding.finding_id());
  }
  return ids;
}

// The numbers of a text as they are written, with a point for the decimals.
std::vector<std::string> NumbersIn(const std::string& text) {
  static const std::regex number("-?[0-9]+([.,][0-9]+)?");
  std::vector<std::string> numbers;
  for (std::sregex_iterator i(text.begin(), text.end(), number), end; i != end;
       ++i) {
    numbers.push_back(absl::StrReplaceAll(i->str(), {{",", "."}}));
  }
  return numbers;
}

double Parsed(const std::string& number) {
  double value = 0;
  EXPECT_TRUE(absl::SimpleAtod(number, &value)) << number;
  return value;
}

// Half of the last decimal that is written.
double RoundingOf(const std::string& number) {
  const std::size_t point = number.find('.');
  const std::size_t decimals =
      point == std::string::npos ? 0 : number.size() - point - 1;
  return 0.5 * std::pow(10, -static_cast<double>(decimals)) + 1e-9;
}

bool IsOneOf(const std::string& number, const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [&](double value) {
    return std::abs(Parsed(number) - value) <= RoundingOf(number);
  });
}

void CheckQuantities(const v1::Statement& statement,
                     const v1::Assessment& assessment) {
  std::set<std::string> said;
  for (const v1::Quantity& quantity : statement.quantities()) {
    SCOPED_TRACE(quantity.name());
    EXPECT_NE(statement.sentence().find(quantity.text()), std::string::npos)
        << quantity.text();
    const auto found = Follow(assessment, quantity.path());
    ASSERT_TRUE(found.has_value()) << quantity.path();
    EXPECT_EQ(*found, std::vector<double>{quantity.value()}) << quantity.path();
    const std::vector<std::string> numbers = NumbersIn(quantity.text());
    if (numbers.empty()) {
      EXPECT_EQ(statement.unit(), v1::METRIC_UNIT_FLAG);
      continue;
    }
    ASSERT_EQ(numbers.size(), 1u);
    const bool percent = quantity.text().find('%') != std::string::npos;
    EXPECT_TRUE(IsOneOf(numbers[0], {quantity.value() * (percent ? 100 : 1)}))
        << quantity.text() << " for " << quantity.value();
    said.insert(numbers[0]);
  }
  for (const std::string& number : NumbersIn(statement.sentence())) {
    EXPECT_EQ(said.count(number), 1u) << number << " is no quantity";
  }
}

double Thin(const wire::Analysis& analysis,
            const std::vector<std::pair<wire::Layer, wire::Layer>>& pairs,
            bool all) {
  std::size_t thin = 0;
  for (const wire::LayerCell& cell : analysis.layer_links().vertical()) {
    const bool asked =
        std::find(pairs.begin(), pairs.end(),
                  std::pair(cell.upper(), cell.lower())) != pairs.end();
    if (asked && (cell.richness() == wire::LayerCell::RICHNESS_THIN ||
                  cell.richness() == wire::LayerCell::RICHNESS_ATROPHIED)) {
      ++thin;
    }
  }
  return thin >= (all ? pairs.size() : 1) ? 1 : 0;
}

double HubCount(const wire::Analysis& analysis, bool systemic_only) {
  double count = 0;
  for (const wire::NetworkFindings& network : analysis.networks()) {
    if (network.network_id() != "innovation") continue;
    for (const wire::RoleFinding& role : network.roles()) {
      if (role.role() == wire::ROLE_HUB &&
          role.certainty() == wire::CERTAINTY_FIRM &&
          (!systemic_only || role.layer() == wire::LAYER_SYSTEMIC)) {
        ++count;
      }
    }
  }
  return count;
}

double StatusCount(const wire::Analysis& analysis,
                   const std::set<int>& statuses) {
  double count = 0;
  for (const wire::SectorStanding& sector : analysis.clique_risk().sectors()) {
    if (statuses.count(sector.status()) > 0) ++count;
  }
  return count;
}

using Recompute = std::function<double(
    const Place&, const std::vector<std::vector<double>>&)>;

// How a metric that is no single number comes from what its origins lead to,
// worked out apart from the service.
const std::map<std::string, Recompute>& Recomputations() {
  using Numbers = std::vector<std::vector<double>>;
  static const std::map<std::string, Recompute> all = {
      {"triangle.perception_gap",
       [](const Place&, const Numbers& n) { return std::abs(n[0][0]); }},
      {"triangle.gate_failed",
       [](const Place&, const Numbers& n) {
         // Without items there is no gate that could fail.
         const bool failed = n[0][0] < n[1][0] || n[2][0] < n[3][0];
         return failed && !n[4].empty() ? 1 : 0;
       }},
      {"network.clique.closed_core",
       [](const Place&, const Numbers& n) {
         return n[0][0] == int{wire::CliqueRisk::VERDICT_CLOSED_CORE} ? 1 : 0;
       }},
      {"network.clique.fragile",
       [](const Place&, const Numbers& n) { return n[0][0]; }},
      {"network.clique.fragility_percentile",
       [](const Place&, const Numbers& n) { return 100 * n[0][0]; }},
      {"network.innovation.hub_count",
       [](const Place& p, const Numbers&) {
         return HubCount(p.analysis, false);
       }},
      {"network.innovation.systemic_hub_count",
       [](const Place& p, const Numbers&) {
         return HubCount(p.analysis, true);
       }},
      {"network.innovation.outside_share",
       [](const Place&, const Numbers& n) {
         return n[1][0] / (n[0][0] + n[1][0] + n[2][0] + n[3][0]);
       }},
      {"network.layers.public_coverage",
       [](const Place&, const Numbers& n) {
         return std::min(1.0, n[0][0] + n[1][0] + n[2][0]);
       }},
      {"network.layers.public_thin",
       [](const Place& p, const Numbers&) {
         return Thin(p.analysis,
                     {{wire::LAYER_SYSTEMIC, wire::LAYER_PUBLIC},
                      {wire::LAYER_SECTORAL, wire::LAYER_PUBLIC},
                      {wire::LAYER_FRONTLINE, wire::LAYER_PUBLIC}},
                     /*all=*/true);
       }},
      {"network.layers.sectoral_thin",
       [](const Place& p, const Numbers&) {
         return Thin(p.analysis,
                     {{wire::LAYER_SYSTEMIC, wire::LAYER_SECTORAL},
                      {wire::LAYER_SECTORAL, wire::LAYER_FRONTLINE}},
                     /*all=*/false);
       }},
      {"network.layers.systemic_frontline_thin",
       [](const Place& p, const Numbers&) {
         return Thin(p.analysis,
                     {{wire::LAYER_SYSTEMIC, wire::LAYER_FRONTLINE}},
                     /*all=*/false);
       }},
      {"network.response_lowest",
       [](const Place&, const Numbers& n) {
         return *std::min_element(n[0].begin(), n[0].end());
       }},
      // Residents: 4 of 40 in each network, below one half.
      {"network.sectors.below_floor_count",
       [](const Place&, const Numbers&) { return 1.0; }},
      {"network.sectors.excluded_count",
       [](const Place& p, const Numbers&) {
         return StatusCount(p.analysis,
                            {wire::SectorStanding::STATUS_EXCLUDED});
       }},
      {"network.sectors.weak_count",
       [](const Place& p, const Numbers&) {
         return StatusCount(p.analysis,
                            {wire::SectorStanding::STATUS_WEAK,
                             wire::SectorStanding::STATUS_DETACHED});
       }},
  };
  return all;
}

// Those whose answers, or whose wave before, are not in the two messages.
bool IsFromElsewhere(const std::string& metric) {
  return metric == "item.oc7x.frontline_public" ||
         metric == "triangle.gatekeeper_gap_sd" ||
         metric == "network.innovation.lasting_hub_share";
}

void CheckOrigins(const v1::Statement& statement, const Place& place,
                  std::set<std::string>& followed) {
  ASSERT_GT(statement.origins_size(), 0);
  bool is_value = false;
  std::vector<std::vector<double>> numbers;
  for (const v1::Origin& origin : statement.origins()) {
    SCOPED_TRACE(origin.path());
    switch (origin.kind()) {
      case v1::Origin::KIND_ASSESSMENT:
        EXPECT_EQ(origin.resource(), place.assessment.name());
        break;
      case v1::Origin::KIND_ANALYSIS:
        EXPECT_EQ(origin.resource(), place.analysis.name());
        break;
      case v1::Origin::KIND_PREVIOUS_ASSESSMENT:
        EXPECT_EQ(origin.resource(),
                  place.assessment.inputs().previous_assessment());
        continue;
      case v1::Origin::KIND_ANSWERS:
        EXPECT_EQ(origin.resource(),
                  "tenants/t/localities/l/surveys/s/waves/1");
        continue;
      default:
        EXPECT_EQ(origin.kind(), v1::Origin::KIND_NONE);
        EXPECT_FALSE(statement.value().has_value());
        continue;
    }
    if (!statement.value().has_value()) continue;
    const bool own = origin.kind() == v1::Origin::KIND_ASSESSMENT;
    const auto found = own ? Follow(place.assessment, origin.path())
                           : Follow(place.analysis, origin.path());
    ASSERT_TRUE(found.has_value());
    numbers.push_back(*found);
    if (!origin.is_value()) continue;
    is_value = true;
    EXPECT_EQ(*found, std::vector<double>{statement.value().value()});
  }
  if (!statement.value().has_value()) return;
  if (is_value) {
    followed.insert(statement.metric());
    return;
  }
  const auto recompute = Recomputations().find(statement.metric());
  if (recompute != Recomputations().end()) {
    EXPECT_DOUBLE_EQ(recompute->second(place, numbers),
                     statement.value().value());
    followed.insert(statement.metric());
  } else {
    EXPECT_TRUE(IsFromElsewhere(statement.metric())) << statement.metric();
  }
}

TEST(ExplanationsTest, EverySentenceCanBeFollowed) {
  std::set<std::string> followed;
  for (const Place& place : Places()) {
    SCOPED_TRACE(place.name);
    for (const std::string& id : IdsOf(place.assessment)) {
      SCOPED_TRACE(id);
      for (const Language language : kLanguages) {
        SCOPED_TRACE(LanguageCode(language));
        v1::Explanation explanation;
        ASSERT_TRUE(
            ExplainFinding(place.assessment, id, language, explanation).ok());
        EXPECT_EQ(explanation.text_language_code(), LanguageCode(language));
        EXPECT_TRUE(NumbersIn(explanation.title()).empty());
        EXPECT_TRUE(NumbersIn(explanation.text()).empty());
        EXPECT_FALSE(explanation.title().empty());
        for (const v1::Statement& statement : explanation.statements()) {
          SCOPED_TRACE(statement.sentence());
          EXPECT_FALSE(statement.sentence().empty());
          EXPECT_EQ(statement.sentence().find('{'), std::string::npos);
          CheckQuantities(statement, place.assessment);
          // A rule's difference of two corners is checked by its path above.
          if (statement.metric().empty() || id == "phase") continue;
          CheckOrigins(statement, place, followed);
        }
      }
    }
  }
  // The places reach every kind of metric.
  for (const auto& [metric, recompute] : Recomputations()) {
    EXPECT_EQ(followed.count(metric), 1u) << metric;
  }
  for (const char* metric :
       {"corner.authority", "arrow.a_c", "item.au1", "triangle.spread",
        "triangle.value_dip_p", "triangle.frontline_authority",
        "network.clique.turnover", "network.clique.renewal",
        "network.hybridity", "network.layers.rise_of_ideas"}) {
    EXPECT_EQ(followed.count(metric), 1u) << metric;
  }
}

// The explanation of a finding is what is stored of it, nothing more or less.
TEST(ExplanationsTest, ShowsTheEvidenceThatIsStored) {
  std::set<int> statuses;
  for (const Place& place : Places()) {
    SCOPED_TRACE(place.name);
    for (const auto* list :
         {&place.assessment.risks(), &place.assessment.recommendations()}) {
      for (const v1::Finding& finding : *list) {
        SCOPED_TRACE(finding.finding_id());
        statuses.insert(finding.status());
        v1::Explanation explanation;
        ASSERT_TRUE(ExplainFinding(place.assessment, finding.finding_id(),
                                   Language::kEnglish, explanation)
                        .ok());
        EXPECT_EQ(explanation.title(), finding.title());
        EXPECT_EQ(explanation.text(), finding.text());
        EXPECT_EQ(explanation.status(), finding.status());
        EXPECT_EQ(explanation.source(), finding.source());
        EXPECT_EQ(explanation.missing_inputs_size(),
                  finding.missing_inputs_size());
        EXPECT_EQ(explanation.withheld_inputs_size(),
                  finding.withheld_inputs_size());
        EXPECT_EQ(explanation.sectors_size(), finding.sectors_size());
        ASSERT_EQ(explanation.statements_size(), finding.evidence_size() + 2);
        for (int i = 0; i < finding.evidence_size(); ++i) {
          const v1::Evidence& stored = finding.evidence(i);
          const v1::Statement& said = explanation.statements(i + 2);
          EXPECT_EQ(said.metric(), stored.metric());
          EXPECT_EQ(said.description(), stored.description());
          EXPECT_EQ(said.unit(), stored.unit());
          EXPECT_EQ(said.value().SerializeAsString(),
                    stored.value().SerializeAsString());
          EXPECT_EQ(said.comparison(), stored.comparison());
          EXPECT_EQ(said.threshold(), stored.threshold());
          EXPECT_EQ(said.holds(), stored.holds());
          EXPECT_EQ(said.clause(), stored.clause());
          EXPECT_EQ(said.has_respondent_count(), stored.has_respondent_count());
          EXPECT_EQ(said.respondent_count(), stored.respondent_count());
          EXPECT_EQ(said.interval_low(), stored.interval_low());
          // Of whatever is measured someone is known to have answered.
          EXPECT_TRUE(!stored.value().has_value() ||
                      stored.has_response_rate() ||
                      stored.has_respondent_count())
              << stored.metric();
        }
      }
    }
  }
  EXPECT_EQ(statuses, (std::set<int>{1, 2, 3, 4}));
}

// What is stored in English has its numbers beside it.
TEST(ExplanationsTest, StoredSentencesHaveTheirNumbersBesideThem) {
  std::size_t warning_count = 0;
  std::size_t prior_count = 0;
  std::size_t rule_count = 0;
  for (const Place& place : Places()) {
    SCOPED_TRACE(place.name);
    const v1::PhaseResult& phase = place.assessment.phase();
    for (const v1::FeatureEvidence& evidence : phase.evidence()) {
      SCOPED_TRACE(evidence.sentence());
      if (evidence.has_prior_first()) ++prior_count;
      for (const std::string& number : NumbersIn(evidence.sentence())) {
        EXPECT_TRUE(IsOneOf(
            number, evidence.has_value()
                        ? std::vector<double>{evidence.value(),
                                              evidence.expected_first(),
                                              evidence.expected_second()}
                        : std::vector<double>{evidence.prior_first(),
                                              evidence.prior_second()}));
      }
    }
    std::vector<double> thresholds;
    for (const v1::RuleCondition& condition : phase.rule_tree_conditions()) {
      thresholds.push_back(condition.threshold());
      EXPECT_EQ(condition.at_least(),
                condition.value() >= condition.threshold());
      ++rule_count;
    }
    for (const std::string& number : NumbersIn(phase.rule_tree_reason())) {
      EXPECT_TRUE(IsOneOf(number, thresholds)) << phase.rule_tree_reason();
    }
    const v1::Change& change = place.assessment.change();
    for (const v1::ChangeCondition* condition :
         {&change.phase_reversed(), &change.level_falls(),
          &change.comparable_mix()}) {
      EXPECT_TRUE(NumbersIn(condition->description()).empty());
    }
    ASSERT_EQ(change.warnings_size(), change.warning_evidence_size());
    for (int i = 0; i < change.warnings_size(); ++i) {
      SCOPED_TRACE(change.warnings(i));
      ++warning_count;
      const v1::ChangeWarning& evidence = change.warning_evidence(i);
      const double scale =
          change.warnings(i).find('%') != std::string::npos ? 100 : 1;
      for (const std::string& number : NumbersIn(change.warnings(i))) {
        EXPECT_TRUE(IsOneOf(number, {evidence.previous().value() * scale,
                                     evidence.current().value() * scale}));
      }
    }
  }
  EXPECT_GT(warning_count, 10u);
  EXPECT_GT(prior_count, 0u);
  EXPECT_GT(rule_count, 10u);
}

Finding MisalignmentAt(double level) {
  MetricTable metrics;
  metrics.Set("item.oc4", Reading::Of(level),
              {.respondent_count = 40,
               .invited_count = 60,
               .response_rate = 0.75,
               .interval_low = 38.25,
               .interval_high = 51.5});
  PhaseResult phase;
  phase.verdict = PhaseVerdict::kBetween;
  phase.phase = Phase::kMainstreaming;
  phase.second_phase = Phase::kEmbedding;
  phase.posterior = {0, 0, 0, 0.5, 0.4325};
  return Decide(*StandardCatalogue().Find("misalignment"), metrics, phase);
}

Explanation Explain(const Finding& finding, Language language) {
  PhaseResult phase;
  phase.verdict = PhaseVerdict::kBetween;
  phase.phase = Phase::kMainstreaming;
  phase.second_phase = Phase::kEmbedding;
  phase.posterior = {0, 0, 0, 0.5, 0.4325};
  return ExplainFinding(finding, phase, "risks[misalignment]",
                        {StandardCatalogue(), StandardPhrasebook(), language});
}

TEST(ExplanationsTest, SaysItInEveryLanguage) {
  const Finding finding = MisalignmentAt(44.5);
  const struct {
    Language language;
    std::vector<std::string> sentences;
  } cases[] = {
      {Language::kEnglish,
       {"It applies: the evidence is there.",
        "It applies in the phase: mainstreaming. The wave is between two "
        "phases: mainstreaming (probability 0.500) and embedding (0.432).",
        "finance, HR, IT and performance management are aligned: 44.5 points. "
        "The condition holds: below 45. Behind it are 40 of 60 people invited. "
        "The interval goes from 38.2 to 51.5."}},
      {Language::kGerman,
       {"Der Befund trifft zu: Die Belege sind da.",
        "Er gilt in der Phase: Verbreitung. Die Welle liegt zwischen zwei "
        "Phasen: Verbreitung (Wahrscheinlichkeit 0,500) und Verankerung "
        "(0,432).",
        "Finanzen, Personal, IT und Leistungssteuerung sind abgestimmt: 44,5 "
        "Punkte. Die Bedingung ist erfüllt: unter 45. Dahinter stehen 40 von "
        "60 eingeladenen Personen. Das Intervall reicht von 38,2 bis 51,5."}},
      {Language::kFrench,
       {"Le constat s’applique : les preuves sont là.",
        "Il vaut dans la phase : généralisation. La vague est entre deux "
        "phases : généralisation (probabilité 0,500) et ancrage (0,432).",
        "finances, personnel, informatique et pilotage s’y accordent : 44,5 "
        "points. La condition est remplie : moins de 45. Elle repose sur 40 "
        "des 60 personnes invitées. L’intervalle va de 38,2 à 51,5."}},
  };
  for (const auto& c : cases) {
    const Explanation explanation = Explain(finding, c.language);
    ASSERT_EQ(explanation.statements.size(), c.sentences.size());
    for (std::size_t i = 0; i < c.sentences.size(); ++i) {
      EXPECT_EQ(explanation.statements[i].sentence, c.sentences[i]);
    }
  }
}

// 44.96 is below 45, and 45.0 would not look like it.
TEST(ExplanationsTest, RoundsNoValueAcrossItsThreshold) {
  const struct {
    double level;
    const char* text;
  } cases[] = {{44.94, "44.9 points"},
               {44.96, "44.96 points"},
               {44.996, "44.996 points"},
               {45, "45.0 points"}};
  for (const auto& c : cases) {
    const Explanation explanation =
        Explain(MisalignmentAt(c.level), Language::kEnglish);
    EXPECT_EQ(explanation.statements[2].quantities[0].text, c.text);
    EXPECT_EQ(explanation.statements[2].holds, c.level < 45);
  }
}

// An assessment that was made before all of this was kept.
TEST(ExplanationsTest, ExplainsWhatAnOlderAssessmentKept) {
  v1::Assessment old = Places().front().assessment;
  v1::Finding& finding = *old.mutable_risks(0);
  finding.set_text("Other words.");
  finding.mutable_evidence(0)->set_metric("item.gone");
  finding.mutable_evidence(0)->set_description("what is gone");
  for (v1::Evidence& evidence : *finding.mutable_evidence()) {
    evidence.clear_unit();
    evidence.clear_respondent_count();
    evidence.clear_invited_count();
    evidence.clear_response_rate();
    evidence.clear_interval_low();
    evidence.clear_interval_high();
  }
  old.mutable_phase()->clear_rule_tree_conditions();
  v1::Explanation explanation;
  ASSERT_TRUE(
      ExplainFinding(old, finding.finding_id(), Language::kGerman, explanation)
          .ok());
  EXPECT_EQ(explanation.language_code(), "de");
  EXPECT_EQ(explanation.text_language_code(), "en");
  EXPECT_EQ(explanation.text(), "Other words.");
  const v1::Statement& gone = explanation.statements(2);
  EXPECT_EQ(gone.description(), "what is gone");
  EXPECT_EQ(gone.origins(0).kind(), v1::Origin::KIND_NONE);
  EXPECT_EQ(explanation.statements(3).unit(), v1::METRIC_UNIT_POINTS);
  for (const v1::Statement& statement : explanation.statements()) {
    SCOPED_TRACE(statement.sentence());
    CheckQuantities(statement, old);
  }
}

}  // namespace
}  // namespace pulsetaker::assessment
