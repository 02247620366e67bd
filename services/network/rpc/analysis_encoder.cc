#include "services/network/rpc/analysis_encoder.h"

#include <string>
#include <utility>

#include "common/rpc/resource_name.h"
#include "services/network/rpc/clique_risk_to_proto.h"
#include "services/network/rpc/layer_links_to_proto.h"
#include "services/network/rpc/measure_to_proto.h"
#include "services/network/rpc/roles_to_proto.h"

namespace pulsetaker::network {
namespace {

void ToProto(const AnalysisParameters& from, v1::AnalysisParameters& to) {
  to.set_seed(from.seed);
  to.set_null_draw_count(from.null_draw_count);
  to.set_replicate_count(from.replicate_count);
  to.set_role_share(from.role_share);
  to.set_pulsetaker_rule(ToWire<v1::RoleRule>(from.pulsetaker_rule));
  for (const SectorDistance& pair : from.sector_distances) {
    v1::SectorDistance& added = *to.add_sector_distances();
    added.set_sector(pair.sector);
    added.set_other_sector(pair.other_sector);
    added.set_distance(pair.distance);
  }
}

void ToProto(const AnalysisThresholds& from, v1::AnalysisThresholds& to) {
  to.set_all_roles_response_rate(from.all_roles_response_rate);
  to.set_hubs_only_response_rate(from.hubs_only_response_rate);
  to.set_group_response_rate(from.group_response_rate);
  to.set_role_node_count_min(from.role_node_count_min);
  to.set_role_arc_count_min(from.role_arc_count_min);
  to.set_hub_in_degree_min(from.hub_in_degree_min);
  to.set_firm_inclusion(from.firm_inclusion);
  to.set_tentative_inclusion(from.tentative_inclusion);
  to.set_weak_identification_correlation(from.weak_identification_correlation);
  to.set_verdict_node_count_min(from.verdict_node_count_min);
  to.set_replicate_drop_share(from.replicate_drop_share);
  to.set_known_group_share(from.known_group_share);
  to.set_group_person_count_min(from.group_person_count_min);
  to.set_stability_min(from.stability_min);
  to.set_stability_preferred(from.stability_preferred);
  to.set_random_row_draw_count(from.random_row_draw_count);
  to.set_case_drop_draw_count(from.case_drop_draw_count);
}

void ToProto(const ParticipantCounts& from, v1::ParticipantCounts& to) {
  to.set_invited(from.invited);
  to.set_not_invited(from.not_invited);
  to.set_opted_out(from.opted_out);
  to.set_responded_any(from.responded_any);
  to.set_sector_count(from.sector_count);
  to.set_sector_unknown(from.sector_unknown);
  to.set_layer_unknown(from.layer_unknown);
}

void ToProto(const ResponseCounts& from, v1::ResponseCounts& to) {
  to.set_responded(from.responded);
  to.set_responded_nobody(from.responded_nobody);
  to.set_skipped(from.skipped);
  to.set_nonresponse(from.nonresponse);
  to.set_not_invited(from.not_invited);
  to.set_opted_out(from.opted_out);
}

void ToProto(const SectorResponse& from, v1::SectorResponse& to) {
  to.set_sector(from.sector);
  to.set_invited_count(from.invited_count);
  to.set_respondent_count(from.respondent_count);
  to.set_meets_floor(from.meets_floor);
}

void ToProto(const LeftOutNominations& from, v1::LeftOutNominations& to) {
  to.set_not_invited(from.not_invited);
  to.set_off_roster(from.off_roster);
  to.set_outside_person_count(from.outside_person_count);
  to.set_opted_out(from.opted_out);
  to.set_self(from.self);
  to.set_repeated(from.repeated);
  to.set_by_uninvited(from.by_uninvited);
}

void ToProto(const NetworkCore& from, v1::NetworkCore& to) {
  if (from.not_measured.has_value()) {
    ToProto(*from.not_measured, *to.mutable_not_measured());
  }
  to.set_size(from.size);
  ToProto(from.fit, *to.mutable_fit());
  ToProto(from.density_ratio, *to.mutable_density_ratio());
  ToProto(from.external_internal, *to.mutable_external_internal());
}

// Who answered, and what may be said of them.
void PutResponses(const NetworkFindings& from, v1::NetworkFindings& to) {
  to.set_network_id(from.network_id);
  to.set_directed(from.directed);
  ToProto(from.responses, *to.mutable_responses());
  to.set_response_rate(from.response_rate);
  to.set_gate(ToWire<v1::Gate>(from.gate));
  for (const SectorResponse& sector : from.sector_responses) {
    ToProto(sector, *to.add_sector_responses());
  }
  ToProto(from.left_out, *to.mutable_left_out());
  to.set_nomination_cap(from.nomination_cap);
  to.set_respondents_at_cap(from.respondents_at_cap);
}

void ToProto(const NetworkFindings& from, v1::NetworkFindings& to) {
  PutResponses(from, to);
  to.set_node_count(from.node_count);
  to.set_arc_count(from.arc_count);
  ToProto(from.density, *to.mutable_density());
  ToProto(from.arc_reciprocity, *to.mutable_arc_reciprocity());
  ToProto(from.dyad_reciprocity, *to.mutable_dyad_reciprocity());
  to.set_component_count(from.component_count);
  to.set_largest_component_share(from.largest_component_share);
  to.set_isolate_count(from.isolate_count);
  to.set_unknown_isolate_count(from.unknown_isolate_count);
  for (const RoleFinding& role : from.roles) ToProto(role, *to.add_roles());
  for (const WithheldRole& role : from.withheld_roles) {
    ToProto(role, *to.add_withheld_roles());
  }
  ToProto(from.closeness_degree_correlation,
          *to.mutable_closeness_degree_correlation());
  to.set_role_weakly_identified(from.role_weakly_identified);
  ToProto(from.core, *to.mutable_core());
  ToProto(from.layer_links, *to.mutable_layer_links());
  ToProto(from.centralisation, *to.mutable_centralisation());
  ToProto(from.transitivity, *to.mutable_transitivity());
  for (const RoleStability& stability : from.role_stabilities) {
    ToProto(stability, *to.add_role_stabilities());
  }
}

void ToProto(const Analysis& from, v1::Analysis& to) {
  to.set_snapshot_digest(from.snapshot_digest);
  ToProto(from.parameters, *to.mutable_parameters());
  to.set_engine_version(from.engine_version);
  ToProto(from.participants, *to.mutable_participants());
  for (const NetworkFindings& network : from.networks) {
    ToProto(network, *to.add_networks());
  }
  ToProto(from.clique_risk, from.thresholds, *to.mutable_clique_risk());
  ToProto(from.layer_links, *to.mutable_layer_links());
  ToProto(from.thresholds, *to.mutable_thresholds());
}

class ApiAnalysisEncoder final : public AnalysisEncoder {
 public:
  EncodedAnalysis Encode(const WaveKey& wave, absl::string_view id,
                         const AnalysisResult& result) const override {
    v1::Analysis analysis;
    analysis.set_name(rpc::FormatName(
        rpc::WaveChildName{{wave.tenant, wave.locality, wave.survey, wave.wave},
                           std::string(id)},
        rpc::kAnalyses));
    ToProto(result.analysis, analysis);
    EncodedAnalysis encoded;
    encoded.id = std::string(id);
    encoded.analysis = analysis.SerializeAsString();
    encoded.persons.reserve(result.persons.size());
    for (const PersonRoles& person : result.persons) {
      v1::PersonRoles roles;
      ToProto(person, roles);
      encoded.persons.push_back({person.person, roles.SerializeAsString()});
    }
    return encoded;
  }
};

}  // namespace

std::unique_ptr<AnalysisEncoder> MakeAnalysisEncoder() {
  return std::make_unique<ApiAnalysisEncoder>();
}

AnalysisParameters FromProto(const v1::AnalysisParameters& from) {
  AnalysisParameters parameters;
  parameters.seed = from.seed();
  parameters.null_draw_count = from.null_draw_count();
  parameters.replicate_count = from.replicate_count();
  parameters.role_share = from.role_share();
  parameters.pulsetaker_rule = v1::RoleRule_IsValid(from.pulsetaker_rule())
                                   ? ToWire<RoleRule>(from.pulsetaker_rule())
                                   : RoleRule::kNamedByMost;
  for (const v1::SectorDistance& pair : from.sector_distances()) {
    parameters.sector_distances.push_back({.sector = pair.sector(),
                                           .other_sector = pair.other_sector(),
                                           .distance = pair.distance()});
  }
  return parameters;
}

}  // namespace pulsetaker::network
