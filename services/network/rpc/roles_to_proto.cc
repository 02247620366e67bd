#include "services/network/rpc/roles_to_proto.h"

#include "services/network/rpc/measure_to_proto.h"

namespace pulsetaker::network {
namespace {

static_assert(static_cast<int>(Role::kPulsetaker) == v1::ROLE_PULSETAKER);
static_assert(static_cast<int>(Role::kPulsetaker) == v1::Role_MAX);
static_assert(static_cast<int>(RoleRule::kQuadrant) == v1::ROLE_RULE_QUADRANT);
static_assert(static_cast<int>(RoleRule::kQuadrant) == v1::RoleRule_MAX);
static_assert(static_cast<int>(Robustness::kNotRobust) ==
              v1::ROBUSTNESS_NOT_ROBUST);
static_assert(static_cast<int>(Robustness::kNotRobust) == v1::Robustness_MAX);
static_assert(static_cast<int>(RoleStability::Band::kPreferred) ==
              v1::RoleStability::BAND_PREFERRED);
static_assert(static_cast<int>(RoleStability::Band::kPreferred) ==
              v1::RoleStability::Band_MAX);
static_assert(static_cast<int>(Gate::kGroupOnly) == v1::GATE_GROUP_ONLY);
static_assert(static_cast<int>(Gate::kGroupOnly) == v1::Gate_MAX);
static_assert(static_cast<int>(Certainty::kTentative) ==
              v1::CERTAINTY_TENTATIVE);
static_assert(static_cast<int>(Certainty::kTentative) == v1::Certainty_MAX);
static_assert(static_cast<int>(Layer::kPublic) == v1::LAYER_PUBLIC);
static_assert(static_cast<int>(Layer::kPublic) == v1::Layer_MAX);
static_assert(static_cast<int>(Evidence::Metric::kEigenvector) ==
              v1::Evidence::METRIC_EIGENVECTOR);
static_assert(static_cast<int>(Evidence::Metric::kEigenvector) ==
              v1::Evidence::Metric_MAX);
static_assert(static_cast<int>(Evidence::Comparison::kAtMost) ==
              v1::Evidence::COMPARISON_AT_MOST);
static_assert(static_cast<int>(Evidence::Comparison::kAtMost) ==
              v1::Evidence::Comparison_MAX);
static_assert(static_cast<int>(WithheldRole::Reason::kTentative) ==
              v1::WithheldRole::REASON_TENTATIVE);
static_assert(static_cast<int>(WithheldRole::Reason::kTentative) ==
              v1::WithheldRole::Reason_MAX);

// The centralities: all of them are there, or a gate withholds all.
void PutCentralities(const PersonNetworkMeasures& from,
                     v1::PersonNetworkMeasures& to) {
  if (from.betweenness) to.set_betweenness(*from.betweenness);
  if (from.betweenness_percentile) {
    to.set_betweenness_percentile(*from.betweenness_percentile);
  }
  if (from.harmonic_in_closeness) {
    to.set_harmonic_in_closeness(*from.harmonic_in_closeness);
  }
  if (from.harmonic_in_closeness_percentile) {
    to.set_harmonic_in_closeness_percentile(
        *from.harmonic_in_closeness_percentile);
  }
  if (from.information) to.set_information(*from.information);
  if (from.information_percentile) {
    to.set_information_percentile(*from.information_percentile);
  }
  if (from.constraint) to.set_constraint(*from.constraint);
  if (from.effective_size) to.set_effective_size(*from.effective_size);
}

void ToProto(const PersonNetworkMeasures& from, v1::PersonNetworkMeasures& to) {
  to.set_network_id(from.network_id);
  to.set_gate(ToWire<v1::Gate>(from.gate));
  if (from.in_degree) to.set_in_degree(*from.in_degree);
  if (from.out_degree) to.set_out_degree(*from.out_degree);
  if (from.in_degree_share) to.set_in_degree_share(*from.in_degree_share);
  if (from.in_degree_share_percentile) {
    to.set_in_degree_share_percentile(*from.in_degree_share_percentile);
  }
  PutCentralities(from, to);
  if (from.component_id) to.set_component_id(*from.component_id);
  if (from.core_number) to.set_core_number(*from.core_number);
  if (from.in_core) to.set_in_core(*from.in_core);
  for (const Role role : from.roles) to.add_roles(ToWire<v1::Role>(role));
}

}  // namespace

void ToProto(const RoleFinding& from, v1::RoleFinding& to) {
  to.set_person(from.person);
  to.set_role(ToWire<v1::Role>(from.role));
  to.set_rule(ToWire<v1::RoleRule>(from.rule));
  to.set_certainty(ToWire<v1::Certainty>(from.certainty));
  to.set_inclusion_probability(from.inclusion_probability);
  for (const Evidence& evidence : from.evidence) {
    v1::Evidence& added = *to.add_evidence();
    added.set_metric(ToWire<v1::Evidence::Metric>(evidence.metric));
    added.set_value(evidence.value);
    added.set_comparison(ToWire<v1::Evidence::Comparison>(evidence.comparison));
    added.set_threshold(evidence.threshold);
  }
  for (const std::string& person : from.cut_off_persons) {
    to.add_cut_off_persons(person);
  }
  to.set_sector(from.sector);
  to.set_layer(ToWire<v1::Layer>(from.layer));
  ToProto(from.missing_rows, *to.mutable_missing_rows());
}

void ToProto(const MissingRowsEffect& from, v1::MissingRowsEffect& to) {
  to.set_robustness(ToWire<v1::Robustness>(from.robustness));
  to.set_low(from.bounds.low);
  to.set_high(from.bounds.high);
  to.set_kept_share(from.kept_share);
}

void ToProto(const RoleStability& from, v1::RoleStability& to) {
  to.set_role(ToWire<v1::Role>(from.role));
  ToProto(from.coefficient, *to.mutable_coefficient());
  to.set_band(ToWire<v1::RoleStability::Band>(from.band));
  to.set_firm_count(from.firm_count);
  to.set_tentative_count(from.tentative_count);
  to.set_suppressed_count(from.suppressed_count);
  to.set_not_robust_count(from.not_robust_count);
}

void ToProto(const WithheldRole& from, v1::WithheldRole& to) {
  to.set_role(ToWire<v1::Role>(from.role));
  to.set_reason(ToWire<v1::WithheldRole::Reason>(from.reason));
  if (from.person_count.has_value()) to.set_person_count(*from.person_count);
}

void ToProto(const PersonRoles& from, v1::PersonRoles& to) {
  to.set_person(from.person);
  to.set_sector(from.sector);
  to.set_layer(ToWire<v1::Layer>(from.layer));
  for (const PersonNetworkMeasures& network : from.networks) {
    ToProto(network, *to.add_networks());
  }
  if (from.core_network_count.has_value()) {
    to.set_core_network_count(*from.core_network_count);
  }
}

}  // namespace pulsetaker::network
