#include "services/network/rpc/analysis_encoder.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "pulsetaker/network/v1/analysis.pb.h"

namespace pulsetaker::network {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const WaveKey kWave = {"north", "ashby", "care", 3};
constexpr char kId[] = "0123456789abcdef0123456789abcdef";

NotMeasured Missing() {
  return {NotMeasuredReason::kComponentNotMeasured, "detail"};
}

// A measure with all that one can have.
Measure Full() {
  Measure measure;
  measure.value = 0.5;
  measure.interval = {0.25, 0.75};
  measure.null_comparison = {.model = NullModel::kDegreesKept,
                             .draw_count = 199,
                             .mean = 0.1,
                             .standard_deviation = 0.2,
                             .z = 2.0,
                             .percentile = 0.9,
                             .p_high = 0.1,
                             .p_low = 0.8,
                             .central = {0.2, 0.3}};
  return measure;
}

Measure None() {
  Measure measure;
  measure.not_measured = Missing();
  return measure;
}

LayerLinks FullLayerLinks() {
  LayerCell cell = {.upper = Layer::kSystemic,
                    .lower = Layer::kPublic,
                    .adjacent = true,
                    .not_measured = Missing(),
                    .richness = LayerCell::Richness::kAtrophied,
                    .density_up = Full(),
                    .density_down = Full(),
                    .relative_density = Full(),
                    .reciprocity = Full(),
                    .coverage = Full(),
                    .upper_coverage = Full(),
                    .lower_coverage = Full(),
                    .redundancy = Full(),
                    .resilience = Full(),
                    .largest_component_share = Full(),
                    .rise = Full(),
                    .descent = None()};
  return {.not_measured = Missing(),
          .horizontal = {cell},
          .vertical = {cell, cell},
          .external_internal = Full(),
          .person_counts = {1, 2, 3, 4, 5}};
}

MissingRowsEffect FullEffect() {
  return {.robustness = Robustness::kNotRobust,
          .bounds = {0.1, 0.2},
          .kept_share = 0.9};
}

CliqueRisk FullCliqueRisk() {
  CliqueRisk risk;
  risk.verdict = CliqueRisk::Verdict::kInsufficientData;
  risk.fragile = true;
  risk.insufficiencies = {Missing()};
  risk.exclusivity_basis = CliqueRisk::ExclusivityBasis::kOwnCores;
  risk.network_ids = {"work", "social"};
  risk.recurrence_threshold = 1;
  risk.any_core_count = 2;
  risk.all_networks_count = 3;
  risk.pooled_core_count = 4;
  risk.core_count_histogram = {1, 2};
  for (Measure* measure :
       {&risk.recurrence, &risk.exclusivity, &risk.all_networks_share,
        &risk.recurrent_share, &risk.mean_jaccard, &risk.concentration,
        &risk.core_fit, &risk.core_density_ratio, &risk.external_internal,
        &risk.listening_asymmetry, &risk.core_share_of_periphery,
        &risk.periphery_share_of_core, &risk.core_blau, &risk.roster_blau,
        &risk.core_rao_stirling, &risk.turnover, &risk.hybridity,
        &risk.sector_reach, &risk.renewal}) {
    *measure = Full();
  }
  risk.fragility = {Full(), None(), {0.5, 0.25}, {"health"}};
  risk.sectors = {{.sector = "health",
                   .status = SectorStanding::Status::kNotMeasured,
                   .not_measured = Missing(),
                   .invited_count = 9,
                   .core_count = 2,
                   .response_rate = 0.5,
                   .representation_ratio = Full(),
                   .representation_p_low = 0.1,
                   .representation_p_high = 0.9,
                   .cohesion = Full(),
                   .effort = Full(),
                   .regard = Full()}};
  risk.excluded_sector_count = 1;
  risk.dials = {{.kind = Dial::Kind::kConnectedDifference,
                 .value = Full(),
                 .components = {{.part = DialComponent::Part::kRenewal,
                                 .value = Full(),
                                 .counted = true}}}};
  risk.most_named_recurrence = Full();
  risk.recurrence_reading = CliqueRisk::RecurrenceReading::kBeyondReputation;
  risk.index = {.value = Full(), .sensitivity = Interval{10.0, 20.0}};
  risk.verdict_robustness = {.not_measured = Missing(),
                             .recurrence = FullEffect(),
                             .exclusivity = FullEffect()};
  return risk;
}

NetworkFindings FullNetwork() {
  NetworkFindings network;
  network.network_id = "work";
  network.responses = {1, 2, 3, 4, 5, 6};
  network.response_rate = 0.5;
  network.gate = Gate::kHubsOnly;
  network.sector_responses = {{"health", 9, 5, true}};
  network.node_count = 10;
  network.arc_count = 20;
  network.density = Full();
  network.arc_reciprocity = Full();
  network.dyad_reciprocity = Full();
  network.centralisation = Full();
  network.transitivity = Full();
  network.component_count = 2;
  network.largest_component_share = 0.9;
  network.isolate_count = 3;
  network.unknown_isolate_count = 4;
  network.left_out = {1, 2, 3, 4, 5, 6, 7};
  network.nomination_cap = 5;
  network.respondents_at_cap = 6;
  network.roles = {{.person = "ann",
                    .role = Role::kPulsetaker,
                    .rule = RoleRule::kResidualInformation,
                    .certainty = Certainty::kTentative,
                    .inclusion_probability = 0.6,
                    .missing_rows = FullEffect(),
                    .evidence = {{Evidence::Metric::kConnectorP, 0.01,
                                  Evidence::Comparison::kBelow, 0.1}},
                    .cut_off_persons = {"bob"},
                    .sector = "health",
                    .layer = Layer::kPublic}};
  network.withheld_roles = {{Role::kHub, WithheldRole::Reason::kUnstable, 2}};
  network.role_stabilities = {{.role = Role::kPulsetaker,
                               .coefficient = Full(),
                               .band = RoleStability::Band::kPreferred,
                               .firm_count = 1,
                               .tentative_count = 2,
                               .suppressed_count = 3,
                               .not_robust_count = 4}};
  network.closeness_degree_correlation = Full();
  network.role_weakly_identified = true;
  network.core = {Missing(), 4, Full(), Full(), Full()};
  network.layer_links = FullLayerLinks();
  return network;
}

PersonRoles FullPerson() {
  return {.person = "ann",
          .sector = "health",
          .layer = Layer::kSystemic,
          .networks = {{.network_id = "work",
                        .gate = Gate::kAllRoles,
                        .in_degree = 1,
                        .out_degree = 2,
                        .in_degree_share = 0.1,
                        .in_degree_share_percentile = 0.2,
                        .betweenness = 3.0,
                        .betweenness_percentile = 0.3,
                        .harmonic_in_closeness = 0.4,
                        .harmonic_in_closeness_percentile = 0.5,
                        .information = 0.6,
                        .information_percentile = 0.7,
                        .component_id = 1,
                        .constraint = 0.8,
                        .effective_size = 4.0,
                        .core_number = 5,
                        .in_core = true,
                        .roles = {Role::kHub, Role::kGatekeeper}}},
          .core_network_count = 1};
}

AnalysisResult FullResult() {
  AnalysisResult result;
  Analysis& analysis = result.analysis;
  analysis.snapshot_digest = std::string(64, 'd');
  analysis.parameters = {.seed = 7,
                         .null_draw_count = 199,
                         .replicate_count = 100,
                         .role_share = 0.05,
                         .pulsetaker_rule = RoleRule::kCloseness,
                         .sector_distances = {{"health", "police", 0.5}}};
  analysis.engine_version = kEngineVersion;
  analysis.participants = {1, 2, 3, 4, 5, 6, 7};
  analysis.networks = {FullNetwork()};
  analysis.clique_risk = FullCliqueRisk();
  analysis.layer_links = FullLayerLinks();
  result.persons = {FullPerson(), FullPerson()};
  result.persons[1].person = "bob";
  return result;
}

// Names of the fields that are set in the message or in those within it.
void CollectSetFields(const Message& message, std::set<std::string>& names) {
  const auto* reflection = message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    names.insert(field->full_name());
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      CollectSetFields(reflection->GetMessage(message, field), names);
      continue;
    }
    for (int i = 0; i < reflection->FieldSize(message, field); ++i) {
      CollectSetFields(reflection->GetRepeatedMessage(message, field, i),
                       names);
    }
  }
}

// Names of all fields of the message and of those within it.
void CollectFields(const Descriptor* type, std::set<std::string>& names) {
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor* field = type->field(i);
    // The order of a map's entries is not fixed: no equal bytes.
    EXPECT_FALSE(field->is_map()) << field->full_name();
    if (!names.insert(field->full_name()).second) continue;
    if (field->message_type() != nullptr) {
      CollectFields(field->message_type(), names);
    }
  }
}

TEST(AnalysisEncoderTest, LeavesNoFieldOut) {
  const EncodedAnalysis encoded =
      MakeAnalysisEncoder()->Encode(kWave, kId, FullResult());
  EXPECT_EQ(encoded.id, kId);
  v1::Analysis analysis;
  ASSERT_TRUE(analysis.ParseFromString(encoded.analysis));
  ASSERT_EQ(encoded.persons.size(), 2u);
  EXPECT_EQ(encoded.persons[1].person, "bob");
  v1::PersonRoles person;
  ASSERT_TRUE(person.ParseFromString(encoded.persons[0].roles));

  std::set<std::string> all;
  CollectFields(v1::Analysis::descriptor(), all);
  CollectFields(v1::PersonRoles::descriptor(), all);
  std::set<std::string> set;
  CollectSetFields(analysis, set);
  CollectSetFields(person, set);
  EXPECT_EQ(set, all);
}

TEST(AnalysisEncoderTest, SaysWhatTheDomainSays) {
  const EncodedAnalysis encoded =
      MakeAnalysisEncoder()->Encode(kWave, kId, FullResult());
  v1::Analysis analysis;
  ASSERT_TRUE(analysis.ParseFromString(encoded.analysis));
  EXPECT_EQ(analysis.name(),
            "tenants/north/localities/ashby/surveys/care/waves/3/analyses/"
            "0123456789abcdef0123456789abcdef");
  EXPECT_EQ(analysis.parameters().pulsetaker_rule(), v1::ROLE_RULE_CLOSENESS);
  EXPECT_EQ(analysis.participants().responded_any(), 4);
  const v1::NetworkFindings& network = analysis.networks(0);
  EXPECT_EQ(network.gate(), v1::GATE_HUBS_ONLY);
  EXPECT_EQ(network.responses().nonresponse(), 4);
  EXPECT_EQ(network.left_out().self(), 5);
  EXPECT_EQ(network.roles(0).role(), v1::ROLE_PULSETAKER);
  EXPECT_EQ(network.density().value(), 0.5);
  EXPECT_EQ(network.density().interval().level(), 0.95);
  EXPECT_EQ(network.density().null_comparison().model(),
            v1::NullComparison::MODEL_DEGREES_KEPT);
  const v1::LayerCell& cell = analysis.layer_links().vertical(1);
  EXPECT_EQ(cell.lower(), v1::LAYER_PUBLIC);
  EXPECT_EQ(cell.descent().outcome_case(), v1::Measure::kNotMeasured);
  EXPECT_EQ(cell.descent().not_measured().reason(),
            v1::NotMeasured::REASON_COMPONENT_NOT_MEASURED);
  EXPECT_EQ(analysis.layer_links().person_counts(4), 5);
  EXPECT_EQ(analysis.clique_risk().network_count(), 2);
  EXPECT_EQ(analysis.clique_risk().bands().exclusivity(),
            kThresholds.exclusivity_band);
}

// What is withheld, or was not measured, does not arrive as a zero.
TEST(AnalysisEncoderTest, LeavesAbsentWhatIsAbsent) {
  AnalysisResult result;
  result.analysis.networks.resize(1);
  result.analysis.networks[0].withheld_roles.resize(1);
  PersonNetworkMeasures& network =
      result.persons.emplace_back().networks.emplace_back();
  network.network_id = "work";
  const EncodedAnalysis encoded =
      MakeAnalysisEncoder()->Encode(kWave, kId, result);
  v1::Analysis analysis;
  ASSERT_TRUE(analysis.ParseFromString(encoded.analysis));
  EXPECT_FALSE(analysis.networks(0).density().has_value());
  EXPECT_TRUE(analysis.networks(0).density().has_not_measured());
  EXPECT_FALSE(analysis.networks(0).withheld_roles(0).has_person_count());
  EXPECT_FALSE(analysis.layer_links().has_not_measured());

  v1::PersonRoles person;
  ASSERT_TRUE(person.ParseFromString(encoded.persons[0].roles));
  EXPECT_FALSE(person.has_core_network_count());
  std::set<std::string> set;
  CollectSetFields(person.networks(0), set);
  EXPECT_EQ(set, std::set<std::string>{
                     "pulsetaker.network.v1.PersonNetworkMeasures.network_id"});
}

TEST(AnalysisEncoderTest, GivesTheSameBytesAgain) {
  const auto encoder = MakeAnalysisEncoder();
  EXPECT_EQ(encoder->Encode(kWave, kId, FullResult()),
            encoder->Encode(kWave, kId, FullResult()));
}

TEST(AnalysisEncoderTest, ReadsParameters) {
  v1::AnalysisParameters parameters;
  parameters.set_seed(7);
  parameters.set_null_draw_count(20);
  parameters.set_replicate_count(30);
  parameters.set_role_share(0.125);
  parameters.set_pulsetaker_rule(v1::ROLE_RULE_CLOSENESS);
  v1::SectorDistance& pair = *parameters.add_sector_distances();
  pair.set_sector("a");
  pair.set_other_sector("b");
  pair.set_distance(0.5);
  EXPECT_EQ(FromProto(parameters),
            (AnalysisParameters{.seed = 7,
                                .null_draw_count = 20,
                                .replicate_count = 30,
                                .role_share = 0.125,
                                .pulsetaker_rule = RoleRule::kCloseness,
                                .sector_distances = {{"a", "b", 0.5}}}));
  // 261 is 5, a known rule, in the byte that the domain keeps it in.
  parameters.set_pulsetaker_rule(static_cast<v1::RoleRule>(261));
  EXPECT_FALSE(Canonical(FromProto(parameters)).ok());
}

}  // namespace
}  // namespace pulsetaker::network
