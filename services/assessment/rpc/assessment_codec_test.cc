#include "services/assessment/rpc/assessment_codec.h"

#include <set>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"
#include "gtest/gtest.h"
#include "pulsetaker/assessment/v1/assessment.pb.h"
#include "services/assessment/rpc/assessment_reader.h"

namespace pulsetaker::assessment {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

Level FullLevel() {
  return {.absence = Absence::kNone,
          .raw = 60,
          .post_stratified = 61,
          .interval_low = 55,
          .interval_high = 66,
          .standard_error = 3,
          .respondent_count = 40};
}

Triangle FullTriangle() {
  Triangle triangle;
  for (CornerResult& corner : triangle.corners) {
    corner = {.level = FullLevel(),
              .item_count = 8,
              .rating_count = 300,
              .dont_know_count = 4,
              .not_applicable_count = 5,
              .agreement = Reading::Of(0.5),
              .agreement_skewed_null = Reading::Of(0.4),
              .alpha = Reading::Of(0.8),
              .layers = {{Layer::kPublic, FullLevel()}},
              .sectors = {{"health", FullLevel()}},
              .perception_gap = Reading::Of(-12),
              .dip_p_value = Reading::Of(0.25),
              .score_deviation = Reading::Of(17.5),
              .importance = Reading::Of(0.4)};
  }
  for (Level& arrow : triangle.arrows) arrow = FullLevel();
  triangle.subscales = {{.id = "capacity_internal",
                         .item_ids = {"oc1", "oc2"},
                         .level = FullLevel(),
                         .alpha = Reading::Of(0.5),
                         .alpha_low = true,
                         .omega = Reading::Of(0.6)}};
  triangle.items = {{.item_id = "au1",
                     .level = FullLevel(),
                     .dont_know_count = 2,
                     .not_applicable_count = 3}};
  triangle.largest_perception_gap = Reading::Of(-12);
  triangle.largest_perception_gap_corner = Corner::kValue;
  triangle.spread = Reading::Of(20);
  triangle.invited_count = 60;
  triangle.respondent_count = 45;
  triangle.response_rate = 0.75;
  return triangle;
}

PhaseResult FullPhase() {
  PhaseResult phase;
  phase.verdict = PhaseVerdict::kBetween;
  phase.absence = Absence::kNone;
  phase.phase = Phase::kMainstreaming;
  phase.second_phase = Phase::kEmbedding;
  phase.margin = 0.25;
  phase.prior = {0.2, 0.2, 0.2, 0.2, 0.2};
  phase.posterior = {0.1, 0.1, 0.1, 0.4, 0.3};
  phase.evidence = {{.feature = "corner.value",
                     .value = 61,
                     .expected_first = 60,
                     .expected_second = 80,
                     .prior_first = 0.25,
                     .prior_second = 0.125,
                     .log_likelihood_ratio = 0.5,
                     .sentence = "value 61 fits"}};
  phase.smallest_flip = {.feature = "corner.value",
                         .from = 61,
                         .to = 70,
                         .phase = Phase::kEmbedding};
  phase.unused_features = {"arrow.a_c"};
  phase.rule_tree_phase = Phase::kDesign;
  phase.rule_tree_reason = "authority leads";
  phase.rule_tree_conditions = {{.feature = "corner.authority",
                                 .less_feature = "corner.capacity",
                                 .value = 25,
                                 .threshold = 20,
                                 .at_least = true}};
  phase.rule_tree_disagrees = true;
  phase.self_placed_phase = Reading::Of(2);
  phase.pervasive = Reading::Of(1);
  return phase;
}

Change FullChange() {
  const ChangeCondition condition = {.description = "the phase went back",
                                     .value = Reading::Of(0.9),
                                     .threshold = 0.8,
                                     .holds = true};
  FeatureChange feature = {.previous = Reading::Of(70),
                           .current = Reading::Of(60),
                           .difference = Reading::Of(-10),
                           .p_value = Reading::Of(0.01),
                           .panel_count = 30,
                           .panel_difference = Reading::Of(-8),
                           .panel_p_value = Reading::Of(0.02),
                           .panel_reliable_fall_share = Reading::Of(0.3),
                           .falls_reliably = true};
  Change change;
  change.status = ChangeStatus::kWatch;
  change.phase_reversed = condition;
  change.level_falls = condition;
  change.comparable_mix = condition;
  change.same_instrument = true;
  change.features.assign(kFeatureCount, feature);
  change.warnings = {"capacity fell by 10 points"};
  change.warning_evidence = {{.metric = "network.layers.coverage",
                              .from = Layer::kPublic,
                              .to = Layer::kSystemic,
                              .previous = Reading::Of(0.5),
                              .current = Reading::Of(0.25)}};
  return change;
}

LocalSystem FullSystem() {
  const LayerLink thin = {.low = Layer::kSystemic,
                          .high = Layer::kPublic,
                          .absence = Absence::kNone,
                          .richness = Richness::kThin,
                          .low_coverage = Reading::Of(0.3),
                          .high_coverage = Reading::Of(0.2)};
  const SystemLayer shown = {.layer = Layer::kPublic,
                             .invited_count = 30,
                             .respondents = Absence::kNone,
                             .respondent_count = 20,
                             .corners = {FullLevel(), FullLevel(), FullLevel()},
                             .horizontal = thin};
  SystemLayer hidden = shown;
  hidden.respondents = Absence::kTooFewAnswers;
  hidden.horizontal.absence = Absence::kNotAsked;
  return {.layers = {shown, hidden},
          .vertical = {thin},
          .unknown_layer_invited_count = 3};
}

Assessment Full() {
  Assessment assessment;
  assessment.name = "w/assessments/a";
  assessment.snapshot_digest = "d";
  assessment.instrument_digest = "i";
  assessment.analysis = "w/analyses/b";
  assessment.previous_assessment = "w/assessments/c";
  assessment.parameters_version = "p";
  assessment.engine_version = "e";
  assessment.triangle = FullTriangle();
  assessment.phase = FullPhase();
  assessment.change = FullChange();
  assessment.risks = {{.id = "early_closure",
                       .title = "title",
                       .text = "text",
                       .status = FindingStatus::kWithheld,
                       .phases = {Phase::kEmbedding},
                       .phase_tentative = true,
                       .evidence = {{.metric = "corner.value",
                                     .description = "level of value",
                                     .value = Reading::Of(61),
                                     .comparison = Comparison::kAtMost,
                                     .threshold = 50,
                                     .holds = true,
                                     .clause = 1,
                                     .unit = MetricUnit::kCount,
                                     .support = {.respondent_count = 40,
                                                 .invited_count = 60,
                                                 .response_rate = 0.75,
                                                 .interval_low = 55,
                                                 .interval_high = 66}}},
                       .missing_inputs = {"phase"},
                       .withheld_inputs = {"phase"},
                       .sectors = {"health"},
                       .source = "design choice"}};
  assessment.recommendations = assessment.risks;
  assessment.local_system = FullSystem();
  return assessment;
}

void ForgetInterval(Level& level) {
  level.interval_low = level.interval_high = level.standard_error = 0;
}

v1::Assessment Encoded(const Assessment& assessment) {
  v1::Assessment message;
  EXPECT_TRUE(
      message.ParseFromString(MakeAssessmentCodec()->Encode(assessment)));
  return message;
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

TEST(AssessmentCodecTest, LeavesNoFieldOut) {
  Assessment assessment = Full();
  assessment.triangle.spread = Reading::Missing(Absence::kWithheld);
  assessment.triangle.items.push_back(
      {.item_id = "au2", .level = {.absence = Absence::kTooFewAnswers}});
  assessment.phase.absence = Absence::kWithheld;
  std::set<std::string> all;
  CollectFields(v1::Assessment::descriptor(), all);
  std::set<std::string> set;
  CollectSetFields(Encoded(assessment), set);
  EXPECT_EQ(set, all);
}

TEST(AssessmentCodecTest, SaysWhatTheDomainSays) {
  const v1::Assessment message = Encoded(Full());
  EXPECT_EQ(message.name(), "w/assessments/a");
  EXPECT_EQ(message.inputs().parameters().seed(), 1);
  ASSERT_EQ(message.triangle().corners_size(), 3);
  const v1::CornerResult& value = message.triangle().corners(2);
  EXPECT_EQ(value.corner(), v1::CORNER_VALUE);
  EXPECT_EQ(value.level().state(), v1::MEASUREMENT_STATE_MEASURED);
  EXPECT_EQ(value.level().post_stratified(), 61);
  ASSERT_EQ(value.strata_size(), 2);
  EXPECT_EQ(value.strata(0).layer(), v1::LAYER_PUBLIC);
  EXPECT_FALSE(value.strata(0).level().has_interval_low());
  EXPECT_EQ(value.strata(1).sector(), "health");
  ASSERT_EQ(message.triangle().arrows_size(), 6);
  EXPECT_EQ(message.triangle().arrows(5).from(), v1::CORNER_VALUE);
  EXPECT_EQ(message.triangle().arrows(5).to(), v1::CORNER_CAPACITY);
  EXPECT_EQ(message.phase().verdict(), v1::PhaseResult::VERDICT_BETWEEN);
  EXPECT_EQ(message.phase().second_phase(), v1::PHASE_EMBEDDING);
  ASSERT_EQ(message.phase().probabilities_size(), 5);
  EXPECT_EQ(message.phase().probabilities(3).posterior(), 0.4);
  EXPECT_EQ(message.change().status(), v1::Change::STATUS_WATCH);
  EXPECT_EQ(message.change().features(8).feature(), "arrow.v_c");
  EXPECT_EQ(value.importance().value(), 0.4);
  EXPECT_EQ(message.triangle().subscales(0).omega().value(), 0.6);
  ASSERT_EQ(message.local_system().layers_size(), 2);
  const v1::SystemLayer& layer = message.local_system().layers(0);
  EXPECT_EQ(layer.layer(), v1::LAYER_PUBLIC);
  EXPECT_EQ(layer.respondent_count(), 20);
  ASSERT_EQ(layer.corners_size(), 3);
  EXPECT_EQ(layer.corners(2).corner(), v1::CORNER_VALUE);
  EXPECT_EQ(layer.corners(2).level().raw(), 60);
  const v1::SystemLink& link = message.local_system().vertical_links(0);
  EXPECT_EQ(link.upper(), v1::LAYER_SYSTEMIC);
  EXPECT_EQ(link.lower(), v1::LAYER_PUBLIC);
  EXPECT_EQ(link.richness(), v1::SystemLink::RICHNESS_THIN);
  EXPECT_EQ(link.upper_coverage().value(), 0.3);
  EXPECT_EQ(link.lower_coverage().value(), 0.2);
  const v1::Finding& risk = message.risks(0);
  EXPECT_EQ(risk.status(), v1::Finding::STATUS_WITHHELD);
  EXPECT_EQ(risk.evidence(0).comparison(), v1::Evidence::COMPARISON_AT_MOST);
  EXPECT_EQ(risk.evidence(0).unit(), v1::METRIC_UNIT_COUNT);
  EXPECT_EQ(risk.evidence(0).invited_count(), 60);
  EXPECT_EQ(message.change().warning_evidence(0).from(), v1::LAYER_PUBLIC);
}

// What was not measured does not arrive as a zero.
TEST(AssessmentCodecTest, LeavesAbsentWhatIsAbsent) {
  Assessment assessment;
  assessment.triangle.corners[0].layers.push_back({});
  assessment.change.features.push_back({});
  assessment.local_system.layers.emplace_back().respondents =
      Absence::kTooFewAnswers;
  const v1::Assessment message = Encoded(assessment);
  const v1::Level& level = message.triangle().corners(0).level();
  EXPECT_EQ(level.state(), v1::MEASUREMENT_STATE_NOT_MEASURED);
  EXPECT_EQ(level.reason(), v1::NOT_MEASURED_REASON_NOT_ASKED);
  EXPECT_FALSE(level.has_raw());
  EXPECT_FALSE(level.has_post_stratified());
  EXPECT_FALSE(level.has_respondent_count());
  EXPECT_FALSE(message.triangle().spread().has_value());
  EXPECT_EQ(message.triangle().largest_perception_gap_corner(),
            v1::CORNER_UNSPECIFIED);
  EXPECT_EQ(message.phase().phase(), v1::PHASE_UNSPECIFIED);
  EXPECT_EQ(message.phase().probabilities_size(), 0);
  EXPECT_FALSE(message.change().features(0).has_panel_count());
  EXPECT_EQ(message.triangle().corners(0).importance_source(), "");
  EXPECT_FALSE(message.local_system().layers(0).has_respondent_count());
}

TEST(AssessmentCodecTest, GivesTheSameBytesAgain) {
  const auto codec = MakeAssessmentCodec();
  EXPECT_EQ(codec->Encode(Full()), codec->Encode(Full()));
}

// Twice, so that what is absent comes back absent too.
TEST(AssessmentReaderTest, ReadsBackWhatTheCodecWrote) {
  Assessment missing = Full();
  missing.triangle.corners[1] = {};
  missing.triangle.corners[1].level.absence = Absence::kWithheld;
  missing.triangle.arrows[2] = {};
  missing.triangle.largest_perception_gap =
      Reading::Missing(Absence::kTooFewAnswers);
  missing.triangle.largest_perception_gap_corner = Corner::kAuthority;
  missing.phase = {};
  missing.change = {};
  for (const Assessment& assessment : {Full(), missing}) {
    const auto read = MakeAssessmentReader()->Decode(
        {.name = "w/assessments/a",
         .posterior = {},
         .message = MakeAssessmentCodec()->Encode(assessment)});
    ASSERT_TRUE(read.ok()) << read.status();
    Assessment expected = assessment;
    // Strata have no interval.
    for (CornerResult& corner : expected.triangle.corners) {
      for (LayerLevel& layer : corner.layers) ForgetInterval(layer.level);
      for (SectorLevel& sector : corner.sectors) ForgetInterval(sector.level);
    }
    expected.local_system = {};  // No report needs it.
    EXPECT_EQ(*read, expected);
  }
}

TEST(AssessmentCodecTest, ReadsParameters) {
  v1::AssessmentParameters parameters;
  parameters.set_seed(7);
  parameters.set_replicate_count(200);
  parameters.set_min_cell_count(6);
  parameters.set_response_min(0.25);
  EXPECT_EQ(FromProto(parameters), (Parameters{.seed = 7,
                                               .replicate_count = 200,
                                               .min_cell_count = 6,
                                               .response_min = 0.25}));
}

}  // namespace
}  // namespace pulsetaker::assessment
