// A result in which everything is set, for the translations.

#pragma once

#include <string>

#include "services/network/domain/analysis.h"

namespace pulsetaker::network {

// Each result has every field, and numbers that differ from each other where
// fields have the same type: one that is read into another's place shows.
class FullAnalysis {
 public:
  AnalysisResult Make() {
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
    analysis.thresholds = FullThresholds();
    result.persons = {FullPerson(), FullPerson()};
    result.persons[1].person = "bob";
    return result;
  }

 private:
  // A new number every time. Exact in binary.
  double Next() { return next_ += 1.0 / 1024; }

  static NotMeasured Missing() {
    return {NotMeasuredReason::kComponentNotMeasured, "detail"};
  }

  // A measure with all that one can have.
  Measure Full() {
    Measure measure;
    measure.value = Next();
    measure.interval = {Next(), Next()};
    measure.null_comparison = {.model = NullModel::kDegreesKept,
                               .draw_count = 199,
                               .mean = Next(),
                               .standard_deviation = Next(),
                               .z = Next(),
                               .percentile = Next(),
                               .p_high = Next(),
                               .p_low = Next(),
                               .central = {Next(), Next()}};
    return measure;
  }

  static Measure None() {
    Measure measure;
    measure.not_measured = Missing();
    return measure;
  }

  LayerLinks FullLayerLinks() {
    const auto cell = [this] {
      return LayerCell{.upper = Layer::kSystemic,
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
    };
    return {.not_measured = Missing(),
            .horizontal = {cell()},
            .vertical = {cell(), cell()},
            .external_internal = Full(),
            .person_counts = {1, 2, 3, 4, 5}};
  }

  MissingRowsEffect FullEffect() {
    return {.robustness = Robustness::kNotRobust,
            .bounds = {Next(), Next()},
            .kept_share = Next()};
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
    risk.index = {.value = Full(), .sensitivity = Interval{Next(), Next()}};
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

  static PersonRoles FullPerson() {
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

  AnalysisThresholds FullThresholds() {
    AnalysisThresholds thresholds;
    for (double* share :
         {&thresholds.all_roles_response_rate,
          &thresholds.hubs_only_response_rate, &thresholds.group_response_rate,
          &thresholds.firm_inclusion, &thresholds.tentative_inclusion,
          &thresholds.weak_identification_correlation,
          &thresholds.replicate_drop_share, &thresholds.known_group_share,
          &thresholds.recurrence_band, &thresholds.exclusivity_band,
          &thresholds.fragility_percentile, &thresholds.stability_min,
          &thresholds.stability_preferred}) {
      *share = Next();
    }
    int count = 0;
    for (int* number :
         {&thresholds.role_node_count_min, &thresholds.role_arc_count_min,
          &thresholds.hub_in_degree_min, &thresholds.verdict_node_count_min,
          &thresholds.group_person_count_min, &thresholds.random_row_draw_count,
          &thresholds.case_drop_draw_count}) {
      *number = ++count;
    }
    return thresholds;
  }

  double next_ = 0.0;
};

inline AnalysisResult FullResult() { return FullAnalysis().Make(); }

}  // namespace pulsetaker::network
