// A made-up place for the tests of this folder: small, and with something of
// everything.

#pragma once

#include <string>

#include "services/assessment/domain/report/report_model.h"

namespace pulsetaker::assessment::report::testing {

inline Level MeasuredLevel(double value) {
  return {.absence = Absence::kNone,
          .raw = value + 1,
          .post_stratified = value,
          .interval_low = value - 4,
          .interval_high = value + 5,
          .standard_error = 2,
          .respondent_count = 41};
}

inline Figure MeasuredFigure(double value) {
  Figure figure;
  figure.value = value;
  figure.interval = {value - 0.0625, value + 0.125};
  figure.chance = {
      "the counts of people and ties", value / 2, {value / 4, value * 0.75}};
  return figure;
}

inline Figure MissingFigure(std::string why) {
  Figure figure;
  figure.why_not = std::move(why);
  return figure;
}

inline PhaseResult MobilisationAfterDesign() {
  PhaseResult phase;
  phase.verdict = PhaseVerdict::kBetween;
  phase.absence = Absence::kNone;
  phase.phase = Phase::kMobilisation;
  phase.second_phase = Phase::kDesign;
  phase.prior = {0.03, 0.6, 0.25, 0.09, 0.03};
  phase.posterior = {0.01, 0.375, 0.5, 0.1, 0.015};
  FeatureEvidence& value = phase.evidence.emplace_back();
  value.feature = "corner.value";
  value.value = 41.0;
  value.expected_first = 45.0;
  value.expected_second = 25.0;
  value.log_likelihood_ratio = 1.5;
  value.sentence =
      "value 41 fits mobilisation (45) better than design and discover (25)";
  phase.smallest_flip = Flip{"arrow.c_v", 52, 37.5, Phase::kDesign};
  phase.rule_tree_phase = Phase::kDesign;
  phase.rule_tree_reason = "authority 20 or more above capacity";
  phase.rule_tree_disagrees = true;
  phase.self_placed_phase = Reading::Of(1.5);
  return phase;
}

inline Finding Resisters() {
  Finding finding;
  finding.id = "resistance";
  finding.title = "Resisters crush it";
  finding.text = "Resistance is strong enough to crush the innovation.";
  finding.status = FindingStatus::kFired;
  finding.evidence = {{"item.oc3r",
                       "no resistance inside blocks progress",
                       Reading::Of(34),
                       Comparison::kLess,
                       40,
                       true,
                       0,
                       MetricUnit::kPoints,
                       {}},
                      {"network.sectors.excluded_count",
                       "sectors that are excluded",
                       Reading::Of(1),
                       Comparison::kAtLeast,
                       1,
                       true,
                       1,
                       MetricUnit::kCount,
                       {}}};
  finding.sectors = {"voluntary"};
  finding.source = "Transformers 5.3";
  return finding;
}

inline Finding WithheldAdvice() {
  Finding finding;
  finding.id = "R7";
  finding.title = "Easy small grants";
  finding.status = FindingStatus::kWithheld;
  finding.missing_inputs = {"item.oc7x.frontline_public"};
  finding.evidence = {{"item.oc7x.frontline_public",
                       "money when needed",
                       Reading::Missing(Absence::kWithheld),
                       Comparison::kLess,
                       40,
                       false,
                       0,
                       MetricUnit::kPoints,
                       {}}};
  finding.source = "Transformers 6.1";
  return finding;
}

inline Assessment MadeUpAssessment() {
  Assessment assessment;
  assessment.name =
      "tenants/t/localities/l/surveys/s/waves/2/assessments/"
      "0123456789abcdef0123456789abcdef";
  assessment.snapshot_digest = std::string(64, 'a');
  assessment.instrument_digest = std::string(64, 'b');
  assessment.analysis = "tenants/t/localities/l/surveys/s/waves/2/analyses/c";
  assessment.previous_assessment =
      "tenants/t/localities/l/surveys/s/waves/1/assessments/"
      "fedcba9876543210fedcba9876543210";
  assessment.parameters_version = "2026.1";
  assessment.engine_version = "assessment-1";
  Triangle& triangle = assessment.triangle;
  triangle.corners[0].level = MeasuredLevel(66);
  triangle.corners[0].agreement = Reading::Of(0.875);
  triangle.corners[0].perception_gap = Reading::Of(-12);
  triangle.corners[1].level = MeasuredLevel(48.5);
  triangle.corners[2].level = MeasuredLevel(41);
  triangle.arrows = {MeasuredLevel(63), MeasuredLevel(44), MeasuredLevel(28),
                     MeasuredLevel(31), MeasuredLevel(52), Level{}};
  triangle.arrows[5].absence = Absence::kTooFewAnswers;
  triangle.invited_count = 60;
  triangle.respondent_count = 45;
  triangle.response_rate = 0.75;
  assessment.phase = MobilisationAfterDesign();
  assessment.change.status = ChangeStatus::kWatch;
  assessment.change.same_instrument = true;
  assessment.change.phase_reversed = {
      "the probability that the phase went "
      "back",
      Reading::Of(0.0625), 0.8, false};
  assessment.change.features.resize(kFeatureCount);
  FeatureChange& authority = assessment.change.features[0];
  authority.previous = Reading::Of(70);
  authority.current = Reading::Of(66);
  authority.difference = Reading::Of(-4);
  authority.p_value = Reading::Of(0.0625);
  assessment.change.warnings = {"authority fell from 70 to 66"};
  assessment.risks = {Resisters()};
  Finding quiet = WithheldAdvice();
  quiet.id = "R0";
  quiet.title = "Do not push innovation now";
  quiet.status = FindingStatus::kNotFired;
  quiet.missing_inputs.clear();
  assessment.recommendations = {WithheldAdvice(), quiet};
  return assessment;
}

inline CliquePicture MadeUpClique() {
  CliquePicture clique;
  clique.verdict = CliqueVerdict::kClosedCore;
  clique.fragile = true;
  clique.robust = false;
  for (const DialKind kind :
       {DialKind::kStrength, DialKind::kExclusivity, DialKind::kFragility}) {
    clique.dials.push_back(
        {kind,
         MeasuredFigure(0.25 + 0.25 * static_cast<int>(kind)),
         {{"one part", MeasuredFigure(0.5), true},
          {"another part", MeasuredFigure(0.375), false}}});
  }
  clique.dials.push_back(
      {DialKind::kConnectedDifference, MissingFigure("no sectors"), {}});
  clique.network_count = 2;
  clique.recurrence_threshold = 2;
  clique.all_networks_count = 6;
  clique.pooled_core_count = 6;
  clique.any_core_count = 14;
  clique.mean_jaccard = MeasuredFigure(0.44);
  clique.core_share_of_periphery = MeasuredFigure(0.49);
  clique.periphery_share_of_core = MeasuredFigure(0.12);
  clique.reach_loss = MeasuredFigure(0.11);
  clique.hybridity = MeasuredFigure(0.76);
  clique.turnover = MissingFigure("it compares with the wave before");
  clique.renewal = MissingFigure("it compares with the wave before");
  clique.sectors = {
      {"council", SectorStanding::kIncluded, "", 30, 5, MeasuredFigure(1.03),
       MeasuredFigure(1.11), MeasuredFigure(2.75)},
      {"voluntary", SectorStanding::kExcluded, "", 26, 1, MeasuredFigure(1.21),
       MeasuredFigure(0.32), MeasuredFigure(1.9)},
      {"health", SectorStanding::kNotMeasured, "1 of 4 answered", 4, 0,
       MissingFigure("1 of 4 answered"), MissingFigure("1 of 4 answered"),
       MissingFigure("1 of 4 answered")}};
  return clique;
}

inline LayerPicture MadeUpLayers() {
  LayerPicture layers;
  layers.person_counts = {0, 9, 20, 25, 6};
  constexpr Richness kRichness[] = {Richness::kRich, Richness::kModerate,
                                    Richness::kThin, Richness::kAtrophied};
  int n = 0;
  for (int upper = 1; upper < kLayerCount; ++upper) {
    for (int lower = upper; lower < kLayerCount; ++lower) {
      LayerCell cell;
      cell.upper = static_cast<Layer>(upper);
      cell.lower = static_cast<Layer>(lower);
      if (upper == 4) {
        cell.why_not = "the layer has 2 people, want 3";
      } else {
        cell.richness = kRichness[n++ % 4];
        cell.coverage = MeasuredFigure(0.5);
        cell.relative_density = MeasuredFigure(1.25);
        cell.redundancy = MeasuredFigure(7);
        cell.resilience = MeasuredFigure(0.75);
        if (upper != lower) cell.rise = MeasuredFigure(0.625);
      }
      layers.cells.push_back(cell);
    }
  }
  return layers;
}

inline NetworkPicture MadeUpNetworks() {
  NetworkPicture picture;
  picture.analysis = "tenants/t/localities/l/surveys/s/waves/2/analyses/c";
  picture.snapshot_digest = std::string(64, 'a');
  picture.engine_version = "network-1";
  picture.seed = 1;
  picture.null_draw_count = 999;
  picture.replicate_count = 100;
  picture.role_share = 0.05;
  picture.all_roles_response_rate = 0.8;
  picture.hubs_only_response_rate = 0.65;
  picture.invited_count = 60;
  picture.responded_any_count = 50;
  picture.not_invited_count = 3;
  picture.opted_out_count = 1;
  picture.networks = {
      {"work", 50, 50.0 / 60, Gate::kAllRoles, 213, {3, 1, 0}, {}, {}},
      {"innovation",
       42,
       0.7,
       Gate::kHubsOnly,
       120,
       {2, 0, 0},
       {{Role::kGatekeeper, "withheld: too few answered", 2},
        {Role::kPulsetaker, "withheld: too few answered", {}}},
       {"health"}}};
  picture.clique = MadeUpClique();
  picture.layers = MadeUpLayers();
  picture.sociogram.network_ids = {"work", "innovation"};
  picture.sociogram.dots = {
      {500, 100, Layer::kSystemic, true, {true, false, false}},
      {100, 500, Layer::kSectoral, true, {false, true, true}},
      {900, 500, Layer::kFrontline, false, {}},
      {500, 900, Layer::kPublic, true, {}},
      {700, 900, Layer::kUnknown, true, {}}};
  picture.sociogram.lines = {{0, 1, 2}, {0, 2, 1}, {1, 3, 1}};
  return picture;
}

inline ReportInputs MadeUpInputs() {
  ReportInputs inputs;
  inputs.titles = {
      "Ashby",   "the north", "Reading together",
      "schools", "Sample",    {{"work", "Work"}, {"innovation", "Innovation"}}};
  inputs.wave = 2;
  inputs.assessment = MadeUpAssessment();
  inputs.earlier = {{.wave = 1,
                     .verdict = PhaseVerdict::kPhase,
                     .phase = Phase::kDesign,
                     .second_phase = Phase::kLatent,
                     .posterior = {0.2, 0.7, 0.05, 0.03, 0.02}}};
  inputs.network = MadeUpNetworks();
  return inputs;
}

// The same with what nobody should ever have typed, wherever people type.
inline ReportInputs HostileInputs() {
  const std::string hostile =
      "</title><script>alert(\"1\")</script> & 'x' ]]> <!-- \xe2\x80\xae"
      "\x01\xef\xbf\xbe &lt; javascript:x";
  ReportInputs inputs = MadeUpInputs();
  Titles& titles = inputs.titles;
  titles.place = titles.region = titles.innovation = titles.service_field =
      titles.survey = hostile;
  titles.network_labels = {{"work", hostile}, {"innovation", hostile}};
  inputs.network.clique.sectors[0].sector = hostile;
  inputs.network.clique.sectors[2].why_not = hostile;
  inputs.network.networks[1].sectors_below_floor = {hostile};
  inputs.network.layers.cells[9].why_not = hostile;
  Finding& finding = inputs.assessment.risks[0];
  finding.title = finding.text = finding.source = hostile;
  finding.sectors = {hostile};
  finding.evidence[0].description = hostile;
  inputs.assessment.change.warnings = {hostile};
  inputs.assessment.phase.evidence[0].sentence = hostile;
  inputs.assessment.phase.rule_tree_reason = hostile;
  return inputs;
}

}  // namespace pulsetaker::assessment::report::testing
